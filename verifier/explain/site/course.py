"""The course through a site: where it starts, and which example follows which theorem.

1. It starts with the prosecutor and the rival sponsors, where they are among the games.
2. Each theorem is followed by the smallest game that shows it and has not come yet; theorems that
   few games show choose first.
3. A counterexample follows the hypothesis that it drops, and its repaired game follows it at once.
4. Every other game comes after the theorem that fewest games show, small games first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.explain.site.page_data import PageData
from verifier.explain.theorem import Theorem, theorems
from verifier.game.model import digest

Stop = Theorem | PageData
"""A page of the course."""

OPENING = ("prosecutor", "drug_sponsors")
"""The file names of the games that a course starts with."""

REPAIRED = "_twin"
"""How the file name of a repaired game goes on after that of its counterexample."""


def course(pages_data: Sequence[PageData]) -> Iterator[Stop]:
    """Every theorem and every game, each once, in the order in which a reader is to meet them."""
    small_first = sorted(pages_data, key=lambda page_data: page_data.size)
    opening = [page for name in OPENING for page in small_first if page.stem.name == name]
    repaired = _repaired_games(small_first)
    second = {id(page) for pages in repaired.values() for page in pages}
    rest = [page for page in small_first if page not in opening and id(page) not in second]
    examples = _examples(rest)
    placed = {id(page) for pages in examples.values() for page in pages}

    def with_repaired(pages: Sequence[PageData]) -> Iterator[PageData]:
        for page in pages:
            yield page
            yield from repaired.get(id(page), ())

    yield from with_repaired(opening)
    for theorem in theorems():
        yield theorem
        yield from with_repaired(examples[theorem.name])
    yield from with_repaired([page for page in rest if id(page) not in placed])


def _examples(rest: Sequence[PageData]) -> dict[str, list[PageData]]:
    """The games that follow each theorem: first the smallest one, then those that belong there."""
    shown = {t.name: [page for page in rest if page.shows(t)] for t in theorems()}
    dropped = {id(page) for t in theorems() if t.drops for page in shown[t.name]}
    by_rarity = sorted(theorems(), key=lambda theorem: len(shown[theorem.name]))
    found: dict[str, list[PageData]] = {theorem.name: [] for theorem in theorems()}
    waiting = {id(page) for page in rest}
    for most in (1, len(rest)):
        for theorem in by_rarity:
            fits = [
                page
                for page in shown[theorem.name]
                if id(page) in waiting and (theorem.drops or id(page) not in dropped)
            ]
            found[theorem.name] += fits[:most]
            waiting -= {id(page) for page in fits[:most]}
    return found


def _repaired_games(pages: Sequence[PageData]) -> dict[int, list[PageData]]:
    """The repaired games of each counterexample, none of two counterexamples at once.

    Its name says more than its content: two counterexamples may have the same repaired game.
    """
    found: dict[int, list[PageData]] = {}
    taken: set[int] = set()
    for repairs in (_named_after, _same_game):
        for page in pages:
            for other in pages:
                if other is not page and id(other) not in taken and repairs(other, page):
                    taken.add(id(other))
                    found.setdefault(id(page), []).append(other)
    return found


def _named_after(other: PageData, page: PageData) -> bool:
    """Whether a file is named as the repaired game of another is."""
    return other.stem == page.stem.with_name(f"{page.stem.name}{REPAIRED}")


def _same_game(other: PageData, page: PageData) -> bool:
    """Whether a game is what a counterexample becomes when its failing hypothesis is repaired."""
    repairs = [s.subject.repaired for s in page.stories if s.subject.repaired is not None]
    games = [one.game for repair in repairs for one in repair.games]
    return any(digest(game) == digest(other.game) for game in games)
