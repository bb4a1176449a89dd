"""`verifier explain`: proofs and counterexamples step by step, with an instance's own numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path, PurePosixPath

import click

from verifier.certified import Verified, certify
from verifier.cli.exit import Exit
from verifier.cli.files import Faults, instance_files
from verifier.cli.options import (
    Named,
    convention_of,
    effort_of,
    guarantee_option,
    guarantees,
    hull_option,
    path_argument,
    program_limit_option,
    put,
    refuse_input,
    seconds_option,
    set_option,
    tolerance_of,
    tolerance_option,
    user_option,
)
from verifier.cli.output import not_finished, note, say
from verifier.cli.progress import clock, counter
from verifier.deadline import OutOfTimeError, finished, in_time, overtime, passed, uninterrupted
from verifier.errors import InstanceError
from verifier.explain.document import Narrative
from verifier.explain.phrases import joined
from verifier.explain.picture.index import pictures_of
from verifier.explain.picture.pdf import pdf
from verifier.explain.picture.tikz import tikz
from verifier.explain.regions import regions, with_region
from verifier.explain.render.markdown import markdown
from verifier.explain.render.markdown import screen as markdown_screen
from verifier.explain.render.tex import document
from verifier.explain.render.text import screen as text_screen
from verifier.explain.render.text import text
from verifier.explain.site.at_stops import with_parameter
from verifier.explain.site.gallery import INDEX, location, single_page, site
from verifier.explain.site.page import Place, page, short_page
from verifier.explain.site.page_data import PageData, page_data
from verifier.explain.stories import short_stories, stories
from verifier.files import hand_out
from verifier.game.model import Convention
from verifier.game.reader import load, load_family
from verifier.numbers import counted
from verifier.region.piece import Region
from verifier.region.plane.piece import Plane
from verifier.solve.effort import Effort
from verifier.theory.guarantees.guarantee import Guarantee

SUFFIXES = {".txt": "text", ".md": "md", ".html": "html", ".htm": "html", ".tex": "tex"}
"""The format that a file's name asks for."""

GENERATOR = b'<meta name="generator" content="verifier explain">'
"""What every page of a site begins with."""


@click.command(
    epilog=(
        "Examples: verifier explain instances/classics/prosecutor.toml, verifier explain"
        " instances/counterexamples/identical.toml --format html -o identical.html, or verifier"
        " explain instances/ --format html -o site/"
    )
)
@path_argument
@guarantee_option
@click.option(
    "--format",
    "form",
    type=Named(["text", "md", "html", "tex"]),
    help="How it is shown. Default: as the name of the output ends, html for a folder, else text.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to this file, or this folder for a site.",
)
@click.option(
    "--full",
    is_flag=True,
    help="Text: long fractions that were shortened follow in full. Pages always have them.",
)
@click.option(
    "--short",
    is_flag=True,
    help="One screen: the verdicts, the inequality that proves each, who would deviate.",
)
@click.option(
    "--pictures",
    type=click.Path(path_type=Path),
    help="Write the pictures into this folder as well: SVG, PDF and TikZ (.tex).",
)
@tolerance_option
@hull_option
@set_option
@user_option
@program_limit_option
@seconds_option()
def explain(
    path: Path,
    guarantee: tuple[str, ...],
    form: str | None,
    output: Path | None,
    full: bool,
    short: bool,
    pictures: Path | None,
    tolerance: str | None,
    hull: str | None,
    values: dict[str, Fraction],
    user: str | None,
    program_limit: int | None,
) -> Exit:
    """Explain the proof of each guarantee on an instance, or its counterexample, step by step.

    Only what the kernel accepted is called proved or refuted. A folder of instances becomes a site
    with a page for each. The theorems are those of theory.md 2.1 to 7.2. Of an instance with
    parameters it is told for which values it is true (12.1, 12.3); its page has a slider for each.
    """
    effort = effort_of(program_limit)
    claimed, convention = tolerance_of(tolerance), convention_of(hull)
    asked = _Asked(guarantees(guarantee), claimed, convention, values, user, effort)
    form = _form(form, path, output)
    _refuse_together(path, form, full=full, short=short, pictures=pictures)
    if path.is_dir():
        return _site(path, asked, form, output)
    if output is not None and output.is_dir():
        raise InstanceError(f"--output {output}: is a folder; name a file")
    refuse_input(output, path)
    _say_what_is_left_out(path, asked)
    with uninterrupted():
        with clock(f"{path}"):
            found = _verified(path, asked)
            content, missing = _stories(path, found, asked, form, full=full, short=short)
            if pictures is not None:
                with overtime():
                    _draw(path, found, asked, pictures)
        put(content, output, "xmlcharrefreplace" if form == "html" else "backslashreplace")
    if missing:
        not_finished(missing)
    return Exit.NOT_DECIDED if missing else Exit.GOOD


def _say_what_is_left_out(path: Path, asked: _Asked) -> None:
    """A tolerance that replaces the instance's own leaves out what is said of its parameters."""
    if asked.tolerance is None:
        return
    names = [parameter.name for parameter in load_family(path).parameters]
    if names:
        note(
            f"left out: for which {' and '.join(names)} it holds, and what moves; that is about the"
            " instance's own tolerance, which --tolerance replaces"
        )


def _refuse_together(
    path: Path, form: str, *, full: bool, short: bool, pictures: Path | None
) -> None:
    """Raises InstanceError for options that do not go with each other, or not with a folder."""
    if short and full:
        raise InstanceError("--short: leaves out what --full shows; give one of the two")
    if full and form != "text":
        raise InstanceError(f"--full: only for text; {form} has all numbers in full")
    if short and form == "tex":
        raise InstanceError("--short: only as text, md or html")
    if (short or pictures is not None) and path.is_dir():
        option = "--short" if short else "--pictures"
        raise InstanceError(f"{option}: {path} is a folder; name one instance")
    if pictures is not None and pictures.is_file():
        raise InstanceError(f"--pictures {pictures}: is a file; name a folder")


def _form(asked: str | None, path: Path, output: Path | None) -> str:
    """The format: the one that is asked for, else the one that the output's name means.

    Raises InstanceError where the two contradict each other.
    """
    if path.is_dir():
        return asked or ("text" if output is None else "html")
    meant = None if output is None else SUFFIXES.get(output.suffix.lower())
    if asked is not None and meant not in (None, asked):
        raise InstanceError(
            f"--output {output}: its name means {meant}, and --format asks for {asked}; leave out"
            " --format, or name the file otherwise"
        )
    return asked or meant or "text"


@dataclass(frozen=True)
class _Asked:
    """The guarantees that are asked for, the claimed tolerance and mixtures, the values of
    parameters, and the effort.
    """

    names: list[Guarantee]
    tolerance: Fraction | None
    convention: Convention | None
    values: dict[str, Fraction]
    user: str | None
    effort: Effort

    @property
    def as_it_says(self) -> bool:
        """Whether the claim is the instance's own."""
        return self.tolerance is None and self.convention is None


def _verified(path: Path, asked: _Asked) -> Verified:
    game = load(path, asked.values, asked.user)
    return certify(
        game,
        path,
        None,
        path.stem,
        asked.names,
        asked.tolerance,
        asked.effort,
        asked.convention,
    )


def _stories(
    path: Path, found: Verified, asked: _Asked, form: str, *, full: bool, short: bool
) -> tuple[str, list[str]]:
    """The stories, and the guarantees for which the time did not suffice."""
    if short:
        return _short(found, asked, form)
    if form == "html":
        return _page(path, found, asked)
    with overtime():
        narratives: dict[str, Narrative] = stories(found, asked.effort)
    where = _regions(path, asked)
    missing = [*_open(found, narratives), *_unfinished(where.values())]
    whole = {
        name: with_region(narrative, where[name]) if name in where else narrative
        for name, narrative in narratives.items()
    }
    if form == "tex":
        with overtime():
            drawn = pictures_of(found, asked.effort)
        told = [(story, _as_tikz(drawn.get(name, {}))) for name, story in whole.items()]
        return document(told), missing
    written = partial(text, full=full) if form == "text" else markdown
    return "\n".join(map(written, whole.values())), missing


def _as_tikz(drawn: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {section: [*map(tikz, elements)] for section, elements in drawn.items()}


def _draw(path: Path, found: Verified, asked: _Asked, folder: Path) -> None:
    """The pictures of all guarantees as files, named after the instance and the section."""
    drawn: dict[str, str] = {}
    for name, sections in pictures_of(found, asked.effort).items():
        for section, elements in sections.items():
            for n, element in enumerate(elements):
                number = f"-{n + 1}" if len(elements) > 1 else ""
                drawn[f"{path.stem}.{name}.{section}{number}"] = element
    for stem, element in drawn.items():
        hand_out(folder / f"{stem}.svg", element, "--pictures")
        hand_out(folder / f"{stem}.pdf", pdf(element), "--pictures")
        hand_out(folder / f"{stem}.tex", f"{tikz(element)}\n", "--pictures")


def _short(found: Verified, asked: _Asked, form: str) -> tuple[str, list[str]]:
    """The short stories, and the guarantees for which the time did not suffice."""
    with overtime():
        told = short_stories(found, asked.effort)
    title, shown = found.report.game.heading, list(told.values())
    written = {"text": text_screen, "md": markdown_screen, "html": short_page}[form]
    return written(title, shown), _open(found, told)


def _regions(path: Path, asked: _Asked) -> Mapping[str, Region | Plane]:
    """The regions of the guarantees that are asked for, of an instance with parameters.

    There are none for a claim that replaces the instance's own.
    """
    if not asked.as_it_says:
        return {}
    return regions(load_family(path, asked.user), path, asked.values, asked.names, asked.effort)


def _unfinished(where: Iterable[Region | Plane]) -> list[str]:
    """The regions for which the time did not suffice."""
    late = [region.guarantee for region in where if not region.complete]
    return [f"the cells of {name}" for name in late] if passed() is not None else []


def _open(found: Verified, explained: Collection[str]) -> list[str]:
    """The guarantees that are not decided, or not explained, for want of time."""
    return [name for name in found.verdicts if name in found.late or name not in explained]


def _page(path: Path, found: Verified, asked: _Asked) -> tuple[str, list[str]]:
    """The page, and the guarantees for which the time did not suffice."""
    with overtime():
        data = in_time(lambda: _page_data(path, PurePosixPath(path.stem), found, asked))
    data = _with_parameter(path, data, asked)
    with overtime():
        written = in_time(lambda: page(data, Place()))
    return written, [*_open(found, found.guarantees), *_late(data)]


def _page_data(path: Path, stem: PurePosixPath, found: Verified, asked: _Asked) -> PageData:
    """The data of an instance's page, which has the certificates in it.

    Raises OutOfTimeError where nothing is known of the instance.
    """
    if not found.guarantees:
        raise OutOfTimeError(passed())
    return page_data(stem, path, found, asked.effort)


def _with_parameter(path: Path, data: PageData, asked: _Asked) -> PageData:
    """The page's data with what moves, of an instance with parameters.

    Nothing moves under a claim that replaces the instance's own.
    """
    if not asked.as_it_says:
        return data
    return with_parameter(data, path, asked.values, asked.names, asked.effort)


def _late(data: PageData) -> list[str]:
    """What the time did not suffice for, of what moves."""
    moving = data.moving
    if moving is None or passed() is None:
        return []
    stories = [] if moving.complete else [f"stories at other values of {joined(moving.names)}"]
    return [*_unfinished(moving.regions), *stories]


def _site(folder: Path, asked: _Asked, form: str, output: Path | None) -> Exit:
    """A site is written: each page at once, in the end all with their neighbours, and the index."""
    if form != "html" or output is None:
        raise InstanceError(
            f"{folder}: is a folder; for a site with a page for each instance, give --format html"
            " -o FOLDER"
        )
    if output.is_file():
        raise InstanceError(f"--output {output}: is a file; a site is a folder")
    files = instance_files([folder])
    ours = _part_of(output)
    shown: list[PageData] = []
    faults, late = Faults(), 0
    with uninterrupted(), counter(len(files)) as step:

        def examined(path: Path, stem: Path) -> tuple[PageData, str, bool]:
            found = _verified(path, asked)
            data = _page_data(path, PurePosixPath(stem.as_posix()), found, asked)
            data = _with_parameter(path, data, asked)
            return data, single_page(data), bool(found.late or _late(data))

        for path, stem in files:
            step(path)
            with faults.on(path):
                known = finished(partial(examined, path, stem), None)
                late += known is None or known[2]
                if known is not None:
                    hand_out(output / location(known[0]), known[1], "--output", ours)
                    shown.append(known[0])
    with uninterrupted():
        for address, content in site(shown) if shown else ():
            hand_out(output / address, content, "--output", None if address == INDEX else ours)
    if late:
        not_finished([f"{late} of {len(files)} instances, or parts of them"])
    if shown:
        say(f"{output / 'index.html'}: {counted(len(shown), 'instance')}")
    if faults.found:
        return Exit.BAD_INPUT
    return Exit.NOT_DECIDED if late else Exit.GOOD


def _part_of(output: Path) -> Callable[[bytes], bool]:
    """Whether a file is part of a site: all files beside an index, and every page.

    The index itself tells one site from another.
    """
    index = output / INDEX
    known = index.is_file() and GENERATOR in index.read_bytes()
    return lambda old: known or GENERATOR in old
