"""Trajectories of best responses, in turn, until nobody moves, a state repeats or a limit ends it.

The user picks an agent whose offer is worth most to her. An agent in turn may win or lose. To win
he offers at least what the best rival offers; a challenger at least `step` more. To lose, where he
is selected, he offers silence. He moves if he gains (by more than gamma, if the instance claims
gamma-equilibria). Of equal offers the selected agent's stays selected, unless a challenger has just
matched it with a step of 0: ties go to the one who moves. Where the selected agent steps back, the
first of the best rivals in instance order is selected. Where this comes to rest: theory.md 6.6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import partial

from verifier.deadline import OutOfTimeError, in_time
from verifier.dynamics.offer import Offer, Offers
from verifier.rng import Draws


class Ending(StrEnum):
    """The reason why a trajectory ends."""

    EQUILIBRIUM = "equilibrium"
    """In a whole round no agent can gain."""
    CYCLE = "cycle"
    """At the start of a round the offers and the selected agent are those of an earlier round."""
    BUDGET = "budget"
    """As many moves as were allowed."""
    OUT_OF_TIME = "out of time"
    """The deadline passed before the next move was known."""


class Start(StrEnum):
    """The first offers of the agents."""

    SILENCE = "silence"
    TRUTH = "truth"
    ALONE = "alone"
    """What each would offer if he were the only agent."""
    RANDOM = "random"


@dataclass(frozen=True)
class State:
    """The offers of all agents, in instance order, and the number of the selected one."""

    offers: tuple[Offer, ...]
    selected: int

    @property
    def offer(self) -> Offer:
        """The selected offer."""
        return self.offers[self.selected]

    def rival(self, n: int) -> int | None:
        """The other agent with the best offer, the first of several; None without others."""
        others = [other for other in range(len(self.offers)) if other != n]
        return max(others, key=lambda other: (self.offers[other].worth, -other)) if others else None


@dataclass(frozen=True)
class Move:
    """An agent's best response, and the state after it."""

    round: int
    agent: str
    wins: bool
    state: State


@dataclass(frozen=True)
class Trajectory:
    """A trajectory: the first state, all moves, and the reason for the end.

    A cycle consists of the moves from number `since` on; None for other ends.
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
        """The states of the cycle, each after a move; of other trajectories the last state."""
        return (
            (self.final,)
            if self.since is None
            else tuple(move.state for move in self.moves[self.since :])
        )


def starting(offers: Offers, start: Start, seed: int) -> State:
    """The first state, with the first of the best offers selected; `seed` is for RANDOM only."""
    everyone = range(len(offers.game.agents))
    if start is Start.SILENCE:
        first = [offers.silence(n) for n in everyone]
    elif start is Start.TRUTH:
        first = [offers.truth(n) for n in everyone]
    elif start is Start.ALONE:
        first = [offers.best(n, offers.least) for n in everyone]
    else:
        first = [offers.drawn(n, Draws("dynamics", seed, "start", n)) for n in everyone]
    return State(tuple(first), max(everyone, key=lambda n: (first[n].worth, -n)))


def trajectory(
    offers: Offers,
    start: State,
    step: Fraction = Fraction(0),
    most: int = 1000,
    draws: Draws | None = None,
) -> Trajectory:
    """The trajectory of best responses from a state on.

    Rounds go through the agents in instance order, or in an order that `draws` draws. `most` is the
    largest number of moves. Domain: step >= 0, most >= 0. A state that is repeated under random
    orders is a closed path of best responses, from which another order might lead away; in instance
    order it is repeated for ever.
    """
    state, moves, seen, number = start, list[Move](), dict[object, int](), 0
    while True:
        key = (tuple(offer.text for offer in state.offers), state.selected)
        if key in seen:
            return Trajectory(start, tuple(moves), Ending.CYCLE, seen[key])
        seen[key] = len(moves)
        number += 1
        for n in range(len(state.offers)) if draws is None else draws.order(len(state.offers)):
            try:
                found = in_time(partial(response, offers, state, n, step))
            except OutOfTimeError:
                return Trajectory(start, tuple(moves), Ending.OUT_OF_TIME)
            if found is None:
                continue
            if len(moves) == most:
                return Trajectory(start, tuple(moves), Ending.BUDGET)
            wins, state = found.selected == n, found
            moves.append(Move(number, offers.game.agents[n].name, wins, state))
        if len(moves) == seen[key]:
            return Trajectory(start, tuple(moves), Ending.EQUILIBRIUM)


def response(offers: Offers, state: State, n: int, step: Fraction) -> State | None:
    """The state after the n-th agent's best response; None if he has none that he gains by."""
    name, rival = offers.game.agents[n].name, state.rival(n)
    beaten = offers.least if rival is None else state.offers[rival].worth
    floor = beaten if n == state.selected or rival is None else beaten + step
    winning = offers.value(n, floor)
    least = state.offer.gives[name] + offers.game.gamma
    losing = None
    if rival is not None and n == state.selected and offers.silence(n).worth < beaten:
        losing = state.offers[rival].gives[name]
    if winning is not None and winning > least and (losing is None or winning >= losing):
        return State(_with(state.offers, n, offers.best(n, floor)), n)
    if rival is not None and losing is not None and losing > least:
        return State(_with(state.offers, n, offers.silence(n)), rival)
    return None


def _with(offers: Sequence[Offer], n: int, offer: Offer) -> tuple[Offer, ...]:
    return (*offers[:n], offer, *offers[n + 1 :])


def gains(offers: Offers, offer: Offer) -> Mapping[str, Fraction]:
    """The gain of each agent from matching an offer, if that sufficed to be selected.

    If no gain exceeds gamma, "all make this offer" is an equilibrium, for agents who can.
    """
    found = {}
    for n, agent in enumerate(offers.game.agents):
        value = offers.value(n, offer.worth)
        found[agent.name] = (
            Fraction(0) if value is None else max(Fraction(0), value - offer.gives[agent.name])
        )
    return found
