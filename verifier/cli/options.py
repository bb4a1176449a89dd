"""What the commands share: the group, exit codes, options, and how results are printed."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.errors import InstanceError

if TYPE_CHECKING:
    from fractions import Fraction

    from verifier.solve.effort import Effort
    from verifier.theory.guarantee import Guarantee


class Exit(IntEnum):
    """Exit codes of interface.md."""

    GOOD = 0
    REFUTED = 1
    BAD_INPUT = 2
    NOT_DECIDED = 3
    INTERRUPTED = 130


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """The installed package's version; a copy that is run without being installed has none."""
    from importlib.metadata import PackageNotFoundError, version

    if not wanted:
        return
    try:
        print(f"verifier {version('emergent-alignment-verifier')}")
    except PackageNotFoundError:
        print("verifier, not installed: its version is in pyproject.toml")
    context.exit()


@click.group(
    help=(
        "Exact, checkable game theory for AI alignment: three guarantees, each proved, refuted or"
        " open."
    )
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
def app() -> None:
    pass


as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print exact JSON, one object per line."
)
path_argument = click.argument("path", type=click.Path(path_type=Path))
certificates_option = click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    default=Path("certificates"),
    show_default=True,
    help="Folder in which the certificates are written.",
)
program_limit_option = click.option(
    "--program-limit", type=click.IntRange(1), help="Most coefficients of a linear program."
)


def guarantees(words: tuple[str, ...]) -> list[Guarantee]:
    from verifier.theory.guarantee import Guarantee

    known = [str(name) for name in Guarantee]
    for word in words:
        if word not in known:
            raise InstanceError(f"--guarantee {word}: expected one of {', '.join(known)}")
    return [name for name in Guarantee if not words or str(name) in words]


def effort_of(
    program: int | None = None, protocol: int | None = None, *, cross_check: bool = False
) -> Effort:
    """The limits that options set, and z3 as a second solver where that is asked for."""
    from verifier.solve.effort import USUAL, Effort
    from verifier.solve.smt import solve_and_cross_check

    return Effort(
        solve_and_cross_check if cross_check else USUAL.solve,
        program or USUAL.program_limit,
        protocol or USUAL.protocol_limit,
    )


def nonnegative(option: str, word: str) -> Fraction:
    """What an option says. Raises InstanceError for anything but a nonnegative rational."""
    from verifier.numbers import parse_rational

    try:
        value = parse_rational(word)
    except InstanceError as error:
        raise InstanceError(f"{option}: {error}") from error
    if value < 0:
        raise InstanceError(f"{option} {word}: expected a nonnegative rational")
    return value


def tolerance_of(word: str | None) -> Fraction | None:
    """What --tolerance says, if it is given."""
    return None if word is None else nonnegative("--tolerance", word)


def write_whole(path: Path, content: str) -> None:
    """Writes a file that is there whole or not at all.

    Raises InstanceError where it cannot be written.
    """
    draft = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(content, encoding="utf-8", newline="\n")
        draft.replace(path)
    except OSError as error:
        raise InstanceError(f"--output {path}: cannot be written: {error.strerror}") from error


def print_result(record: Mapping[str, object], lines: Iterable[str], as_json: bool) -> None:
    print(*([json.dumps(record, ensure_ascii=False)] if as_json else lines), sep="\n")


@contextmanager
def telling() -> Iterator[Callable[[str], None]]:
    """On stderr, only on a terminal: how far long work has come, on one line that is wiped at the
    end.
    """
    shown = sys.stderr.isatty()

    def tell(what: str) -> None:
        if shown:
            print(f"\r\x1b[K{what}", end="", file=sys.stderr, flush=True)

    try:
        yield tell
    finally:
        tell("")


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Long work: after two seconds a clock runs on stderr, only on a terminal, and is wiped at the
    end.
    """
    over = threading.Event()

    def clock() -> None:
        start = time.monotonic()
        if over.wait(2):
            return
        while not over.wait(1):
            print(
                f"\r\x1b[K{what}: {time.monotonic() - start:.0f} s",
                end="",
                file=sys.stderr,
                flush=True,
            )

    if not sys.stderr.isatty():
        yield
        return
    ticking = threading.Thread(target=clock, daemon=True)
    ticking.start()
    try:
        yield
    finally:
        over.set()
        ticking.join()
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
