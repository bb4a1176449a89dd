"""Climbing: a search through an agent's pure rules by small changes (theory.md 6.10).

1. Start from a few rules: his own, silence, telling all that he sees, his team-optimal rule.
2. Go through all changes, and keep each that gives him more: of one answer, or of all answers in a
   cell after a first question to those in another cell.
3. Stop where no change does, or where as many rules were tried as may be.

It may stop short of his best rule: what it finds is a deviation, and bounds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import cycle, permutations, product

from verifier.game.model import Agent, Cell, Game
from verifier.game.rules import ConversationRule
from verifier.game.tree import alphabets
from verifier.theory.judgements.pure_rules import Answers, Situation, pure_rule


def _answering(situation: Situation, word: int, answers: Answers) -> Answers:
    """The rule with another answer in one situation."""
    return {**answers, situation: word}


def _imitating(places: Sequence[Situation], cell: Cell, answers: Answers) -> Answers:
    """The rule that answers in these situations as it does in another cell."""
    return {**answers, **{(c, asked): answers[cell, asked] for c, asked in places}}


Change = Callable[[Answers], Answers]
"""A small change of a pure rule."""


@dataclass
class Climb:
    """A search through the pure rules of one agent, each of which is worked out once.

    `worth` is what a rule gives him; `most` is how many rules may be tried, `tried` how many were.
    """

    game: Game
    agent: Agent
    worth: Callable[[ConversationRule], Fraction]
    most: int
    known: dict[tuple[int, ...], Fraction] = field(default_factory=dict)

    @property
    def tried(self) -> int:
        """The number of rules that were tried."""
        return len(self.known)

    def above(self, starts: Sequence[Answers], limit: Fraction) -> ConversationRule | None:
        """The first rule found that gives the agent more than `limit`; None if none is found."""
        steps = (step for start in starts for step in self._uphill(start))
        found = next((answers for answers, worth in steps if worth > limit), None)
        return None if found is None else pure_rule(self.game, self.agent, found)

    def best(self, starts: Sequence[Answers]) -> Answers:
        """The best rule found; of several as good the first, and the first start if none is."""
        steps = [step for start in starts for step in self._uphill(start)]
        return max(steps, key=lambda step: step[1])[0] if steps else starts[0]

    def around(self, answers: Answers) -> Iterator[Answers]:
        """The rules with one other answer."""
        changed = (change(answers) for change in self._other_words(answers))
        return (other for other in changed if other != answers)

    def _uphill(self, start: Answers) -> Iterator[tuple[Answers, Fraction]]:
        """Rules, each worth more than the one before, until no changed one is."""
        here, worth = start, self._value(start)
        if worth is None:
            return
        yield here, worth
        changes = [*self._other_words(start), *self._other_cells(start)]
        around, unchanged = cycle(changes), 0
        while unchanged < len(changes):
            changed = next(around)(here)
            value = self._value(changed)
            if value is None:
                return
            unchanged += 1
            if value > worth:
                here, worth, unchanged = changed, value, 0
                yield here, worth

    def _other_words(self, answers: Answers) -> Iterator[Change]:
        """The changes of one answer to a given word."""
        words = range(len(alphabets(self.game)[self.agent.name]))
        for situation, word in product(answers, words):
            yield partial(_answering, situation, word)

    def _other_cells(self, answers: Answers) -> Iterator[Change]:
        """The changes by which a cell answers as another does, after a first question."""
        firsts = dict.fromkeys(asked[0] for _, asked in answers)
        for first, (cell, other) in product(firsts, permutations(self.agent.sees, 2)):
            places = [(c, asked) for c, asked in answers if c == cell and asked[0] == first]
            yield partial(_imitating, places, other)

    def _value(self, answers: Answers) -> Fraction | None:
        """What a rule gives the agent; None if it is not known and no more rules may be tried."""
        key = tuple(answers.values())
        if key not in self.known:
            if self.tried >= self.most:
                return None
            self.known[key] = self.worth(pure_rule(self.game, self.agent, answers))
        return self.known[key]
