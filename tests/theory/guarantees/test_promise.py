"""The guarantees with weights of any sum: what is promised holds in exact worst equilibria, and in
games in which the weights are planted (theory.md 2.3).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, games, simple_game
from tests.oracles import sign_of
from verifier import api as vf
from verifier.errors import InstanceError
from verifier.game.model import Agent, Convention, Game
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.solve.exponential import like
from verifier.theory.alignment import alignment, hull
from verifier.theory.benchmark import optimum
from verifier.theory.guarantees.guarantee import Guarantee, Holds
from verifier.theory.verdict import Finding, Verdict, examine

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)
conventions = st.sampled_from(Convention)
OPPOSED = simple_game(
    {"up": F(1, 2), "down": F(1, 2)},
    {"stop": [0, 0], "go": [2, -2]},
    {"opponent": {"stop": [2, -2], "go": [0, 0]}},
)
"""The nearest mixture in the cone has no agent."""


def small(*, claims: bool = True) -> st.SearchStrategy[Game]:
    return games(max_states=2, max_actions=2, max_agents=2, claims=claims)


@st.composite
def planted(draw: st.DrawFn) -> tuple[Game, Fraction]:
    """A game whose user is a mixture of the agents with any weights and a constant for each state,
    up to noise of at most the size that is returned.
    """
    game = draw(small(claims=False))
    tenths = st.integers(0, 40).map(lambda n: F(n, 10))
    weights = [draw(tenths) for _ in game.agents]
    offsets = {y: draw(tenths) for y in game.states}
    size = draw(st.sampled_from([F(0), F(1, 20)]))

    def worth(a: str, y: str) -> Fraction:
        mixed = zip(weights, game.agents, strict=True)
        noise = size * draw(st.integers(-1, 1))
        return sum((w * agent.utility[a, y] for w, agent in mixed), offsets[y]) + noise

    user = {(a, y): worth(a, y) for a in game.actions for y in game.states}
    return replace(game, utility=user), size


def theorem_applies(finding: Finding) -> bool:
    return all(isinstance(entry, Holds) for entry in finding.setting.hypotheses.values())


@pytest.mark.slow
@settings(often, max_examples=60)
@given(game=small(), convention=conventions)
def test_no_equilibrium_is_below_what_is_promised(game: Game, convention: Convention) -> None:
    """Worst equilibria, which other theorems find, and the bound, which uses no weights."""
    note(write(game))
    for finding in examine(game, convention=convention).findings.values():
        assert finding.setting.hull.convention is convention
        if finding.paper_bound is None:
            continue
        anonymous = finding.setting.hypotheses.get("anonymous")
        if not (isinstance(anonymous, Holds) and anonymous.nearby):
            assert sign_of(finding.bound.value, finding.paper_bound) >= 0
        if finding.equilibrium is not None:
            assert sign_of(finding.equilibrium.user_utility, finding.paper_bound) >= 0


@pytest.mark.slow
@settings(often, max_examples=40)
@given(drawn=planted())
def test_planted_weights_of_any_sum_guarantee_as_much(drawn: tuple[Game, Fraction]) -> None:
    game, size = drawn
    note(write(game))
    found = examine(game, convention=Convention.STATE_OFFSET)
    assert found.alignment.claimed.epsilon <= size
    finding = found.findings[Guarantee.BAYES]
    if theorem_applies(finding) and finding.equilibrium is not None:
        assert sign_of(finding.equilibrium.user_utility, optimum(game) - 2 * size) >= 0


@often
@given(game=small(), data=st.data())
def test_units_and_constants_of_states_do_not_matter(game: Game, data: st.DataObject) -> None:
    scales = st.sampled_from([F(1, 3), F(2), F(7)])

    def other(agent: Agent, by_state: int) -> Agent:
        scale = data.draw(scales)
        added = {y: data.draw(st.integers(-3, 3)) * by_state for y in game.states}
        worths = {(a, y): scale * value + added[y] for (a, y), value in agent.utility.items()}
        return replace(agent, utility=worths)

    moved = replace(game, agents=tuple(other(agent, 1) for agent in game.agents))
    scaled = replace(game, agents=tuple(other(agent, 0) for agent in game.agents))
    assert alignment(moved).state_offset.epsilon == alignment(game).state_offset.epsilon
    assert alignment(scaled).cone.epsilon == alignment(game).cone.epsilon


@often
@given(game=small())
def test_a_cone_is_never_further_than_a_constant(game: Game) -> None:
    found, worths = alignment(game), game.utility.values()
    assert found.cone.epsilon <= min(found.simplex.epsilon, (max(worths) - min(worths)) / 2)
    share = found.share(found.cone)
    assert share is None or share <= F(1, 2)


@pytest.mark.slow
@often
@given(game=small(claims=False), convention=conventions)
def test_what_would_be_claimed_is_what_is_claimed_there(game: Game, convention: Convention) -> None:
    """The number beside a claim is the one that is decided where that hull is asked for."""
    others = examine(game, convention=convention).claims
    for asked in (Convention.SIMPLEX, Convention.CONE):
        for name, finding in examine(game, convention=asked).findings.items():
            assert sign_of(others[name][asked], finding.claimed_bound) == 0


@pytest.mark.slow
@settings(often, max_examples=15)
@given(game=small(), convention=conventions)
def test_the_kernel_accepts_every_hull(game: Game, convention: Convention) -> None:
    note(write(game))
    for found in vf.verify(game, hull=str(convention)).guarantees.values():
        if found.reply is not None:
            assert found.reply.accepted, found.reply.text
            assert f"({convention}; nearest mixture" in found.reply.text


def test_where_no_agent_has_a_weight_opt_is_claimed_of_every_user() -> None:
    found = examine(OPPOSED, convention=Convention.CONE)
    assert found.alignment.claimed.supporters == ()
    assert found.alignment.claimed.epsilon == 2
    for finding in found.findings.values():
        assert (
            sign_of(finding.claimed_bound, like(optimum(OPPOSED) - 4, finding.claimed_bound)) == 0
        )
        assert theorem_applies(finding)
        assert finding.verdict is Verdict.PROVED


def test_few_words_do_not_spoil_a_claim_that_needs_no_agent() -> None:
    """TEAM is below OPT - 2 eps; what is claimed is not."""
    game = simple_game(
        {"l": F(1, 3), "m": F(1, 3), "r": F(1, 3)},
        {"left": [1, 0, 0], "middle": [0, 1, 0], "right": [0, 0, 1]},
        {"opponent": {"left": [0, 1, 1], "middle": [1, 0, 1], "right": [1, 1, 0]}},
    )
    game = replace(game, conversation=replace(game.conversation, agent_alphabet=1))
    found = examine(game, [Guarantee.BEST_AI], F(1, 4), convention=Convention.CONE)
    finding = found.findings[Guarantee.BEST_AI]
    assert finding.setting.benchmark == optimum(game)
    assert finding.claimed_bound == F(1, 2)
    assert found.benchmarks.team == F(1, 3)
    assert finding.setting.deviations == ()


def test_gamma_counts_with_the_sum_of_the_weights() -> None:
    """He wants a tenth of what she wants: a gain of gamma is one of 10 gamma to her."""
    game = simple_game(
        {"l": F(1, 2), "r": F(1, 2)},
        {"left": [10, 0], "right": [0, 10]},
        {"agent": {"left": [1, 0], "right": [0, 1]}},
    )
    game = replace(game, gamma=F(1, 10), hull=Convention.CONE)
    finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    assert finding.setting.hull.total_weight == 10
    assert finding.setting.hull.epsilon == 0
    assert finding.paper_bound == optimum(game) - 1 == finding.bound.value


def test_the_python_interface_takes_a_hull() -> None:
    voter = load(INSTANCES / "guarantees/voter.toml")
    found = vf.verify(voter, "bayes", hull="cone")
    assert found.report.alignment.claimed == hull(voter, Convention.CONE)
    assert "(cone; nearest mixture" in (found["bayes"].reply or pytest.fail("no reply")).text
    with pytest.raises(InstanceError, match="hull cones: expected one of simplex, cone"):
        vf.verify(voter, "bayes", hull="cones")
