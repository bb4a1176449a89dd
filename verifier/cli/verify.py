"""`verifier verify`: the guarantees of many instances, confirmed by the kernel."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import click

from verifier.certified import Verified, certify
from verifier.cli.exit import Exit
from verifier.cli.files import Faults, instance_files
from verifier.cli.options import (
    as_json_option,
    certificates_option,
    effort_of,
    guarantee_option,
    guarantees,
    program_limit_option,
    tolerance_of,
    tolerance_option,
)
from verifier.cli.output import note, say, show_json
from verifier.cli.progress import clock, counter
from verifier.game.reader import load
from verifier.report.record import verified_record
from verifier.report.terminal import report_lines
from verifier.solve.effort import Effort
from verifier.solve.smt import CrossCheck
from verifier.theory.guarantee import Guarantee


@click.command(
    epilog="Example: verifier verify instances/classics/prosecutor.toml --guarantee bayes. "
    "Exit code 0: all proved, 1: any refuted, 3: otherwise, 2: bad input, after all other files."
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@guarantee_option
@as_json_option
@certificates_option
@tolerance_option
@click.option("--cross-check", is_flag=True, help="Have z3 answer every linear program again.")
@program_limit_option
@click.option(
    "--protocol-limit",
    type=click.IntRange(1),
    help="Most splits of observations that TEAM looks at.",
)
def verify(
    paths: tuple[Path, ...],
    guarantee: tuple[str, ...],
    as_json: bool,
    certificates: Path,
    tolerance: str | None,
    cross_check: bool,
    program_limit: int | None,
    protocol_limit: int | None,
) -> Exit:
    """Prove or refute the guarantees on each instance, and have the kernel check each certificate.

    PATHS are instance files, or folders that are searched for *.toml files.
    """
    files = instance_files(paths)
    names = guarantees(guarantee)
    effort = effort_of(program_limit)
    if protocol_limit is not None:
        effort = replace(effort, protocol_limit=protocol_limit)
    second = CrossCheck()
    if cross_check:
        effort = replace(effort, solve=second)
    claimed = tolerance_of(tolerance)
    verdicts: list[str] = []
    faults = Faults(len(files))
    with counter(len(files)) as step:
        for path, stem in files:
            step(path)
            with faults.on(path):
                found = _verify_one(
                    path, certificates / stem.parent, stem.name, names, claimed, effort
                )
                _print_report(path, found, as_json)
                verdicts += found.verdicts.values()
    if cross_check:
        note(f"z3 gave the same answer to {second.agreed} of {second.programs} linear programs")
    if len(files) > 1 and not as_json:
        say(_summary(len(files), verdicts))
    return _exit_code(verdicts, faults.found)


def _verify_one(
    path: Path,
    folder: Path,
    stem: str,
    names: list[Guarantee],
    tolerance: Fraction | None,
    effort: Effort,
) -> Verified:
    with clock(str(path)):
        return certify(load(path), path, folder, stem, names, tolerance, effort)


def _print_report(path: Path, found: Verified, as_json: bool) -> None:
    if as_json:
        show_json(verified_record(found, path.as_posix()))
    else:
        lines = list(report_lines(path.as_posix(), found))
        say(*lines, end="\n\n")


def _summary(files: int, verdicts: list[str]) -> str:
    """The number of guarantees by verdict, the most wanted first."""
    counts = ((verdicts.count(word), word) for word in ("proved", "vacuous", "refuted", "open"))
    return f"{files} instances: " + ", ".join(f"{count} {word}" for count, word in counts if count)


def _exit_code(verdicts: list[str], unreadable: bool) -> Exit:
    if unreadable:
        return Exit.BAD_INPUT
    if "refuted" in verdicts:
        return Exit.REFUTED
    return Exit.GOOD if verdicts and set(verdicts) == {"proved"} else Exit.NOT_DECIDED
