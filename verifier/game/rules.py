"""Conversation rules: what an agent answers after every history (theory.md 1.2).

A deterministic rule is a tree (`Rule`): the theory's deviations are of this kind. A rule that a
user writes in a file, or that an equilibrium exhibits, draws its answers (`Signal` for one round,
`ConversationRule` for several).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from verifier.errors import InstanceError
from verifier.game.model import Agent, Cell, Conversation, Game


@dataclass(frozen=True)
class Answer:
    """One message of the agent, sent exactly when his observation lies in `when`.

    `then` is the rule that follows, None after the last round that matters.
    """

    when: Cell
    then: Rule | None = None


@dataclass(frozen=True)
class Rule:
    """A deterministic rule from one round on: for each user message, the agent's answers.

    A user message beyond the listed ones counts as the last.
    """

    messages: tuple[tuple[Answer, ...], ...]

    def leaves(self) -> Iterator[Cell]:
        """The sets of observations that are possible, to the user, after the last answer."""
        for message in self.messages:
            for answer in message:
                if answer.then is None:
                    yield answer.when
                else:
                    yield from answer.then.leaves()


def announce(cells: Sequence[Cell]) -> Rule:
    """The rule that names the cell in one answer, whatever the user says."""
    return Rule((tuple(Answer(cell) for cell in cells),))


def spell(cells: Sequence[Cell], conversation: Conversation) -> Rule:
    """The rule that names the cell within the protocol, in several rounds where one is too short.

    Raises ValueError where even R answers cannot tell the cells apart (`Conversation.conveys`).
    """
    if not conversation.conveys(len(cells)):
        raise ValueError(f"{len(cells)} cells do not fit into the conversation")
    if conversation.agent_alphabet == "rich":
        return announce(cells)
    return _spell(tuple(cells), conversation.agent_alphabet, conversation.rounds)


def _spell(cells: tuple[Cell, ...], alphabet: int, rounds: int) -> Rule:
    if len(cells) <= alphabet:
        return announce(cells)
    width = alphabet ** (rounds - 1)
    groups = [cells[start : start + width] for start in range(0, len(cells), width)]
    answers = (Answer(_union(group), _spell_rest(group, alphabet, rounds - 1)) for group in groups)
    return Rule((tuple(answers),))


def _spell_rest(cells: tuple[Cell, ...], alphabet: int, rounds: int) -> Rule | None:
    return _spell(cells, alphabet, rounds) if len(cells) > 1 else None


def _union(cells: Sequence[Cell]) -> Cell:
    return tuple(x for cell in cells for x in cell)


def separates(game: Game, rule: Rule) -> bool:
    """Whether the rule reveals the agent observation, up to observations of probability zero."""
    possible = {x_agent for _, x_agent in game.points}
    return all(len(possible.intersection(cell)) <= 1 for cell in rule.leaves())


def common_coarsening(game: Game, partitions: Sequence[Sequence[Cell]]) -> tuple[Cell, ...]:
    """The finest partition that each owner of these partitions can announce (theory.md 4.3)."""
    leader = {x: x for x in game.agent_observations}

    def find(x: str) -> str:
        while leader[x] != x:
            x = leader[x]
        return x

    for cell in (cell for partition in partitions for cell in partition):
        for other in cell[1:]:
            leader[find(other)] = find(cell[0])
    grouped: dict[str, list[str]] = {}
    for x in game.agent_observations:
        grouped.setdefault(find(x), []).append(x)
    return tuple(tuple(cell) for cell in grouped.values())


Signal = Mapping[str, Mapping[str, Fraction]]
"""A table agent observation -> message -> its positive probability.

Observations are in instance order; the probabilities of the messages sum to 1.
"""


SILENCE = "nothing"
"""The message of an agent who says nothing of what he sees."""


def silence(game: Game) -> Signal:
    """The signal that always says the same."""
    return {x: {SILENCE: Fraction(1)} for x in game.agent_observations}


def truth(agent: Agent) -> Signal:
    """The signal that names the agent's cell, by its first observation."""
    return {x: {cell[0]: Fraction(1)} for cell in agent.sees for x in cell}


History = tuple[tuple[int, str], ...]
"""An agent's private history: the user's message (from 0) and the answer, by finished round."""


Transcript = tuple[History, ...]
"""The private histories of all agents, in instance order: all that the user has received."""


@dataclass(frozen=True)
class ConversationRule:
    """An agent's rule: for each situation (history, question) a signal.

    The signal has the observations that can have led there. `answers` is empty for a rule that
    draws one message from `opening` and repeats it whatever happens.
    """

    agent: str
    opening: Signal
    answers: Mapping[tuple[History, int], Signal]
    where: str = field(default="", compare=False, repr=False)
    """Where it stands in a file, for messages; empty where it was computed."""

    def says(self, history: History, asked: int, observation: str) -> Mapping[str, Fraction]:
        """The distribution of the agent's next message.

        Raises InstanceError where the rule says nothing of this situation.
        """
        if not self.answers:
            return self.opening[observation] if not history else {history[-1][1]: Fraction(1)}
        signal = self.answers.get((history, asked), {})
        if observation not in signal:
            path = ", ".join(f"asked {q + 1}, said {message!r}" for q, message in history)
            situation = f"after [{path}], asked {asked + 1}, seeing {observation!r}"
            where = f"{self.where} " if self.where else ""
            raise InstanceError(
                f"{where}the rule of {self.agent} says nothing {situation}; add an answer"
            )
        return signal[observation]


def said_once(game: Game, signals: Sequence[Signal]) -> dict[tuple[History, int], Signal]:
    """The answers of a rule that draws a word by what she has asked, and repeats it.

    `signals`: one for each of the first sequences of questions that it takes to ask so many
    things; until one is asked nothing is said. Others are answered like the first of them.
    """
    talk, answers = game.conversation, dict[tuple[History, int], Signal]()
    questions, turns = range(talk.user_alphabet), len(talk.sequences(len(signals))[0])
    for n, asked in enumerate(product(questions, repeat=turns)):
        signal, before = signals[n if n < len(signals) else 0], unanswered(asked[:-1])
        for turn, question in enumerate(asked[:-1]):
            answers[before[:turn], question] = silence(game)
        answers[before, asked[-1]] = signal
        words = dict.fromkeys(word for sends in signal.values() for word in sends)
        for word, length in product(words, range(1, talk.rounds - turns + 1)):
            able = [x for x, sends in signal.items() if word in sends]
            for more in product(questions, repeat=length):
                history = (*before, (asked[-1], word), *((q, word) for q in more[:-1]))
                answers[history, more[-1]] = {x: {word: Fraction(1)} for x in able}
    return answers


def unanswered(asked: Sequence[int]) -> History:
    """The history in which an agent has told nothing yet, whatever he was asked."""
    return tuple((question, SILENCE) for question in asked)


Profile = Mapping[str, ConversationRule]
"""A table agent name -> rule, in instance order, one for every agent."""


@dataclass(frozen=True)
class Menu:
    """A restricted game: named signals, and which of them each agent may choose."""

    signals: Mapping[str, Signal]
    choices: Mapping[str, tuple[str, ...]]
