"""Offers of agents to a user who picks the best: the best rule that is worth enough to her.

An agent's payoff from his best rule worth at least v to her is his frontier at v (theory.md 6.5).
All of this is for `favour-speaker`: under other tie rules what an agent can get is a supremum, and
there need be no best response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from verifier.errors import InstanceError
from verifier.game.model import Game, Ties
from verifier.game.response import Response, best_actions_at, expected, signal_distribution, values
from verifier.game.rules import Signal, silence, truth
from verifier.numbers import counted
from verifier.rng import Draws
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Sense
from verifier.theory.deviations.frontier import Frontiers
from verifier.theory.deviations.persuasion import (
    column_payoffs,
    optimum_of,
    read_plan,
    signal_program,
    user_strategies,
)
from verifier.theory.deviations.signal_equilibrium import as_signal


@dataclass(frozen=True)
class Offer:
    """An agent's signal with the user's response, her payoff and everybody's.

    `worth` is the user's payoff, `gives` each agent's.
    """

    agent: str
    signal: Signal
    response: Response
    worth: Fraction
    gives: Mapping[str, Fraction]

    @property
    def text(self) -> tuple[tuple[str, tuple[tuple[str, Fraction], ...]], ...]:
        """The signal as a key: two are equal if all messages have the same probabilities."""
        return tuple((x, tuple(sorted(says.items()))) for x, says in self.signal.items())


def playable(game: Game) -> Game:
    """The game itself, if its agents have best responses.

    Raises InstanceError for other tie rules than favour-speaker, for several rounds, for a finite
    alphabet and for a user with messages and observations, with what to do.
    """
    talk = game.conversation
    asks = not talk.silent and len(game.user_observations) > 1
    if talk.rounds > 1 or not talk.rich or asks:
        raise InstanceError(
            f"{counted(talk.rounds, 'round')}, user alphabet {talk.user_alphabet}, agent"
            f" alphabet {talk.agent_alphabet}; dynamics are played in one round, with a silent user"
            " and a rich alphabet"
        )
    if game.ties is not Ties.FAVOUR_SPEAKER:
        raise InstanceError(
            f"model.ties is {game.ties}, where an agent may come as near to a best"
            " response as he likes and never have one; use --ties favour-speaker"
        )
    return game


class Offers:
    """The possible offers of all agents of one game; every best offer is computed once.

    Agents go by their number in instance order. Raises InstanceError unless the game is playable.
    """

    def __init__(self, game: Game, effort: Effort = USUAL) -> None:
        self.game = playable(game)
        self.frontiers = Frontiers(self.game, effort)
        self.effort = effort
        self.best = cache(self._best)
        self.silence = cache(self._silence)
        self.truth = cache(self._truth)

    @property
    def least(self) -> Fraction:
        """The user's payoff from silence, below which no offer is worth."""
        return self.silence(0).worth

    def value(self, n: int, floor: Fraction) -> Fraction | None:
        """The n-th agent's payoff from his best offer worth at least `floor` to the user.

        None if he can offer no such rule.
        """
        if floor > self.truth(n).worth:
            return None
        return self.frontiers.frontier(n).piece(floor, floor)(floor)

    def _best(self, n: int, floor: Fraction, goal: Goal = Goal.MINIMISE) -> Offer:
        """The n-th agent's best offer worth at least `floor`; of several one worth least to her.

        With the goal MAXIMISE it is one worth most to her. Domain: floor at most the worth of the
        truth.
        """
        subproblem, most = self.frontiers.subproblems[n], self.value(n, floor)
        if most is None:
            raise ValueError(f"{self.game.agents[n].name} has no offer worth {floor} to her")
        followed = user_strategies(self.game, subproblem)
        his, hers = (
            column_payoffs(subproblem, followed, subproblem.agent_payoff, self.effort),
            column_payoffs(subproblem, followed, subproblem.user_payoff, self.effort),
        )
        program = signal_program(self.game, subproblem, followed, goal, hers)
        program.row("as much as she wants", hers, Sense.AT_LEAST, floor / subproblem.grain)
        program.row("as much as he can have", his, Sense.AT_LEAST, most / subproblem.grain)
        answer = optimum_of(self.effort.solve(program))
        plan = read_plan(answer.primal, hers, subproblem.grain)
        return self._offer(n, *as_signal(self.game, subproblem, plan))

    def _silence(self, n: int) -> Offer:
        return self.offering(n, silence(self.game))

    def _truth(self, n: int) -> Offer:
        return self.offering(n, truth(self.game.agents[n]))

    def drawn(self, n: int, draws: Draws) -> Offer:
        """A random offer of two words, with a multiple of 1/4 for each cell of the agent."""
        signal: dict[str, dict[str, Fraction]] = {}
        for cell in self.game.agents[n].sees:
            share = Fraction(draws.integer(0, 4), 4)
            says = {word: p for word, p in (("yes", share), ("no", 1 - share)) if p}
            signal |= dict.fromkeys(cell, says)
        return self.offering(n, {x: signal[x] for x in self.game.agent_observations})

    def offering(self, n: int, signal: Signal) -> Offer:
        """The offer with this signal; an indifferent user takes the action best for the agent."""
        payoff = self.game.agent_payoffs[self.game.agents[n].name]
        response = {}
        for t, seen in signal_distribution(self.game, [signal]).items():
            his = values(self.game, payoff, t, seen)
            response[t] = max(best_actions_at(self.game, t, seen), key=his.__getitem__)
        return self._offer(n, signal, response)

    def _offer(self, n: int, signal: Signal, response: Response) -> Offer:
        distribution = signal_distribution(self.game, [signal])
        gives = {
            name: expected(payoff, distribution, response)
            for name, payoff in self.game.agent_payoffs.items()
        }
        return Offer(
            self.game.agents[n].name,
            signal,
            response,
            expected(self.game.user_payoff, distribution, response),
            gives,
        )
