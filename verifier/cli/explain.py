"""`verifier explain`: proofs and counterexamples step by step, with an instance's own numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path, PurePosixPath

import click

from verifier.certified import Verified, certify
from verifier.checker import Check, Checker, Kernel
from verifier.cli.exit import Exit
from verifier.cli.files import Faults, instance_files
from verifier.cli.options import (
    Named,
    effort_of,
    guarantee_option,
    guarantees,
    path_argument,
    program_limit_option,
    put,
    refuse_input,
    seconds_option,
    tolerance_of,
    tolerance_option,
)
from verifier.cli.output import not_finished, say
from verifier.cli.progress import clock, counter
from verifier.deadline import OutOfTimeError, finished, in_time, overtime, passed, uninterrupted
from verifier.errors import InstanceError
from verifier.explain.render.markdown import markdown
from verifier.explain.render.markdown import screen as markdown_screen
from verifier.explain.render.text import screen as text_screen
from verifier.explain.render.text import text
from verifier.explain.site.gallery import INDEX, location, single_page, site
from verifier.explain.site.page import Place, page, short_page
from verifier.explain.site.page_data import PageData, page_data
from verifier.explain.stories import short_stories, stories
from verifier.files import hand_out
from verifier.game.reader import load
from verifier.solve.effort import Effort
from verifier.theory.guarantees.guarantee import Guarantee

SUFFIXES = {".txt": "text", ".md": "md", ".html": "html", ".htm": "html"}
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
    type=Named(["text", "md", "html"]),
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
@tolerance_option
@program_limit_option
@seconds_option()
def explain(
    path: Path,
    guarantee: tuple[str, ...],
    form: str | None,
    output: Path | None,
    full: bool,
    short: bool,
    tolerance: str | None,
    program_limit: int | None,
) -> Exit:
    """Explain the proof of each guarantee on an instance, or its counterexample, step by step.

    Only what the kernel accepted is called proved or refuted. A folder of instances becomes a site
    with a page for each. The theorems are those of theory.md 2.1 to 7.2.
    """
    asked = _Asked(guarantees(guarantee), tolerance_of(tolerance), effort_of(program_limit))
    form = _form(form, path, output)
    if full and form != "text":
        raise InstanceError(f"--full: only for text; {form} has all numbers in full")
    if short and full:
        raise InstanceError("--short: leaves out what --full shows; give one of the two")
    if short and path.is_dir():
        raise InstanceError(f"--short: {path} is a folder; name one instance")
    if path.is_dir():
        return _site(path, asked, form, output)
    if not path.is_file():
        raise InstanceError(f"{path}: no such file")
    if output is not None and output.is_dir():
        raise InstanceError(f"--output {output}: is a folder; name a file")
    refuse_input(output, path)
    with uninterrupted():
        if short:
            content, missing = _short(path, asked, form)
        elif form == "html":
            content, missing = _page(path, asked)
        else:
            content, missing = _text(path, asked, form, full)
        put(content, output, "xmlcharrefreplace" if form == "html" else "backslashreplace")
    if missing:
        not_finished(missing)
    return Exit.NOT_DECIDED if missing else Exit.GOOD


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
    """The guarantees that are asked for, the claimed tolerance, and the effort."""

    names: list[Guarantee]
    tolerance: Fraction | None
    effort: Effort


def _verified(path: Path, asked: _Asked, check: Checker = Check) -> Verified:
    return certify(
        load(path), path, None, path.stem, asked.names, asked.tolerance, asked.effort, check
    )


def _text(path: Path, asked: _Asked, form: str, full: bool) -> tuple[str, list[str]]:
    """The stories, and the guarantees for which the time did not suffice."""
    with clock(str(path)):
        found = _verified(path, asked)
        with overtime():
            narratives = stories(found, asked.effort)
    written = partial(text, full=full) if form == "text" else markdown
    return "\n".join(map(written, narratives.values())), _open(found, narratives)


def _short(path: Path, asked: _Asked, form: str) -> tuple[str, list[str]]:
    """The short stories, and the guarantees for which the time did not suffice."""
    with clock(str(path)):
        found = _verified(path, asked)
        with overtime():
            told = short_stories(found, asked.effort)
    title, shown = found.report.game.title, list(told.values())
    written = {"text": text_screen, "md": markdown_screen, "html": short_page}[form]
    return written(title, shown), _open(found, told)


def _open(found: Verified, explained: Collection[str]) -> list[str]:
    """The guarantees that are not decided, or not explained, for want of time."""
    return [name for name in found.verdicts if name in found.late or name not in explained]


def _page(path: Path, asked: _Asked) -> tuple[str, list[str]]:
    """The page, and the guarantees for which the time did not suffice."""
    with clock(str(path)):
        found, stem = _verified(path, asked), PurePosixPath(path.stem)
        with overtime():
            data = in_time(lambda: _page_data(path, stem, found, asked))
            return in_time(lambda: page(data, Place())), _open(found, found.guarantees)


def _page_data(
    path: Path, stem: PurePosixPath, found: Verified, asked: _Asked, check: Checker = Check
) -> PageData:
    """The data of an instance's page, which has the certificates in it.

    Raises OutOfTimeError where nothing is known of the instance.
    """
    if not found.guarantees:
        raise OutOfTimeError(passed())
    return page_data(stem, path, found, asked.effort, check)


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
    faults, late = Faults(len(files)), 0
    with uninterrupted(), counter(len(files)) as step, Kernel() as kernel:

        def examined(path: Path, stem: Path) -> tuple[PageData, str, bool]:
            found = _verified(path, asked, kernel)
            data = _page_data(path, PurePosixPath(stem.as_posix()), found, asked, kernel)
            return data, single_page(data), bool(found.late)

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
        say(f"{output / 'index.html'}: {len(shown)} instances")
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
