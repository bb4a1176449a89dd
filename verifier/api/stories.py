"""Stories of guarantees as objects: as text, Markdown and HTML, shown in notebooks and saved."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from verifier.api.given import Given, effort_of, path_of
from verifier.api.verdicts import verify
from verifier.arguments import names_arguments
from verifier.certified import Verified, of_guarantee
from verifier.explain.document import Narrative
from verifier.explain.picture.index import pictures_of
from verifier.explain.picture.tikz import tikz
from verifier.explain.render.html import fragment
from verifier.explain.render.markdown import markdown
from verifier.explain.render.tex import document
from verifier.explain.render.text import text
from verifier.explain.stories import stories
from verifier.files import hand_out
from verifier.frozen import FrozenDict, frozen
from verifier.meant import choose
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort

STYLE = (
    "body{max-width:45em;margin:2em auto;padding:0 1em;font:1em/1.5 sans-serif}svg{max-width:100%}"
)
"""How a saved page looks."""


class Readable(Result):
    """What is read as `text`, `markdown`, `html` or `tex`, and saved as a file of each kind."""

    @property
    def text(self) -> str:
        """The text of at most 80 columns, as the command prints it."""
        raise NotImplementedError

    @property
    def markdown(self) -> str:
        """Markdown, with formulas as LaTeX."""
        raise NotImplementedError

    @property
    def html(self) -> str:
        """HTML with pictures, to be put into a page."""
        raise NotImplementedError

    @property
    def tex(self) -> str:
        """A LaTeX document, with pictures as TikZ."""
        raise NotImplementedError

    def save(self, path: str | os.PathLike[str]) -> Path:
        """It is written to a file, in the form that the end of its name means.

        The ends are .txt, .md, .html and .tex. Raises InstanceError for any other, OutputError
        where it cannot be written.
        """
        file = path_of(path, "path")
        known = {
            ".txt": "text",
            ".md": "markdown",
            ".html": "page",
            ".htm": "page",
            ".tex": "tex",
        }
        form = choose(f"path {str(path)!r}: the ending", file.suffix.lower() or "(none)", known)
        content: str = _page(self.html) if form == "page" else getattr(self, form)
        return hand_out(file, content)


def _page(body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>Stories</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


@dataclass(frozen=True, repr=False)
class Story(Readable, Narrative):
    """The story of one guarantee: a Narrative, with its pictures by section, as SVG."""

    pictures: Mapping[str, tuple[str, ...]] = FrozenDict()

    @property
    def text(self) -> str:
        return text(self)

    @property
    def markdown(self) -> str:
        return markdown(self)

    @property
    def html(self) -> str:
        return fragment(self, self.pictures)

    @property
    def tex(self) -> str:
        return document([_with_pictures(self)])


class Stories(Readable, FrozenDict[str, Story]):
    """The stories of one game: a dict from each guarantee to its story, which cannot be changed."""

    def __getitem__(self, guarantee: str) -> Story:
        return of_guarantee(guarantee, dict(self.items()))

    @property
    def text(self) -> str:
        return "\n".join(story.text for story in self.values())

    @property
    def markdown(self) -> str:
        return "\n".join(story.markdown for story in self.values())

    @property
    def html(self) -> str:
        return "".join(story.html for story in self.values())

    @property
    def tex(self) -> str:
        return document([*map(_with_pictures, self.values())])


def _with_pictures(story: Story) -> tuple[Story, dict[str, list[str]]]:
    """The story with its pictures as TikZ."""
    return story, {section: [*map(tikz, drawn)] for section, drawn in story.pictures.items()}


@names_arguments()
def explain(found: Verified | Given, effort: Effort = USUAL) -> Stories:
    """Stories explain the guarantees: each one's proof, or its counterexample and a repaired game.

    A repaired game differs in the one hypothesis that fails. It is verified as well, and each of
    its certificates is checked by the kernel.

    Parameters:
        found: the result of `verify`, or what `verify` takes.
        effort: the solver of linear programs and the limits of the work.

    Returns:
        Stories, a dict from each guarantee to its Story. Both have `text`, `markdown`, `html`
        and `tex`, and `save(path)` for a file that ends in .txt, .md, .html or .tex; a notebook
        shows them.

    Raises:
        InstanceError: it is no result of `verify` and no game.
        SizeError: a program or a search would be larger than the effort's limits.

    Example:
        >>> found = explain(verify("instances/classics/prosecutor.toml", "bayes"))
        >>> [section.title for section in found["bayes"].sections][:2]
        ['Who wants what', 'Who knows what']

    Source: theory.md 4.1 to 6.7 (proofs), 7.1 (counterexamples).
    """
    work = effort_of(effort)
    verified = found if isinstance(found, Verified) else verify(found, effort=work)
    drawn = pictures_of(verified, work)
    made = {
        name: _story(narrative, drawn[name]) for name, narrative in stories(verified, work).items()
    }
    return Stories(made)


def _story(narrative: Narrative, drawn: Mapping[str, tuple[str, ...]]) -> Story:
    parts = {part.name: getattr(narrative, part.name) for part in fields(narrative)}
    return frozen(Story(**parts, pictures=drawn))
