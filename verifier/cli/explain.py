"""`verifier explain`: the proof, or the counterexample, step by step with the instance's own numbers."""

from __future__ import annotations

import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.shared import Exit, app, guarantees, program_limit_option, tolerance_of, waiting, write_whole
from verifier.errors import InstanceError

if TYPE_CHECKING:
    from verifier.api import Limits, Verified
    from verifier.explain.narrative import Narrative
    from verifier.theory.guarantee import Guarantee

FORMATS = ("text", "md", "html")


@app.command(
    epilog="Examples: verifier explain instances/classics/prosecutor.toml, or "
    "verifier explain instances/counterexamples/identical.toml --format html -o identical.html"
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--guarantee", multiple=True, help="bayes, quantal or best-ai; may be repeated. Default: all three.")
@click.option("--format", "skin", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is shown.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@click.option("--tolerance", help="Claim this tolerance instead of the instance's.")
@program_limit_option
def explain(
    path: Path, guarantee: tuple[str, ...], skin: str, output: Path | None, tolerance: str | None, program_limit: int | None
) -> Exit:
    """Tell the proof of each guarantee on one instance, or the story of its counterexample. theory.md 2-7 and 9.

    Only what the kernel accepted is called proved or refuted.
    """
    from verifier.cli.shared import limits_of

    if not path.is_file():
        raise InstanceError(f"{path}: no such file")
    if output is not None and output.is_dir():
        raise InstanceError(f"--output {output}: is a folder; name a file")
    limits = limits_of(program_limit, None, False)
    content = _told(path, guarantees(guarantee), tolerance_of(tolerance), skin, limits)
    if output is None:
        sys.stdout.write(content)
    else:
        write_whole(output, content)
    return Exit.GOOD


def _told(path: Path, names: list[Guarantee], tolerance: Fraction | None, skin: str, limits: Limits) -> str:
    from verifier.api import certify, explain, load

    with tempfile.TemporaryDirectory() as folder, waiting(str(path)):
        found = certify(load(path), path, Path(folder), path.stem, names, tolerance, limits)
        stories = explain(found, limits)
        return _page(path, found, stories) if skin == "html" else _text(stories, skin)


def _text(stories: dict[str, Narrative], skin: str) -> str:
    from verifier.explain.skin.markdown import markdown
    from verifier.explain.skin.text import text

    return "\n".join(text(told) if skin == "text" else markdown(told) for told in stories.values())


def _page(path: Path, found: Verified, stories: dict[str, Narrative]) -> str:
    from verifier.explain.page import File, Place, Story, page

    parts = []
    for name, told in stories.items():
        kept = found.guarantees[name].path
        certificate = None if kept is None else File(kept.name, kept.read_bytes())
        parts.append(Story(told, certificate, {}))
    game = found.report.game
    return page(game.title, game.source, game.notes, File(path.name, path.read_bytes()), parts, Place())
