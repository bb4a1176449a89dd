"""Column generation finds what a program over all strategies finds, and for more of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.games import games, many_thresholds, meaningless_types, profiles, two_firms
from verifier.errors import SizeError
from verifier.game.model import Game
from verifier.game.response import signal_distribution
from verifier.game.writer import write
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Number, Optimal, Sense
from verifier.theory.deviations import columns as generation
from verifier.theory.deviations.columns import Columns
from verifier.theory.deviations.persuasion import (
    Subproblem,
    column_payoffs,
    independent_types,
    signal_program,
    subproblem_of,
    user_strategies,
)
from verifier.theory.equilibria.optimal_signal import persuaded_equilibria
from verifier.theory.judgements.signals import Refutation, judge

F = Fraction
often = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def subproblems(draw: st.DrawFn) -> tuple[Game, Subproblem]:
    """What the first agent faces: types by what the user sees and by what another agent says."""
    game = draw(games(max_agents=2, max_rounds=1))
    others = list(draw(profiles(game)).values())[1:]
    parts = list(independent_types(game.agents[0], signal_distribution(game, others)))
    subproblem = subproblem_of(game, game.agents[0], draw(st.sampled_from(parts)))
    assume(len(game.actions) ** len(subproblem.types) <= 81)
    return game, subproblem


def listed(game: Game, subproblem: Subproblem, goal: Goal, at_least: Fraction | None) -> Number:
    """The optimum over all strategies: his payoff, or hers where his is at least so much."""
    strategies = user_strategies(game, subproblem)
    his = column_payoffs(subproblem, strategies, subproblem.agent_payoff, USUAL)
    hers = column_payoffs(subproblem, strategies, subproblem.user_payoff, USUAL)
    program = signal_program(game, subproblem, strategies, goal, his if at_least is None else hers)
    if at_least is not None:
        program.row("his", {**his}, Sense.AT_LEAST, at_least)
    answer = USUAL.solve(program)
    assert isinstance(answer, Optimal)
    return answer.value


@often
@given(faced=subproblems())
def test_the_values_are_those_of_all_strategies(faced: tuple[Game, Subproblem]) -> None:
    game, subproblem = faced
    note(write(game))
    columns, hers = Columns(subproblem, USUAL), subproblem.user_payoff
    best = columns.best(subproblem.agent_payoff)
    assert best.value == listed(game, subproblem, Goal.MAXIMISE, None)
    assert sum(best.prices.values()) == best.value
    most = columns.best(hers, (subproblem.agent_payoff, best.value)).value
    least = columns.best({k: -v for k, v in hers.items()}, (subproblem.agent_payoff, best.value))
    assert most == listed(game, subproblem, Goal.MAXIMISE, best.value)
    assert -least.value == listed(game, subproblem, Goal.MINIMISE, best.value)


@often
@given(faced=subproblems())
def test_every_message_is_obeyed_and_every_cell_speaks(faced: tuple[Game, Subproblem]) -> None:
    game, subproblem = faced
    note(write(game))
    found = Columns(subproblem, USUAL).best(subproblem.agent_payoff)
    hers, his = subproblem.user_payoff, subproblem.agent_payoff
    for cell in subproblem.cells:
        assert sum(p for (c, _), p in found.sends.items() if c == cell) == 1
    for s in {s for _, s in found.sends}:
        sent = {c: p for (c, strategy), p in found.sends.items() if strategy == s}
        for n, a in enumerate(s):
            worth = {b: sum(p * hers[c, n, b] for c, p in sent.items()) for b in game.actions}
            assert worth[a] == max(worth.values())
    value = sum(p * sum(his[c, n, a] for n, a in enumerate(s)) for (c, s), p in found.sends.items())
    assert value == found.value


@pytest.mark.parametrize(
    ("types", "value"), [(6, F(9, 14)), (10, F(8, 13)), (12, F(64, 105)), (13, F(507, 833))]
)
def test_of_2_to_the_n_strategies_a_dozen_are_written_out(types: int, value: Fraction) -> None:
    game = many_thresholds(types)
    subproblem = subproblem_of(game, game.agents[0], signal_distribution(game, []))
    columns = Columns(subproblem, USUAL)
    assert columns.best(subproblem.agent_payoff).value * subproblem.grain == value
    assert len(columns.known) <= types + 3


def test_pricing_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    game = many_thresholds(10)
    subproblem = subproblem_of(game, game.agents[0], signal_distribution(game, []))
    monkeypatch.setattr(generation, "PRICING_LIMIT", 1)
    with pytest.raises(SizeError, match=r"more than 1 programs .* a user with 10 types"):
        Columns(subproblem, USUAL).best(subproblem.agent_payoff)
    with pytest.raises(SizeError, match=r"120 coefficients \(3 cells x 10 types .* limit is 119"):
        Columns(subproblem, Effort(program_limit=119))


def test_types_that_mean_nothing_do_not_hide_the_equilibrium() -> None:
    """2^13 strategies, all obeyed where she is indifferent: one plan for all types is optimal."""
    game = meaningless_types(13)
    worst, best = persuaded_equilibria(game)
    assert worst.user_utility == best.user_utility == F(7, 10)
    assert worst.agent_utilities == worst.at_most == {"prosecutor": F(3, 5)}


def test_a_deviation_is_found_among_too_many_strategies() -> None:
    """Truth is left for silence, or for a plan, where the strategies cannot be listed."""
    told = {x: {x: F(1)} for x in ("innocent", "guilty")}
    found = judge(meaningless_types(13), {"prosecutor": told})
    assert isinstance(found, Refutation) and found.before == F(3, 10) < found.after < F(3, 5)
    told = {x: {x: F(1)} for x in ("lo", "mid", "hi")}
    found = judge(many_thresholds(13), {"sender": told})
    assert isinstance(found, Refutation) and found.before == F(11, 21) < found.after < F(507, 833)


def test_silence_refutes_that_each_tests_his_own_drug() -> None:
    tested = {
        f"firm {n + 1}": {x: {x[n]: F(1)} for x in ("hh", "hl", "lh", "ll")} for n in range(2)
    }
    found = judge(two_firms(), tested)
    assert isinstance(found, Refutation)
    assert (found.agent, found.before, found.after) == ("firm 1", F(17, 50), F(2, 5))
    assert len({tuple(sent.items()) for sent in found.deviation.values()}) == 1
