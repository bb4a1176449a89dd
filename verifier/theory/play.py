"""Play of conversation rules: the user's best response by backward induction, and the outcome.

The rules of all agents are given; only the user moves. Her information sets are her observation
with the transcripts of all conversations so far (theory.md 1.6).

1. `AnswerTable` turns each rule into integers: for each sequence of questions and answers its
   probability at every x_B.
2. `Induction` goes through the rounds backwards, on arrays over actions and all agents' histories
   (`solve.induction`): in the last round the best action, before it the best questions. Payoffs
   and probabilities are integers over common denominators, so comparisons are exact, and nothing
   is built per node.
3. From the start it follows the optimal moves to the information sets that are reached, and adds up
   the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm, prod

from verifier.errors import SizeError
from verifier.game.model import Game, Payoff, Ties
from verifier.game.response import RangeEnd, best_actions_at
from verifier.game.rules import ConversationRule, History, Profile, Transcript
from verifier.numbers import written
from verifier.solve import induction as layers

PLAY_LIMIT = 2_000_000
"""The largest number of entries (actions times transcripts of all agents) of one array."""


Taken = Mapping[tuple[str, Transcript], tuple[int, ...] | str]
"""(x_A, transcript) -> the optimal move that is taken there, where it is not the first."""


@dataclass(frozen=True)
class Moves:
    """The optimal moves at an information set that is reached, the one that is taken first.

    A move is a tuple of questions, one for each agent (numbered from 0), or after the last round an
    action.
    """

    optimal: tuple[tuple[int, ...] | str, ...]


@dataclass(frozen=True)
class Play:
    """The outcome of play where the user best-responds, taking one of several optimal moves.

    `outcome[x_A, x_B, action]` is the conditional probability of the action at that point (it sums
    to 1 over actions); `moves[x_A, transcript]` are the information sets that are reached.
    """

    user_utility: Fraction
    agent_utilities: Mapping[str, Fraction]
    outcome: Mapping[tuple[str, str, str], Fraction]
    moves: Mapping[tuple[str, Transcript], Moves]


def play(game: Game, profile: Profile, limit: int = PLAY_LIMIT, taken: Taken | None = None) -> Play:
    """The user's best response to a profile of conversation rules, with its outcome (exact).

    She takes the first of her optimal moves but for those in `taken`, where they are optimal.
    Raises SizeError before work when an array would have more than `limit` entries, InstanceError
    where a rule says nothing.
    """
    tables = [AnswerTable(game, rule) for rule in profile.values()]
    refuse_if_large(game, [table.words for table in tables], limit)
    outcome: dict[tuple[str, str, str], Fraction] = {}
    moves: dict[tuple[str, Transcript], Moves] = {}
    for x_user in game.user_support:
        induction = Induction(game, x_user, tables)
        induction.follow(outcome, moves, taken or {})
    for point in game.points:
        for a in game.actions:
            outcome.setdefault((*point, a), Fraction(0))
    return Play(
        expect(game.user_payoff, outcome),
        {name: expect(p, outcome) for name, p in game.agent_payoffs.items()},
        outcome,
        moves,
    )


def conversation_payoff_end(
    game: Game, profile: Profile, payoff: Payoff, end: RangeEnd, limit: int = PLAY_LIMIT
) -> Fraction:
    """The least or greatest expectation of a payoff over the user's best responses to the rules.

    Under `order` the user takes the first best action; ties between questions are open. Raises as
    `play` does.
    """
    tables = [AnswerTable(game, rule) for rule in profile.values()]
    refuse_if_large(game, [table.words for table in tables], limit)
    parts = (
        Induction(game, x_user, tables).payoff_end(payoff, end) for x_user in game.user_support
    )
    return sum(parts, Fraction(0))


def expect(payoff: Payoff, outcome: Mapping[tuple[str, str, str], Fraction]) -> Fraction:
    """The expectation of a payoff under an outcome."""
    return sum((p * payoff[key] for key, p in outcome.items() if p), Fraction(0))


def array_size(game: Game, words: Sequence[Sequence[str]]) -> int:
    """The number of entries of the largest array of the induction: actions times transcripts."""
    talk = game.conversation
    histories = prod(talk.user_alphabet * len(messages) for messages in words)
    return len(game.actions) * int(histories**talk.rounds)


def refuse_if_large(game: Game, words: Sequence[Sequence[str]], limit: int) -> None:
    """Raises SizeError where an array of the induction would have more than `limit` entries."""
    size, rounds = array_size(game, words), game.conversation.rounds
    if size > limit:
        raise SizeError(
            f"the conversation has {written(size)} combinations of transcripts and actions in"
            f" {rounds} rounds with {len(words)} agents, the limit is {limit}; use fewer"
            " rounds or messages, or raise it with --tree-limit"
        )


class Induction:
    """Backward induction at one observation of the user, in integers over common denominators.

    `payoffs[action][x]` and `chances[agent][x]` are the arrays that `solve.induction` sums and
    maximises; `sizes[agent]` is the number of complete histories. A sum of products of them is
    `scale` times the user's utility, and `chance_scale` is the part of it that the chances bring.
    `observations` are the possible x_B.
    """

    def __init__(self, game: Game, x_user: str, tables: Sequence[AnswerTable]) -> None:
        self.game, self.x_user, self.tables = game, x_user, tables
        self.rounds, self.agents = game.conversation.rounds, len(tables)
        self.shape = [table.shape for table in tables]
        self.sizes = [table.histories(self.rounds) for table in tables]
        self.observations = [x for user, x in game.points if user == x_user]
        chances = [table.chances(self.observations) for table in tables]
        self.chances = [numerators for numerators, _ in chances]
        values = [[game.user_payoff[x_user, x, a] for x in self.observations] for a in game.actions]
        denominator = lcm(*(v.denominator for row in values for v in row))
        self.payoffs = [[int(v * denominator) for v in row] for row in values]
        self.chance_scale = prod(below for _, below in chances)
        self.scale = denominator * self.chance_scale

    @classmethod
    def prepared(cls, game: Game, x_user: str, profile: Profile) -> Induction:
        """The induction for a profile of rules."""
        return cls(game, x_user, [AnswerTable(game, rule) for rule in profile.values()])

    @cached_property
    def asked(self) -> list[layers.Array]:
        """The value of asking, by round: an array over each agent's history and question."""
        kind = layers.dtype_for(self.payoffs, self.chances)
        values = layers.expected_payoffs(self.payoffs, self.chances, self.sizes, kind)
        return layers.backward(values, self.shape, self.rounds)[1]

    def follow(
        self,
        outcome: dict[tuple[str, str, str], Fraction],
        moves: dict[tuple[str, Transcript], Moves],
        taken: Taken,
    ) -> None:
        """Adds the outcome and the optimal moves at all information sets that are reached."""
        start: Transcript = ((),) * self.agents
        self._follow(start, dict.fromkeys(self.observations, Fraction(1)), outcome, moves, taken)

    def _follow(
        self,
        transcript: Transcript,
        reach: Mapping[str, Fraction],
        outcome: dict[tuple[str, str, str], Fraction],
        moves: dict[tuple[str, Transcript], Moves],
        taken: Taken,
    ) -> None:
        first = taken.get((self.x_user, transcript))
        if len(transcript[0]) == self.rounds:
            best = sorted(
                best_actions_at(self.game, (self.x_user,), reach), key=lambda a: a != first
            )
            moves[self.x_user, transcript] = Moves(tuple(best))
            for x, p in reach.items():
                key = (self.x_user, x, best[0])
                outcome[key] = outcome.get(key, Fraction(0)) + p
            return
        asked = sorted(self.best_questions(transcript), key=lambda questions: questions != first)
        moves[self.x_user, transcript] = Moves(tuple(asked))
        for after, reach_after in self.answered(transcript, asked[0], reach).items():
            self._follow(after, reach_after, outcome, moves, taken)

    def best_questions(self, transcript: Transcript) -> tuple[tuple[int, ...], ...]:
        """The optimal questions (one for each agent) after a transcript, in order."""
        choices = list(product(range(self.tables[0].questions), repeat=self.agents))
        value = self.asked[len(transcript[0])]
        values = [value[self._place(transcript, questions)] for questions in choices]
        top = max(values)
        return tuple(
            questions for questions, value in zip(choices, values, strict=True) if value == top
        )

    def answered(
        self, transcript: Transcript, asked: Sequence[int], reach: Mapping[str, Fraction]
    ) -> dict[Transcript, dict[str, Fraction]]:
        """The transcripts after the agents' answers, each with its probability at every x_B."""
        found: dict[Transcript, dict[str, Fraction]] = {}
        for x, p in reach.items():
            answers = [
                [((*h, (q, word)), chance) for word, chance in table.rule.says(h, q, x).items()]
                for table, h, q in zip(self.tables, transcript, asked, strict=True)
            ]
            for chosen in product(*answers):
                after = tuple(history for history, _ in chosen)
                chance = prod((chance for _, chance in chosen), start=Fraction(1))
                found.setdefault(after, {})[x] = p * chance
        return found

    def payoff_end(self, payoff: Payoff, end: RangeEnd) -> Fraction:
        """The least or greatest expectation of a payoff over the user's best responses.

        Under `order` she takes the first best action. Her own payoff, in units that outweigh all
        differences of the other, plus or minus the other one is what she maximises.
        """
        rows = [[payoff[self.x_user, x, a] for x in self.observations] for a in self.game.actions]
        below = lcm(*(v.denominator for row in rows for v in row))
        other = [[end.value * int(v * below) for v in row] for row in rows]
        unit = 1 + 2 * layers.most(other, self.chances)
        both = [
            [unit * mine + more for mine, more in zip(*pair, strict=True)]
            for pair in zip(self.payoffs, other, strict=True)
        ]
        kind = layers.dtype_for(both, self.chances)
        ends = layers.expected_payoffs(both, self.chances, self.sizes, kind)
        if self.game.ties is Ties.ORDER:
            hers = layers.expected_payoffs(self.payoffs, self.chances, self.sizes, kind)
            ends = layers.of_first_best(ends, hers)
        total, _ = layers.backward(ends, self.shape, self.rounds)
        left = (int(total) + unit // 2) % unit - unit // 2
        return Fraction(end.value * left, self.chance_scale * below)

    def _place(self, transcript: Transcript, asked: Sequence[int]) -> int:
        """The index of these questions after this transcript in the array of the round."""
        place = 0
        for table, history, question in zip(self.tables, transcript, asked, strict=True):
            own = table.place(history) * table.questions + question
            place = place * table.histories(len(history)) * table.questions + own
        return place


class AnswerTable:
    """The rule of one agent in integers: an index and a probability for each history."""

    def __init__(self, game: Game, rule: ConversationRule) -> None:
        self.rule, self.game = rule, game
        signals = rule.answers.values() if rule.answers else [rule.opening]
        sent = (word for signal in signals for sends in signal.values() for word in sends)
        self.words: tuple[str, ...] = tuple(dict.fromkeys(sent))
        self.digit: dict[str, int] = {word: n for n, word in enumerate(self.words)}
        self.rounds, self.questions = game.conversation.rounds, game.conversation.user_alphabet

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of questions and of answers in a round."""
        return self.questions, len(self.words)

    def histories(self, finished: int) -> int:
        """The number of histories of so many finished rounds."""
        return int((self.questions * len(self.words)) ** finished)

    def place(self, history: History) -> int:
        """The index of a history in the arrays: its (question, answer) pairs are digits."""
        place = 0
        for asked, word in history:
            place = (place * self.questions + asked) * len(self.words) + self.digit[word]
        return place

    def chances(self, observations: Sequence[str]) -> tuple[list[dict[int, int]], int]:
        """The probabilities of complete histories at every x_B: numerators and denominator."""
        columns = [self._probabilities(x) for x in observations]
        below = lcm(*{p.denominator for column in columns for p in column.values()})
        return [
            {place: p.numerator * (below // p.denominator) for place, p in column.items()}
            for column in columns
        ], below

    def _probabilities(self, x: str) -> dict[int, Fraction]:
        """The positive probabilities of complete histories at an observation, by index.

        The index is that of `place`. Most words are sure, and fractions are slow to multiply.
        """
        found: list[tuple[History, int, Fraction]] = [((), 0, Fraction(1))]
        for _ in range(self.rounds):
            found = [
                (
                    (*history, (asked, word)),
                    (place * self.questions + asked) * len(self.words) + self.digit[word],
                    p if q == 1 else p * q,
                )
                for history, place, p in found
                for asked in range(self.questions)
                for word, q in self.rule.says(history, asked, x).items()
            ]
        return {place: p for _, place, p in found}
