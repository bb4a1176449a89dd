"""A site of many instances: an index by theorem and verdict, a page each, a page per theorem, and a
course through all.

The course visits the theorems in order; each instance comes after the theorem that fewest instances
show, small games first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from verifier.explain.document import Section
from verifier.explain.render.html import Html
from verifier.explain.site.page import Place, page, template
from verifier.explain.site.page_data import Exhibit, Story
from verifier.explain.theorem.course import THEOREMS
from verifier.explain.theorem.statement import Theorem
from verifier.report.terminal import MEANING
from verifier.theory.guarantee import Guarantee
from verifier.theory.verdict import Verdict

INDEX = PurePosixPath("index.html")
NAME = "Exact proofs and counterexamples"
THUMBNAIL = "conclusion"
"""The section whose first picture stands for the story."""


Stop = Theorem | Exhibit
"""A page of the course."""


def location(stop: Stop) -> PurePosixPath:
    """The page of a theorem or an instance within the site."""
    if isinstance(stop, Theorem):
        return PurePosixPath("theorems") / f"{stop.name}.html"
    return PurePosixPath("instances") / stop.stem.with_name(f"{stop.stem.name}.html")


def lone_page(exhibit: Exhibit) -> str:
    """An instance's page before the course is known."""
    return page(exhibit, Place(index=(_way(location(exhibit), INDEX), NAME)))


def site(exhibits: Sequence[Exhibit]) -> Iterator[tuple[PurePosixPath, str]]:
    """Every file of the site: pages of theorems and instances in course order, thumbnails, and the
    index last.
    """
    stops = list(_course(exhibits))
    for n, stop in enumerate(stops):
        here = location(stop)
        before, after = (
            (stops[n - 1] if n else None),
            (stops[n + 1] if n + 1 < len(stops) else None),
        )
        place = Place((_way(here, INDEX), NAME), _link(here, before), _link(here, after))
        yield (
            here,
            (
                page(stop, place)
                if isinstance(stop, Exhibit)
                else _theorem_page(stop, exhibits, place)
            ),
        )
    for exhibit in exhibits:
        yield from _thumbnails(exhibit)
    yield INDEX, _index(stops, exhibits)


def _course(exhibits: Sequence[Exhibit]) -> Iterator[Stop]:
    """Theorems with the instances that are most characteristic of them; what shows no theorem comes
    last.
    """
    often = Counter(
        theorem.name for theorem in THEOREMS for exhibit in exhibits if exhibit.shows(theorem)
    )
    home: dict[PurePosixPath, str] = {}
    for exhibit in exhibits:
        shown = [theorem.name for theorem in THEOREMS if exhibit.shows(theorem)]
        home[exhibit.stem] = min(shown, key=lambda name: often[name], default="")
    small_first = sorted(exhibits, key=lambda exhibit: exhibit.size)
    for theorem in THEOREMS:
        yield theorem
        yield from (exhibit for exhibit in small_first if home[exhibit.stem] == theorem.name)
    yield from (exhibit for exhibit in small_first if not home[exhibit.stem])


def _way(here: PurePosixPath, there: PurePosixPath) -> str:
    """A relative link from one page of the site to another."""
    return "/".join([*[".."] * (len(here.parts) - 1), *map(quote, there.parts)])


def _link(here: PurePosixPath, stop: Stop | None) -> tuple[str, str] | None:
    return None if stop is None else (_way(here, location(stop)), stop.title)


def _theorem_page(theorem: Theorem, exhibits: Sequence[Exhibit], place: Place) -> str:
    here, html = location(theorem), Html("theorem", level=2)
    parts = (
        Section("statement", "The statement", theorem.statement),
        Section("proof", "The proof", theorem.proof),
    )
    shown = [
        {
            "link": _link(here, exhibit),
            "summary": exhibit.summary,
            "verdicts": _verdicts(exhibit, theorem),
        }
        for exhibit in exhibits
        if exhibit.shows(theorem)
    ]
    bodies = [html.section(part) for part in parts]
    return template("theorem.html").render(theorem=theorem, parts=bodies, shown=shown, place=place)


def _verdicts(exhibit: Exhibit, theorem: Theorem) -> list[tuple[str, str]]:
    """(guarantee, verdict) of those that show the theorem."""
    told = (story for story in exhibit.stories if theorem.shows(story.subject))
    return [(story.narrative.guarantee, story.narrative.verdict) for story in told]


def _picture(exhibit: Exhibit, story: Story) -> PurePosixPath:
    return PurePosixPath("pictures") / exhibit.stem.with_name(
        f"{exhibit.stem.name}.{story.narrative.guarantee}.svg"
    )


def _thumbnails(exhibit: Exhibit) -> Iterator[tuple[PurePosixPath, str]]:
    """As files of their own, so that the index stays small; they follow the reader's choice of
    light or dark.
    """
    for story in exhibit.stories:
        for drawn in story.pictures.get(THUMBNAIL, ())[:1]:
            head, rest = drawn.split(">", 1)
            style = "<style>svg{color:#1b1b1b}@media(prefers-color-scheme:dark){svg{color:#ececec}}</style>"
            yield _picture(exhibit, story), f"{head}>{style}{rest}"


def _index(stops: Sequence[Stop], exhibits: Sequence[Exhibit]) -> str:
    theorems = [
        {
            "link": _link(INDEX, stop),
            "count": sum(exhibit.shows(stop) for exhibit in exhibits),
            "source": stop.source,
        }
        for stop in stops
        if isinstance(stop, Theorem)
    ]
    groups = [_group(guarantee, exhibits) for guarantee in Guarantee]
    return template("index.html").render(
        name=NAME,
        start=_link(INDEX, stops[0]),
        theorems=theorems,
        groups=[group for group in groups if group["verdicts"]],
        count=len(exhibits),
    )


def _group(guarantee: Guarantee, exhibits: Sequence[Exhibit]) -> dict[str, Any]:
    """The instances of one guarantee by verdict."""
    name = str(guarantee)
    told = [
        (exhibit, story)
        for exhibit in exhibits
        for story in exhibit.stories
        if story.subject.guarantee is guarantee
    ]
    found = {
        str(verdict): [_card(e, story) for e, story in told if story.subject.verdict is verdict]
        for verdict in Verdict
    }
    return {
        "name": name,
        "user": MEANING[name],
        "verdicts": {v: cards for v, cards in found.items() if cards},
    }


def _card(exhibit: Exhibit, story: Story) -> dict[str, Any]:
    drawn = bool(story.pictures.get(THUMBNAIL))
    return {
        "link": _link(INDEX, exhibit),
        "summary": exhibit.summary,
        "picture": _way(INDEX, _picture(exhibit, story)) if drawn else None,
        "words": Html("card").sentence(story.narrative.summary),
    }
