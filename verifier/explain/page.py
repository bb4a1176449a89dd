"""One instance on one self-contained HTML page: the stories, the pictures, the instance and the certificates byte for byte.

Nothing is fetched: styles, pictures and files are in the page, which opens from disk.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from verifier.explain.narrative import Narrative, Section
from verifier.explain.skin.html import Html
from verifier.report.terminal import MEANING

if TYPE_CHECKING:
    import jinja2


GAME = ("players", "knowledge", "hull")
"""The sections that are about the game, whatever the kind of user."""


@dataclass(frozen=True)
class File:
    """A file as the kernel read it."""

    name: str
    content: bytes

    @property
    def text(self) -> str:
        """What it says; instances and certificates are UTF-8."""
        return self.content.decode("utf-8")

    @property
    def link(self) -> str:
        """The bytes as a data URL, to be saved."""
        return f"data:application/octet-stream;base64,{base64.b64encode(self.content).decode('ascii')}"


@dataclass(frozen=True)
class Story:
    """One guarantee on the page: its narrative, certificate (None where it is open), and pictures by section, as SVG."""

    narrative: Narrative
    certificate: File | None
    pictures: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Place:
    """Where the page stands in a course: (address, title) of the index and of its neighbours, where there are any."""

    index: tuple[str, str] | None = None
    previous: tuple[str, str] | None = None
    following: tuple[str, str] | None = None


def page(title: str, source: str | None, notes: str | None, instance: File, stories: Sequence[Story], place: Place) -> str:
    """The whole page. What all stories tell alike comes once, before them."""
    shared = _shared([story.narrative for story in stories])
    html = Html("game")
    common = [_part(html, section, stories[0]) for section in shared]
    told = [_story(story, shared) for story in stories]
    return template("page.html").render(
        title=title, source=source, notes=_paragraphs(notes), instance=instance, common=common, in_full=html.in_full(),
        stories=told, place=place,
    )  # fmt: skip


@cache
def template(name: str) -> jinja2.Template:
    """A template of this package; everything put into it is escaped unless it is marked as HTML."""
    import jinja2

    loader = jinja2.PackageLoader("verifier.explain", "templates")
    settings = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return settings.get_template(name)


def _shared(told: Sequence[Narrative]) -> list[Section]:
    first, *others = told
    alike = (section for section in first.sections if all(section in other.sections for other in others))
    return [section for section in alike if others and section.name in GAME]


def _story(story: Story, shared: Sequence[Section]) -> dict[str, Any]:
    told = story.narrative
    html = Html(told.guarantee)
    own = [section for section in told.sections if section not in shared]
    return {
        "name": told.guarantee,
        "user": MEANING[told.guarantee],
        "verdict": told.verdict,
        "summary": html.sentence(told.summary),
        "parts": [_part(html, section, story) for section in own],
        "in_full": html.in_full(),
        "certificate": story.certificate,
        "kernel": told.kernel,
    }


def _part(html: Html, section: Section, story: Story) -> dict[str, Any]:
    return {
        "name": f"{html.prefix}-{section.name}",
        "title": section.title,
        "body": html.section(section, story.pictures.get(section.name, ())),
    }


def _paragraphs(notes: str | None) -> list[str]:
    return [" ".join(part.split()) for part in (notes or "").split("\n\n") if part.strip()]
