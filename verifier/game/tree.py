"""The conversation as a tree: chance, questions, answers, the action; information sets; sizes known
before it is built.

The order of moves: chance draws (x_A, x_B); in each round the user sends one question to every
agent (no node if she is silent), then the agents answer one after the other, each knowing only its
own cell and its own conversation; at last the user acts. With rules the answers are chance moves,
without them the agents' choices. theory.md 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from verifier.errors import SizeError
from verifier.game.model import Agent, Game
from verifier.game.rules import History, Profile, Transcript

if TYPE_CHECKING:
    import networkx

TREE_LIMIT = 200_000
"""Most nodes that are built unless `--tree-limit` says otherwise."""

CONVERSATION_LIMIT = 200_000
"""Most conversations with one agent that are counted one by one, where its rule is given."""

HUGE = 10**1000
"""Trees of more leaves than this are not even counted."""


@dataclass(frozen=True)
class Chance:
    """A random move: (x_A, x_B) at the root, or the answer of an agent whose rule is given
    (`agent`).
    """

    agent: str | None


@dataclass(frozen=True)
class UserMove:
    """The user's information set: her observation and all transcripts.

    She asks, or, after the last round, acts.
    """

    observation: str
    transcript: Transcript


@dataclass(frozen=True)
class AgentMove:
    """An agent's information set: its cell (by its first observation), its own conversation, and
    what it was asked last.
    """

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

    For a rich alphabet as many as the cells that the agent sees: one sender with one objective
    never needs more (theory.md 1).
    """
    letters = game.conversation.agent_alphabet
    sizes = {agent.name: len(agent.sees) if letters == "rich" else letters for agent in game.agents}
    return {name: tuple(f"m{n + 1}" for n in range(size)) for name, size in sizes.items()}


class Talk:
    """What each agent may answer where: by its rule, or any message of its alphabet."""

    def __init__(self, game: Game, profile: Profile | None) -> None:
        self.game, self.profile, self.alphabets = game, profile, alphabets(game)
        self.cell = {
            (agent.name, x): cell[0] for agent in game.agents for cell in agent.sees for x in cell
        }

    def answers(
        self, agent: Agent, history: History, asked: int, x: str
    ) -> Mapping[str, Fraction | None]:
        """Message -> probability under the rule, None where the agent chooses."""
        if self.profile is None:
            return dict.fromkeys(self.alphabets[agent.name])
        return self.profile[agent.name].says(history, asked, x)

    def histories(self, agent: Agent, x: str) -> list[int]:
        """How many conversations are possible with one agent at an observation, after 0, 1, ...
        rounds.
        """
        found: list[History] = [()]
        counts = [1]
        for _ in range(self.game.conversation.rounds):
            if self.profile is None:
                counts.append(
                    counts[-1]
                    * self.game.conversation.user_alphabet
                    * len(self.alphabets[agent.name])
                )
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
    """The numbers of nodes, from the numbers of conversations with each agent: nothing is built.

    Raises SizeError where the count itself would have over a thousand digits, or conversations are
    too many to count.
    """
    talk, questions = Talk(game, profile), game.conversation.user_alphabet
    chance, user, agents, leaves = 1, 0, 0, 0
    for _, x in game.points:
        counts = [talk.histories(agent, x) for agent in game.agents]
        for finished in range(game.conversation.rounds):
            before, after = (
                [c[finished] * questions for c in counts],
                [c[finished + 1] for c in counts],
            )
            user += prod(c[finished] for c in counts) if questions > 1 else 0
            answering = sum(prod([*after[:n], *before[n:]]) for n in range(len(counts)))
            agents, chance = (
                (agents + answering, chance) if profile is None else (agents, chance + answering)
            )
        last = prod(c[-1] for c in counts)
        user, leaves = user + last, leaves + last * len(game.actions)
    if leaves > HUGE:
        raise SizeError(
            f"the conversation tree would have {written(leaves)} leaves; use fewer rounds, messages"
            " or agents"
        )
    return Size(chance, user, agents, leaves)


def written(count: int) -> str:
    """A count for a message: its digits, or a power of ten below it where they would fill lines.

    >>> written(1979), written(16**400)
    ('1979', 'at least 10^481')
    """
    return (
        str(count)
        if count < 10**30
        else f"at least 10^{(count.bit_length() - 1) * 30102 // 100000}"
    )


def build(
    game: Game, profile: Profile | None = None, limit: int = TREE_LIMIT
) -> networkx.DiGraph[int]:
    """The tree; node 0 is the root.

    Nodes have `kind`; edges have `label` and, after a random move, `probability`.

    Nodes are added depth first, children in the order of observations, questions, messages and
    actions. Raises SizeError before anything is built if it would have more than `limit` nodes.
    """
    size = size_of(game, profile)
    if size.nodes > limit:
        raise SizeError(
            f"the conversation tree would have {written(size.nodes)} nodes, the limit is {limit};"
            " raise it with --tree-limit"
        )
    import networkx

    growth, tree = Growth(game, Talk(game, profile)), networkx.DiGraph()
    tree.add_node(0, kind=Chance(None))
    waiting = [(0, *branch) for branch in reversed(list(growth.points()))]
    while waiting:
        parent, label, probability, here = waiting.pop()
        node = tree.number_of_nodes()
        tree.add_node(node, kind=growth.kind(here))
        tree.add_edge(parent, node, label=label, probability=probability)
        waiting += [(node, *branch) for branch in reversed(list(growth.branches(here)))]
    return tree


@dataclass(frozen=True)
class Moment:
    """Where the conversation is: finished rounds, then what was asked in this one (None: not yet)
    and who has answered.
    """

    point: tuple[str, str]
    transcript: Transcript
    asked: tuple[int, ...] | None = None
    said: tuple[str, ...] = ()


Branch = tuple[str, Fraction | None, Moment | Leaf]
"""The label of a move, its probability if it is random, and what follows."""


class Growth:
    """What can follow where."""

    def __init__(self, game: Game, talk: Talk) -> None:
        self.game, self.talk = game, talk

    def points(self) -> Iterator[Branch]:
        """What chance draws at the root."""
        for point, p in self.game.probability.items():
            yield ", ".join(point), p, self._next(Moment(point, ((),) * len(self.game.agents)))

    def kind(self, here: Moment | Leaf) -> Kind:
        """The node that stands for a moment."""
        if isinstance(here, Leaf):
            return here
        if here.asked is None:
            return UserMove(here.point[0], here.transcript)
        agent, history, asked = self._turn(here, here.asked)
        if self.talk.profile is not None:
            return Chance(agent.name)
        return AgentMove(agent.name, self.talk.cell[agent.name, here.point[1]], history, asked)

    def branches(self, here: Moment | Leaf) -> Iterator[Branch]:
        """The moves at a moment."""
        if isinstance(here, Leaf):
            return
        if here.asked is not None:
            for word, p in self.talk.answers(*self._turn(here, here.asked), here.point[1]).items():
                yield (
                    word,
                    p,
                    self._next(Moment(here.point, here.transcript, here.asked, (*here.said, word))),
                )
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
        """Whose answer is due, after which conversation, to which question."""
        return (
            self.game.agents[len(here.said)],
            here.transcript[len(here.said)],
            asked[len(here.said)],
        )

    def _next(self, here: Moment) -> Moment:
        """The round is over after the last answer; a silent user has nothing to ask."""
        if here.asked is not None and len(here.said) == len(here.asked):
            rounds = zip(here.transcript, here.asked, here.said, strict=True)
            here = Moment(
                here.point, tuple((*history, (asked, word)) for history, asked, word in rounds)
            )
        talk = self.game.conversation
        if here.asked is None and talk.silent and len(here.transcript[0]) < talk.rounds:
            return Moment(here.point, here.transcript, (0,) * len(here.transcript))
        return here
