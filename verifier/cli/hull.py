"""`verifier hull`: the user's distance from the agents' mixtures, in a game or in a table."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.chart import ready
from verifier.cli.exit import Exit
from verifier.cli.options import (
    Named,
    as_json_option,
    nonnegative,
    path_argument,
    print_result,
    refuse_unused,
    seconds_option,
    set_option,
)
from verifier.cli.output import not_finished
from verifier.cli.progress import clock, status_line
from verifier.cli.table_options import Reading, reading_options
from verifier.deadline import OutOfTimeError, passed
from verifier.extras import require
from verifier.tables.coverage import coverage
from verifier.tables.distance import Asked
from verifier.tables.formats import is_table
from verifier.tables.gaps import Missing
from verifier.tables.measure import (
    Read,
    certify,
    coverage_claim,
    distances_in,
    measure,
    read,
    removal_claim,
)
from verifier.tables.norm import USUAL_NORMS, Norm
from verifier.tables.removal import PROGRAMS, removal
from verifier.tables.report import CertifiedCoverage, CertifiedRemoval, table_lines, table_record

if TYPE_CHECKING:
    from verifier.tables.growth import Order
    from verifier.tables.smallest import Smallest
    from verifier.tables.table import UtilityTable


@click.command(
    epilog=(
        "Examples: verifier hull instances/guarantees/film_night.toml, or verifier hull"
        " utilities.csv --curve --within 1/10"
    )
)
@path_argument
@reading_options
@click.option("--drop-rows", is_flag=True, help="Leave out the rows with missing cells.")
@click.option("--drop-columns", is_flag=True, help="Leave out the agents with missing cells.")
@click.option(
    "--norm",
    "norms",
    multiple=True,
    type=Named([str(norm) for norm in Norm]),
    help=(
        "Measure in this norm only: the greatest difference (sup), the mean, or the mean of the"
        " squares (squared); may be repeated. Default: sup and mean."
    ),
)
@click.option("--sup-only", is_flag=True, help="The same as --norm sup.")
@click.option(
    "--curve",
    is_flag=True,
    help=(
        "Measure the distance against the number of agents, along random orders, in the norm that"
        " --norm names first (default: sup)."
    ),
)
@click.option(
    "--orders",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="How many random orders.",
)
@click.option(
    "--hold-out",
    metavar="SHARE",
    help=(
        "Fit along each order on the other rows, and test on this share of them, drawn at random."
    ),
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the random orders.")
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    help="Draw the curve: a file that ends in .svg, .png or .pdf.",
)
@click.option(
    "--within", help="Find the fewest agents within this tolerance of the user, in the sup norm."
)
@click.option(
    "--rounds",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    help="Most sets that --within tries.",
)
@click.option(
    "--robust",
    metavar="K",
    type=click.IntRange(0),
    help="Find the sup distance after the worst removal of any K agents, and whose it is.",
)
@click.option(
    "--baseline",
    metavar="ROW",
    type=click.IntRange(1),
    help=(
        "Count how many agents object to whatever harms the user, in place of the row with this"
        " number (from 1 below the header): the rejection depth."
    ),
)
@click.option(
    "--programs",
    type=click.IntRange(1),
    default=PROGRAMS,
    show_default=True,
    help="Most programs that --robust and --baseline solve before they give bounds.",
)
@click.option(
    "--certificates", type=click.Path(path_type=Path), help="Keep the certificate in this folder."
)
@set_option
@as_json_option
@seconds_option()
@click.pass_context
def hull(
    context: click.Context,
    path: Path,
    reading: Reading,
    drop_rows: bool,
    drop_columns: bool,
    norms: tuple[str, ...],
    sup_only: bool,
    curve: bool,
    orders: int,
    hold_out: str | None,
    seed: int,
    figure: Path | None,
    within: str | None,
    rounds: int,
    robust: int | None,
    baseline: int | None,
    programs: int,
    certificates: Path | None,
    values: dict[str, Fraction],
    as_json: bool,
) -> Exit:
    """Measure the hull distance in every convention, with weights, offset and the witness that no
    mixture is nearer.

    PATH is an instance, one of whose users --user may name, or a table of utilities (.csv, .tsv,
    .parquet, .jsonl, .json), for which all options are: one column per party, the user first, one
    row per point; columns called action, state or item, without a name, or with text are no
    parties. Every distance of a table has been confirmed by the kernel.
    """
    if not is_table(path):
        _only_for_tables(context, path)
        _instance_hull(path, values, reading.choice.user, as_json)
        return Exit.GOOD
    refuse_unused(context, ("values",), f"for instances only, and {path} is read as a table")
    _refuse_without(context, curve or figure is not None, within, robust, baseline)
    asked = _asked(norms, sup_only)
    tolerance = None if within is None else nonnegative("--within", within)
    if tolerance is not None:
        require("z3", "--within")
    if figure is not None:
        ready(figure)
    with clock(f"{path}"):
        given = read(
            path,
            missing=_missing(drop_rows, drop_columns),
            choice=reading.choice,
            form=reading.form,
        )
        share = _share(hold_out, given.table)
        report = measure(given, asked, certificates)
    unfinished = [] if len(report.distances) == len(asked) else ["some of the distances"]
    if curve or figure is not None:
        curve_norm = Norm(norms[0]) if norms else Norm.SUP
        found = _growth(given.table, curve_norm, orders, seed, share, figure)
        report = replace(report, orders=found, orders_norm=curve_norm)
        unfinished += [] if len(report.orders) == orders else ["some of the curve"]
    if tolerance is not None:
        with suppress(OutOfTimeError):
            report = replace(report, smallest=_smallest(given.table, tolerance, rounds))
        few = report.smallest
        unfinished += ["the fewest agents"] if passed() and not (few and few.decided) else []
    if robust is not None:
        with suppress(OutOfTimeError):
            report = replace(report, removal=_removal(given, robust, programs, certificates))
        unfinished += _late(report.removal, "the worst removal")
    if baseline is not None:
        with suppress(OutOfTimeError):
            report = replace(report, coverage=_coverage(given, baseline, programs, certificates))
        unfinished += _late(report.coverage, "the rejection depth")
    print_result({"table": path.as_posix(), **table_record(report)}, table_lines(report), as_json)
    if unfinished:
        not_finished(unfinished)
    return Exit.NOT_DECIDED if unfinished else Exit.GOOD


def _refuse_without(
    context: click.Context,
    curve: bool,
    within: str | None,
    robust: int | None,
    baseline: int | None,
) -> None:
    """Options of something that is not asked for are refused: UsageError."""
    if not curve:
        refuse_unused(context, ("orders", "seed", "hold_out"), "only with --curve or --figure")
    if within is None:
        refuse_unused(context, ("rounds",), "only with --within")
    if robust is None and baseline is None:
        refuse_unused(context, ("programs",), "only with --robust or --baseline")


def _only_for_tables(context: click.Context, path: Path) -> None:
    """Options for tables are refused with an instance: UsageError."""
    names = [parameter.name or "" for parameter in context.command.params]
    refuse_unused(
        context,
        [name for name in names if name not in ("path", "as_json", "seconds", "values", "user")],
        f"for tables (.csv, .parquet) only, and {path} is read as an instance: let the name of a"
        " table end in .csv, .tsv, .jsonl, .json or .parquet",
    )


def _instance_hull(
    path: Path, values: dict[str, Fraction], user: str | None, as_json: bool
) -> None:
    from verifier.game.reader import load  # what tables need none of
    from verifier.report.reading import reading_lines, reading_record
    from verifier.report.record import alignment_record
    from verifier.report.terminal import hull_lines
    from verifier.theory.alignment import alignment

    game = load(path, values, user)
    found = alignment(game)
    name, *lines = hull_lines(path.as_posix(), found)
    print_result(
        {"instance": path.as_posix(), **reading_record(game), **alignment_record(found)},
        [name, *reading_lines(game), *lines],
        as_json,
    )


def _asked(norms: tuple[str, ...], sup_only: bool) -> tuple[Asked, ...]:
    """The distances in the norms that are named, the usual ones where none is."""
    if sup_only and norms:
        raise click.UsageError("--sup-only and --norm exclude each other")
    return distances_in([Norm(name) for name in norms] or ([Norm.SUP] if sup_only else USUAL_NORMS))


def _missing(rows: bool, columns: bool) -> Missing:
    if rows and columns:
        raise click.UsageError("--drop-rows and --drop-columns exclude each other")
    return Missing.DROP_ROWS if rows else Missing.DROP_COLUMNS if columns else Missing.REFUSE


def _share(given: str | None, table: UtilityTable) -> Fraction:
    """The share of the rows that is held out. Raises InstanceError where it is none, or all."""
    from verifier.tables.growth import require_both

    share = Fraction(0) if given is None else nonnegative("--hold-out", given)
    if given is not None:
        require_both(table, share, "--hold-out")
    return share


def _growth(
    table: UtilityTable,
    norm: Norm,
    orders: int,
    seed: int,
    share: Fraction,
    figure: Path | None,
) -> tuple[Order, ...]:
    """The errors by the number of agents, drawn as well if a figure is asked for."""
    from verifier.tables.figure import draw
    from verifier.tables.growth import growth

    with status_line() as show:
        found = growth(
            table,
            seed,
            orders,
            norm,
            lambda order, count: show(f"order {order} of {orders}: {count} agents"),
            share,
        )
    if figure is not None and found:
        draw(found, norm, f"{table.name}: how near to {table.user}", figure)
    return found


def _removal(given: Read, count: int, programs: int, certificates: Path | None) -> CertifiedRemoval:
    """The bounds on the distance after the worst removal, confirmed by the kernel."""
    with status_line() as show:
        found = removal(
            given.table,
            count,
            programs=programs,
            done=lambda number, _: show(f"worst removal of {count}: {number} distances"),
        )
    claimed = removal_claim(given.table.user, found)
    return CertifiedRemoval(found, *certify(given, claimed, certificates))


def _coverage(
    given: Read, baseline: int, programs: int, certificates: Path | None
) -> CertifiedCoverage:
    """What is known of the rejection depth, confirmed by the kernel."""
    with status_line() as show:
        found = coverage(
            given.table,
            baseline,
            programs,
            lambda solved, least: show(f"rejection depth: at least {least}, {solved} programs"),
        )
    claimed = coverage_claim(given.table.user, found)
    return CertifiedCoverage(found, *certify(given, claimed, certificates))


def _late(found: CertifiedRemoval | CertifiedCoverage | None, what: str) -> list[str]:
    """What was asked for, if a deadline has kept it from being known."""
    return [what] if passed() and not (found and found.found.exact) else []


def _smallest(table: UtilityTable, tolerance: Fraction, rounds: int) -> Smallest:
    from verifier.tables.smallest import smallest

    with status_line() as show:
        return smallest(
            table, tolerance, rounds, lambda low, high: show(f"fewest agents: {low} to {high}")
        )
