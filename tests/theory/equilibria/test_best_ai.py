"""The user who picks the best AI: frontiers, equilibrium values and their ends, against programs of
our own (theory.md 6.5).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise, product

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, Table, games, profiles, signals, simple_game
from tests.oracles import (
    USER,
    best_actions,
    best_value,
    counted_on,
    obedient,
    persuasion_value,
    situations,
    user_value,
    worth,
)
from verifier.game.model import NOTHING, Agent, Conversation, Game, Ties
from verifier.game.reader import load
from verifier.game.rules import Signal, common_coarsening
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Sense
from verifier.theory.bounds.winner import different
from verifier.theory.deviations.frontier import Frontier, Line
from verifier.theory.equilibria.best_ai import BestAIValues, Search, best_ai_values, merged
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)
KIND = (Ties.FAVOUR_SPEAKER, Ties.BELIEF)
SHARES = st.fractions(0, 1, max_denominator=12)


def found_in(game: Game) -> BestAIValues:
    found = best_ai_values(game, Effort())
    assert found is not None
    return found


def picked_games(
    *, ties: Ties | None = None, partitioned: bool = True, private: bool | None = None
) -> st.SearchStrategy[Game]:
    return games(
        min_agents=2,
        max_agents=3,
        silent=True,
        rich=True,
        max_rounds=1,
        ties=ties,
        claims=False,
        partitioned=partitioned,
        private=private,
    )


def ends(game: Game, agents: Sequence[Agent]) -> tuple[Fraction, Fraction]:
    """The least and the greatest that a signal of all these agents alike can be worth to her."""
    shared = common_coarsening(game, [agent.sees for agent in agents])
    (program, payoffs), *_ = obedient(game, shared, [])
    hers = {key: expected_payoffs[USER] for key, expected_payoffs in payoffs.items()}
    low, high = best_value(program, hers, Goal.MINIMISE), best_value(program, hers)
    assert low is not None and high is not None
    return low, high


def at(frontier: Frontier, v: Fraction) -> Fraction:
    """The frontier's value between its breakpoints."""
    points = dict(frontier.breakpoints)
    if v in points:
        return points[v]
    (low, left), (high, right) = next(
        (a, b) for a, b in pairwise(frontier.breakpoints) if a[0] < v < b[0]
    )
    return left + (right - left) * (v - low) / (high - low)


# Frontiers


@pytest.mark.slow
@pytest.mark.parametrize("ties", KIND)
@often
@given(data=st.data())
def test_frontiers_against_a_program_from_the_definition(ties: Ties, data: st.DataObject) -> None:
    game = data.draw(picked_games(ties=ties))
    note(write(game))
    found = found_in(game)
    assert [frontier.agent for frontier in found.frontiers] == [agent.name for agent in game.agents]
    for agent, frontier in zip(game.agents, found.frontiers, strict=True):
        low, high = ends(game, [agent])
        assert (frontier.breakpoints[0][0], frontier.breakpoints[-1][0]) == (low, high)
        for v in {low + (high - low) * data.draw(SHARES) for _ in range(2)} | {
            v for v, _ in frontier.breakpoints
        }:
            assert at(frontier, v) == persuasion_value(game, agent, [], floor=v)


def slopes(frontier: Frontier) -> list[Fraction]:
    return [(worth - value) / (w - v) for (v, value), (w, worth) in pairwise(frontier.breakpoints)]


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(data=st.data())
def test_frontiers_are_concave_and_never_rise(ties: Ties, data: st.DataObject) -> None:
    game = data.draw(picked_games(ties=ties))
    note(write(game))
    for frontier in found_in(game).frontiers:
        assert all(a < b for (a, _), (b, _) in pairwise(frontier.breakpoints))
        steep = slopes(frontier)
        assert all(slope <= 0 for slope in steep)
        assert all(left >= right for left, right in pairwise(steep))
        for (v, value), (w, _) in pairwise(frontier.breakpoints):
            assert frontier.piece(v, w)(w) == at(frontier, w) and frontier.piece(v, w)(v) == value


def test_breakpoints_are_only_where_the_slope_changes() -> None:
    user: Table = {"first": [-2, -2, 2], "second": [F(1, 2), F(-1, 3), 0]}
    likes: dict[str, Table] = {
        "one": {"first": [1, F(1, 2), -1], "second": [2, 1, F(-5, 3)]},
        "two": {"first": [2, 1, -1], "second": [0, F(5, 3), F(1, 2)]},
    }
    for frontier in found_in(
        simple_game({"x": F(1, 4), "y": F(1, 4), "z": F(1, 2)}, user, likes)
    ).frontiers:
        assert all(left > right for left, right in pairwise(slopes(frontier)))


@pytest.mark.slow
@pytest.mark.parametrize("ties", [Ties.ANY, Ties.ORDER])
@often
@given(data=st.data())
def test_what_the_tie_rule_takes_lowers_the_frontier(ties: Ties, data: st.DataObject) -> None:
    """And never below what a signal on a grid surely gives him."""
    game = data.draw(picked_games(ties=ties))
    note(write(game))
    loose = found_in(replace(game, ties=Ties.FAVOUR_SPEAKER)).frontiers
    for agent, frontier, other in zip(game.agents, found_in(game).frontiers, loose, strict=True):
        low, high = frontier.breakpoints[0][0], frontier.breakpoints[-1][0]
        signal = data.draw(signals(game, agent, 3))
        v = user_value(game, [signal])
        if low <= v <= high:
            assert counted_on(game, agent.utility, [signal]) <= at(frontier, v) <= at(other, v)


# Values


def can_have(game: Game, v: Fraction, most: Mapping[str, Fraction]) -> bool:
    """Whether a signal of all agents alike gives her v and each agent at least so much."""
    shared = common_coarsening(game, [agent.sees for agent in game.agents])
    (program, payoffs), *_ = obedient(game, shared, [])
    program.row(
        "hers",
        {key: expected_payoffs[USER] for key, expected_payoffs in payoffs.items()},
        Sense.EQUAL,
        v,
    )
    for name, value in most.items():
        program.row(
            ("his", name),
            {key: expected_payoffs[name] for key, expected_payoffs in payoffs.items()},
            Sense.AT_LEAST,
            value,
        )
    return best_value(program, {}) is not None


@pytest.mark.slow
@pytest.mark.parametrize("gamma", [F(0), F(1, 10)])
@pytest.mark.parametrize("ties", KIND)
@settings(often, max_examples=15)
@given(data=st.data())
def test_equilibrium_values_against_a_scan(
    ties: Ties, gamma: Fraction, data: st.DataObject
) -> None:
    """At random values, and at the ends of the intervals, each decided by programs of our own."""
    game = replace(data.draw(picked_games(ties=ties)), gamma=gamma)
    note(write(game))
    found, (low, high) = found_in(game), ends(game, game.agents)
    borders = {v for interval in found.intervals for v in interval if v <= high}
    for v in {low + (high - low) * data.draw(SHARES) for _ in range(4)} | borders | {low, high}:
        most = {
            agent.name: persuasion_value(game, agent, [], floor=v) - gamma
            for agent in game.agents
            if ties is Ties.FAVOUR_SPEAKER or ends(game, [agent])[1] > v  # else she stays
        }
        worst = found.worst
        different = worst is not None and (worst.kind, worst.user_utility) == (
            "different offers",
            v,
        )
        listed = any(a <= v <= b for a, b in found.intervals)
        assert can_have(game, v, most) == listed or (listed and different)


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(data=st.data())
def test_intervals_are_disjoint_and_ascending_and_the_ends_are_shown(
    ties: Ties, data: st.DataObject
) -> None:
    game = data.draw(picked_games(ties=ties))
    note(write(game))
    found = found_in(game)
    assert all(a <= b for a, b in found.intervals)
    assert all(b < c for (_, b), (c, _) in pairwise(found.intervals))
    same = len({agent.sees for agent in game.agents}) == 1
    assert found.complete == (same and ties is Ties.FAVOUR_SPEAKER)
    shown = [e.user_utility for e in (found.worst, found.best) if e is not None]
    assert all(any(a <= v <= b for a, b in found.intervals) for v in shown)
    assert shown == sorted(shown)
    if ties is Ties.FAVOUR_SPEAKER:
        assert shown == ([found.intervals[0][0], found.intervals[-1][1]] if found.intervals else [])


# Different offers, and few words


def split_games(
    *, ties: Ties | None = None, rich: bool = True, private: bool | None = None
) -> st.SearchStrategy[Game]:
    return games(
        min_agents=2,
        max_agents=3,
        silent=True,
        rich=rich,
        max_rounds=1,
        max_letters=2,
        ties=ties,
        claims=False,
        private=private,
    )


@pytest.mark.slow
@pytest.mark.parametrize("rich", [True, False])
@pytest.mark.parametrize("ties", list(Ties))
@settings(often, max_examples=15)
@given(data=st.data())
def test_no_signal_gains_on_offers_that_differ(ties: Ties, rich: bool, data: st.DataObject) -> None:
    """Whoever deviates is picked if he offers her more; if less, another is whose offer is best."""
    game = data.draw(split_games(ties=ties, rich=rich))
    note(write(game))
    worst = found_in(game).worst
    assume(worst is not None)
    assert worst is not None
    offers = {name: user_value(game, [signal]) for name, signal in worst.signals.items()}
    assert worst.user_utility == max(offers.values())
    assert worst.picked is None or offers[worst.picked] == worst.user_utility
    for signal in worst.signals.values():
        assert game.conversation.conveys(len({word for said in signal.values() for word in said}))
    agent = data.draw(st.sampled_from(game.agents))
    letters = game.conversation.capacity or 3
    other = data.draw(signals(game, agent, min(letters, 3)))
    gives = user_value(game, [other])
    rivals = {name: v for name, v in offers.items() if name != agent.name}
    most = max(rivals.values())
    if gives > most:
        gets = counted_on(game, agent.utility, [other])
        assert gets <= worst.agent_utilities[agent.name] + game.gamma
    if gives < most and worst.picked == agent.name:
        falls = [
            counted_on(game, agent.utility, [worst.signals[name]])
            for name, v in rivals.items()
            if v == most
        ]
        assert min(falls) <= worst.agent_utilities[agent.name] + game.gamma


def passing(game: Game, words: int | None) -> Iterator[Fraction]:
    """Values on a grid at which an outcome of some agent's signal leaves nobody a better offer."""
    for agent in game.agents:
        for program, payoffs in obedient(game, agent.sees, [], words):
            hers = {key: worths[USER] for key, worths in payoffs.items()}
            low, high = best_value(program, hers, Goal.MINIMISE), best_value(program, hers)
            if low is None or high is None:
                continue
            for v in (low + (high - low) * F(step, 8) for step in range(9)):
                scan = replace(program, rows=dict(program.rows))
                scan.row("hers", hers, Sense.EQUAL, v)
                for other in game.agents:
                    could = could_have(game, other, words, v)
                    if could is not None:
                        his = {key: worths[other.name] for key, worths in payoffs.items()}
                        scan.row(("his", other.name), his, Sense.AT_LEAST, could - game.gamma)
                if best_value(scan, {}) is not None:
                    yield v


def could_have(game: Game, agent: Agent, words: int | None, v: Fraction) -> Fraction | None:
    """The most that an agent gets by a signal that is worth v to her; None if he has none."""
    try:
        return persuasion_value(game, agent, [], words, v)
    except ValueError:
        return None


@pytest.mark.slow
@pytest.mark.parametrize("rich", [True, False])
@settings(often, max_examples=15)
@given(data=st.data())
def test_no_outcome_on_a_grid_lies_below_the_bound(rich: bool, data: st.DataObject) -> None:
    """What passes the conditions of an equilibrium, at a value on a grid, reaches the bound."""
    game = data.draw(split_games(ties=Ties.FAVOUR_SPEAKER, rich=rich, private=False))
    assume(len(game.actions) ** len({x for x, _ in game.points}) <= 4)
    note(write(game))
    finding = examine(game, [Guarantee.BEST_AI]).findings[Guarantee.BEST_AI]
    assert isinstance(finding.bound.value, Fraction)
    words = None if rich else game.conversation.capacity
    assert all(finding.bound.value <= v for v in passing(game, words))


# Equilibria


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(data=st.data())
def test_no_signal_outbids_the_common_one(ties: Ties, data: st.DataObject) -> None:
    """A deviator is picked for sure if he offers her more, under `favour-speaker` also if he offers
    as much.
    """
    game = replace(
        data.draw(picked_games(ties=ties)), gamma=data.draw(st.sampled_from([F(0), F(1, 10)]))
    )
    note(write(game))
    found = found_in(game)
    for equilibrium in (found.worst, found.best):
        if equilibrium is None or equilibrium.kind == "different offers":
            continue
        assert equilibrium.picked is None and equilibrium.kind == "common signal"
        signal, *rest = equilibrium.signals.values()
        assert all(other == signal for other in rest) and len(rest) + 1 == len(game.agents)
        distribution = situations(game, [signal])
        assert set(distribution) == set(equilibrium.response)
        for t, masses in distribution.items():
            best = best_actions(game, masses)
            assert equilibrium.response[t] in (best[:1] if ties is Ties.ORDER else best)
        assert equilibrium.user_utility == user_value(game, [signal])
        for agent in game.agents:
            assert all(signal[x] == signal[cell[0]] for cell in agent.sees for x in cell)
            has = sum(
                (
                    worth(game, agent.utility, masses)[equilibrium.response[t]]
                    for t, masses in distribution.items()
                ),
                F(0),
            )
            assert equilibrium.agent_utilities[agent.name] == has
            other = data.draw(signals(game, agent, 3))
            gets, gives = counted_on(game, agent.utility, [other]), user_value(game, [other])
            if gives > equilibrium.user_utility or (
                gives == equilibrium.user_utility and ties is Ties.FAVOUR_SPEAKER
            ):
                assert gets <= has + game.gamma


def outcomes(game: Game, signal: Signal) -> Iterator[dict[str, Fraction]]:
    """What each agent gets, for all her best responses to a signal."""
    distribution = situations(game, [signal])
    for chosen in product(*(best_actions(game, masses) for masses in distribution.values())):
        yield {
            agent.name: sum(
                (
                    worth(game, agent.utility, m)[a]
                    for m, a in zip(distribution.values(), chosen, strict=True)
                ),
                F(0),
            )
            for agent in game.agents
        }


@pytest.mark.slow
@settings(often, max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_under_favour_speaker_no_profile_has_another_value(data: st.DataObject) -> None:
    """Whoever is picked and however she responds: at a value outside the intervals some agent gains
    by outbidding. One drawn value in ten lies outside.
    """
    game = data.draw(picked_games(ties=Ties.FAVOUR_SPEAKER, partitioned=False))
    note(write(game))
    found = found_in(game)
    assert found.complete
    profile = data.draw(profiles(game))
    v = max(user_value(game, [signal]) for signal in profile.values())
    assume(not any(a <= v <= b for a, b in found.intervals))
    most = {agent.name: persuasion_value(game, agent, [], floor=v) for agent in game.agents}
    for signal in profile.values():
        if user_value(game, [signal]) == v:
            for gets in outcomes(game, signal):
                assert any(most[name] > gets[name] for name in most)


@cache
def prosecutors() -> Game:
    """Two prosecutors with the same wish; she picks one."""
    user, sender = {"acquit": [1, 0], "convict": [0, 1]}, {"acquit": [0, 0], "convict": [1, 1]}
    prior = {"innocent": F(7, 10), "guilty": F(3, 10)}
    return simple_game(prior, user, {"first": sender, "second": sender}, ties=Ties.FAVOUR_SPEAKER)


def test_two_prosecutors_and_every_value_between() -> None:
    """f(v): 3/5 at her 7/10, then each point of hers costs one of convictions, down to 3/10 at 1.

    All of it is common.
    """
    found = found_in(prosecutors())
    for frontier in found.frontiers:
        assert frontier.breakpoints == ((F(7, 10), F(3, 5)), (F(1), F(3, 10)))
    assert found.intervals == ((F(7, 10), F(1)),)
    assert found.complete
    assert found.worst is not None and found.best is not None
    assert (found.worst.user_utility, found.best.user_utility) == (F(7, 10), F(1))
    assert found.worst.agent_utilities == {"first": F(3, 5), "second": F(3, 5)}


def test_a_defender_makes_her_know_the_truth() -> None:
    """What one gains the other loses: f_1 + f_2 is 1 only at OPT, so that is the only equilibrium
    value.
    """
    game = replace(load(INSTANCES / "classics/opposed_advocates.toml"), ties=Ties.FAVOUR_SPEAKER)
    assert found_in(game).intervals == ((F(1), F(1)),)


def test_under_order_some_ends_are_not_attained() -> None:
    """The judge who acquits when in doubt: 7/10 needs her to convict at 1/2, but 1 does not."""
    found = found_in(replace(prosecutors(), ties=Ties.ORDER))
    assert found.intervals == ((F(7, 10), F(1)),)
    assert found.worst is not None and found.worst.user_utility == 1
    assert found.best is not None and found.best.user_utility == 1
    assert not found.complete


def test_where_there_is_nothing_to_select() -> None:
    game = prosecutors()
    asked = replace(
        game,
        user_observations=("x", "z"),
        conversation=Conversation(1, 2, "rich"),
        joint={("x", "innocent", "innocent"): F(7, 10), ("z", "guilty", "guilty"): F(3, 10)},
    )
    others = (
        replace(game, agents=game.agents[:1]),
        asked,
    )
    assert all(best_ai_values(other, Effort()) is None for other in others)
    assert (
        best_ai_values(replace(game, conversation=Conversation(1, 2, "rich")), Effort()) is not None
    )
    assert game.user_observations == (NOTHING,)


def test_lines_and_merged_intervals() -> None:
    line = Line(F(1), F(2), F(-1, 2))
    assert (line(F(1)), line(F(3))) == (F(2), F(1))
    assert merged([]) == ()
    spans = [(F(0), F(1)), (F(1), F(1)), (F(1), F(2)), (F(5, 2), F(3))]
    assert merged(spans) == ((F(0), F(2)), (F(5, 2), F(3)))


def three_views(seed: int, ties: Ties) -> Game:
    """Random numbers; one agent sees the state, the others see two different parts of it."""
    draw, states = random.Random(seed), ("x", "y", "z")

    def table() -> Table:
        return {action: [draw.randint(0, 5) for _ in states] for action in ("a", "b", "c")}

    prior = dict(zip(states, (F(1, 6), F(1, 3), F(1, 2)), strict=True))
    game = simple_game(prior, table(), {name: table() for name in ("one", "two", "three")})
    views = [(("x",), ("y",), ("z",)), (("x",), ("y", "z")), (("x", "y"), ("z",))]
    agents = tuple(replace(a, sees=sees) for a, sees in zip(game.agents, views, strict=True))
    return replace(game, agents=agents, ties=ties)


@pytest.mark.parametrize("ties", list(Ties))
@pytest.mark.parametrize("seed", range(6))
def test_what_several_pieces_leave_impossible_is_in_none_of_them(seed: int, ties: Ties) -> None:
    """Chords over several pieces ask for less, and halves find what each piece alone has."""
    search = Search(three_views(seed, ties), Effort())
    contests, pieces = list(different(search.curves)), search.pieces
    values = []
    for n, piece in enumerate(pieces):
        found = search._ends(contests, piece, Goal.MINIMISE)
        values += [(n, each[1].user_utility) for each in found if search._equilibrium(each)]
        for contest in {id(each[0]): each[0] for each in found}.values():
            alone = contest.end(search.frontiers, [piece], Goal.MINIMISE)
            assert alone is not None
            for first, last in combinations(range(len(pieces) + 1), 2):
                if first <= n < last:
                    wide = contest.end(search.frontiers, pieces[first:last], Goal.MINIMISE)
                    assert wide is not None and wide[0].user_utility <= alone[0].user_utility
    worst = search._least_different(contests, pieces, None)
    expected = [value for n, value in values if n == values[0][0]]
    assert (None if worst is None else worst.user_utility) == min(expected, default=None)
