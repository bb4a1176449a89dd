"""The conversation as a tree: chance, questions, answers, the action; information sets; sizes known before it is built.

The order of moves: chance draws (x_A, x_B); in each round the user sends one question to every agent (no node if she is
silent), then the agents answer one after the other, each knowing only its own cell and its own conversation; at last the user
acts. With rules the answers are chance moves, without them the agents' choices. theory.md 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from verifier.errors import SizeError
from verifier.game.game import Agent, Game
from verifier.game.profile import History, Profile

if TYPE_CHECKING:
    import networkx

TREE_LIMIT = 200_000
"""Most nodes that are built unless `--tree-limit` says otherwise."""

CONVERSATION_LIMIT = 200_000
"""Most conversations with one agent that are counted one by one, where its rule is given."""

Transcript = tuple[History, ...]


@dataclass(frozen=True)
class Chance:
    """A random move: (x_A, x_B) at the root, or the answer of an agent whose rule is given (`agent`)."""

    agent: str | None


@dataclass(frozen=True)
class UserMove:
    """The user's information set: her observation and all transcripts. She asks, or, after the last round, acts."""

    observation: str
    transcript: Transcript


@dataclass(frozen=True)
class AgentMove:
    """An agent's information set: its cell (by its first observation), its own conversation, and what it was asked last."""

    agent: str
    cell: str
    history: History
    asked: int


@dataclass(frozen=True)
class Leaf:
    """The end: an action at a point."""

    point: tuple[str, str]
    action: str


Kind = Chance | UserMove | AgentMove | Leaf


@dataclass(frozen=True)
class Size:
    """How many nodes of each kind a tree has."""

    chance: int
    user: int
    agents: int
    leaves: int

    @property
    def nodes(self) -> int:
        """All of them."""
        return self.chance + self.user + self.agents + self.leaves


def alphabets(game: Game) -> dict[str, tuple[str, ...]]:
    """The messages that each agent chooses from in a tree without rules: m1, m2, ...

    For a rich alphabet as many as the cells that the agent sees: one sender with one objective never needs more (theory.md 1).
    """
    letters = game.conversation.agent_alphabet
    sizes = {agent.name: len(agent.sees) if letters == "rich" else letters for agent in game.agents}
    return {name: tuple(f"m{n + 1}" for n in range(size)) for name, size in sizes.items()}


class Talk:
    """What each agent may answer where: by its rule, or any message of its alphabet."""

    def __init__(self, game: Game, profile: Profile | None) -> None:
        self.game, self.profile, self.alphabets = game, profile, alphabets(game)
        self.cell = {(agent.name, x): cell[0] for agent in game.agents for cell in agent.sees for x in cell}

    def answers(self, agent: Agent, history: History, asked: int, x: str) -> Mapping[str, Fraction | None]:
        """Message -> probability under the rule, None where the agent chooses."""
        if self.profile is None:
            return dict.fromkeys(self.alphabets[agent.name])
        return self.profile[agent.name].says(history, asked, x)

    def histories(self, agent: Agent, x: str) -> list[int]:
        """How many conversations are possible with one agent at an observation, after 0, 1, ... rounds."""
        found: list[History] = [()]
        counts = [1]
        for _ in range(self.game.conversation.rounds):
            if self.profile is None:
                counts.append(counts[-1] * self.game.conversation.user_alphabet * len(self.alphabets[agent.name]))
                continue
            questions = range(self.game.conversation.user_alphabet)
            following: list[History] = []
            for h, q in product(found, questions):
                following += [(*h, (q, word)) for word in self.answers(agent, h, q, x)]
                if len(following) > CONVERSATION_LIMIT:
                    raise SizeError(
                        f"{agent.name} alone has over {CONVERSATION_LIMIT} conversations; "
                        "use fewer rounds, questions or messages"
                    )
            found = following
            counts.append(len(found))
        return counts


def size_of(game: Game, profile: Profile | None) -> Size:
    """The numbers of nodes, from the numbers of conversations with each agent: nothing is built."""
    talk, questions = Talk(game, profile), game.conversation.user_alphabet
    chance, user, agents, leaves = 1, 0, 0, 0
    for _, x in game.points:
        counts = [talk.histories(agent, x) for agent in game.agents]
        for finished in range(game.conversation.rounds):
            before, after = [c[finished] * questions for c in counts], [c[finished + 1] for c in counts]
            user += _product(c[finished] for c in counts) if questions > 1 else 0
            answering = sum(_product([*after[:n], *before[n:]]) for n in range(len(counts)))
            agents, chance = (agents + answering, chance) if profile is None else (agents, chance + answering)
        last = _product(c[-1] for c in counts)
        user, leaves = user + last, leaves + last * len(game.actions)
    return Size(chance, user, agents, leaves)


def _product(numbers: Iterator[int] | Sequence[int]) -> int:
    total = 1
    for number in numbers:
        total *= number
    return total


def build(game: Game, profile: Profile | None = None, limit: int = TREE_LIMIT) -> networkx.DiGraph[int]:
    """The tree; node 0 is the root. Nodes have `kind`; edges have `label` and, after a random move, `probability`.

    Raises SizeError before anything is built if it would have more than `limit` nodes.
    """
    size = size_of(game, profile)
    if size.nodes > limit:
        raise SizeError(
            f"the conversation tree would have {size.nodes} nodes, the limit is {limit}; raise it with --tree-limit"
        )
    return _Builder(game, Talk(game, profile)).build()


class _Builder:
    """Adds nodes depth first, children in the order of observations, questions, messages and actions."""

    def __init__(self, game: Game, talk: Talk) -> None:
        import networkx

        self.game, self.talk = game, talk
        self.tree: networkx.DiGraph[int] = networkx.DiGraph()

    def build(self) -> networkx.DiGraph[int]:
        root = self._add(Chance(None))
        for point, p in self.game.probability.items():
            self._round(point, ((),) * len(self.game.agents), root, ", ".join(point), p)
        return self.tree

    def _add(self, kind: Kind, parent: int | None = None, label: str = "", probability: Fraction | None = None) -> int:
        node = int(self.tree.number_of_nodes())
        self.tree.add_node(node, kind=kind)
        if parent is not None:
            self.tree.add_edge(parent, node, label=label, probability=probability)
        return node

    def _round(self, point: tuple[str, str], transcript: Transcript, parent: int, label: str, p: Fraction | None) -> None:
        talk = self.game.conversation
        if len(transcript[0]) == talk.rounds:
            node = self._add(UserMove(point[0], transcript), parent, label, p)
            for action in self.game.actions:
                self._add(Leaf(point, action), node, action)
            return
        if talk.user_alphabet == 1:
            self._answer(point, transcript, (0,) * len(transcript), (), parent, label, p)
            return
        node = self._add(UserMove(point[0], transcript), parent, label, p)
        for asked in product(range(talk.user_alphabet), repeat=len(transcript)):
            self._answer(point, transcript, asked, (), node, "asks " + ", ".join(str(q + 1) for q in asked), None)

    def _answer(
        self,
        point: tuple[str, str],
        transcript: Transcript,
        asked: tuple[int, ...],
        said: tuple[str, ...],
        parent: int,
        label: str,
        p: Fraction | None,
    ) -> None:
        """The next agent answers; after the last one the round is over."""
        if len(said) == len(transcript):
            pairs = zip(transcript, asked, said, strict=True)
            self._round(point, tuple((*history, (q, word)) for history, q, word in pairs), parent, label, p)
            return
        agent, history, question = self.game.agents[len(said)], transcript[len(said)], asked[len(said)]
        move = AgentMove(agent.name, self.talk.cell[agent.name, point[1]], history, question)
        node = self._add(move if self.talk.profile is None else Chance(agent.name), parent, label, p)
        for word, chance in self.talk.answers(agent, history, question, point[1]).items():
            self._answer(point, transcript, asked, (*said, word), node, word, chance)
