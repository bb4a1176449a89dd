"""A conversation tree with its size, and with everyone's utility where the rules are given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from verifier.deadline import in_time
from verifier.game.model import Game
from verifier.game.rules import Profile
from verifier.game.rules_reader import load_profile
from verifier.game.tree import (
    TREE_LIMIT,
    Growth,
    PossibleAnswers,
    Size,
    build,
    information_sets,
    refuse_large,
    size_of,
)
from verifier.report import tree as drawing
from verifier.result import Result
from verifier.theory.play import PLAY_LIMIT, Play, play


@dataclass(frozen=True, repr=False)
class ConversationTree(Result):
    """The tree of a game (theory.md 1.2), which is counted first and grown where it is drawn.

    Without a `profile` the agents are players, who do not commit; with one their answers are chance
    moves. At most `limit` nodes are exported.
    """

    game: Game
    profile: Profile | None
    size: Size
    limit: int

    @cached_property
    def play(self) -> Play | None:
        """The user's best response to the profile; None without one. Raises SizeError."""
        if self.profile is None:
            return None
        return play(self.game, self.profile, max(self.limit, PLAY_LIMIT))

    @property
    def _growth(self) -> Growth:
        return Growth(self.game, PossibleAnswers(self.game, self.profile))

    @property
    def lines(self) -> Iterator[str]:
        """The numbers of nodes, everyone's utility where the rules are given, and a drawing."""
        yield from drawing.counts_lines(self.game, self.size, self.profile is not None)
        if self.play is not None:
            yield from drawing.play_lines(self.play)
        yield from drawing.text_lines(self._growth, self.size)

    def record(self) -> dict[str, Any]:
        """The numbers as JSON, with information sets where the tree is not too large for them."""
        ruled = self.profile is not None
        known = not ruled or self.size.nodes <= self.limit
        sets = information_sets(self.game, self.profile) if known else None
        counts = drawing.counts_record(self.game, self.size, sets, ruled)
        return counts | ({} if self.play is None else drawing.play_record(self.play))

    def dot_lines(self) -> Iterator[str]:
        """The tree for Graphviz. Raises SizeError above the limit."""
        tree = build(self.game, self.profile, self.limit)
        yield from drawing.dot_lines(tree, self.profile is not None)

    def efg_lines(self) -> Iterator[str]:
        """The tree for Gambit, in its extensive form. Raises SizeError above the limit."""
        refuse_large(self.size, self.limit)
        return drawing.efg_lines(self.game, self._growth, self.profile is not None)

    @property
    def dot(self) -> str:
        """The tree for Graphviz, as a text. Raises SizeError above the limit."""
        return "\n".join(self.dot_lines()) + "\n"

    @property
    def efg(self) -> str:
        """The tree for Gambit, as a text. Raises SizeError above the limit."""
        return in_time(lambda: "\n".join(self.efg_lines())) + "\n"


def conversation_tree(
    game: Game, rules: Path | None = None, limit: int | None = None
) -> ConversationTree:
    """The tree of a game, with the rules of a file where one is given.

    Raises InstanceError for rules that do not fit the game, SizeError where even counting is too
    much.
    """
    profile = None if rules is None else load_profile(rules, game)
    return ConversationTree(game, profile, size_of(game, profile), limit or TREE_LIMIT)
