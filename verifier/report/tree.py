"""Conversation trees are drawn as text, for Graphviz and for Gambit, and their nodes are counted.

The tree is that of theory.md 1.2: chance draws the state and the observations, the user and the
agents speak in turn, and the user acts. Agents are players, or chance moves where their rules are
given. A player decides what to say once he knows what he sees, so that a tree without rules has no
commitment: its equilibria are those of cheap talk (theory.md 11.1), not those of theory.md 1.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from verifier.game.model import Game
from verifier.game.own_prior import full_heading
from verifier.game.rules import History
from verifier.game.tree import (
    AgentMove,
    Chance,
    Growth,
    Kind,
    Leaf,
    Size,
    Step,
    UserMove,
    alphabets,
)
from verifier.numbers import show, written
from verifier.report.reading import reading_lines
from verifier.report.unused import unused, unused_lines
from verifier.theory.play import Play

LINES = 200
"""Most lines of a drawing in text; the rest is counted."""

PLAYERS = "no commitment: each agent chooses his words when he has seen (cheap talk)"
"""What the equilibria of a tree without rules are equilibria of."""

CHANCE = "commitment: the rules are given, and chance draws what the agents say"
"""Why the agents do not move in a tree with rules."""


def commitment(ruled: bool) -> str:
    """Whether the agents of a tree are committed to rules, in words."""
    return CHANCE if ruled else PLAYERS


def counts_record(
    game: Game, size: Size, sets: tuple[int, dict[str, int]] | None = None, ruled: bool = False
) -> dict[str, Any]:
    """The numbers of nodes, rounds and messages of a game's tree, for `tree --format json`.

    `sets`: the numbers of information sets of the user and of each agent, None where unknown.
    `ruled`: the agents' rules are given.
    """
    talk = game.conversation
    rich = {
        "reason": "one message per cell that the agent sees is enough for one sender"
        " (theory.md 1.2)"
    }
    return {
        "nodes": size.nodes,
        "chance": size.chance,
        "user": size.user,
        "agents": size.agents,
        "leaves": size.leaves,
        "depth": depth_of(game),
        "information_sets": None if sets is None else {"user": sets[0], "agents": sets[1]},
        "commitment": ruled,
        "rounds": talk.rounds,
        "user_alphabet": talk.user_alphabet,
        "agent_alphabets": {name: len(words) for name, words in alphabets(game).items()},
        **(rich if talk.rich else {}),
    }


def depth_of(game: Game) -> int:
    """The number of moves from the root of the tree to any of its leaves."""
    talk = game.conversation
    return 2 + talk.rounds * (len(game.agents) + (not talk.silent))


def counts_lines(game: Game, size: Size, ruled: bool) -> Iterator[str]:
    """The numbers of nodes, rounds and messages of a game's tree, as lines for the terminal.

    `ruled`: the agents' rules are given, so their messages are not counted.
    """
    yield game.title
    yield from reading_lines(game)
    yield from unused_lines(unused(game))
    kinds = {"chance": size.chance, "user": size.user, "agents": size.agents, "leaves": size.leaves}
    yield f"  {written(size.nodes)} nodes: " + ", ".join(
        f"{written(count)} {kind}" for kind, count in kinds.items()
    )
    talk = game.conversation
    yield f"  {talk.rounds} round{'s' * (talk.rounds > 1)}, the user " + (
        "is silent" if talk.silent else f"has {talk.user_alphabet} questions"
    )
    if not ruled:
        for name, words in alphabets(game).items():
            why = ", one per cell that the agent sees: enough for one sender" if talk.rich else ""
            yield f"  {name} has {len(words)} message{'s' * (len(words) > 1)}{why}"
    yield f"  {commitment(ruled)}"


def history_text(history: History) -> str:
    """A history in words: the user's questions, numbered from 1, with an agent's answers."""
    return " ".join(f"{question + 1}:{word}" for question, word in history) or "nothing"


def name_of(kind: Kind) -> str:
    """A node in words, which are the same for all nodes of an information set."""
    if isinstance(kind, Chance):
        return "chance" if kind.agent is None else f"{kind.agent} says"
    if isinstance(kind, UserMove):
        return f"user at {kind.observation}, heard " + "; ".join(
            history_text(history) for history in kind.transcript
        )
    if isinstance(kind, AgentMove):
        return (
            f"{kind.agent} at {kind.cell}, asked {kind.asked + 1}, said"
            f" {history_text(kind.history)}"
        )
    return f"{kind.action} at {', '.join(kind.point)}"


def text_lines(growth: Growth, size: Size) -> Iterator[str]:
    """The tree as text, a node a line, indented by depth; at most LINES lines."""
    for step in islice(growth.steps(), LINES):
        move = f"[{_move(step.label, step.probability)}] -> " if step.depth else ""
        yield f"{'  ' * step.depth}{move}{name_of(step.kind)}"
    if size.nodes > LINES:
        more = written(size.nodes - LINES)
        yield f"... and {more} more nodes; use --format dot or efg for all of it"


def _move(label: str, probability: Fraction | None) -> str:
    return label if probability is None else f"{label}, {show(probability)}"


def dot_lines(tree: Any, ruled: bool = False) -> Iterator[str]:
    """The tree in the language of Graphviz; the nodes of an information set have the same label."""
    yield "digraph conversation {"
    yield f"  label={_quoted(commitment(ruled))}; fontname=Helvetica;"
    yield "  rankdir=LR; node [shape=box, fontname=Helvetica]; edge [fontname=Helvetica];"
    for node, data in tree.nodes(data=True):
        shape = (
            "point"
            if isinstance(data["kind"], Leaf)
            else "ellipse"
            if isinstance(data["kind"], Chance)
            else "box"
        )
        yield (
            f"  n{node} [label={_quoted(name_of(data['kind']))},"
            f" shape={'plaintext' if shape == 'point' else shape}];"
        )
    for parent, child, data in tree.edges(data=True):
        yield f"  n{parent} -> n{child} [label={_quoted(_move(**data))}];"
    yield "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def ascii_label(text: str) -> str:
    """A label as Gambit takes it: other characters are written as their code in braces.

    Gambit takes printable ASCII without quotes, no space at the ends, and no two spaces in a row.

    >>> ascii_label('home  "café" ')
    'home {20}{22}caf{e9}{22}{20}'
    """

    def plain(n: int, c: str) -> str:
        odd = c == " " and (n in (0, len(text) - 1) or text[n - 1] == " ")
        return f"{{{ord(c):x}}}" if odd or c in '"\\{}' or not " " <= c <= "~" else c

    return "".join(plain(n, c) for n, c in enumerate(text))


def _label(text: str) -> str:
    return f'"{ascii_label(text)}"'


def efg_lines(game: Game, growth: Growth, ruled: bool = False) -> Iterator[str]:
    """The tree in Gambit's extensive form (.efg), a line after the other.

    Player 1 is the user, the agents follow in instance order; payoffs are expectations over states.
    The comment says whether the agents are committed.
    """
    names = [agent.name for agent in game.agents]
    players = [user_label(names), *names]
    yield f"EFG 2 R {_label(full_heading(game))} {{ {' '.join(map(_label, players))} }}"
    yield _label(commitment(ruled))
    writer = _Efg(game)
    yield from map(writer.line, growth.steps())


def user_label(names: Sequence[str]) -> str:
    """The user's name as a player: "user", with primes until no agent has the same name."""
    label = "user"
    while label in names:
        label += "'"
    return label


class _Efg:
    """Information sets and outcomes are numbered in the order in which they are met."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.players = {agent.name: n + 2 for n, agent in enumerate(game.agents)}
        self.numbers: dict[int, dict[Kind, int]] = {n + 1: {} for n in range(len(game.agents) + 1)}
        self.outcomes = self.chances = 0

    def line(self, step: Step) -> str:
        """The line of a node."""
        kind = step.kind
        if isinstance(kind, Leaf):
            self.outcomes += 1
            tables = [self.game.user_payoff, *self.game.agent_payoffs.values()]
            mass = self.game.probability[kind.point]
            payoffs = ", ".join(str(table[(*kind.point, kind.action)] / mass) for table in tables)
            return f't "" {self.outcomes} "" {{ {payoffs} }}'
        if isinstance(kind, Chance):
            self.chances += 1
            moves = " ".join(f"{_label(label)} {p}" for label, p, _ in step.branches)
            return f'c "" {self.chances} "" {{ {moves} }} 0'
        player = 1 if isinstance(kind, UserMove) else self.players[kind.agent]
        number = self.numbers[player].setdefault(kind, len(self.numbers[player]) + 1)
        moves = " ".join(_label(label) for label, _, _ in step.branches)
        return f'p "" {player} {number} {_label(name_of(kind))} {{ {moves} }} 0'


def play_record(found: Play) -> dict[str, Any]:
    """The utilities of all players when the user best-responds to the rules, and the outcome."""
    return {
        "user_utility": str(found.user_utility),
        "agent_utilities": {name: str(value) for name, value in found.agent_utilities.items()},
        "ties": [
            [
                x_user,
                [history_text(history) for history in transcript],
                [_numbered(move) for move in moves.optimal],
            ]
            for (x_user, transcript), moves in found.moves.items()
            if len(moves.optimal) > 1
        ],
        "outcome": [[*key, str(p)] for key, p in found.outcome.items() if p],
    }


def _numbered(move: tuple[int, ...] | str) -> list[int] | str:
    """A move of the user with her questions counted from 1, as in rules files."""
    return move if isinstance(move, str) else [question + 1 for question in move]


def play_lines(found: Play) -> Iterator[str]:
    """The utilities of all players when the user best-responds to the rules, as a line."""
    agents = ", ".join(f"{name} {show(value)}" for name, value in found.agent_utilities.items())
    tied = any(len(moves.optimal) > 1 for moves in found.moves.values())
    yield (
        f"  best response: user {show(found.user_utility)}, {agents}"
        + ", the first of tied moves taken" * tied
    )
