"""`verifier explain`: the proof, or the counterexample, step by step with the instance's own
numbers.
"""

from __future__ import annotations

import sys
import tempfile
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from verifier.cli.files import instance_files, progress
from verifier.cli.options import (
    Exit,
    app,
    guarantees,
    program_limit_option,
    tolerance_of,
    waiting,
    write_whole,
)
from verifier.errors import InstanceError, VerifierError

if TYPE_CHECKING:
    from verifier.explain.site.page_data import PageData
    from verifier.solve.effort import Effort
    from verifier.theory.guarantee import Guarantee

FORMATS = ("text", "md", "html")


@app.command(
    epilog=(
        "Examples: verifier explain instances/classics/prosecutor.toml, verifier explain"
        " instances/counterexamples/identical.toml --format html -o identical.html, or verifier"
        " explain instances/ --format html -o site/"
    )
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--guarantee",
    multiple=True,
    help="bayes, quantal or best-ai; may be repeated. Default: all three.",
)
@click.option(
    "--format",
    "skin",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How it is shown.",
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
@click.option("--tolerance", help="Claim this tolerance instead of the instance's.")
@program_limit_option
def explain(
    path: Path,
    guarantee: tuple[str, ...],
    skin: str,
    output: Path | None,
    full: bool,
    tolerance: str | None,
    program_limit: int | None,
) -> Exit:
    """Tell the proof of each guarantee on one instance, or the story of its counterexample.
    theory.md 2-7 and 9.

    Only what the kernel accepted is called proved or refuted. A folder of instances becomes a site
    of pages.
    """
    from verifier.cli.options import effort_of

    asked = _Asked(guarantees(guarantee), tolerance_of(tolerance), effort_of(program_limit))
    if path.is_dir():
        return _site(path, asked, skin, output)
    if not path.is_file():
        raise InstanceError(f"{path}: no such file")
    if output is not None and output.is_dir():
        raise InstanceError(f"--output {output}: is a folder; name a file")
    content = _page(path, asked) if skin == "html" else _text(path, asked, skin, full)
    if output is None:
        sys.stdout.write(content)
    else:
        write_whole(output, content)
    return Exit.GOOD


class _Asked:
    """Which guarantees, with what tolerance, and how much work."""

    def __init__(self, names: list[Guarantee], tolerance: Fraction | None, effort: Effort) -> None:
        self.names = names
        self.tolerance = tolerance
        self.effort = effort


def _text(path: Path, asked: _Asked, skin: str, full: bool) -> str:
    from verifier.api import certify, explain, load
    from verifier.explain.render.markdown import markdown
    from verifier.explain.render.text import text

    with tempfile.TemporaryDirectory() as folder, waiting(str(path)):
        found = certify(
            load(path), path, Path(folder), path.stem, asked.names, asked.tolerance, asked.effort
        )
        stories = explain(found, asked.effort)
    return "\n".join(
        text(told, full=full) if skin == "text" else markdown(told) for told in stories.values()
    )


def _page(path: Path, asked: _Asked) -> str:
    from verifier.explain.site.page import Place, page

    with waiting(str(path)):
        return page(_exhibit(path, PurePosixPath(path.stem), asked), Place())


def _exhibit(path: Path, stem: PurePosixPath, asked: _Asked) -> PageData:
    """The instance with its stories; its certificates are kept in the page, not in files."""
    from verifier.api import certify, load
    from verifier.explain.site.page_data import page_data

    with tempfile.TemporaryDirectory() as folder:
        found = certify(
            load(path), path, Path(folder), path.stem, asked.names, asked.tolerance, asked.effort
        )
        return page_data(stem, path, found, asked.effort)


def _site(folder: Path, asked: _Asked, skin: str, output: Path | None) -> Exit:
    """A page as soon as an instance is told, then all again with their neighbours, and the index."""
    from verifier.explain.site.gallery import location, single_page, site

    if skin != "html" or output is None:
        raise InstanceError(
            f"{folder}: is a folder, which is told as a site: say --format html -o FOLDER"
        )
    if output.is_file():
        raise InstanceError(f"--output {output}: is a file; a site is a folder")
    files = instance_files([folder])
    shown = []
    with progress(len(files)) as step:
        for path, stem in files:
            step(path)
            try:
                shown.append(_exhibit(path, PurePosixPath(stem.as_posix()), asked))
            except VerifierError as error:
                print(f"error: {error}", file=sys.stderr)
                continue
            write_whole(output / location(shown[-1]), single_page(shown[-1]))
    if not shown:
        return Exit.BAD_INPUT
    for address, content in site(shown):
        write_whole(output / address, content)
    print(f"{output / 'index.html'}: {len(shown)} instances")
    return Exit.GOOD if len(shown) == len(files) else Exit.BAD_INPUT
