"""Conversations of several rounds under given rules: the user's best response by backward
induction, and the outcome.

The user's information sets are her observation with all transcripts so far. Payoffs and chances are
integers over common denominators in arrays over actions and all agents' histories (`solve.layers`);
nothing is built per node. theory.md 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm, prod

from verifier.errors import SizeError
from verifier.game.model import Game, Payoff
from verifier.game.response import RangeEnd, best_actions_at, payoff_end_at
from verifier.game.rules import ConversationRule, History, Profile, Transcript
from verifier.game.tree import written
from verifier.solve import induction as layers

PLAY_LIMIT = 2_000_000
"""Most entries (actions times transcripts of all agents) of one array."""


@dataclass(frozen=True)
class Moves:
    """All optimal moves at an information set that is reached, the one that is taken first.

    Before the last round is over a move is a tuple of questions, one per agent (from 0); then it is
    an action.
    """

    optimal: tuple[tuple[int, ...] | str, ...]


@dataclass(frozen=True)
class Play:
    """What happens if the user best-responds, taking the first of several optimal moves.

    `outcome[x_A, x_B, action]` is the probability of the action at that point (sums to 1 over
    actions); `moves[x_A, transcript]` are the information sets that are reached.
    """

    user_utility: Fraction
    agent_utilities: Mapping[str, Fraction]
    outcome: Mapping[tuple[str, str, str], Fraction]
    moves: Mapping[tuple[str, Transcript], Moves]


def play(game: Game, profile: Profile, limit: int = PLAY_LIMIT) -> Play:
    """The user's exact best response to conversation rules, and its outcome.

    Raises SizeError before work when an array would have more than `limit` entries, InstanceError
    where a rule says nothing.
    """
    tables = [Answers(game, rule) for rule in profile.values()]
    refuse_if_large(game, [table.words for table in tables], limit)
    outcome: dict[tuple[str, str, str], Fraction] = {}
    moves: dict[tuple[str, Transcript], Moves] = {}
    for x_user in game.user_support:
        induction = Induction(game, x_user, tables)
        induction.follow(outcome, moves)
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
    """The least or greatest expectation of a payoff over the user's best responses to conversation
    rules.

    Under `order` she takes the first best action; ties between questions are open. Raises as
    `play`.
    """
    tables = [Answers(game, rule) for rule in profile.values()]
    refuse_if_large(game, [table.words for table in tables], limit)
    parts = (
        Induction(game, x_user, tables).payoff_end(payoff, end) for x_user in game.user_support
    )
    return sum(parts, Fraction(0))


def expect(payoff: Payoff, outcome: Mapping[tuple[str, str, str], Fraction]) -> Fraction:
    """The expectation of a payoff under an outcome."""
    return sum((p * payoff[key] for key, p in outcome.items() if p), Fraction(0))


def refuse_if_large(game: Game, words: Sequence[Sequence[str]], limit: int) -> None:
    """Raises SizeError where an array would have more than `limit` entries."""
    talk = game.conversation
    size = len(game.actions) * prod(
        (talk.user_alphabet * len(said)) ** talk.rounds for said in words
    )
    if size > limit:
        raise SizeError(
            f"the conversation has {written(size)} combinations of transcripts and actions in"
            f" {talk.rounds} rounds with {len(words)} agents, the limit is {limit}; use fewer"
            " rounds or messages, or raise it with --tree-limit"
        )


class Induction:
    """Backward induction at one observation of the user: integers over common denominators,
    prepared once.

    `payoffs[action][x]` and `chances[agent][x]` are what `layers` sums and maximises;
    `sizes[agent]` counts histories. A sum of products of them is `scale` times what she gets.
    """

    def __init__(self, game: Game, x_user: str, tables: Sequence[Answers]) -> None:
        self.game, self.x_user, self.tables = game, x_user, tables
        self.rounds, self.agents = game.conversation.rounds, len(tables)
        self.shape, self.sizes = (
            [table.shape for table in tables],
            [table.histories(self.rounds) for table in tables],
        )
        self.observations = [x for user, x in game.points if user == x_user]
        told = [table.chances(self.observations) for table in tables]
        self.chances = [chances for chances, _ in told]
        values = [[game.user_payoff[x_user, x, a] for x in self.observations] for a in game.actions]
        below = lcm(*(v.denominator for row in values for v in row))
        self.payoffs = [[int(v * below) for v in row] for row in values]
        self.scale = prod((below for _, below in told), start=below)

    @classmethod
    def prepared(cls, game: Game, x_user: str, profile: Profile) -> Induction:
        """From the rules of all agents."""
        return cls(game, x_user, [Answers(game, rule) for rule in profile.values()])

    @cached_property
    def asked(self) -> list[layers.Array]:
        """Per round what asking is worth, [agent 1's rounds so far and question, agent 2's, ...]."""
        kind = layers.dtype_for(self.payoffs, self.chances)
        values = layers.worths(self.payoffs, self.chances, self.sizes, kind)
        return layers.backward(values, self.shape, self.rounds)[1]

    def follow(
        self,
        outcome: dict[tuple[str, str, str], Fraction],
        moves: dict[tuple[str, Transcript], Moves],
    ) -> None:
        """Adds what happens on the path: outcome and optimal moves."""
        start: Transcript = ((),) * self.agents
        self._follow(start, dict.fromkeys(self.observations, Fraction(1)), outcome, moves)

    def _follow(
        self,
        transcript: Transcript,
        reach: Mapping[str, Fraction],
        outcome: dict[tuple[str, str, str], Fraction],
        moves: dict[tuple[str, Transcript], Moves],
    ) -> None:
        if len(transcript[0]) == self.rounds:
            best = best_actions_at(self.game, (self.x_user,), reach)
            moves[self.x_user, transcript] = Moves(best)
            for x, p in reach.items():
                key = (self.x_user, x, best[0])
                outcome[key] = outcome.get(key, Fraction(0)) + p
            return
        asked = self.best_questions(transcript)
        moves[self.x_user, transcript] = Moves(asked)
        for after, likely in self.answered(transcript, asked[0], reach).items():
            self._follow(after, likely, outcome, moves)

    def best_questions(self, transcript: Transcript) -> tuple[tuple[int, ...], ...]:
        """Her optimal questions (one per agent) after a transcript, in order."""
        options = list(product(range(self.tables[0].questions), repeat=self.agents))
        worth = self.asked[len(transcript[0])]
        values = [worth[self._place(transcript, asked)] for asked in options]
        top = max(values)
        return tuple(asked for asked, value in zip(options, values, strict=True) if value == top)

    def answered(
        self, transcript: Transcript, asked: Sequence[int], reach: Mapping[str, Fraction]
    ) -> dict[Transcript, dict[str, Fraction]]:
        """The transcripts after the agents' answers, with the chances of reaching them from every
        x_B.
        """
        heard: dict[Transcript, dict[str, Fraction]] = {}
        for x, p in reach.items():
            rounds = zip(self.tables, transcript, asked, strict=True)
            says = [
                [((*h, (q, word)), s) for word, s in table.rule.says(h, q, x).items()]
                for table, h, q in rounds
            ]
            for words in product(*says):
                after = tuple(history for history, _ in words)
                heard.setdefault(after, {})[x] = p * prod((s for _, s in words), start=Fraction(1))
        return heard

    def payoff_end(self, payoff: Payoff, end: RangeEnd) -> Fraction:
        """The least or greatest of a payoff over her best responses; under `order` she takes the
        first best action.
        """

        def talk(transcript: Transcript, reach: Mapping[str, Fraction]) -> Fraction:
            if len(transcript[0]) < self.rounds:
                parts = (
                    self.answered(transcript, asked, reach).items()
                    for asked in self.best_questions(transcript)
                )
                return max(
                    sum((talk(after, likely) for after, likely in part), Fraction(0))
                    for part in parts
                )
            return end.value * payoff_end_at(self.game, payoff, (self.x_user,), reach, end)

        return end.value * talk(((),) * self.agents, dict.fromkeys(self.observations, Fraction(1)))

    def _place(self, transcript: Transcript, asked: Sequence[int]) -> int:
        """Where questions stand in the array of a round."""
        place = 0
        for table, history, question in zip(self.tables, transcript, asked, strict=True):
            mine = table.place(history) * table.questions + question
            place = place * table.histories(len(history)) * table.questions + mine
        return place


class Answers:
    """One agent's rule as integers: for every sequence of questions and answers how likely the
    answers are.
    """

    def __init__(self, game: Game, rule: ConversationRule) -> None:
        self.rule, self.game = rule, game
        signals = rule.answers.values() if rule.answers else [rule.opening]
        told = (word for signal in signals for says in signal.values() for word in says)
        self.words: tuple[str, ...] = tuple(dict.fromkeys(told))
        self.digit: dict[str, int] = {word: n for n, word in enumerate(self.words)}
        self.rounds, self.questions = (
            game.conversation.rounds,
            game.conversation.user_alphabet,
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
