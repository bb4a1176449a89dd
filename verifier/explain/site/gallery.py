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
from verifier.explain.site.page_data import PageData, Story
from verifier.explain.theorem.course import THEOREMS
from verifier.explain.theorem.statement import Theorem
from verifier.report.terminal import MEANING
from verifier.theory.guarantee import Guarantee
from verifier.theory.verdict import Verdict

INDEX = PurePosixPath("index.html")
NAME = "Exact proofs and counterexamples"
THUMBNAIL = "conclusion"
"""The section whose first picture stands for the story."""


Stop = Theorem | PageData
"""A page of the course."""


def location(stop: Stop) -> PurePosixPath:
    """The page of a theorem or an instance within the site."""
    if isinstance(stop, Theorem):
        return PurePosixPath("theorems") / f"{stop.name}.html"
    return PurePosixPath("instances") / stop.stem.with_name(f"{stop.stem.name}.html")


def lone_page(page_data: PageData) -> str:
    """An instance's page before the course is known."""
    return page(page_data, Place(index=(_way(location(page_data), INDEX), NAME)))


def site(pages_data: Sequence[PageData]) -> Iterator[tuple[PurePosixPath, str]]:
    """Every file of the site: pages of theorems and instances in course order, thumbnails, and the
    index last.
    """
    stops = list(_course(pages_data))
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
                if isinstance(stop, PageData)
                else _theorem_page(stop, pages_data, place)
            ),
        )
    for page_data in pages_data:
        yield from _thumbnails(page_data)
    yield INDEX, _index(stops, pages_data)


def _course(pages_data: Sequence[PageData]) -> Iterator[Stop]:
    """Theorems with the instances that are most characteristic of them; what shows no theorem comes
    last.
    """
    often = Counter(
        theorem.name for theorem in THEOREMS for page_data in pages_data if page_data.shows(theorem)
    )
    home: dict[PurePosixPath, str] = {}
    for page_data in pages_data:
        shown = [theorem.name for theorem in THEOREMS if page_data.shows(theorem)]
        home[page_data.stem] = min(shown, key=lambda name: often[name], default="")
    small_first = sorted(pages_data, key=lambda page_data: page_data.size)
    for theorem in THEOREMS:
        yield theorem
        yield from (page_data for page_data in small_first if home[page_data.stem] == theorem.name)
    yield from (page_data for page_data in small_first if not home[page_data.stem])


def _way(here: PurePosixPath, there: PurePosixPath) -> str:
    """A relative link from one page of the site to another."""
    return "/".join([*[".."] * (len(here.parts) - 1), *map(quote, there.parts)])


def _link(here: PurePosixPath, stop: Stop | None) -> tuple[str, str] | None:
    return None if stop is None else (_way(here, location(stop)), stop.title)


def _theorem_page(theorem: Theorem, pages_data: Sequence[PageData], place: Place) -> str:
    here, html = location(theorem), Html("theorem", level=2)
    parts = (
        Section("statement", "The statement", theorem.statement),
        Section("proof", "The proof", theorem.proof),
    )
    shown = [
        {
            "link": _link(here, page_data),
            "summary": page_data.summary,
            "verdicts": _verdicts(page_data, theorem),
        }
        for page_data in pages_data
        if page_data.shows(theorem)
    ]
    bodies = [html.section(part) for part in parts]
    return template("theorem.html").render(theorem=theorem, parts=bodies, shown=shown, place=place)


def _verdicts(page_data: PageData, theorem: Theorem) -> list[tuple[str, str]]:
    """(guarantee, verdict) of those that show the theorem."""
    told = (story for story in page_data.stories if theorem.shows(story.subject))
    return [(story.narrative.guarantee, story.narrative.verdict) for story in told]


def _picture(page_data: PageData, story: Story) -> PurePosixPath:
    return PurePosixPath("pictures") / page_data.stem.with_name(
        f"{page_data.stem.name}.{story.narrative.guarantee}.svg"
    )


def _thumbnails(page_data: PageData) -> Iterator[tuple[PurePosixPath, str]]:
    """As files of their own, so that the index stays small; they follow the reader's choice of
    light or dark.
    """
    for story in page_data.stories:
        for drawn in story.pictures.get(THUMBNAIL, ())[:1]:
            head, rest = drawn.split(">", 1)
            style = "<style>svg{color:#1b1b1b}@media(prefers-color-scheme:dark){svg{color:#ececec}}</style>"
            yield _picture(page_data, story), f"{head}>{style}{rest}"


def _index(stops: Sequence[Stop], pages_data: Sequence[PageData]) -> str:
    theorems = [
        {
            "link": _link(INDEX, stop),
            "count": sum(page_data.shows(stop) for page_data in pages_data),
            "source": stop.source,
        }
        for stop in stops
        if isinstance(stop, Theorem)
    ]
    groups = [_group(guarantee, pages_data) for guarantee in Guarantee]
    return template("index.html").render(
        name=NAME,
        start=_link(INDEX, stops[0]),
        theorems=theorems,
        groups=[group for group in groups if group["verdicts"]],
        count=len(pages_data),
    )


def _group(guarantee: Guarantee, pages_data: Sequence[PageData]) -> dict[str, Any]:
    """The instances of one guarantee by verdict."""
    name = str(guarantee)
    told = [
        (page_data, story)
        for page_data in pages_data
        for story in page_data.stories
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


def _card(page_data: PageData, story: Story) -> dict[str, Any]:
    drawn = bool(story.pictures.get(THUMBNAIL))
    return {
        "link": _link(INDEX, page_data),
        "summary": page_data.summary,
        "picture": _way(INDEX, _picture(page_data, story)) if drawn else None,
        "words": Html("card").sentence(story.narrative.summary),
    }
