"""Cheap talk by one sender: which replies he can induce where he cannot commit (theory.md 11.1).

1. A *reply* is the user's answer to a message: an action for each of her observations. Actions that
   are best at no belief are left out (`never_best`).
2. In equilibrium the agent sends from every cell only messages whose replies are best for him among
   all that are induced, so that his payoff follows from the set of induced replies.
3. Sets of replies are grown one reply at a time. Each reply must be obeyed at some belief over the
   cells in which it is best for him; where that fails it fails for all larger sets.
4. A linear program over his signals decides each set that is left: obedience (as in `persuasion`),
   and one row that says that he gets what is best for him in every cell. Two more give the least
   and the greatest utility of the user.

Crawford and Sobel 1982, Strategic information transmission; Green and Stokey 2007, A two-person
game of information transmission.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from verifier.errors import InstanceError, SizeError
from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.response import RangeEnd, payoff_end, signal_distribution
from verifier.game.rules import Signal, silence, truth
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.deviations.persuasion import (
    Plan,
    Strategy,
    Subproblem,
    column_payoffs,
    optimum_of,
    read_plan,
    signal_program,
    subproblem_of,
)
from verifier.theory.deviations.recommendable import belief_program, recommendable
from verifier.theory.equilibria.optimal_signal import Persuasion, persuade

SET_LIMIT = 5_000
"""Most sets of replies that are looked at unless `--profile-limit` says otherwise."""


@dataclass(frozen=True)
class Payoffs:
    """What everyone gets under given signals: an agent from the least to the greatest, by her ties.

    The user gets the same, however she breaks her ties.
    """

    user_utility: Fraction
    agent_utilities: Mapping[str, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Contrast:
    """What there is beside cheap talk: one agent who commits, and all or nothing revealed.

    `committed` is each agent's optimal signal where he commits to it alone (theory.md 6.2).
    """

    committed: Mapping[str, Persuasion]
    revealed: Payoffs
    silent: Payoffs


@dataclass(frozen=True)
class InducedReplies:
    """The equilibria in which an agent induces these replies: his utility, and the user's range.

    `agent_utility` is the same in all of them. `worst` and `best` are signals of his that are least
    and most for the user; at these ends some of the replies may not be induced.
    """

    replies: tuple[Strategy, ...]
    agent_utility: Fraction
    worst: Plan
    best: Plan


@dataclass(frozen=True, repr=False)
class CheapTalk(Result):
    """All sets of replies that one agent induces in equilibria without commitment.

    They are in order of the user's utility, the worst first. At least one is there: babbling.
    `observations` are the user's observations to which a reply has an action each.
    """

    agent: Agent
    observations: tuple[str, ...]
    equilibria: tuple[InducedReplies, ...]
    contrast: Contrast
    game: Game

    @property
    def worst(self) -> InducedReplies:
        """The set of replies that leaves the user the least."""
        return min(self.equilibria, key=lambda found: found.worst.user_utility)

    @property
    def best(self) -> InducedReplies:
        """The set of replies that gives the user the most."""
        return max(self.equilibria, key=lambda found: found.best.user_utility)


def cheap_talk(game: Game, effort: Effort = USUAL, limit: int = SET_LIMIT) -> CheapTalk:
    """The sets of replies that the only agent induces in equilibria without commitment.

    Perfect Bayesian equilibria in which the user's replies are pure and the agent may mix. The list
    is complete. theory.md 11.1.

    Raises InstanceError where the user asks questions, breaks her ties by belief or order, or gains
    up to gamma are allowed, and SizeError where more than `limit` sets of replies would be looked
    at, or a program would have more than `effort.program_limit` coefficients.
    """
    refuse_uncovered(game)
    (agent,) = game.agents
    subproblem = subproblem_of(game, agent, signal_distribution(game, []))
    unwanted = never_best(game, subproblem, effort)
    replies = recommendable(game, subproblem, effort, unwanted).strategies
    sets = _ReplySets(game, subproblem, replies, effort, limit)
    found = [induced for chosen in sets.grown() if (induced := sets.induced(chosen)) is not None]
    found.sort(key=lambda induced: (induced.worst.user_utility, induced.best.user_utility))
    return CheapTalk(agent, game.user_support, tuple(found), contrast(game, effort), game)


def refuse_uncovered(game: Game) -> None:
    """Raises InstanceError for a protocol, a tie rule or a gamma that cheap talk does not cover."""
    talk = game.conversation
    if not talk.silent:
        raise InstanceError(
            f"the user asks questions here (user_alphabet = {talk.user_alphabet}), and cheap talk"
            " is decided where she is silent; leave user_alphabet out of the instance"
        )
    if game.ties in (Ties.BELIEF, Ties.ORDER):
        raise InstanceError(
            f'ties = "{game.ties}": cheap talk is decided for a user who may answer a message by'
            ' any of her best actions; say ties = "any" in the instance'
        )
    if game.gamma:
        raise InstanceError(
            f"gamma = {game.gamma}: cheap talk is decided where nobody gains at all by a deviation;"
            " leave gamma out of the instance"
        )


def possible_cells(game: Game, subproblem: Subproblem, n: int) -> tuple[Cell, ...]:
    """The cells in which the n-th type of the user has positive probability."""
    x_user = subproblem.types[n][0]
    return tuple(
        cell for cell in subproblem.cells if any((x_user, x) in game.probability for x in cell)
    )


def never_best(game: Game, subproblem: Subproblem, effort: Effort) -> tuple[tuple[int, str], ...]:
    """The actions that are never a best response: pairs (number of the type, action).

    No belief over the cells in which the type is possible makes the user take the action.
    """
    return tuple(
        (n, a)
        for n in range(len(subproblem.types))
        for a in game.actions
        if not obeyed(subproblem, {n: a}, possible_cells(game, subproblem, n), effort)
    )


def obeyed(
    subproblem: Subproblem, chosen: Mapping[int, str], cells: Sequence[Cell], effort: Effort
) -> bool:
    """Whether some belief over these cells makes these types of the user take these actions."""
    hers = subproblem.user_payoff

    def obeyed_in(cell: Cell) -> bool:
        return all(
            hers[cell, n, a] >= hers[cell, n, b]
            for n, a in chosen.items()
            for b in subproblem.actions
        )

    if any(map(obeyed_in, cells)):
        return True
    return isinstance(effort.solve(belief_program(subproblem, chosen, cells)), Optimal)


class _ReplySets:
    """Sets of replies, grown one reply at a time as long as each can be obeyed (theory.md 11.1)."""

    def __init__(
        self,
        game: Game,
        subproblem: Subproblem,
        replies: tuple[Strategy, ...],
        effort: Effort,
        limit: int,
    ) -> None:
        self.game, self.subproblem, self.effort = game, subproblem, effort
        self.replies, self.limit = replies, limit
        self.most = game.conversation.messages(len(replies))
        self.his = column_payoffs(subproblem, replies, subproblem.agent_payoff, effort)
        self.hers = column_payoffs(subproblem, replies, subproblem.user_payoff, effort)
        self.known: dict[tuple[Strategy, tuple[Cell, ...]], bool] = {}

    def grown(self) -> Iterator[tuple[Strategy, ...]]:
        """The sets in which each reply is obeyed at some belief over the cells that favour it."""
        examined, waiting = 0, list[tuple[tuple[Strategy, ...], int]]([((), 0)])
        while waiting:
            chosen, first = waiting.pop()
            for number in range(first, len(self.replies)):
                examined += 1
                if examined > self.limit:
                    raise SizeError(
                        f"more than {self.limit} sets of replies would be looked at; raise the"
                        " limit with --profile-limit, or give the user fewer actions or"
                        " observations"
                    )
                larger = (*chosen, self.replies[number])
                if self._can_grow(larger):
                    yield larger
                    if len(larger) < self.most:
                        waiting.append((larger, number + 1))

    def _best(self, chosen: tuple[Strategy, ...]) -> dict[Cell, int]:
        """The agent's greatest payoff over the replies, by cell."""
        return {
            cell: max([self.his["send", cell, s] for s in chosen]) for cell in self.subproblem.cells
        }

    def _can_grow(self, chosen: tuple[Strategy, ...]) -> bool:
        """Whether each reply is obeyed at some belief over the cells in which it is his best.

        If it fails for a set, it fails for all that contain it: there are fewer such cells.
        """
        best = self._best(chosen)
        favoured = {
            s: tuple([cell for cell in best if self.his["send", cell, s] == best[cell]])
            for s in chosen
        }
        return all(self._obeyed(s, cells) for s, cells in favoured.items())

    def _obeyed(self, reply: Strategy, cells: tuple[Cell, ...]) -> bool:
        if (reply, cells) not in self.known:
            actions = dict(enumerate(reply))
            self.known[reply, cells] = bool(cells) and obeyed(
                self.subproblem, actions, cells, self.effort
            )
        return self.known[reply, cells]

    def induced(self, chosen: tuple[Strategy, ...]) -> InducedReplies | None:
        """The equilibria that induce exactly these replies, None where there is none."""
        if not self._all_used(chosen):
            return None
        columns = self._columns(chosen)
        hers = {key: self.hers[key] for key in columns}
        ends = []
        for goal in (Goal.MINIMISE, Goal.MAXIMISE):
            primal = optimum_of(self.effort.solve(self._program(chosen, goal, hers))).primal
            ends.append(read_plan(primal, hers, self.subproblem.grain))
        utility = sum(self._best(chosen).values()) * self.subproblem.grain
        return InducedReplies(chosen, utility, *ends)

    def _all_used(self, chosen: tuple[Strategy, ...]) -> bool:
        """Whether some signal of the agent that is optimal for him induces all of these replies."""
        costs = dict.fromkeys(self._columns(chosen), 0) | {"least": 1}
        program = self._program(chosen, Goal.MAXIMISE, costs)
        for s in chosen:
            used: dict[Key, Number] = {("send", cell, s): 1 for cell in self.subproblem.cells}
            program.row(("used", s), used | {"least": -1}, Sense.AT_LEAST)
        answer = self.effort.solve(program)
        return isinstance(answer, Optimal) and answer.value > 0

    def _columns(self, chosen: tuple[Strategy, ...]) -> list[Key]:
        return [("send", cell, s) for cell in self.subproblem.cells for s in chosen]

    def _program(
        self, chosen: tuple[Strategy, ...], goal: Goal, costs: Mapping[Key, Number]
    ) -> Program:
        """The program over obedient signals by which the agent gets his best in every cell."""
        program = signal_program(self.game, self.subproblem, chosen, goal, costs)
        his = {key: self.his[key] for key in self._columns(chosen)}
        best = sum(self._best(chosen).values())
        program.row("best for the agent", his, Sense.EQUAL, best)
        return program


def contrast(game: Game, effort: Effort = USUAL) -> Contrast:
    """What each agent gets if he commits alone, and everyone's payoffs at full and no revelation.

    Raises SizeError as `persuade` does.
    """
    return Contrast(
        {agent.name: persuade(game, agent, effort) for agent in game.agents},
        payoffs(game, [truth(agent) for agent in game.agents]),
        payoffs(game, [silence(game) for _ in game.agents]),
    )


def payoffs(game: Game, signals: Sequence[Signal]) -> Payoffs:
    """What everyone gets if the user best-responds to these signals."""
    distribution = signal_distribution(game, signals)
    return Payoffs(
        payoff_end(game, game.user_payoff, distribution, RangeEnd.LEAST),
        {
            name: (
                payoff_end(game, payoff, distribution, RangeEnd.LEAST),
                payoff_end(game, payoff, distribution, RangeEnd.GREATEST),
            )
            for name, payoff in game.agent_payoffs.items()
        },
    )
