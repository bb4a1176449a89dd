"""What the pictures show is exact, and agrees with what the verifier computes another way."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verifier.api as vf
from tests.strategies import INSTANCES, games
from verifier.errors import SizeError
from verifier.game.conversation import beginning, build, size_of
from verifier.game.game import Game
from verifier.game.user import Stakes
from verifier.picture import envelope, frontier, hull, tree, triangle, value_line
from verifier.picture.scale import Scale
from verifier.solve.exact import solve
from verifier.theory.alignment import hull as distance
from verifier.theory.persuasion import persuade
from verifier.theory.selection import selection
from verifier.theory.verdict import Verdict

EXAMPLES = sorted(path.relative_to(INSTANCES).with_suffix("").as_posix() for path in INSTANCES.rglob("*.toml"))
shares = st.fractions(0, 1, max_denominator=12)


def load(name: str) -> Game:
    return vf.load(INSTANCES / f"{name}.toml")


def test_the_prosecutor_has_three_fifths() -> None:
    game = load("classics/prosecutor")
    signal = {"innocent": {"acquit": F(4, 7), "convict": F(3, 7)}, "guilty": {"convict": F(1)}}
    shown = envelope.picture(Stakes(game), game.agents[0], signal)
    assert shown is not None
    assert (shown.prior, shown.value, shown.worth(shown.prior)) == (F(3, 10), F(3, 5), 0)
    assert shown.envelope == ((0, 0), (F(1, 2), 1), (1, 1))
    assert [(p.belief[1], p.probability) for p in shown.posteriors] == [(0, F(2, 5)), (F(1, 2), F(3, 5))]
    assert "At the prior 3/10 he has 0 if he says nothing and at most 3/5 by persuasion." in shown.alt


@settings(max_examples=80, deadline=None)
@given(games(max_states=2), st.lists(shares, min_size=5, max_size=5))
def test_the_envelope_is_the_value_of_persuasion_and_concave(game: Game, beliefs: list[F]) -> None:
    stakes = Stakes(game)
    for agent in game.agents:
        shown = envelope.picture(stakes, agent)
        if shown is None:
            continue
        assert shown.value == persuade(stakes, agent, solve).value
        slopes = [(w - v) / (q - p) for (p, v), (q, w) in pairwise(shown.envelope)]
        assert all(first > second for first, second in pairwise(slopes))
        for q in beliefs:
            assert shown.worth(q) <= envelope._on(shown.envelope, q)
            assert shown.worth(q) == _worth_by_hand(stakes, agent.name, q)


def _worth_by_hand(stakes: Stakes, name: str, q: F) -> F:
    """His best among her best actions at the belief, from the tables alone."""
    (x_user,) = stakes.user_observations
    first, second = stakes.game.agent_observations
    p = stakes.game.probability

    def at(payoff: dict[tuple[str, str, str], F], a: str) -> F:
        return (1 - q) * payoff[x_user, first, a] / p[x_user, first] + q * payoff[x_user, second, a] / p[x_user, second]

    hers = {a: at(dict(stakes.user), a) for a in stakes.game.actions}
    return max(at(dict(stakes.agents[name]), a) for a, value in hers.items() if value == max(hers.values()))


@settings(max_examples=60, deadline=None)
@given(games(), st.tuples(shares, shares).filter(lambda two: sum(two) <= 1))
def test_regions_share_the_triangle(game: Game, two: tuple[F, F]) -> None:
    stakes = Stakes(game)
    shown = triangle.picture(stakes)
    if shown is None:
        return
    assert sum(region.area for region in shown.regions) == 1
    belief = (*two, 1 - sum(two))
    corners = {a: triangle.corners(stakes, stakes.user)[a] for a in game.actions}
    best = max(triangle.worth(corner, belief) for corner in corners.values())
    for region in shown.regions:
        inside = all(_left(a, b, belief) >= 0 for a, b in pairwise([*region.polygon, region.polygon[0]]))
        if inside:
            assert all(triangle.worth(corners[a], belief) == best for a in region.actions)


def _left(a: triangle.Belief, b: triangle.Belief, c: triangle.Belief) -> F:
    """Positive where c lies to the left of the way from a to b, negative to the right; polygons run one way round."""
    return a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0])


@settings(max_examples=80, deadline=None)
@given(games())
def test_the_projection_keeps_the_hull_distance(game: Game) -> None:
    found = distance(game)
    shown = hull.picture(game, found)
    if shown is None:
        assert found.epsilon == 0
        return
    assert shown.epsilon == found.epsilon
    assert shown.user[0] - shown.mixture[0] == (found.epsilon if shown.separates else 0)
    if shown.separates:
        assert all(shown.user[0] - point[0] >= found.epsilon for point in shown.agents.values())
        assert sum(shown.across.values()) == 0 and sum(map(abs, shown.across.values())) <= 1
    for axis in (0, 1):
        mixed = sum(found.weights[name] * point[axis] for name, point in shown.agents.items())
        assert mixed == shown.mixture[axis]


@settings(max_examples=25, deadline=None)
@given(games(max_states=2, max_actions=3), shares)
def test_frontiers_are_what_a_program_with_her_floor_gives(game: Game, share: F) -> None:
    found = selection(Stakes(game), solve)
    shown = None if found is None else frontier.picture(found)
    if found is None or shown is None:
        return
    for n, curve in enumerate(shown.frontiers):
        (low, _), *_, (high, _) = curve.breakpoints
        v = low + share * (high - low)
        (a, b), (c, d) = next((p, q) for p, q in pairwise(curve.breakpoints) if p[0] <= v <= q[0])
        assert found.curves.tangent(n, v).value == b + (d - b) * (v - a) / (c - a)
        slopes = [(d - b) / (c - a) for (a, b), (c, d) in pairwise(curve.breakpoints)]
        assert all(first > second for first, second in pairwise(slopes))


@settings(max_examples=40, deadline=None)
@given(games(), st.integers(1, 60))
def test_the_tree_begins_as_the_whole_tree_does(game: Game, most: int) -> None:
    try:
        size = size_of(game, None)
        whole = build(game, None, 5000)
    except SizeError:
        return
    grown = beginning(game, most)
    assert 1 <= grown.number_of_nodes() <= most
    depth = {0: 0}
    for parent, child in whole.edges:
        depth[child] = depth[parent] + 1
    levels = max(level for _, level in grown.nodes(data="level"))
    kept = [n for n in whole.nodes if depth[n] <= levels]
    assert sorted(map(str, (kind for _, kind in grown.nodes(data="kind")))) == sorted(str(whole.nodes[n]["kind"]) for n in kept)
    following = [n for n in whole.nodes if depth[n] == levels + 1]
    assert not following or len(kept) + len(following) > most
    shown = tree.picture(game)
    if shown is not None:
        assert shown.hidden == size.nodes - len(shown.nodes)
        assert ("not drawn" in shown.alt) == (shown.hidden != 0)


def test_information_sets_of_the_prosecutor() -> None:
    shown = tree.picture(load("classics/prosecutor"))
    assert shown is not None
    assert [len([n for n in shown.nodes if n.level == level]) for level in range(4)] == [1, 2, 4, 8]
    users = [node for node in shown.nodes if node.mover == "user"]
    assert [(node.label, node.information) for node in users] == [("m1", 0), ("m2", 1), ("m1", 0), ("m2", 1)]
    assert shown.hidden == 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_line_calls_only_checked_numbers_by_their_names(name: str) -> None:
    game = load(name)
    found = vf.examine(game, [vf.Guarantee.BAYES])
    (finding,) = found.findings.values()
    for verdict in Verdict:
        labels = {mark.label for mark in value_line.picture(found, finding, verdict).marks}
        assert (value_line.BOUND in labels) == (verdict in (Verdict.PROVED, Verdict.VACUOUS))
        if finding.equilibrium is not None:
            assert (value_line.SHOWN in labels) == (verdict in (Verdict.PROVED, Verdict.REFUTED))
    values = [mark.value for mark in value_line.picture(found, finding, Verdict.OPEN).marks]
    assert values == sorted(values)


def test_the_shortfall_of_a_counterexample() -> None:
    found = vf.examine(load("counterexamples/identical"), [vf.Guarantee.BAYES])
    shown = value_line.picture(found, found.findings[vf.Guarantee.BAYES], Verdict.REFUTED)
    assert shown.shortfall is not None
    assert shown.shortfall.value == F(1, 2)
    assert "That equilibrium lies 1/2 below the claimed bound." in shown.alt


@given(st.fractions(), st.fractions())
def test_a_scale_runs_from_0_to_1_with_ticks_inside(a: F, b: F) -> None:
    scale = Scale.over([a, b])
    assert a == b or {scale(a), scale(b)} == {0.0, 1.0}
    ticks = scale.ticks()
    assert 1 <= len(ticks) <= 11
    assert all(-1e-9 <= at <= 1 + 1e-9 for at, _ in ticks)
    assert len({label for _, label in ticks}) == len(ticks)
