"""Sets of which she could be told without doing anything else, and what follows (theory.md 5.10).

The oracle is play: equilibria that were found by programs that know nothing of long shifts.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from benchmarks.random_games import Z3, random_game
from verifier.game.model import Game, Ties
from verifier.game.response import signal_distribution
from verifier.numbers import rational
from verifier.solve.effort import Effort
from verifier.theory.alignment import hull
from verifier.theory.benchmark import optimum
from verifier.theory.bounds.contested import contested_by_each, never_played
from verifier.theory.bounds.indifference import indifference
from verifier.theory.bounds.long_shifts import LongShift, long_shifts, with_what_they_need
from verifier.theory.bounds.outcome_program import bound
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.best_replies import reply_equilibria
from verifier.theory.equilibria.partition import partition_equilibria
from verifier.theory.equilibria.two_senders import sender_equilibrium
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine, setting_of

F = Fraction

CLOSED = {
    24: F(55, 9),
    37: F(19, 3),
    56: F(181, 21),
    60: F(7),
    84: F(11, 2),
    88: F(42, 5),
    116: F(25, 3),
}
"""Games of `benchmarks.random_games --reference`, by number from 0, that nothing else closes under
`order`, and what her worst equilibrium is worth.
"""


def reference(number: int) -> Game:
    """A game of the reference set of `benchmarks.random_games`, under `order`."""
    draw = random.Random("1 (2, 3, 3)")
    drawn = [random_game(draw, 2, 3, 3) for _ in range(number + 1)]
    return replace(drawn[-1], ties=Ties.ORDER)


def unplayed(game: Game) -> frozenset[tuple[str, str]]:
    """The actions that no equilibrium has."""
    found = never_played(game, setting_of(game, Guarantee.BAYES, hull(game), F(0)), Effort())
    return frozenset(() if found is None else found.actions)


def shifts_of(game: Game) -> tuple[LongShift, ...]:
    """The long shifts of a game in which no equilibrium has a tie, otherwise none."""
    never = unplayed(game)
    found = indifference(game, never, Effort())
    return () if found is None or found.left else long_shifts(game, never, Effort())


@pytest.mark.parametrize("number", CLOSED)
def test_a_reference_game_is_closed_by_long_shifts(number: int) -> None:
    """z3 finds the worst partition, and that the rows of outcomes allow less."""
    game, worst = reference(number), CLOSED[number]
    finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    assert finding.equilibrium is not None and finding.bound.remarks is not None
    assert finding.bound.remarks.proof is not None and finding.bound.remarks.proof.shifts
    assert finding.bound.value == finding.equilibrium.user_utility == worst
    rows = bound(game, setting_of(game, Guarantee.BAYES, hull(game), F(0)), Effort()).value
    peer = Z3(game)
    assert peer.worst() == worst and peer.bound() == rows
    assert rational(rows) < worst


def test_where_every_margin_is_contested_every_observation_is_steady() -> None:
    """The second part of theorem 5.5 is the case of shifts towards single observations."""
    draw, checked = random.Random(4), 0
    for _ in range(60):
        game = replace(random_game(draw, 2, 3, 3), ties=Ties.ORDER)
        if contested_by_each(game, frozenset(), Effort()) is None:
            continue
        steady = {shift.steady for shift in long_shifts(game, frozenset(), Effort())}
        assert {frozenset([o]) for o in game.agent_observations} <= steady
        checked += 1
    assert checked > 5


def test_a_user_who_is_free_to_break_ties_has_no_steady_sets() -> None:
    game = reference(60)
    assert long_shifts(game, unplayed(game), Effort())
    assert not long_shifts(replace(game, ties=Ties.ANY), unplayed(game), Effort())


def test_agents_shift_in_directions_that_they_see() -> None:
    """An observation that nobody can tell from another is never ahead of it."""
    game = reference(60)
    coarse = tuple(replace(agent, sees=(("y0",), ("y1", "y2"))) for agent in game.agents)
    found = long_shifts(replace(game, agents=coarse), frozenset(), Effort())
    assert found and all(shift.direction["y1"] == shift.direction["y2"] for shift in found)
    assert any(shift.direction["y1"] != shift.direction["y2"] for shift in shifts_of(game))


def equilibria(game: Game) -> list[SignalEquilibrium]:
    """Equilibria that do not depend on any bound."""
    found = [*partition_equilibria(game, Effort(), F(-(10**6))), *reply_equilibria(game)]
    known = min((shown.user_utility for shown in found), default=optimum(game))
    both = sender_equilibrium(game, known + F(1, 1000), Effort(sender_tries=30))
    return found if both is None else [*found, both]


def kept(game: Game, shown: SignalEquilibrium, told: frozenset[str]) -> bool:
    """Whether what she does in an equilibrium is best if she is told of a set as well."""
    heard = signal_distribution(game, [shown.signals[agent.name] for agent in game.agents])
    for user_type, likely in heard.items():
        left = {o: p for o, p in likely.items() if o in told}
        worth = {
            a: sum((p * game.whole_user_payoff[user_type[0], o, a] for o, p in left.items()), F(0))
            for a in game.actions
        }
        if worth[shown.response[user_type]] < max(worth.values()):
            return False
    return True


@pytest.mark.slow
def test_in_every_equilibrium_she_could_be_told_of_a_steady_set() -> None:
    draw, sets, short, moved = random.Random(8), 0, 0, 0
    for _ in range(250):
        ties = draw.choice([Ties.ORDER, Ties.FAVOUR_SPEAKER, Ties.BELIEF])
        game = replace(random_game(draw, 2, draw.choice([2, 3]), draw.choice([2, 3])), ties=ties)
        steady = {shift.steady for shift in shifts_of(game)}
        for shown in equilibria(game) if steady else ():
            assert all(kept(game, shown, some) for some in steady)
            sets += len(steady)
            short += shown.user_utility < optimum(game)
            moved += any(not kept(game, shown, frozenset([o])) for o in game.agent_observations)
    assert sets > 300 and short > 15 and moved > 15


def test_shifts_that_nobody_needs_are_left_out_and_the_rest_numbered_anew() -> None:
    found = shifts_of(reference(88))
    needs = [{m for turned in s.turns.values() for m, _ in turned.within} for s in found]
    assert all(m < n for n, some in enumerate(needs, 1) for m in some)
    last = max(n for n, some in enumerate(needs, 1) if some)
    numbers, rest = with_what_they_need(found, {last})
    assert [found[n - 1].steady for n in numbers] == [shift.steady for shift in rest]
    assert numbers[last] == len(rest) and {*numbers} >= needs[last - 1]
    for n, place in numbers.items():
        within = {m for turned in rest[place - 1].turns.values() for m, _ in turned.within}
        assert within == {numbers[m] for m in needs[n - 1]}
    assert not with_what_they_need(found, set())[1]
