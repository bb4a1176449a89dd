"""`verifier region`: for which values of a parameter a guarantee holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path

import click

from verifier.chart import ready
from verifier.cli.exit import Exit
from verifier.cli.options import (
    as_json_option,
    certificates_option,
    effort_of,
    guarantees,
    nonnegative,
    path_argument,
    program_limit_option,
    seconds_option,
    set_option,
    user_option,
)
from verifier.cli.output import not_finished, say, show_json
from verifier.cli.progress import status_line
from verifier.deadline import passed
from verifier.errors import InstanceError
from verifier.game.reader import load_family
from verifier.region.figure import draw
from verifier.region.partition import region as find_region
from verifier.region.piece import Region
from verifier.region.plane.figure import draw as draw_plane
from verifier.region.plane.partition import plane as find_plane
from verifier.region.plane.partition import two_move
from verifier.region.plane.piece import Plane
from verifier.region.plane.report import condition as plane_condition
from verifier.region.plane.report import plane_lines, plane_record, plane_title
from verifier.region.report import condition, region_lines, region_record, region_title
from verifier.theory.guarantees.guarantee import Guarantee, answerable


@click.command(
    epilog="Example: verifier region instances/regions/prosecutor_prior.toml --guarantee bayes"
)
@path_argument
@click.option(
    "--guarantee", multiple=True, help="bayes or best-ai; may be repeated. Default: both."
)
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    help="What moves, where the instance has two parameters; may be repeated. Default: all that are"
    " not set.",
)
@set_option
@user_option
@click.option(
    "--width",
    help="Leave gaps as narrow as this undecided. Default: a 64th of the parameter's interval; of"
    " two parameters a 16th each.",
)
@click.option("--derive", is_flag=True, help="Print nothing but the condition on the parameter.")
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    help="Draw it: a file that ends in .svg, .png or .pdf; for one guarantee.",
)
@as_json_option
@certificates_option
@program_limit_option
@seconds_option()
def region(
    path: Path,
    guarantee: tuple[str, ...],
    parameters: tuple[str, ...],
    values: dict[str, Fraction],
    user: str | None,
    width: str | None,
    derive: bool,
    figure: Path | None,
    as_json: bool,
    certificates: Path,
    program_limit: int | None,
) -> Exit:
    """Decide for which values of a parameter a guarantee holds, exactly: cells of values, each with
    a certificate that the kernel has accepted for every value of it.

    Two parameters move at once where neither is set: then cells are polygons of pairs of values,
    the sides between them, and corners.

    Exit code 0: a verdict is certified at every value; 3: some values are open or undecided.
    """
    named = guarantees(guarantee) if guarantee else [Guarantee.BAYES, Guarantee.BEST_AI]
    family = load_family(path, user)
    asked = answerable(family.at(), named)
    if figure is not None:
        ready(figure)
        if len(asked) != 1:
            raise click.UsageError("--figure: it is of one guarantee; name it (--guarantee bayes)")
    narrow = None if width is None else nonnegative("--width", width)
    if narrow == 0:
        raise InstanceError("--width 0: expected more than 0")
    effort = effort_of(program_limit)
    both = two_move(family, parameters, values)
    found: list[Region | Plane] = []
    for name in asked:
        with status_line() as show:
            tell = partial(_shown, show, f"{path}, {name}")
            found.append(
                find_plane(family, name, path, narrow, effort, certificates, tell)
                if both
                else find_region(
                    family,
                    name,
                    path,
                    next(iter(parameters), None),
                    values,
                    narrow,
                    effort,
                    certificates,
                    tell,
                )
            )
    if figure is not None:
        (part,) = found
        draw_plane(part, figure) if isinstance(part, Plane) else draw(part, figure)
    _show(path, found, certificates, derive, as_json)
    complete = all(part.complete for part in found)
    if not complete and passed() is not None:
        not_finished([f"{part.guarantee} of {path}" for part in found if not part.complete])
    return Exit.GOOD if complete else Exit.NOT_DECIDED


def _shown(show: Callable[[str], None], what: str, said: str) -> None:
    """How far it is, on the terminal."""
    show(f"{what}: {said}")


def _show(
    path: Path, found: Sequence[Region | Plane], certificates: Path, derive: bool, as_json: bool
) -> None:
    where = path.as_posix()
    if as_json:
        for part in found:
            record = plane_record(part) if isinstance(part, Plane) else region_record(part)
            show_json({"instance": where, **record})
    elif derive:
        say(*(f"{part.guarantee}{part.whose}: {_condition(part)}" for part in found))
    else:
        first = found[0]
        title = (
            plane_title(first, where) if isinstance(first, Plane) else region_title(first, where)
        )
        say(*title)
        for part in found:
            say(*(plane_lines(part) if isinstance(part, Plane) else region_lines(part)))
        count = sum(part.count for part in found)
        say(f"  {count} certificates in {certificates.as_posix()}, each accepted by the kernel")


def _condition(part: Region | Plane) -> str:
    return plane_condition(part) if isinstance(part, Plane) else condition(part)
