"""A conversation rule as sparse integer tables: how likely an agent's answers are, for the arrays
of `play` (theory.md 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from verifier.game.profile import ConversationRule, History
from verifier.game.user import Stakes


class Answers:
    """One agent's rule as integers: for every sequence of questions and answers how likely the
    answers are.
    """

    def __init__(self, stakes: Stakes, rule: ConversationRule) -> None:
        self.rule, self.stakes = rule, stakes
        signals = rule.answers.values() if rule.answers else [rule.opening]
        told = (word for signal in signals for says in signal.values() for word in says)
        self.words: tuple[str, ...] = tuple(dict.fromkeys(told))
        self.digit: dict[str, int] = {word: n for n, word in enumerate(self.words)}
        self.rounds, self.questions = (
            stakes.game.conversation.rounds,
            stakes.game.conversation.user_alphabet,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """How many questions and answers there are in a round."""
        return self.questions, len(self.words)

    def histories(self, finished: int) -> int:
        """How many sequences of questions and answers there are in so many rounds."""
        return int((self.questions * len(self.words)) ** finished)

    def place(self, history: History) -> int:
        """Where a history stands in the arrays: its (question, answer) pairs are digits."""
        place = 0
        for asked, word in history:
            place = (place * self.questions + asked) * len(self.words) + self.digit[word]
        return place

    def chances(self, observations: Sequence[str]) -> tuple[list[dict[int, int]], int]:
        """[x]: the complete histories that are possible there with their probabilities, integers
        over the last item.
        """
        columns = [self._likely(x) for x in observations]
        below = lcm(*{p.denominator for column in columns for p in column.values()})
        return [{place: int(p * below) for place, p in column.items()} for column in columns], below

    def _likely(self, x: str) -> dict[int, Fraction]:
        """The complete histories that are possible at an observation, by place."""
        found: dict[History, Fraction] = {(): Fraction(1)}
        for _ in range(self.rounds):
            found = {
                (*history, (asked, word)): p * q
                for history, p in found.items()
                for asked in range(self.questions)
                for word, q in self.rule.says(history, asked, x).items()
            }
        return {self.place(history): p for history, p in found.items()}
