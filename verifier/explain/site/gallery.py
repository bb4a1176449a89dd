"""A site of many instances: an index with search, a page for each instance and for each theorem,
and a course through all of them.

A theorem's page leads to the code that computes it and the check of the kernel, which are pages,
too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from verifier.explain.document import Reference
from verifier.explain.render.html import Html, short
from verifier.explain.render.theory import theory_html
from verifier.explain.site import code
from verifier.explain.site.course import Stop, course
from verifier.explain.site.page import Link, Place, page, template
from verifier.explain.site.page_data import PageData, Story
from verifier.explain.site.recheck import CHECKER, shared_checker
from verifier.explain.theorem import Theorem, theorems
from verifier.printable import printable
from verifier.report.terminal import MEANING
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict

INDEX = PurePosixPath("index.html")
NAME = "Exact proofs and counterexamples"
THUMBNAIL = "conclusion"
"""The section whose first picture stands for the story."""


def location(stop: Stop) -> PurePosixPath:
    """The page of a theorem or an instance within the site."""
    if isinstance(stop, Theorem):
        return PurePosixPath("theorems") / f"{stop.name}.html"
    return PurePosixPath("instances") / stop.stem.with_name(f"{stop.stem.name}.html")


def single_page(page_data: PageData) -> str:
    """An instance's page outside the course, as long as the course is not known."""
    here = location(page_data)
    return page(page_data, Place(index=(_way(here, INDEX), NAME), checker=_way(here, CHECKER)))


def site(pages_data: Sequence[PageData]) -> Iterator[tuple[PurePosixPath, str]]:
    """Every file of the site: pages of theorems and instances in course order, thumbnails, the
    checker's script, code, and the index last.
    """
    stops = list(course(pages_data))
    for stop, place in zip(stops, _places(stops), strict=True):
        if isinstance(stop, PageData):
            yield location(stop), page(stop, place)
        else:
            yield location(stop), _theorem_page(stop, pages_data, place)
    for page_data in pages_data:
        yield from _thumbnails(page_data)
    yield CHECKER, shared_checker()
    for path in code.paths():
        yield code.location(path), code.page(path, (_way(code.location(path), INDEX), NAME))
    yield INDEX, _index(stops, pages_data)


def _places(stops: Sequence[Stop]) -> Iterator[Place]:
    """The place of every page of the course."""
    for before, stop, after in zip([None, *stops], stops, [*stops[1:], None], strict=False):
        here = location(stop)
        yield Place(
            (_way(here, INDEX), NAME),
            _link(here, before),
            _link(here, after),
            *(_theorems_of(here, stop) if isinstance(stop, PageData) else ((), ())),
            partial(_address, here),
            _way(here, CHECKER),
        )


def _address(here: PurePosixPath, reference: Reference) -> str | None:
    """The page of a theorem that a story cites."""
    return _anchored(here, reference.anchor)


def _anchored(here: PurePosixPath, anchor: str) -> str | None:
    """The page of the theorem with this anchor in theory.md, if there is one."""
    found = (theorem for theorem in theorems() if theorem.name == anchor)
    return next((_way(here, location(theorem)) for theorem in found), None)


def _theorems_of(
    here: PurePosixPath, page_data: PageData
) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """The theorems that an instance shows, and the dropped hypotheses of its guarantees."""
    shown = [theorem for theorem in theorems() if page_data.shows(theorem)]
    without = [theorem for theorem in theorems() if page_data.supposes(theorem)]
    return _links(here, shown), _links(here, without)


def _links(here: PurePosixPath, stops: Sequence[Stop]) -> tuple[Link, ...]:
    return tuple((_way(here, location(stop)), stop.title) for stop in stops)


def _way(here: PurePosixPath, there: PurePosixPath) -> str:
    """A relative link from one page of the site to another."""
    return "/".join([*[".."] * (len(here.parts) - 1), *map(quote, there.parts)])


def _link(here: PurePosixPath, stop: Stop | None) -> Link | None:
    return None if stop is None else (_way(here, location(stop)), stop.title)


def _theorem_page(theorem: Theorem, pages_data: Sequence[PageData], place: Place) -> str:
    here = location(theorem)
    shown = [
        {
            "link": _link(here, page_data),
            "summary": page_data.summary,
            "verdicts": [
                (story.narrative.guarantee, story.narrative.verdict)
                for story in page_data.resting_on(theorem)
            ],
            "named": page_data.is_at(theorem.example),
        }
        for page_data in sorted(pages_data, key=lambda page_data: page_data.size)
        if page_data.shows(theorem)
    ]
    text = theory_html(theorem.text, lambda target, label: _target(here, target, label, pages_data))
    return template("theorem.html").render(theorem=theorem, text=text, shown=shown, place=place)


def _target(
    here: PurePosixPath, target: str, label: str, pages_data: Sequence[PageData]
) -> str | None:
    """Where a link of theory.md leads from a page of the site; None if that is not on the site.

    A label `module.function` leads to the function.
    """
    if target.startswith("#"):
        return _anchored(here, target[1:])
    if (path := code.path_of(target)) is not None:
        function = label.partition(".")[2]
        return _way(here, code.location(path)) + (f"#{function}" if function != "py" else "")
    found = (page_data for page_data in pages_data if page_data.is_at(target))
    return next((_way(here, location(page_data)) for page_data in found), None)


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
            dark = "@media(prefers-color-scheme:dark){svg{color:#ececec}}"
            style = f"<style>svg{{color:#1b1b1b}}{dark}</style>"
            yield _picture(page_data, story), f"{head}>{style}{rest}"


def _index(stops: Sequence[Stop], pages_data: Sequence[PageData]) -> str:
    listed = [
        {
            "link": _link(INDEX, stop),
            "count": sum(page_data.shows(stop) for page_data in pages_data),
            "theorem": stop,
        }
        for stop in stops
        if isinstance(stop, Theorem)
    ]
    groups = [_group(guarantee, pages_data) for guarantee in Guarantee]
    subjects = [story.subject for page_data in pages_data for story in page_data.stories]
    known = {name: None for subject in subjects for name in subject.finding.setting.hypotheses}
    return template("index.html").render(
        name=NAME,
        start=_link(INDEX, stops[0]),
        theorems=listed,
        groups=[group for group in groups if group["verdicts"]],
        verdicts=[str(v) for v in Verdict if any(s.verdict is v for s in subjects)],
        hypotheses=list(known),
        count=len(pages_data),
    )


def _group(guarantee: Guarantee, pages_data: Sequence[PageData]) -> dict[str, Any]:
    """The instances of one guarantee by verdict."""
    name = str(guarantee)
    stories = [
        (page_data, story)
        for page_data in pages_data
        for story in page_data.stories
        if story.subject.guarantee is guarantee
    ]
    found = {
        str(verdict): [_card(e, story) for e, story in stories if story.subject.verdict is verdict]
        for verdict in Verdict
    }
    return {
        "name": name,
        "user": MEANING[name],
        "verdicts": {v: cards for v, cards in found.items() if cards},
    }


class _OnCard(Html):
    """The HTML of a sentence on a card, which has no place for a long fraction in full."""

    def shortened(self, value: Fraction, place: int) -> str:
        """The number by its first digits."""
        return f'<span class="number">{short(value)}</span>'


def _card(page_data: PageData, story: Story) -> dict[str, Any]:
    drawn = bool(story.pictures.get(THUMBNAIL))
    return {
        "link": _link(INDEX, page_data),
        "summary": page_data.summary,
        "picture": _way(INDEX, _picture(page_data, story)) if drawn else None,
        "words": _OnCard("card").sentence(story.narrative.summary),
        "fails": " ".join(story.subject.failing),
        "searched": _searched(page_data),
    }


def _searched(page_data: PageData) -> str:
    """What a search looks in: title, file, notes, and the names of agents, states and actions."""
    game = page_data.game
    names = [*(agent.name for agent in game.agents), *game.actions, *game.states]
    words = [page_data.title, str(page_data.stem), *page_data.notes, page_data.source, *names]
    return printable(" ".join(words)).lower()
