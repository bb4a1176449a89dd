"""What an agent can offer to a user who picks the best one: his best rule that is worth enough to
her (theory.md 6, G3).

All of this is for `favour-speaker`: elsewhere what an agent can get is a supremum, and there need
be no best response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from verifier.errors import InstanceError
from verifier.game.model import Game, Ties
from verifier.game.response import Response, best_actions_at, expected, signal_distribution, values
from verifier.game.rules import Signal
from verifier.rng import Draws
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Sense
from verifier.theory.frontier import Frontier, Frontiers
from verifier.theory.persuasion import (
    column_payoffs,
    optimum_of,
    read_plan,
    signal_program,
    user_strategies,
)
from verifier.theory.signal_equilibrium import as_signal


@dataclass(frozen=True)
class Offer:
    """A signal that an agent offers, what the user would do, what it is worth to her, and what it
    gives to every agent.
    """

    agent: str
    signal: Signal
    response: Response
    worth: Fraction
    gives: Mapping[str, Fraction]

    @property
    def text(self) -> tuple[tuple[str, tuple[tuple[str, Fraction], ...]], ...]:
        """The signal as a key: equal bids say the same with the same probabilities."""
        return tuple((x, tuple(sorted(says.items()))) for x, says in self.signal.items())


def playable(game: Game) -> Game:
    """The game, if its agents can play best responses.

    Raises InstanceError with what is in the way and what to do.
    """
    talk = game.conversation
    asks = not talk.silent and len(game.user_observations) > 1
    if talk.rounds > 1 or not talk.rich or asks:
        raise InstanceError(
            f"{game.title}: {talk.rounds} rounds, user alphabet {talk.user_alphabet}, agent"
            f" alphabet {talk.agent_alphabet}; dynamics are played in one round, with a silent user"
            " and a rich alphabet"
        )
    if game.ties is not Ties.FAVOUR_SPEAKER:
        raise InstanceError(
            f"{game.title}: model.ties is {game.ties}, where an agent may come as near to a best"
            " response as he likes and never have one; use --ties favour-speaker"
        )
    return game


class Offers:
    """The bids of all agents of one game, each best one solved for once.

    Raises InstanceError unless it is playable.
    """

    def __init__(self, game: Game, effort: Effort = USUAL) -> None:
        self.game = playable(game)
        self.curves = Frontiers(self.game, effort)
        self.effort = effort
        self.best = cache(self._best)
        self.silence = cache(self._silence)
        self.truth = cache(self._truth)
        self.curve = cache(self._curve)

    @property
    def least(self) -> Fraction:
        """What silence is worth to her: no offer is worth less."""
        return self.silence(0).worth

    def value(self, n: int, floor: Fraction) -> Fraction | None:
        """The most that the n-th agent has from an offer worth at least `floor` to her; None if he
        can offer no such rule.
        """
        return None if floor > self.truth(n).worth else self.curve(n).piece(floor, floor)(floor)

    def _curve(self, n: int) -> Frontier:
        """All that the n-th agent can have, from the least that silence is worth to the most that
        the truth is.
        """
        return self.curves.frontier(n, self.least, self.truth(n).worth)

    def _best(self, n: int, floor: Fraction) -> Offer:
        """An offer with that value; of several the one worth least to her.

        Domain: floor at most what the truth is worth.
        """
        subproblem, most = self.curves.subproblems[n], self.value(n, floor)
        if most is None:
            raise ValueError(f"{self.game.agents[n].name} has no offer worth {floor} to her")
        followed = user_strategies(self.game, subproblem)
        his, hers = (
            column_payoffs(subproblem, followed, subproblem.agent_payoff),
            column_payoffs(subproblem, followed, subproblem.user_payoff),
        )
        program = signal_program(self.game, subproblem, followed, Goal.MINIMISE, hers, self.effort)
        program.row("as much as she wants", hers, Sense.AT_LEAST, floor)
        program.row("as much as he can have", his, Sense.AT_LEAST, most)
        plan = read_plan(optimum_of(self.effort.solve(program)).primal, hers)
        return self._bid(n, *as_signal(self.game, subproblem, plan))

    def _silence(self, n: int) -> Offer:
        return self.said(n, {x: {"nothing": Fraction(1)} for x in self.game.agent_observations})

    def _truth(self, n: int) -> Offer:
        sees = self.game.agents[n].sees
        return self.said(n, {x: {cell[0]: Fraction(1)} for cell in sees for x in cell})

    def drawn(self, n: int, draws: Draws) -> Offer:
        """A random signal: of two words, with probabilities that are multiples of 1/4, one for each
        cell he sees.
        """
        signal: dict[str, dict[str, Fraction]] = {}
        for cell in self.game.agents[n].sees:
            share = Fraction(draws.integer(0, 4), 4)
            says = {word: p for word, p in (("yes", share), ("no", 1 - share)) if p}
            signal |= dict.fromkeys(cell, says)
        return self.said(n, {x: signal[x] for x in self.game.agent_observations})

    def said(self, n: int, signal: Signal) -> Offer:
        """Any signal as a bid; where she is indifferent she does what suits him."""
        payoff = self.game.agent_payoffs[self.game.agents[n].name]
        response = {}
        for t, seen in signal_distribution(self.game, [signal]).items():
            his = values(self.game, payoff, t, seen)
            response[t] = max(best_actions_at(self.game, t, seen), key=his.__getitem__)
        return self._bid(n, signal, response)

    def _bid(self, n: int, signal: Signal, response: Response) -> Offer:
        told = signal_distribution(self.game, [signal])
        gives = {
            name: expected(payoff, told, response)
            for name, payoff in self.game.agent_payoffs.items()
        }
        return Offer(
            self.game.agents[n].name,
            signal,
            response,
            expected(self.game.user_payoff, told, response),
            gives,
        )
