"""Cheap talk by two senders who see the same: what they can agree on (theory.md 11.2).

1. Without loss both announce a part of a partition of what they see. If they name the same part,
   the user answers with a reply that is best there; if they name different ones, one of them must
   have deviated, and she does not know which.
2. So each pair of parts needs a *punishing* reply: one that leaves the first agent no better off if
   he is the one who deviated, nor the second if he is. It must be best at some belief.
3. For each part and each best reply there, bit masks have the replies that deter either agent;
   partitions into parts that fit together pairwise are found by exact cover, coarser ones first.
4. Full revelation is looked at by itself: there the agents may also draw the punishing reply
   together, each by a random number that he adds to his message (a jointly controlled lottery). A
   linear program with two rows finds the lottery for each pair of cells.

Krishna and Morgan 2001, A model of expertise; Battaglini 2002, Multiple referrals and
multidimensional cheap talk. The lottery is due to Aumann, Maschler and Stearns 1968.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product

from verifier.errors import InstanceError, SizeError
from verifier.game.model import Agent, Cell, Game
from verifier.game.response import signal_distribution
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort
from verifier.solve.partitions import members, parts
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.cheap_talk.one_sender import (
    Contrast,
    contrast,
    never_best,
    refuse_uncovered,
)
from verifier.theory.deviations.persuasion import (
    Strategy,
    Subproblem,
    column_payoffs,
    subproblem_of,
    user_strategies,
)
from verifier.theory.equilibria.equilibrium import Exhibited, exhibit
from verifier.theory.guarantees.guarantee import Guarantee

PART_LIMIT = 20_000
"""Most parts of partitions that are tried unless `--profile-limit` says otherwise."""

Lottery = Mapping[Strategy, Fraction]
"""A lottery over replies: reply -> positive probability; the probabilities sum to 1."""


@dataclass(frozen=True)
class Agreement:
    """An equilibrium in which both agents announce the same part of a partition.

    `replies` are the user's, by part. `punishments` are hers where the agents disagree: the numbers
    of the parts that the first and the second agent announce -> reply.
    """

    parts: tuple[tuple[Cell, ...], ...]
    replies: tuple[Strategy, ...]
    punishments: Mapping[tuple[int, int], Strategy]
    user_utility: Fraction
    agent_utilities: Mapping[str, Fraction]


@dataclass(frozen=True)
class Revelation:
    """An equilibrium in which both agents announce the cell, and the user takes a best action.

    `punishments`: the cells that the first and the second agent announce -> the lottery over
    replies. `pure`: no lottery is needed, so that the agents need not mix.
    """

    replies: Mapping[Cell, Strategy]
    punishments: Mapping[tuple[Cell, Cell], Lottery]

    @property
    def pure(self) -> bool:
        """Whether each disagreement is answered by one reply."""
        return all(len(lottery) == 1 for lottery in self.punishments.values())


@dataclass(frozen=True, repr=False)
class TwoSenderTalk(Result):
    """What two agents who see the same can agree on in equilibria without commitment.

    `outcomes` are all the outcomes of equilibria in pure strategies, in order of the user's
    utility, each with one equilibrium that has it. `revelation` is None where no equilibrium with
    pure replies reveals all; then `obstacle` is a pair of cells, announced by the first and the
    second agent, for which no lottery deters both, if there is such a pair. `committed` are the
    equilibria of the same two agents if they commit, as far as they are found.
    """

    agents: tuple[Agent, Agent]
    observations: tuple[str, ...]
    outcomes: tuple[Agreement, ...]
    revelation: Revelation | None
    obstacle: tuple[Cell, Cell] | None
    contrast: Contrast
    committed: Exhibited
    game: Game


def two_sender_cheap_talk(
    game: Game, effort: Effort = USUAL, limit: int = PART_LIMIT
) -> TwoSenderTalk:
    """The outcomes on which the two agents of the game, who see the same, can agree.

    Perfect Bayesian equilibria in pure strategies, and full revelation where the agents may mix as
    well. theory.md 11.2.

    Raises InstanceError where the agents see different things or have few messages, and whatever
    `cheap_talk` does not cover; SizeError where more than `limit` parts would be tried.
    """
    refuse_uncovered(game)
    first, second = game.agents
    _refuse_unsuited(game, first, second)
    search = _Agreements(game, first, second, effort, limit)
    found: dict[tuple[int, ...], Agreement] = {}
    for chosen in search.agreements():
        outcome = search.outcome(chosen)
        if outcome not in found:
            found[outcome] = search.agreement(chosen)
    revelation = search.revelation()
    return TwoSenderTalk(
        (first, second),
        game.user_support,
        tuple(sorted(found.values(), key=lambda agreement: agreement.user_utility)),
        revelation,
        search.obstacle() if revelation is None else None,
        contrast(game, effort),
        exhibit(game, Guarantee.BAYES, effort),
        game,
    )


def _refuse_unsuited(game: Game, first: Agent, second: Agent) -> None:
    if _view(game, first) != _view(game, second):
        raise InstanceError(
            f"{first.name} and {second.name} see different things, and cheap talk by two agents is"
            " decided where both see the same; name one of them with --agent"
        )
    if not game.conversation.rich:
        raise InstanceError(
            f"agent_alphabet = {game.conversation.agent_alphabet}: cheap talk by two agents is"
            ' decided for any number of messages; say agent_alphabet = "rich" in the instance'
        )


def _view(game: Game, agent: Agent) -> set[frozenset[str]]:
    """The agent's cells, without observations of probability zero."""
    possible = frozenset(x for _, x in game.points)
    return {possible.intersection(cell) for cell in agent.sees} - {frozenset()}


@dataclass(frozen=True)
class _Part:
    """A part with a reply that is best there; numbers of cells and replies, sets as bit masks.

    `deterring` has for each agent the replies to a disagreement that are no better for him than
    this reply, in any cell of the part.
    """

    cells: int
    reply: int
    deterring: tuple[int, int]


Compatible = Callable[[_Part, _Part], bool]


class _Agreements:
    """Partitions whose parts can be told apart in equilibrium (theory.md 11.2)."""

    def __init__(self, game: Game, first: Agent, second: Agent, effort: Effort, limit: int) -> None:
        self.game, self.agents, self.effort, self.limit = game, (first, second), effort, limit
        distribution = signal_distribution(game, [])
        self.subproblem = subproblem_of(game, first, distribution)
        theirs = [self.subproblem, subproblem_of(game, second, distribution)]
        self.cells = self.subproblem.cells
        unwanted = never_best(game, self.subproblem, effort)
        self.replies = user_strategies(game, self.subproblem, unwanted)
        self.wanted = [
            [a for a in game.actions if (n, a) not in unwanted]
            for n in range(len(self.subproblem.types))
        ]
        self.worth = [self._worth(subproblem) for subproblem in theirs]
        self.known: dict[int, list[_Part]] = {}

    def _worth(self, subproblem: Subproblem) -> list[list[int]]:
        """An agent's payoff of each reply, by cell."""
        payoff = subproblem.agent_payoff
        columns = column_payoffs(subproblem, self.replies, payoff, self.effort)
        return [[columns["send", cell, s] for s in self.replies] for cell in subproblem.cells]

    def parts(self, cells: int) -> list[_Part]:
        """The part with each of the user's best replies there."""
        if cells not in self.known:
            self.known[cells] = [self._part(cells, reply) for reply in self._best_replies(cells)]
        return self.known[cells]

    def _best_replies(self, cells: int) -> list[int]:
        """The replies that are best if she knows these cells; a type that is impossible is free."""
        hers, inside = self.subproblem.user_payoff, [self.cells[c] for c in members(cells)]
        best: list[list[str]] = []
        for n, wanted in enumerate(self.wanted):
            totals = {a: sum([hers[cell, n, a] for cell in inside]) for a in self.game.actions}
            top = max(totals.values())
            best.append([a for a in wanted if totals[a] == top])
        numbers = {s: number for number, s in enumerate(self.replies)}
        return [numbers[s] for s in product(*best)]

    def _part(self, cells: int, reply: int) -> _Part:
        deterring = []
        for worth in self.worth:
            mask = 0
            for number in range(len(self.replies)):
                rows = [worth[c] for c in members(cells)]
                mask |= all(row[number] <= row[reply] for row in rows) << number
            deterring.append(mask)
        return _Part(cells, reply, (deterring[0], deterring[1]))

    def agreements(self) -> Iterator[tuple[_Part, ...]]:
        """The partitions that are equilibria, with the user's replies, coarser ones first."""
        tried = 0
        waiting: list[tuple[tuple[_Part, ...], int]] = [((), (1 << len(self.cells)) - 1)]
        while waiting:
            chosen, rest = waiting.pop()
            if not rest:
                yield chosen
                continue
            for cells in reversed(tuple(parts(rest))):
                for part in self.parts(cells):
                    tried += 1
                    if tried > self.limit:
                        raise SizeError(
                            f"more than {self.limit} parts of partitions would be tried; raise the"
                            " limit with --profile-limit, or give the agents fewer observations"
                        )
                    if all(_deterred(part, other) for other in chosen):
                        waiting.append(((*chosen, part), rest & ~cells))

    def outcome(self, chosen: Sequence[_Part]) -> tuple[int, ...]:
        """The number of the user's reply in each cell."""
        replies = {c: part.reply for part in chosen for c in members(part.cells)}
        return tuple(replies[c] for c in range(len(self.cells)))

    def agreement(self, chosen: Sequence[_Part]) -> Agreement:
        """The equilibrium of a partition, with what everyone gets."""
        outcome = self.outcome(chosen)
        grain, hers = self.subproblem.grain, self.subproblem.user_payoff
        utility = sum(
            hers[cell, n, a]
            for cell, reply in zip(self.cells, outcome, strict=True)
            for n, a in enumerate(self.replies[reply])
        )
        theirs = {
            agent.name: grain * sum(row[reply] for row, reply in zip(worth, outcome, strict=True))
            for agent, worth in zip(self.agents, self.worth, strict=True)
        }
        punishments = {
            (i, j): self.replies[_deterrents(here, there)[0]]
            for (i, here), (j, there) in permutations(enumerate(chosen), 2)
        }
        return Agreement(
            tuple(tuple(self.cells[c] for c in members(part.cells)) for part in chosen),
            tuple(self.replies[part.reply] for part in chosen),
            punishments,
            grain * utility,
            theirs,
        )

    def revelation(self) -> Revelation | None:
        """The equilibrium in which both agents announce the cell, without lotteries if possible."""
        for compatible in (_deterred, self._deterred_by_lottery):
            chosen = self._one_of_each(compatible)
            if chosen is not None:
                return Revelation(
                    {self._cell(part): self.replies[part.reply] for part in chosen},
                    {
                        (self._cell(here), self._cell(there)): self._punishment(here, there) or {}
                        for here, there in permutations(chosen, 2)
                    },
                )
        return None

    def obstacle(self) -> tuple[Cell, Cell] | None:
        """The first two cells between which no lottery deters both agents, whatever her ties."""
        singles = [self.parts(1 << c) for c in range(len(self.cells))]
        for here, there in permutations(singles, 2):
            pairs = product(here, there)
            if all(self._punishment(left, right) is None for left, right in pairs):
                return self._cell(here[0]), self._cell(there[0])
        return None

    def _cell(self, part: _Part) -> Cell:
        return self.cells[next(members(part.cells))]

    def _one_of_each(self, compatible: Compatible) -> tuple[_Part, ...] | None:
        """A best reply for each cell, such that any two of them are compatible."""
        waiting: list[tuple[_Part, ...]] = [()]
        while waiting:
            chosen = waiting.pop()
            if len(chosen) == len(self.cells):
                return chosen
            waiting += [
                (*chosen, part)
                for part in reversed(self.parts(1 << len(chosen)))
                if all(compatible(part, other) for other in chosen)
            ]
        return None

    def _deterred_by_lottery(self, part: _Part, other: _Part) -> bool:
        pairs = ((part, other), (other, part))
        return all(self._punishment(here, there) is not None for here, there in pairs)

    def _punishment(self, here: _Part, there: _Part) -> Lottery | None:
        """The lottery that deters both agents where the first announces `here`, the second `there`.

        The state lies in `there` if the first agent deviated, in `here` if the second did. One
        reply if that is enough, None where no lottery is.
        """
        if deterring := _deterrents(here, there):
            return {self.replies[deterring[0]]: Fraction(1)}
        program = Program(Goal.MINIMISE)
        for s in self.replies:
            program.column(s)
        program.row("lottery", dict.fromkeys(self.replies, 1), Sense.EQUAL, 1)
        for i, part in ((0, there), (1, here)):
            row = self.worth[i][next(members(part.cells))]
            gains: dict[Key, Number] = dict(zip(self.replies, row, strict=True))
            program.row(self.agents[i].name, gains, Sense.AT_MOST, row[part.reply])
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal):
            return None
        return {s: p for s in self.replies if (p := answer.primal[s])}


def _deterrents(here: _Part, there: _Part) -> list[int]:
    """The replies that deter both agents where the first announces `here`, the second `there`.

    The user believes one of them, if that is possible: the replies to these parts come first.
    """
    both = here.deterring[1] & there.deterring[0]
    return [n for n in dict.fromkeys((here.reply, there.reply, *members(both))) if both >> n & 1]


def _deterred(part: _Part, other: _Part) -> bool:
    """Whether one reply deters both agents, whichever of them announces which of the parts."""
    return bool(_deterrents(part, other) and _deterrents(other, part))
