"""The conversation tree: random moves, questions, answers and actions (theory.md 1.1).

Moves come in this order. Chance draws (x_A, x_B). In each round the user sends one question to
every agent (no node where she is silent), then the agents answer one after the other, each knowing
only his own cell and his own conversation. At last the user acts. With given rules the answers are
random moves, without them they are the agents' choices.

`size_of` and `information_sets` count before anything is built; `Growth` gives the children of any
node, one after the other in `Growth.steps`, so that a tree need not be in memory to be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from verifier.errors import SizeError
from verifier.extras import require
from verifier.game.model import Agent, Game
from verifier.game.rules import History, Profile, Transcript
from verifier.numbers import written

if TYPE_CHECKING:
    import networkx

TREE_LIMIT = 200_000
"""Most nodes of a tree that is built, unless `--tree-limit` says otherwise."""

CONVERSATION_LIMIT = 200_000
"""Most conversations with one agent that are counted one by one, where his rule is given."""

HUGE = 10**1000
"""Most leaves of a tree that are counted exactly."""


@dataclass(frozen=True)
class Chance:
    """A random move: (x_A, x_B) at the root, or the answer of an agent whose rule is given."""

    agent: str | None


@dataclass(frozen=True)
class UserMove:
    """An information set of the user: her observation and the transcript.

    The user asks every agent or, after the last round, acts.
    """

    observation: str
    transcript: Transcript


@dataclass(frozen=True)
class AgentMove:
    """An information set of an agent: his cell, his private history and the last question.

    The cell is named by its first observation.
    """

    agent: str
    cell: str
    history: History
    asked: int


@dataclass(frozen=True)
class Leaf:
    """The end of the conversation: an action at a point (x_A, x_B)."""

    point: tuple[str, str]
    action: str


Kind = Chance | UserMove | AgentMove | Leaf


@dataclass(frozen=True)
class Size:
    """The number of nodes of each kind in a tree."""

    chance: int
    user: int
    agents: int
    leaves: int

    @property
    def nodes(self) -> int:
        """The number of all nodes."""
        return self.chance + self.user + self.agents + self.leaves


def alphabets(game: Game) -> dict[str, tuple[str, ...]]:
    """The messages that each agent chooses from in a tree without rules: m1, m2, ...

    A rich alphabet stands for as many as the cells that the agent sees: one sender with one
    objective never needs more.
    """
    alphabet = game.conversation.agent_alphabet
    sizes = {a.name: len(a.sees) if alphabet == "rich" else alphabet for a in game.agents}
    return {name: tuple(f"m{n + 1}" for n in range(size)) for name, size in sizes.items()}


class PossibleAnswers:
    """The possible answers of each agent: by his rule, or any message of his alphabet."""

    def __init__(self, game: Game, profile: Profile | None) -> None:
        self.game, self.profile, self.alphabets = game, profile, alphabets(game)
        self.cell = {
            (agent.name, x): cell[0] for agent in game.agents for cell in agent.sees for x in cell
        }

    def answers(
        self, agent: Agent, history: History, asked: int, x: str
    ) -> Mapping[str, Fraction | None]:
        """The agent's possible messages, with probabilities; None where he chooses himself."""
        if self.profile is None:
            return dict.fromkeys(self.alphabets[agent.name])
        return self.profile[agent.name].says(history, asked, x)

    def counts(self, agent: Agent, x: str) -> list[int]:
        """The numbers of conversations with one agent, possible at x_B, after 0, 1, ... rounds.

        Raises SizeError beyond CONVERSATION_LIMIT where the rule is given.
        """
        talk = self.game.conversation
        if self.profile is None:
            step = talk.user_alphabet * len(self.alphabets[agent.name])
            return [step**finished for finished in range(talk.rounds + 1)]
        histories: list[History] = [()]
        counts = [1]
        for _ in range(talk.rounds):
            histories = self._one_round_more(agent, x, histories)
            counts.append(len(histories))
        return counts

    def _one_round_more(self, agent: Agent, x: str, histories: list[History]) -> list[History]:
        following: list[History] = []
        for h, q in product(histories, range(self.game.conversation.user_alphabet)):
            following += [(*h, (q, message)) for message in self.answers(agent, h, q, x)]
            if len(following) > CONVERSATION_LIMIT:
                raise SizeError(
                    f"{agent.name} alone has over {CONVERSATION_LIMIT} conversations; use fewer"
                    " rounds, questions or messages"
                )
        return following


def size_of(game: Game, profile: Profile | None) -> Size:
    """The size of the conversation tree, from the numbers of conversations with each agent.

    Nothing is built. Raises SizeError where the count itself would have over a thousand digits, or
    conversations are too many to count.
    """
    talk, questions = PossibleAnswers(game, profile), game.conversation.user_alphabet
    chance, user, agents, leaves = 1, 0, 0, 0
    for _, x in game.points:
        counts = [talk.counts(agent, x) for agent in game.agents]
        for finished in range(game.conversation.rounds):
            before = [c[finished] * questions for c in counts]
            after = [c[finished + 1] for c in counts]
            user += prod(c[finished] for c in counts) if questions > 1 else 0
            answering = sum(prod([*after[:n], *before[n:]]) for n in range(len(counts)))
            if profile is None:
                agents += answering
            else:
                chance += answering
        last = prod(c[-1] for c in counts)
        user, leaves = user + last, leaves + last * len(game.actions)
    if leaves > HUGE:
        raise SizeError(
            f"the conversation tree would have {written(leaves)} leaves; use fewer rounds, messages"
            " or agents"
        )
    return Size(chance, user, agents, leaves)


def refuse_large(size: Size, limit: int) -> None:
    """Raises SizeError for a tree of more than `limit` nodes."""
    if size.nodes > limit:
        raise SizeError(
            f"the conversation tree would have {written(size.nodes)} nodes, the limit is {limit};"
            " raise it with --tree-limit"
        )


def information_sets(game: Game, profile: Profile | None) -> tuple[int, dict[str, int]]:
    """The numbers of information sets of the user, and of each agent where the agents choose.

    Without rules they follow from the numbers of messages; with rules the tree is gone through.
    Domain: `size_of` finds that the tree is not too large for that.
    """
    if profile is not None:
        growth = Growth(game, PossibleAnswers(game, profile))
        return len({step.kind for step in growth.steps() if isinstance(step.kind, UserMove)}), {}
    talk, words = game.conversation, alphabets(game)
    steps = {agent.name: talk.user_alphabet * len(words[agent.name]) for agent in game.agents}
    rounds = range(0 if talk.user_alphabet > 1 else talk.rounds, talk.rounds + 1)
    user = sum(prod(step**finished for step in steps.values()) for finished in rounds)
    possible = {x for _, x in game.points}
    agents = {
        agent.name: sum(bool(possible.intersection(cell)) for cell in agent.sees)
        * talk.user_alphabet
        * sum(steps[agent.name] ** finished for finished in range(talk.rounds))
        for agent in game.agents
    }
    return user * len(game.user_support), agents


def build(
    game: Game, profile: Profile | None = None, limit: int = TREE_LIMIT
) -> networkx.DiGraph[int]:
    """The conversation tree as a directed graph; node 0 is the root.

    Nodes have `kind`; edges have `label` and, after a random move, `probability`. Nodes are added
    depth first, children in the order of observations, questions, messages and actions. Raises
    SizeError, before anything is built, where the tree would have more than `limit` nodes, and
    InstanceError where networkx is not installed.
    """
    refuse_large(size_of(game, profile), limit)
    require("networkx", "--format dot")
    import networkx

    tree: networkx.DiGraph[int] = networkx.DiGraph()
    above: list[int] = []
    for node, step in enumerate(Growth(game, PossibleAnswers(game, profile)).steps()):
        tree.add_node(node, kind=step.kind)
        del above[step.depth :]
        if above:
            tree.add_edge(above[-1], node, label=step.label, probability=step.probability)
        above.append(node)
    return tree


@dataclass(frozen=True)
class Moment:
    """A moment of the conversation: the finished rounds, and how far this round is.

    `asked` are the questions of this round, None before they are asked; `said` are the answers so
    far.
    """

    point: tuple[str, str]
    transcript: Transcript
    asked: tuple[int, ...] | None = None
    said: tuple[str, ...] = ()


Branch = tuple[str, Fraction | None, Moment | Leaf]
"""A move: its label, its probability where it is random, and the moment or leaf that follows."""


@dataclass(frozen=True)
class Step:
    """A node of the tree: how deep it is, the move that leads to it, and its own moves."""

    depth: int
    label: str
    probability: Fraction | None
    kind: Kind
    branches: list[Branch]


class Growth:
    """The moves of the conversation tree, from any moment on."""

    def __init__(self, game: Game, talk: PossibleAnswers) -> None:
        self.game, self.talk = game, talk

    def steps(self) -> Iterator[Step]:
        """All nodes, depth first, children in the order of observations, messages and actions."""
        points = list(self.points())
        yield Step(0, "", None, Chance(None), points)
        waiting = [(1, *branch) for branch in reversed(points)]
        while waiting:
            depth, label, probability, here = waiting.pop()
            branches = list(self.branches(here))
            yield Step(depth, label, probability, self.kind(here), branches)
            waiting += [(depth + 1, *branch) for branch in reversed(branches)]

    def points(self) -> Iterator[Branch]:
        """The moves at the root: the points (x_A, x_B) of positive probability."""
        for point, p in self.game.probability.items():
            yield ", ".join(point), p, self._next(Moment(point, ((),) * len(self.game.agents)))

    def kind(self, here: Moment | Leaf) -> Kind:
        """The node of a moment."""
        if isinstance(here, Leaf):
            return here
        if here.asked is None:
            return UserMove(here.point[0], here.transcript)
        agent, history, asked = self._turn(here, here.asked)
        if self.talk.profile is not None:
            return Chance(agent.name)
        return AgentMove(agent.name, self.talk.cell[agent.name, here.point[1]], history, asked)

    def branches(self, here: Moment | Leaf) -> Iterator[Branch]:
        """The moves at a moment; none at a leaf."""
        if isinstance(here, Leaf):
            return
        if here.asked is not None:
            answers = self.talk.answers(*self._turn(here, here.asked), here.point[1])
            for message, p in answers.items():
                said = (*here.said, message)
                yield message, p, self._next(Moment(here.point, here.transcript, here.asked, said))
        elif len(here.transcript[0]) < self.game.conversation.rounds:
            for asked in product(
                range(self.game.conversation.user_alphabet), repeat=len(here.transcript)
            ):
                label = "asks " + ", ".join(str(question + 1) for question in asked)
                yield label, None, Moment(here.point, here.transcript, asked)
        else:
            for action in self.game.actions:
                yield action, None, Leaf(here.point, action)

    def _turn(self, here: Moment, asked: tuple[int, ...]) -> tuple[Agent, History, int]:
        """The agent whose answer is due, with his private history and the question to him."""
        return (
            self.game.agents[len(here.said)],
            here.transcript[len(here.said)],
            asked[len(here.said)],
        )

    def _next(self, here: Moment) -> Moment:
        """The moment at which somebody moves: after the last answer of a round the next one begins.

        A silent user has nothing to ask.
        """
        if here.asked is not None and len(here.said) == len(here.asked):
            rounds = zip(here.transcript, here.asked, here.said, strict=True)
            transcript = tuple((*history, (asked, message)) for history, asked, message in rounds)
            here = Moment(here.point, transcript)
        talk = self.game.conversation
        if here.asked is None and talk.silent and len(here.transcript[0]) < talk.rounds:
            return Moment(here.point, here.transcript, (0,) * len(here.transcript))
        return here
