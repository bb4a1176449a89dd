"""The benchmarks OPT, NOINFO, TEAM and QR (theory.md 3.1).

TEAM is taken under the instance's own rounds and alphabets. Where R answers cannot name every
cell, it is found by dynamic programming over rectangles: a set of user observations times a set of
cells, which the user's messages split on one side and the agent's answers on the other. Sets are
bit masks, values integers over the grain of the payoffs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from verifier.errors import SizeError
from verifier.game.model import Cell, Game
from verifier.game.response import value_of
from verifier.game.rules import Answer, Rule, spell
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import QuotientSum
from verifier.solve.partitions import members, parts
from verifier.theory.quantal import informed_reply


def optimum(game: Game) -> Fraction:
    """OPT = E[max_a E[u(a, y) | x_A, x_B]]: the user's utility if she knows x_A and x_B."""
    whole = game.whole_user_payoff
    return game.grain * sum([whole[(*point, best[0])] for point, best in game.best_actions.items()])


def no_information(game: Game) -> Fraction:
    """NOINFO = E[max_a E[u(a, y) | x_A]]: the user's utility if she knows x_A alone."""
    everything, whole = game.agent_observations, game.whole_user_payoff
    best = [
        max([game.total(whole, x_user, everything, a) for a in game.actions])
        for x_user in game.user_support
    ]
    return game.grain * sum(best)


NEXT_TO_NOTHING = Fraction(1, 2**30)
"""A share of what it is worth to the user to know everything that counts as nothing."""


def meets(game: Game, bound: Fraction, utility: Fraction) -> bool:
    """Whether an equilibrium is worth a lower bound on all, or next to nothing more.

    Bounds and equilibria may be approached that no finite certificate attains.
    """
    spread = optimum(game) - no_information(game)
    return utility - bound <= spread * NEXT_TO_NOTHING


def quantal_value(game: Game) -> QuotientSum:
    """QR: the quantal user's utility if she knows x_A and x_B (theory.md 3.2)."""
    if "QR" not in game.memo:
        game.memo["QR"] = informed_reply(game, game.user_payoff)
    found: QuotientSum = game.memo["QR"]
    return found


@dataclass(frozen=True)
class Team:
    """TEAM for an agent who sees `cells`, with a rule that attains it."""

    value: Fraction
    rule: Rule
    cells: tuple[Cell, ...]


def team(game: Game, cells: Sequence[Cell], effort: Effort = USUAL) -> Team:
    """TEAM: the user's greatest utility with one aligned agent who sees this partition.

    Full revelation is optimal where R answers can name every cell. Raises SizeError where the
    recursion would look at more than `effort.protocol_limit` splits.
    """
    question = "team", tuple(cells), effort.protocol_limit
    if question not in game.memo:
        game.memo[question] = _team(game, tuple(cells), effort)
    best: Team = game.memo[question]
    return best


def _team(game: Game, cells: tuple[Cell, ...], effort: Effort) -> Team:
    if game.conversation.conveys(len(cells)):
        rule = spell(cells, game.conversation)
        return Team(value_of(game, rule), rule, cells)
    return _Rectangles(game, cells, effort).solve()


class _Rectangles:
    """The recursion over rectangles (users, cells), with both sets as bit masks.

    `messages` and `answers` are how many messages or answers are left to split a set with.
    """

    def __init__(self, game: Game, cells: tuple[Cell, ...], effort: Effort) -> None:
        self.game, self.cells, self.users = game, cells, game.user_support
        self.rounds = game.conversation.rounds
        if game.conversation.agent_alphabet == "rich":
            raise ValueError("a rich alphabet needs no recursion")
        self.answers = game.conversation.agent_alphabet
        self.messages = min(game.conversation.user_alphabet, len(self.users))
        self._refuse_if_large(effort)
        whole = game.whole_user_payoff
        self.values = [
            [[game.total(whole, x, cell, a) for a in game.actions] for cell in cells]
            for x in self.users
        ]
        self.silent_value = cache(self._silent_value)
        self.ask_value = cache(self._ask_value)
        self.answer_value = cache(self._answer_value)

    def _refuse_if_large(self, effort: Effort) -> None:
        n_users, n_cells = len(self.users), len(self.cells)
        splits = self.rounds * (
            2**n_users * 3**n_cells * self.answers + 2**n_cells * 3**n_users * self.messages
        )
        if splits > effort.protocol_limit:
            raise SizeError(
                f"TEAM for {n_cells} cells, {n_users} user observations and {self.rounds} rounds"
                f" would look at up to {splits} splits, the limit is {effort.protocol_limit}; raise"
                " it with --protocol-limit"
            )

    def solve(self) -> Team:
        """TEAM, and a rule that attains it."""
        users, cells = (1 << len(self.users)) - 1, (1 << len(self.cells)) - 1
        value = self.game.grain * self.ask_value(users, cells, self.rounds, self.messages)
        return Team(value, self._rule(users, cells, self.rounds), self.cells)

    def _silent_value(self, users: int, cells: int) -> int:
        """The value of a rectangle in which nothing more is said."""
        total = 0
        for x in members(users):
            rows = [self.values[x][c] for c in members(cells)]
            total += max(map(sum, zip(*rows, strict=True)))
        return total

    def _ask_value(self, users: int, cells: int, rounds: int, messages: int) -> int:
        """The value of a rectangle before the user's message."""
        if rounds == 0:
            return self.silent_value(users, cells)
        if messages == 1:
            return self.answer_value(users, cells, rounds, self.answers)
        return max(self._after_message(users, cells, rounds, messages, p) for p in parts(users))

    def _after_message(self, users: int, cells: int, rounds: int, messages: int, part: int) -> int:
        """The value if the next message is sent by the users in `part`."""
        rest = users & ~part
        value = self.answer_value(part, cells, rounds, self.answers)
        return value + (self.ask_value(rest, cells, rounds, messages - 1) if rest else 0)

    def _answer_value(self, users: int, cells: int, rounds: int, answers: int) -> int:
        """The value of a rectangle before the agent's answer."""
        if answers == 1:
            return self.ask_value(users, cells, rounds - 1, self.messages)
        return max(self._after_answer(users, cells, rounds, answers, p) for p in parts(cells))

    def _after_answer(self, users: int, cells: int, rounds: int, answers: int, part: int) -> int:
        """The value if the next answer is given at the cells in `part`."""
        rest = cells & ~part
        value = self.ask_value(users, part, rounds - 1, self.messages)
        return value + (self.answer_value(users, rest, rounds, answers - 1) if rest else 0)

    def _rule(self, users: int, cells: int, rounds: int) -> Rule:
        rule, left = [], self.messages
        while users:
            part = self._best_users(users, cells, rounds, left)
            rule.append(self._answers(part, cells, rounds))
            users, left = users & ~part, left - 1
        return Rule(tuple(rule))

    def _best_users(self, users: int, cells: int, rounds: int, messages: int) -> int:
        """The first set of users whose message keeps the value of the rectangle."""
        value = self.ask_value(users, cells, rounds, messages)
        return next(
            part
            for part in parts(users)
            if messages == 1 or self._after_message(users, cells, rounds, messages, part) == value
        )

    def _answers(self, users: int, cells: int, rounds: int) -> tuple[Answer, ...]:
        answers, left = [], self.answers
        while cells:
            part = self._best_cells(users, cells, rounds, left)
            more = self.ask_value(users, part, rounds - 1, self.messages)
            then = None
            if more > self.silent_value(users, part):
                then = self._rule(users, part, rounds - 1)
            answers.append(Answer(self._observations(part), then))
            cells, left = cells & ~part, left - 1
        return tuple(answers)

    def _best_cells(self, users: int, cells: int, rounds: int, answers: int) -> int:
        """The first set of cells whose answer keeps the value of the rectangle."""
        value = self.answer_value(users, cells, rounds, answers)
        return next(
            part
            for part in parts(cells)
            if answers == 1 or self._after_answer(users, cells, rounds, answers, part) == value
        )

    def _observations(self, cells: int) -> Cell:
        inside = {x for c in members(cells) for x in self.cells[c]}
        return tuple(x for x in self.game.agent_observations if x in inside)
