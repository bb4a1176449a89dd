"""Bounds on an agent's deviations in conversations, by what the user has received (theory.md 6.17).

The rules of the others are fixed. The deviating agent is granted the user's observation and, round
by round, what the others have answered. A column says how often she asks or does something after
such a history, for each cell of his; she follows only what is worth to her at least as much as to
go on without him. The most that he gets is a linear program for each of her observations, and its
multipliers are plans by which she would go on without him.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod

from verifier.errors import SizeError, SolverError
from verifier.game.model import Agent, Cell, Game, Payoff
from verifier.game.rules import ConversationRule, History, Profile
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.play import AnswerTable

Record = tuple[str, ...]
"""The user's observation, then what she asked where she could, and what was said."""


@dataclass(frozen=True)
class HistoryBound:
    """The most that an agent gets by any rule, where he is granted what the user receives.

    `instead[after][record]`: after a history and what the user asks or does there, how often a plan
    that ignores the agent ends in each record, its last entry an action. With these weights no
    rule gives him more than `value`.
    """

    value: Fraction
    instead: Mapping[Record, Mapping[Record, Fraction]]


@dataclass(frozen=True)
class Received:
    """What the user has seen and received from all agents but one.

    `reach[x_B]` is the probability of the answers, given what she asked; `histories` are those of
    the other agents who speak.
    """

    record: Record
    histories: tuple[History, ...]
    reach: Mapping[str, Fraction]


@dataclass(frozen=True)
class Others:
    """The rules of all agents but one, as the user can talk to them."""

    game: Game
    rules: tuple[ConversationRule, ...]

    def start(self, x_user: str) -> Received:
        """What the user has received before the first round."""
        points = [x for user, x in self.game.points if user == x_user]
        return Received((x_user,), ((),) * len(self.rules), dict.fromkeys(points, Fraction(1)))

    def speaking(self, received: Received) -> list[int]:
        """The places of the agents who have more to say than one word repeated."""
        return [
            n
            for n, (rule, history) in enumerate(zip(self.rules, received.histories, strict=True))
            if not history or (rule.answers and len(history) < self.game.conversation.rounds)
        ]

    def questions(self, received: Received) -> list[tuple[int, ...]]:
        """What she may ask those who are speaking; nothing where nobody is."""
        speaking = self.speaking(received)
        asked = (range(self._messages(n)) for n in speaking)
        return list(product(*asked)) if speaking else []

    def answered(self, received: Received, asked: Sequence[int]) -> list[Received]:
        """What she may have received after these questions."""
        found = [received]
        for n, q in zip(self.speaking(received), asked, strict=True):
            found = [after for one in found for after in self._one_answer(one, n, q)]
        return found

    def _messages(self, n: int) -> int:
        return self.game.conversation.user_alphabet if self.rules[n].answers else 1

    def _one_answer(self, received: Received, n: int, asked: int) -> Iterator[Received]:
        history = received.histories[n]
        said: dict[str, dict[str, Fraction]] = {}
        for x, p in received.reach.items():
            for word, chance in self.rules[n].says(history, asked, x).items():
                said.setdefault(word, {})[x] = p * chance
        also = (str(asked + 1),) if self._messages(n) > 1 else ()
        for word, reach in said.items():
            longer = (*history, (asked, word))
            histories = (*received.histories[:n], longer, *received.histories[n + 1 :])
            yield Received((*received.record, *also, word), histories, reach)


def history_bound(game: Game, profile: Profile, agent: Agent, effort: Effort) -> HistoryBound:
    """The most that an agent gets by another rule, if he is granted what the user receives.

    Raises SizeError where a program would have more than `effort.program_limit` coefficients.
    """
    others = Others(game, tuple(rule for name, rule in profile.items() if name != agent.name))
    _refuse_if_large(game, agent, others, effort)
    value, instead = Fraction(0), dict[Record, Mapping[Record, Fraction]]()
    for x_user in game.user_support:
        mediator = _Mediator(game, agent, others)
        mediator.begin(x_user)
        answer = effort.solve(mediator.program)
        if not isinstance(answer, Optimal):
            raise SolverError("a mediator who says nothing is followed, and payoffs are bounded")
        value += answer.value
        instead |= mediator.plans(answer.dual)
    return HistoryBound(value, instead)


def _refuse_if_large(game: Game, agent: Agent, others: Others, effort: Effort) -> None:
    talk, actions = game.conversation, len(game.actions)
    answering = [AnswerTable(game, rule) for rule in others.rules if rule.answers]
    repeating = [AnswerTable(game, rule) for rule in others.rules if not rule.answers]
    ways = prod((talk.user_alphabet * len(table.words)) ** talk.rounds for table in answering)
    ways *= prod(len(table.words) for table in repeating)
    asked = talk.user_alphabet ** len(answering)
    size = ways * len(agent.sees) * actions * (actions + talk.rounds * asked)
    if size > effort.program_limit:
        raise SizeError(
            f"a bound on what {agent.name} gets in conversations would take {size} coefficients,"
            f" the limit is {effort.program_limit}; raise it with --program-limit"
        )


Weights = Mapping[Cell, Key]
"""The column that says how often a history is reached, by cell of the agent."""


@dataclass
class _Mediator:
    """The program of an agent who tells the user, after each history, what to ask or do."""

    game: Game
    agent: Agent
    others: Others
    program: Program = field(default_factory=lambda: Program(Goal.MAXIMISE))
    following: list[tuple[Record, Record, Key]] = field(default_factory=list)

    def begin(self, x_user: str) -> None:
        """The columns and rows of all histories that begin with an observation of the user."""
        start = self.others.start(x_user)
        self.program.column("one")
        self.program.row("one", {"one": 1}, Sense.EQUAL, 1)
        cells = self._cells(start)
        options = self.others.questions(start)
        if not options:
            self._act(start, dict.fromkeys(cells, "one"), [])
            return
        moves = {asked: ("ask", start.record, asked) for asked in options}
        self._split(start.record, list(moves.values()), "one")
        for n, (asked, column) in enumerate(moves.items()):
            self._follow(start, n, asked, dict.fromkeys(cells, column), [])

    def _cells(self, received: Received) -> list[Cell]:
        """The cells of the agent that are possible after a history."""
        return [cell for cell in self.agent.sees if any(x in received.reach for x in cell)]

    def _split(self, record: Record, moves: Sequence[Key], parent: Key) -> None:
        """The columns of moves that are taken as often as their history is reached."""
        for column in moves:
            self.program.column(column)
        taken: dict[Key, Number] = {**dict.fromkeys(moves, 1), parent: -1}
        self.program.row(("split", *moves), taken, Sense.EQUAL)

    def _worth(self, payoff: Payoff, received: Received, cell: Cell, action: str) -> Fraction:
        x_user = received.record[0]
        terms = (received.reach[x] * payoff[x_user, x, action] for x in cell if x in received.reach)
        return sum(terms, Fraction(0))

    def _ask(self, received: Received, weights: Weights, rows: list[dict[Key, Number]]) -> None:
        """The histories after all that she may ask, or what she does at the end."""
        options = self.others.questions(received)
        if not options:
            self._act(received, weights, rows)
        elif len(options) == 1:
            for after in self.others.answered(received, options[0]):
                self._ask(after, {c: weights[c] for c in self._cells(after)}, rows)
        else:
            moves = {
                (asked, cell): ("ask", received.record, asked, cell)
                for asked in options
                for cell in weights
            }
            for cell, parent in weights.items():
                self._split(received.record, [moves[asked, cell] for asked in options], parent)
            for n, asked in enumerate(options):
                self._follow(received, n, asked, {c: moves[asked, c] for c in weights}, rows)

    def _follow(
        self,
        received: Received,
        option: int,
        asked: Sequence[int],
        weights: Weights,
        rows: list[dict[Key, Number]],
    ) -> None:
        """What follows on a question, which is worth at least any plan that ignores the agent."""
        after = (*received.record, str(option + 1))
        gets: dict[Key, Number] = {}
        for history in self.others.answered(received, asked):
            below = {c: weights[c] for c in self._cells(history)}
            self._ask(history, below, [*rows, gets])
        gets[self._ignoring(after, received, weights)] = -1
        self.program.row(("follow", after), gets, Sense.AT_LEAST)

    def _ignoring(self, after: Record, received: Received, weights: Weights) -> Key:
        """A free column that is at least what every plan that ignores the agent is worth."""
        column = ("without", after, received.record)
        self.program.column(column, free=True)
        options = self.others.questions(received)
        for asked in options:
            row: dict[Key, Number] = {column: 1}
            for history in self.others.answered(received, asked):
                below = {c: weights[c] for c in self._cells(history)}
                row[self._ignoring(after, history, below)] = -1
            self.program.row((*column, asked), row, Sense.AT_LEAST)
        for action in () if options else self.game.actions:
            row = {column: 1}
            for cell, weight in weights.items():
                worth = self._worth(self.game.user_payoff, received, cell, action)
                row[weight] = row.get(weight, 0) - worth
            self.program.row((*column, action), row, Sense.AT_LEAST)
            self.following.append((after, (*received.record, action), (*column, action)))
        return column

    def _act(self, received: Received, weights: Weights, rows: list[dict[Key, Number]]) -> None:
        """The actions after a history, each worth at least every other."""
        his, hers = self.game.agent_payoff(self.agent.name), self.game.user_payoff
        worth = {
            (cell, a): self._worth(hers, received, cell, a)
            for cell in weights
            for a in self.game.actions
        }
        column = {key: ("act", received.record, *key) for key in worth}
        for cell, parent in weights.items():
            self._split(received.record, [column[cell, a] for a in self.game.actions], parent)
        for (cell, a), key in column.items():
            self.program.costs[key] = self._worth(his, received, cell, a)
            for row in rows:
                row[key] = worth[cell, a]
        for a, b in product(self.game.actions, repeat=2):
            if a != b:
                row = {column[cell, a]: worth[cell, a] - worth[cell, b] for cell in weights}
                name = ("obey", received.record, a, b)
                self.program.row(name, row, Sense.AT_LEAST)
                self.following.append(((*received.record, a), (*received.record, b), name))

    def plans(self, dual: Mapping[Key, Fraction]) -> dict[Record, dict[Record, Fraction]]:
        """The plans without the agent that the multipliers stand for, where they have weight."""
        found: dict[Record, dict[Record, Fraction]] = {}
        for after, record, row in self.following:
            if dual[row]:
                found.setdefault(after, {})[record] = -dual[row]
        return found
