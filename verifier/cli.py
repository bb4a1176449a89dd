"""The command line: the composition root. Reads files, runs the theory, has the kernel confirm, prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from verifier.errors import InstanceError, VerifierError

if TYPE_CHECKING:
    from fractions import Fraction

    from verifier.api import Limits, Verified
    from verifier.theory.guarantee import Guarantee

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="Exact, checkable game theory for AI alignment: three guarantees, each proved, refuted or open.",
)  # fmt: skip


class Exit(IntEnum):
    """Exit codes of interface.md."""

    GOOD = 0
    REFUTED = 1
    BAD_INPUT = 2
    NOT_DECIDED = 3
    INTERRUPTED = 130


Json = Annotated[bool, typer.Option("--json", help="Print exact JSON, one object per line.")]


def main() -> None:
    """Entry point: errors are one line on stderr and exit code 2, never a traceback."""
    try:
        app()
    except VerifierError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        print("interrupted; every finished certificate is whole", file=sys.stderr)
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(Exit.GOOD)


def _fail(message: str) -> NoReturn:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(Exit.BAD_INPUT)


@app.command(
    epilog="Example:  verifier verify instances/classics/prosecutor.toml --guarantee bayes   "
    "(exit 0 all proved, 1 any refuted, 3 otherwise, 2 bad input)"
)
def verify(
    paths: Annotated[list[Path], typer.Argument(help="Instance files, or directories that are walked for *.toml.")],
    guarantee: Annotated[
        list[str] | None, typer.Option(help="bayes, quantal or best-ai; may be repeated. Default: all three.")
    ] = None,
    as_json: Json = False,
    certificates: Annotated[Path, typer.Option(help="Where certificates are written.")] = Path("certificates"),
    tolerance: Annotated[str | None, typer.Option(help="Claim this tolerance instead of the instance's.")] = None,
    cross_check: Annotated[bool, typer.Option("--cross-check", help="Have z3 answer every program again.")] = False,
    program_limit: Annotated[int | None, typer.Option(help="Most coefficients of a linear program.")] = None,
    protocol_limit: Annotated[int | None, typer.Option(help="Most splits that TEAM looks at.")] = None,
) -> None:
    """Decide the guarantees of each instance, write certificates, and have the kernel check each."""
    files = instance_files(paths)
    names = _guarantees(guarantee)
    limits = _limits(program_limit, protocol_limit, cross_check)
    claimed = None if tolerance is None else _tolerance(tolerance)
    verdicts: list[str] = []
    unreadable = False
    with _progress(len(files)) as step:
        for path, stem in files:
            step(path)
            try:
                found = _verify_one(path, certificates / stem.parent, stem.name, names, claimed, limits)
            except VerifierError as error:
                print(f"error: {error}", file=sys.stderr)
                unreadable = True
                continue
            verdicts += found.verdicts.values()
            _print_report(path, found, as_json)
    raise typer.Exit(_exit_code(verdicts, unreadable))


def instance_files(paths: Iterable[Path]) -> list[tuple[Path, Path]]:
    """(file, certificate stem) for every file named and every *.toml below a folder, sorted within it.

    Raises InstanceError where a path does not exist or a folder holds no instance: checking nothing is not success.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
        if not inside:
            raise InstanceError(f"{path}: no instance files (*.toml) below this folder")
        for file in inside:
            if not file.is_file():
                raise InstanceError(f"{file}: no such file")
            relative = file.relative_to(path) if path.is_dir() else Path(file.name)
            found.setdefault(file, relative.with_suffix(""))
    return list(found.items())


def _verify_one(
    path: Path, folder: Path, stem: str, names: list[Guarantee], tolerance: Fraction | None, limits: Limits
) -> Verified:
    from verifier.api import certify, load

    return certify(load(path), path, folder, stem, names, tolerance, limits)


def _print_report(path: Path, found: Verified, as_json: bool) -> None:
    record = found.as_record(path.as_posix())
    if as_json:
        print(json.dumps(record, ensure_ascii=False), flush=True)
        return
    from verifier.report.terminal import report_lines

    guarantees = record["guarantees"]
    told = {name: (entry["verdict"], entry["certificate"], entry["kernel"]) for name, entry in guarantees.items()}
    print(*report_lines(path.as_posix(), found.report, told), sep="\n", end="\n\n", flush=True)


def _exit_code(verdicts: list[str], unreadable: bool) -> Exit:
    if unreadable:
        return Exit.BAD_INPUT
    if "refuted" in verdicts:
        return Exit.REFUTED
    return Exit.GOOD if verdicts and set(verdicts) == {"proved"} else Exit.NOT_DECIDED


def _guarantees(words: list[str] | None) -> list[Guarantee]:
    from verifier.theory.guarantee import Guarantee

    known = [str(name) for name in Guarantee]
    for word in words or ():
        if word not in known:
            raise InstanceError(f"--guarantee {word}: expected one of {', '.join(known)}")
    return [name for name in Guarantee if not words or str(name) in words]


def _limits(program: int | None, protocol: int | None, cross_check: bool) -> Limits:
    from verifier.api import Limits

    default = Limits()
    return Limits(program or default.program, protocol or default.protocol, cross_check)


def _tolerance(text: str) -> Fraction:
    from verifier.rational import parse_rational

    value = parse_rational(text)
    if value < 0:
        raise InstanceError(f"--tolerance {text}: expected a nonnegative rational")
    return value


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Path], None]]:
    """Shows on stderr, only on a terminal and only for several files, which file is being verified."""
    shown = total > 1 and sys.stderr.isatty()
    count = 0

    def step(path: Path) -> None:
        nonlocal count
        count += 1
        if shown:
            print(f"\r\x1b[K[{count}/{total}] {path}", end="", file=sys.stderr, flush=True)

    try:
        yield step
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@app.command(epilog="Example:  verifier check certificates/prosecutor.bayes.json instances/classics/prosecutor.toml")
def check(
    certificate: Annotated[Path, typer.Argument(help="A certificate written by `verifier verify`.")],
    instance: Annotated[Path, typer.Argument(help="Your own instance file.")],
    guarantee: Annotated[str | None, typer.Option(help="Refuse certificates of another guarantee.")] = None,
    verdict: Annotated[str | None, typer.Option(help="Refuse certificates of another verdict.")] = None,
    tolerance: Annotated[str | None, typer.Option(help="The claimed tolerance, if not the instance's.")] = None,
) -> None:
    """Run the kernel alone: exit 0 accepted, 1 proof wrong, 2 unreadable."""
    from verifier.checker import Check

    asked = {"--guarantee": guarantee, "--verdict": verdict, "--tolerance": tolerance}
    words = [word for key, value in asked.items() if value is not None for word in (key, value)]
    reply = Check(certificate, instance, words).reply()
    print(reply.text, file=sys.stdout if reply.code < 2 else sys.stderr)
    raise typer.Exit(reply.code)


@app.command(epilog="Example:  verifier hull instances/guarantees/film_night.toml   or   verifier hull utilities.csv")
def hull(
    path: Annotated[Path, typer.Argument(help="An instance, or a CSV of utilities (first column the user).")],
    as_json: Json = False,
) -> None:
    """Hull distance in every convention, with weights, offset and the witness that nothing is nearer."""
    if path.suffix.lower() == ".csv":
        _table_hull(path, as_json)
        return
    from verifier.game.instance import load
    from verifier.report.record import alignment_record
    from verifier.report.terminal import hull_lines
    from verifier.theory.alignment import alignment

    found = alignment(load(path))
    if as_json:
        print(json.dumps({"instance": path.as_posix(), **alignment_record(found)}, ensure_ascii=False))
    else:
        print(*hull_lines(path.as_posix(), found), sep="\n")


def _table_hull(path: Path, as_json: bool) -> None:
    from verifier.game.table import read_table
    from verifier.report.record import table_record
    from verifier.report.terminal import table_lines
    from verifier.theory.alignment import Convention, table_hull

    table = read_table(path)
    simplex, cone = (table_hull(table, convention) for convention in (Convention.SIMPLEX, Convention.CONE))
    if as_json:
        print(json.dumps({"table": path.as_posix(), **table_record(simplex, cone)}, ensure_ascii=False))
    else:
        print(*table_lines(table, simplex, cone), sep="\n")


@app.command(epilog="Example:  verifier persuade instances/classics/prosecutor.toml --agent prosecutor   (value exactly 3/5)")
def persuade(
    path: Annotated[Path, typer.Argument(help="An instance file.")],
    agent: Annotated[str, typer.Option(help="The agent's name in the instance.")],
    as_json: Json = False,
) -> None:
    """One agent alone with the user: optimal value, the user's utility, and the signal."""
    from verifier.api import load
    from verifier.api import persuade as best_plan
    from verifier.game.user import Stakes
    from verifier.report.record import persuasion_record
    from verifier.report.terminal import persuasion_lines
    from verifier.theory.persuasion import attained

    game = load(path)
    found = best_plan(game, agent)
    follows = attained(Stakes(game), found.worst) or attained(Stakes(game), found.best)
    if as_json:
        print(json.dumps({"instance": path.as_posix(), **persuasion_record(game, found, follows)}, ensure_ascii=False))
    else:
        print(*persuasion_lines(game, found, follows), sep="\n")


if __name__ == "__main__":
    main()
