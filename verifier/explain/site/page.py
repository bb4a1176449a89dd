"""One instance on one self-contained HTML page: the stories, the pictures, the instance and the
certificates byte for byte.

Nothing is fetched: styles, pictures and files are in the page, which opens from disk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from verifier.explain.document import Narrative, Reference, Section
from verifier.explain.render.html import Html, screen, unlinked
from verifier.explain.short import ShortStory
from verifier.explain.site.moving import Part, moved
from verifier.explain.site.page_data import PageData, Story
from verifier.explain.site.recheck import checker, checker_digest
from verifier.game.affine import stated
from verifier.printable import printable
from verifier.report.terminal import MEANING

if TYPE_CHECKING:
    import jinja2


CONTENTS = "contents"
GAME_TITLE = '<h2 id="game-title">The game</h2>'

GAME = ("players", "knowledge", "hull")
"""The sections that are about the game, whatever the kind of user."""


Link = tuple[str, str]
"""(address, title)."""


@dataclass(frozen=True)
class Place:
    """A page's place in a site: the index, its neighbours in the course, and what it leads to.

    `shown` are the theorems that an instance is an example of, `without` the pages on what happens
    without a hypothesis of its guarantees; `address` is that of a theorem, `checker` that of the
    script by which a reader checks certificates. All are empty for a page outside a site, which has
    the script itself.
    """

    index: Link | None = None
    previous: Link | None = None
    following: Link | None = None
    shown: tuple[Link, ...] = ()
    without: tuple[Link, ...] = ()
    address: Callable[[Reference], str | None] = unlinked
    checker: str | None = None


def page(shown: PageData, place: Place) -> str:
    """The whole page of an instance; what all stories share comes once, before them."""
    if shown.moving is None:
        parts = [
            {"name": part.name, "blocks": [*enumerate(part.blocks)]}
            for part in _parts(shown, place, brief=False)
        ]
        return _rendered(shown, place, {"parts": parts, "moving": None})
    first = _parts(shown, place, brief=False)
    others = {t: _parts(at, place, brief=True) for t, at in shown.moving.stops.items()}
    stops = {shown.moving.start: first, **others}
    return _rendered(shown, place, moved(shown, shown.moving, stops, place.address))


def _rendered(shown: PageData, place: Place, parts: dict[str, Any]) -> str:
    checked = any(story.recheck is not None for story in shown.stories)
    script = checker() if checked and place.checker is None else None
    return template("page.html").render(shown=shown, place=place, checker=script, **parts)


def _parts(shown: PageData, place: Place, brief: bool) -> list[Part]:
    """The contents, what all stories share, and the story of each guarantee.

    Where it is `brief`, certificates are left out, and how to have them is said.
    """
    shared = _shared([story.narrative for story in shown.stories])
    waiting = dict(shown.pictures)
    html = Html("game", address=place.address)
    common = [html.section(section, _drawn(section, waiting)) for section in shared]
    contents = template("contents.html").render(shown=shown, common=common, users=MEANING)
    parts = [Part(CONTENTS, (contents,))]
    if common:
        parts.append(Part("game", (GAME_TITLE, *common, html.in_full())))
    stories = (_story(story, shown, shared, waiting, place, brief) for story in shown.stories)
    return [*parts, *stories]


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
    settings.filters["coded"] = _coded
    return settings.get_template(name)


def _coded(text: str) -> str:
    """Words of an instance as HTML, with code where they have backticks."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def scripts() -> tuple[str, ...]:
    """The scripts of a page, word for word: a browser may be told to run no others."""
    shown = template("page.html")
    environment = shown.environment
    if environment.loader is None:
        raise TypeError("templates come from a loader")
    source, *_ = environment.loader.get_source(environment, "page.html")
    elements = re.findall(r"<script>.*?</script>", source, re.DOTALL)
    written = (environment.from_string(element).render() for element in elements)
    return tuple(text.removeprefix("<script>").removesuffix("</script>") for text in written)


def _shared(narratives: Sequence[Narrative]) -> list[Section]:
    first, *others = narratives
    alike = (
        section for section in first.sections if all(section in other.sections for other in others)
    )
    return [section for section in alike if others and section.name in GAME]


def _story(
    story: Story,
    shown: PageData,
    shared: Sequence[Section],
    waiting: dict[str, str],
    place: Place,
    brief: bool,
) -> Part:
    html = Html(story.narrative.guarantee, address=place.address)
    own = [section for section in story.narrative.sections if section not in shared]
    values = shown.game.parameters
    said = {"story": story.narrative, "parameters": values, "instance": shown.instance}
    summary = html.sentence(story.narrative.summary)
    blocks = [
        template("story.html").render(summary=summary, values=stated(values), **said),
        *(html.section(s, [*_drawn(s, waiting), *story.pictures.get(s.name, ())]) for s in own),
        html.in_full(),
        template("certificate.html").render(certificate=story.certificate, brief=brief, **said),
        "" if brief else _check(story),
    ]
    return Part(story.narrative.guarantee, tuple(block for block in blocks if block.strip()))


def _check(story: Story) -> str:
    """By what the reader checks the certificate in the browser."""
    return template("check.html").render(
        name=story.narrative.guarantee, recheck=story.recheck, digest=checker_digest()
    )


def _drawn(section: Section, waiting: dict[str, str]) -> list[str]:
    """The game's picture for a section, which stands where the section comes first."""
    found = waiting.pop(section.name, None)
    return [] if found is None else [found]
