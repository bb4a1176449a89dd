"""The tree that is drawn: it is the game's own, or says how much of it is missing."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings

from tests.games import INSTANCES, games
from verifier.errors import SizeError
from verifier.explain.picture import tree
from verifier.explain.picture.label import LONGEST, breadth
from verifier.explain.picture.unfolding import beginning
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.game.tree import Leaf, build, size_of

SVG = "{http://www.w3.org/2000/svg}"


def counted(game: Game) -> int:
    try:
        return size_of(game, None).nodes
    except SizeError:
        return 10**9


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(games(max_letters=2))
def test_with_room_for_all_it_is_the_games_tree(game: Game) -> None:
    assume(counted(game) <= 2000)
    whole, drawn = build(game), beginning(game, 10**6, 10**3)
    size = size_of(game, None)
    assert (len(drawn), sum(isinstance(node.kind, Leaf) for node in drawn)) == (
        size.nodes,
        size.leaves,
    )
    assert Counter(node.kind for node in drawn) == Counter(
        kind for _, kind in whole.nodes(data="kind")
    )
    moves = Counter(
        (whole.nodes[a]["kind"], whole.nodes[b]["kind"], e["label"], e["probability"])
        for a, b, e in whole.edges(data=True)
    )
    assert moves == Counter(
        (drawn[n.parent].kind, n.kind, n.label, n.probability) for n in drawn[1:]
    )
    assert not any(node.missing for node in drawn)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(games())
def test_what_is_shown_and_what_is_not_are_all(game: Game) -> None:
    drawn = tree.picture(game)
    assume(drawn is not None)
    assert drawn is not None
    assert len(drawn.nodes) + drawn.hidden == counted(game)
    assert (drawn.hidden > 0) == any(node.missing for node in drawn.nodes)
    assert str(drawn.hidden) in drawn.alt
    inner = [n for n, node in enumerate(drawn.nodes) if not isinstance(node.kind, Leaf)]
    parents = {node.parent for node in drawn.nodes[1:] if not isinstance(node.kind, Leaf)}
    assert len([n for n in inner if n not in parents]) <= tree.LINES
    assert max(drawn.nodes[n].depth for n in inner) <= tree.DEEPEST
    assert all(drawn.nodes[node.parent].depth == node.depth - 1 for node in drawn.nodes[1:])


def test_the_prosecutors_tree() -> None:
    drawn = tree.picture(load(INSTANCES / "classics" / "prosecutor.toml"))
    assert drawn is not None
    assert (len(drawn.nodes), drawn.hidden, drawn.movers) == (
        15,
        0,
        ("chance", "prosecutor", "the user"),
    )
    assert [[drawn.nodes[n].label for n in members] for members in drawn.sets] == [
        ["m1", "m1"],
        ["m2", "m2"],
    ]
    assert sum((node.probability or Fraction(0) for node in drawn.nodes), Fraction(0)) == 1
    assert "All 15 nodes are shown" in tree.draw(drawn)


def test_a_large_tree_shows_one_way_to_the_end_and_counts_the_rest() -> None:
    drawn = tree.picture(load(INSTANCES / "tightness" / "eight_doors.toml"))
    assert drawn is not None
    assert any(isinstance(node.kind, Leaf) for node in drawn.nodes)
    assert drawn.hidden == 4681 - len(drawn.nodes)
    assert f"{len(drawn.nodes)} of 4681 nodes are shown, {drawn.hidden} are not" in tree.draw(drawn)


@pytest.mark.parametrize("path", sorted((INSTANCES / "conversations").glob("*.toml")), ids=str)
def test_the_heads_of_columns_are_whole_and_apart(path: Path) -> None:
    """Those of a conversation in several rounds stand in two rows where one is too narrow."""
    drawn = tree.picture(load(path))
    assert drawn is not None and max(map(len, drawn.movers)) <= LONGEST
    found = ElementTree.fromstring(tree.draw(drawn)).iter(f"{SVG}text")
    heads = [part for part in found if part.get("font-weight") == "bold"]
    assert [part.text for part in heads] == [*drawn.movers]
    rows = {part.get("y") for part in heads}
    assert len(rows) <= 2
    for row in rows:
        ends = [
            (float(part.get("x", "")), breadth(part.text or "", 8) / 2)
            for part in heads
            if part.get("y") == row
        ]
        assert all(x + half < y - other for (x, half), (y, other) in pairwise(ends))
