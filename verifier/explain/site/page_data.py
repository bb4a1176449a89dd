"""An instance with everything that its page shows: the file, a story per guarantee, certificates
and pictures.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from textwrap import shorten

from verifier.certified import Verified
from verifier.explain.document import Narrative
from verifier.explain.picture.index import of_the_game, pictures
from verifier.explain.site.recheck import Recheck, recheck
from verifier.explain.site.stops import Values
from verifier.explain.stories import subject_of
from verifier.explain.story import story
from verifier.explain.subject import Subject
from verifier.explain.theorem import Theorem
from verifier.game.model import Game
from verifier.game.parameters import Parameter
from verifier.printable import printable, printable_lines
from verifier.region.piece import Region
from verifier.region.plane.piece import Plane
from verifier.solve.effort import USUAL, Effort
from verifier.theory.verdict import Verdict

EXPECTED = re.compile(r"\bExpected verdicts: [^.]*\.")

LONGEST = 150
"""Characters of a summary."""


@dataclass(frozen=True)
class File:
    """A file as the kernel read it; the name is printable."""

    name: str
    content: bytes

    @property
    def text(self) -> str:
        """What it says in UTF-8, with codes in place of what is not printable."""
        return printable_lines(self.content.decode("utf-8"))

    @property
    def exact(self) -> bool:
        """Whether the text is the content byte for byte."""
        return self.text.encode("utf-8") == self.content

    @property
    def link(self) -> str:
        """The bytes as a data URL, to be saved."""
        return (
            f"data:application/octet-stream;base64,{base64.b64encode(self.content).decode('ascii')}"
        )


@dataclass(frozen=True)
class Story:
    """One guarantee: its narrative, certificate (None where it is open), and pictures by section,
    as SVG.

    `recheck` is what the proved checker can check of the certificate, None for nothing.
    """

    subject: Subject
    narrative: Narrative
    certificate: File | None
    recheck: Recheck | None
    pictures: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Moving:
    """What a page has about one or two parameters that move: `start` are their values at first.

    `regions` has those of the guarantees that have one, `stops` the instance at other values; they
    are `complete` unless a deadline has kept some from being found.
    """

    parameters: tuple[Parameter, ...]
    start: Values
    regions: tuple[Region | Plane, ...]
    stops: Mapping[Values, PageData]
    complete: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what moves."""
        return tuple(parameter.name for parameter in self.parameters)


@dataclass(frozen=True)
class PageData:
    """`stem` is where the instance lies below the folder that is shown, without suffix.

    `pictures` are those of the game alone, by section. `moving` is None for a page that stands
    still.
    """

    stem: PurePosixPath
    game: Game
    instance: File
    pictures: Mapping[str, str]
    stories: tuple[Story, ...]
    moving: Moving | None = None

    @property
    def title(self) -> str:
        """The game's own, with the values of its parameters where none moves."""
        return printable(self.game.heading if self.moving is None else self.game.title)

    @property
    def source(self) -> str:
        """Where the game is from, empty where it does not say."""
        return printable(self.game.source or "")

    @property
    def notes(self) -> list[str]:
        """The instance's notes, a paragraph after the other, in one line each.

        Which verdicts they expect is left out, beside the verdicts.
        """
        told = EXPECTED.sub("", self.game.notes or "").split("\n\n")
        return [printable(" ".join(part.split())) for part in told if part.strip()]

    @property
    def summary(self) -> str:
        """The first sentence of the notes on one line, or the verdicts where there are none."""
        verdicts = (
            f"{story.narrative.guarantee} {story.narrative.verdict}" for story in self.stories
        )
        first = self.notes[0] if self.notes else ", ".join(verdicts)
        return shorten(re.split(r"(?<=[.?!]) ", first)[0], LONGEST, placeholder=" …")

    @property
    def size(self) -> tuple[int, str]:
        """By which a course goes from small to large."""
        game = self.game
        return len(game.actions) * len(game.joint) * len(game.agents), str(self.stem)

    def shows(self, theorem: Theorem) -> bool:
        """Whether the theorem's text names it as the example, or a verdict on it rests on it."""
        return self.is_at(theorem.example) or bool(self.resting_on(theorem))

    def resting_on(self, theorem: Theorem) -> list[Story]:
        """The stories of the guarantees whose verdicts rest on the theorem."""
        shows = theorem.shows
        return [] if shows is None else [story for story in self.stories if shows(story.subject)]

    def is_at(self, target: str | None) -> bool:
        """Whether a link leads to its file: a shipped instance is known by its folder and name."""
        if target is None or not target.endswith(".toml"):
            return False
        return self.stem.parts[-2:] == PurePosixPath(target).with_suffix("").parts[-2:]

    def supposes(self, theorem: Theorem) -> bool:
        """Whether one of its guarantees has the hypothesis that is dropped in the theorem."""
        dropped, subjects = theorem.dropped, (story.subject for story in self.stories)
        return dropped is not None and any(
            dropped.concerns(self.game, subject.guarantee)
            and dropped.hypothesis in subject.finding.setting.hypotheses
            for subject in subjects
        )


def page_data(
    stem: PurePosixPath,
    path: Path,
    found: Verified,
    effort: Effort = USUAL,
) -> PageData:
    """The data of the page of the instance at `path`, which `found` is about.

    The instance is shown as it is on disk; certificates are named after it. `check` is how the
    kernel is asked about repaired games.
    """
    stories = (_story(found, name, path.stem, effort) for name in found.guarantees)
    instance = File(printable(path.name), path.read_bytes())
    return PageData(stem, found.report.game, instance, of_the_game(found.report), tuple(stories))


def _story(found: Verified, name: str, stem: str, effort: Effort) -> Story:
    subject, text = subject_of(found, name, effort), found.guarantees[name].certificate
    named = printable(f"{stem}.{name}.json")
    certificate = None if text is None else File(named, text.encode("utf-8"))
    accepted = text is not None and subject.verdict is not Verdict.OPEN
    again = recheck(found.report.game, name, text) if text is not None and accepted else None
    drawn = pictures(found.report, subject.finding, subject.verdict, effort)
    return Story(subject, story(subject), certificate, again, drawn)
