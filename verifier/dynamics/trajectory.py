"""Best responses in turn, until nobody moves, a state repeats, or the budget is spent (theory.md 6,
G3).

The user picks an agent whose bid is worth most to her. An agent in turn may win or lose. To win he
offers at least what the best rival offers; a challenger at least `step` more. To lose, where he is
selected, he says nothing. He moves if he gains (by more than gamma, if the instance claims
gamma-equilibria). Of equal bids the selected agent's stays selected, unless a challenger has just
matched it with a step of 0: ties go to the one who moves. Where the selected agent steps back, the
first of the best rivals in instance order is selected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from verifier.dynamics.offer import Bid, Bids
from verifier.rng import Draws


class Ending(StrEnum):
    """Why a course ends."""

    EQUILIBRIUM = "equilibrium"
    """In a whole round no agent can gain."""
    CYCLE = "cycle"
    """At the start of a round the bids and the selected agent are exactly as before."""
    BUDGET = "budget"
    """As many moves as were allowed."""


class Start(StrEnum):
    """What the agents offer at first."""

    SILENCE = "silence"
    TRUTH = "truth"
    ALONE = "alone"
    """What each would offer if he were the only agent."""
    RANDOM = "random"


@dataclass(frozen=True)
class State:
    """All bids, in instance order, and the number of the selected agent."""

    bids: tuple[Bid, ...]
    selected: int

    @property
    def bid(self) -> Bid:
        """The selected one."""
        return self.bids[self.selected]

    def rival(self, n: int) -> int | None:
        """The first of the other agents whose bid is worth most to her; None if there is no other."""
        others = [other for other in range(len(self.bids)) if other != n]
        return max(others, key=lambda other: (self.bids[other].worth, -other)) if others else None


@dataclass(frozen=True)
class Move:
    """An agent's best response, and the state after it."""

    round: int
    agent: str
    wins: bool
    state: State


@dataclass(frozen=True)
class Course:
    """Where the agents start, all moves, and how it ends; `since`: a cycle consists of the moves
    from that number on.
    """

    start: State
    moves: tuple[Move, ...]
    ending: Ending
    since: int | None = None

    @property
    def final(self) -> State:
        """The last state."""
        return self.moves[-1].state if self.moves else self.start

    @property
    def lasting(self) -> tuple[State, ...]:
        """The states of the cycle, each after a move; of other courses the last state."""
        return (
            (self.final,)
            if self.since is None
            else tuple(move.state for move in self.moves[self.since :])
        )


def starting(bids: Bids, start: Start, seed: int) -> State:
    """The first state; the first of the best bids is selected. `seed` is used by RANDOM only."""
    everyone = range(len(bids.game.agents))
    if start is Start.SILENCE:
        offers = [bids.silence(n) for n in everyone]
    elif start is Start.TRUTH:
        offers = [bids.truth(n) for n in everyone]
    elif start is Start.ALONE:
        offers = [bids.best(n, bids.least) for n in everyone]
    else:
        offers = [bids.drawn(n, Draws("dynamics", seed, "start", n)) for n in everyone]
    return State(tuple(offers), max(everyone, key=lambda n: (offers[n].worth, -n)))


def course(
    bids: Bids,
    start: State,
    step: Fraction = Fraction(0),
    most: int = 1000,
    draws: Draws | None = None,
) -> Course:
    """Best responses from this state on.

    Rounds go through the agents in instance order, or in an order that `draws` draws.

    Domain: step >= 0, most >= 0 (moves). A state that is repeated under random orders is a closed
    walk of best responses, from which another order might lead away; in instance order it is
    repeated for ever.
    """
    state, moves, seen, number = start, list[Move](), dict[object, int](), 0
    while True:
        key = (tuple(bid.text for bid in state.bids), state.selected)
        if key in seen:
            return Course(start, tuple(moves), Ending.CYCLE, seen[key])
        seen[key] = len(moves)
        number += 1
        for n in range(len(state.bids)) if draws is None else draws.order(len(state.bids)):
            found = response(bids, state, n, step)
            if found is None:
                continue
            if len(moves) == most:
                return Course(start, tuple(moves), Ending.BUDGET)
            wins, state = found.selected == n, found
            moves.append(Move(number, bids.game.agents[n].name, wins, state))
        if len(moves) == seen[key]:
            return Course(start, tuple(moves), Ending.EQUILIBRIUM)


def response(bids: Bids, state: State, n: int, step: Fraction) -> State | None:
    """The state after the n-th agent's best response; None if he has none that he gains by."""
    name, rival = bids.game.agents[n].name, state.rival(n)
    beaten = bids.least if rival is None else state.bids[rival].worth
    floor = beaten if n == state.selected or rival is None else beaten + step
    winning = bids.value(n, floor)
    least = state.bid.gives[name] + bids.game.gamma
    losing = None
    if rival is not None and n == state.selected and bids.silence(n).worth < beaten:
        losing = state.bids[rival].gives[name]
    if winning is not None and winning > least and (losing is None or winning >= losing):
        return State(_with(state.bids, n, bids.best(n, floor)), n)
    if rival is not None and losing is not None and losing > least:
        return State(_with(state.bids, n, bids.silence(n)), rival)
    return None


def _with(offers: Sequence[Bid], n: int, bid: Bid) -> tuple[Bid, ...]:
    return (*offers[:n], bid, *offers[n + 1 :])


def gains(bids: Bids, bid: Bid) -> Mapping[str, Fraction]:
    """What each agent would gain by matching this bid, if that were enough to be selected; 0 if
    nothing.

    If no gain exceeds gamma, "all offer this" is an equilibrium, for agents who can.
    """
    found = {}
    for n, agent in enumerate(bids.game.agents):
        value = bids.value(n, bid.worth)
        found[agent.name] = (
            Fraction(0) if value is None else max(Fraction(0), value - bid.gives[agent.name])
        )
    return found
