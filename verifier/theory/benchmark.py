"""What the user could get:

OPT, NOINFO, TEAM under the instance's own protocol, and QR (theory.md 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import lcm

from verifier.errors import SizeError
from verifier.game.model import Cell, Game
from verifier.game.response import value_of
from verifier.game.rules import Answer, Rule, spell
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import QuotientSum
from verifier.solve.partitions import members, parts
from verifier.theory.quantal import informed_reply


def optimum(game: Game) -> Fraction:
    """OPT = E[max_a E[u(a, y) | x_A, x_B]]: everything known."""
    return sum(
        (game.user_payoff[(*point, best[0])] for point, best in game.best_actions.items()),
        Fraction(0),
    )


def no_information(game: Game) -> Fraction:
    """NOINFO = E[max_a E[u | x_A]]: what she gets alone."""
    everything = game.agent_observations
    return sum(
        (
            max(game.expected(game.user_payoff, x_user, everything, a) for a in game.actions)
            for x_user in game.user_support
        ),
        Fraction(0),
    )


def quantal_value(game: Game) -> QuotientSum:
    """QR: her expected utility when she learns x_B and replies by quantal response."""
    return informed_reply(game, game.user_payoff)


@dataclass(frozen=True)
class Team:
    """The most she can get with one aligned agent who sees `cells`, and a rule that attains it."""

    value: Fraction
    rule: Rule
    cells: tuple[Cell, ...]


def team(game: Game, cells: Sequence[Cell], effort: Effort = USUAL) -> Team:
    """TEAM under the instance's rounds and alphabets, for an agent who sees this partition.

    Where R answers can name every cell, telling all is optimal. Otherwise by the recursion over
    rectangles (S_A, S_B): the user's message splits S_A, the agent's answer splits S_B, R times.
    Raises SizeError when that would look at more than `effort.protocol_limit` splits. theory.md 3.
    """
    asked = "team", tuple(cells), effort.protocol_limit
    if asked not in game.memo:
        game.memo[asked] = _team(game, tuple(cells), effort)
    found: Team = game.memo[asked]
    return found


def _team(game: Game, cells: tuple[Cell, ...], effort: Effort) -> Team:
    if game.conversation.conveys(len(cells)):
        rule = spell(cells, game.conversation)
        return Team(value_of(game, rule), rule, cells)
    return _Rectangles(game, cells, effort).solve()


class _Rectangles:
    """The recursion over rectangles, on bit sets and integers (utilities times their common
    denominator).
    """

    def __init__(self, game: Game, cells: tuple[Cell, ...], effort: Effort) -> None:
        self.game, self.cells, self.users = game, cells, game.user_support
        talk = self.game.conversation
        if talk.agent_alphabet == "rich":
            raise ValueError("a rich alphabet needs no recursion")
        self.letters, self.voices = talk.agent_alphabet, min(talk.user_alphabet, len(self.users))
        self._refuse_if_large(effort)
        values = [
            [
                [game.expected(game.user_payoff, x, cell, a) for a in self.game.actions]
                for cell in cells
            ]
            for x in self.users
        ]
        self.scale = lcm(*(v.denominator for rows in values for row in rows for v in row))
        self.values = [[[int(v * self.scale) for v in row] for row in rows] for rows in values]
        self.alone = cache(self._alone)
        self.ask = cache(self._ask)
        self.tell = cache(self._tell)

    def _refuse_if_large(self, effort: Effort) -> None:
        n_users, n_cells, rounds = len(self.users), len(self.cells), self.game.conversation.rounds
        splits = rounds * (
            2**n_users * 3**n_cells * self.letters + 2**n_cells * 3**n_users * self.voices
        )
        if splits > effort.protocol_limit:
            raise SizeError(
                f"TEAM for {n_cells} cells, {n_users} user observations and {rounds} rounds would"
                f" look at up to {splits} splits, the limit is {effort.protocol_limit}; raise it with"
                " --protocol-limit"
            )

    def solve(self) -> Team:
        everyone, everything = (1 << len(self.users)) - 1, (1 << len(self.cells)) - 1
        rounds = self.game.conversation.rounds
        value = Fraction(self.ask(everyone, everything, rounds, self.voices), self.scale)
        rule = self._rule(everyone, everything, rounds)
        return Team(value, rule, self.cells)

    def _alone(self, users: int, cells: int) -> int:
        total = 0
        for x in members(users):
            rows = [self.values[x][c] for c in members(cells)]
            total += max(map(sum, zip(*rows, strict=True)))
        return total

    def _ask(self, users: int, cells: int, rounds: int, messages: int) -> int:
        if rounds == 0:
            return self.alone(users, cells)
        if messages == 1:
            return self.tell(users, cells, rounds, self.letters)
        return max(self._asked(users, cells, rounds, messages, part) for part in parts(users))

    def _asked(self, users: int, cells: int, rounds: int, messages: int, part: int) -> int:
        rest = users & ~part
        return self.tell(part, cells, rounds, self.letters) + (
            self.ask(rest, cells, rounds, messages - 1) if rest else 0
        )

    def _tell(self, users: int, cells: int, rounds: int, letters: int) -> int:
        if letters == 1:
            return self.ask(users, cells, rounds - 1, self.voices)
        return max(self._told(users, cells, rounds, letters, part) for part in parts(cells))

    def _told(self, users: int, cells: int, rounds: int, letters: int, part: int) -> int:
        rest = cells & ~part
        return self.ask(users, part, rounds - 1, self.voices) + (
            self.tell(users, rest, rounds, letters - 1) if rest else 0
        )

    def _rule(self, users: int, cells: int, rounds: int) -> Rule:
        messages, left = [], self.voices
        while users:
            part = self._best_part(users, cells, rounds, left)
            messages.append(self._answers(part, cells, rounds))
            users, left = users & ~part, left - 1
        return Rule(tuple(messages))

    def _best_part(self, users: int, cells: int, rounds: int, left: int) -> int:
        whole = self.ask(users, cells, rounds, left)
        best = (
            part
            for part in parts(users)
            if left == 1 or self._asked(users, cells, rounds, left, part) == whole
        )
        return next(best)

    def _answers(self, users: int, cells: int, rounds: int) -> tuple[Answer, ...]:
        answers, left = [], self.letters
        while cells:
            part = self._best_cells(users, cells, rounds, left)
            more = self.ask(users, part, rounds - 1, self.voices) > self.alone(users, part)
            answers.append(
                Answer(self._names(part), self._rule(users, part, rounds - 1) if more else None)
            )
            cells, left = cells & ~part, left - 1
        return tuple(answers)

    def _best_cells(self, users: int, cells: int, rounds: int, left: int) -> int:
        whole = self.tell(users, cells, rounds, left)
        best = (
            part
            for part in parts(cells)
            if left == 1 or self._told(users, cells, rounds, left, part) == whole
        )
        return next(best)

    def _names(self, cells: int) -> Cell:
        inside = {x for c in members(cells) for x in self.cells[c]}
        return tuple(x for x in self.game.agent_observations if x in inside)
