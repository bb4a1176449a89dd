"""One instance on one self-contained HTML page: the stories, the pictures, the instance and the
certificates byte for byte.

Nothing is fetched: styles, pictures and files are in the page, which opens from disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from verifier.explain.document import Narrative, Reference, Section
from verifier.explain.render.html import Html, screen, unlinked
from verifier.explain.short import ShortStory
from verifier.explain.site.page_data import PageData, Story
from verifier.printable import printable
from verifier.report.terminal import MEANING

if TYPE_CHECKING:
    import jinja2


GAME = ("players", "knowledge", "hull")
"""The sections that are about the game, whatever the kind of user."""


Link = tuple[str, str]
"""(address, title)."""


@dataclass(frozen=True)
class Place:
    """A page's place in a site: the index, its neighbours in the course, and what it leads to.

    `shown` are the theorems that an instance is an example of, `without` the pages on what happens
    without a hypothesis of its guarantees; `address` is that of a theorem. All are empty for a page
    outside a site.
    """

    index: Link | None = None
    previous: Link | None = None
    following: Link | None = None
    shown: tuple[Link, ...] = ()
    without: tuple[Link, ...] = ()
    address: Callable[[Reference], str | None] = unlinked


def page(shown: PageData, place: Place) -> str:
    """The whole page of an instance; what all stories share comes once, before them."""
    shared = _shared([story.narrative for story in shown.stories])
    html, waiting = Html("game", address=place.address), dict(shown.pictures)
    common = [html.section(section, _drawn(section, waiting)) for section in shared]
    stories = [_story(story, shared, waiting, place) for story in shown.stories]
    return template("page.html").render(
        shown=shown, common=common, in_full=html.in_full(), stories=stories, place=place
    )


def short_page(title: str, stories: Sequence[ShortStory]) -> str:
    """The page of the short stories of one game."""
    return template("short.html").render(title=printable(title), stories=screen(stories))


@cache
def template(name: str) -> jinja2.Template:
    """A template of this package; everything put into it is escaped unless it is marked as HTML."""
    import jinja2

    loader = jinja2.PackageLoader("verifier.explain.site", "templates")
    settings = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return settings.get_template(name)


def _shared(narratives: Sequence[Narrative]) -> list[Section]:
    first, *others = narratives
    alike = (
        section for section in first.sections if all(section in other.sections for other in others)
    )
    return [section for section in alike if others and section.name in GAME]


def _story(
    story: Story, shared: Sequence[Section], waiting: dict[str, str], place: Place
) -> dict[str, Any]:
    narrative = story.narrative
    html = Html(narrative.guarantee, address=place.address)
    own = [section for section in narrative.sections if section not in shared]
    return {
        "name": narrative.guarantee,
        "user": MEANING[narrative.guarantee],
        "verdict": narrative.verdict,
        "summary": html.sentence(narrative.summary),
        "parts": [
            html.section(s, [*_drawn(s, waiting), *story.pictures.get(s.name, ())]) for s in own
        ],
        "in_full": html.in_full(),
        "certificate": story.certificate,
        "kernel": narrative.kernel,
    }


def _drawn(section: Section, waiting: dict[str, str]) -> list[str]:
    """The game's picture for a section, which stands where the section comes first."""
    found = waiting.pop(section.name, None)
    return [] if found is None else [found]
