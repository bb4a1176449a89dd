"""`verifier verify`: the guarantees of many instances, confirmed by the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import click

from verifier.certified import Verified, certify, stem_of
from verifier.checker import own_kernel
from verifier.cli.exit import Exit
from verifier.cli.files import Faults, instance_files
from verifier.cli.instance_path import InstancePath
from verifier.cli.options import (
    as_json_option,
    certificates_option,
    convention_of,
    effort_of,
    guarantee_option,
    guarantees,
    hull_option,
    program_limit_option,
    seconds_option,
    sender_tries_option,
    set_option,
    tolerance_of,
    tolerance_option,
    user_option,
)
from verifier.cli.output import not_finished, note, say, show_json
from verifier.cli.progress import clock, counter
from verifier.cli.side_by_side import side_by_side
from verifier.deadline import (
    Deadline,
    OutOfTimeError,
    current,
    in_time,
    uninterrupted,
    until,
)
from verifier.errors import InstanceError
from verifier.extras import require
from verifier.game.model import Convention, Game
from verifier.game.reader import load, load_users
from verifier.report.population import population_lines, population_records
from verifier.report.record import undecided_record, verified_record
from verifier.report.terminal import report_lines, undecided_lines
from verifier.solve.effort import Effort
from verifier.theory.guarantees.guarantee import Guarantee, answerable
from verifier.theory.verdict import Verdict


@click.command(
    epilog="Example: verifier verify instances/classics/prosecutor.toml --guarantee bayes. "
    "Exit code 0: all proved, 1: any refuted, 3: otherwise, 2: bad input, after all other files."
)
@click.argument("paths", nargs=-1, required=True, type=InstancePath())
@guarantee_option
@as_json_option
@certificates_option
@tolerance_option
@hull_option
@set_option
@user_option
@click.option("--cross-check", is_flag=True, help="Have z3 answer every linear program again.")
@program_limit_option
@sender_tries_option
@click.option(
    "--protocol-limit",
    type=click.IntRange(1),
    help="Most splits of observations that TEAM looks at.",
)
@seconds_option()
def verify(
    paths: tuple[Path, ...],
    guarantee: tuple[str, ...],
    as_json: bool,
    certificates: Path,
    tolerance: str | None,
    hull: str | None,
    values: dict[str, Fraction],
    user: str | None,
    cross_check: bool,
    program_limit: int | None,
    sender_tries: int | None,
    protocol_limit: int | None,
) -> Exit:
    """Prove or refute the guarantees on each instance, and have the kernel check each certificate.

    PATHS are instance files, or folders that are searched for *.toml files. A file with several
    users is verified for all by one rule for all, and for each of them with rules for her alone.
    """
    files = instance_files(paths)
    names = guarantees(guarantee)
    effort = effort_of(program_limit, sender_tries)
    if protocol_limit is not None:
        effort = replace(effort, protocol_limit=protocol_limit)
    if cross_check:
        require("z3", "--cross-check")
        from verifier.solve.smt import CrossCheck

        second = CrossCheck()
        effort = replace(effort, solve=second)
    claimed, convention = tolerance_of(tolerance), convention_of(hull)
    work = _record if as_json else _lines
    show: Callable[[Any], None] = show_json if as_json else _say
    asked = _Asked(names, claimed, convention, values, effort, current())
    tasks = [
        _Task(path, certificates / stem.parent, stem.name, user, asked) for path, stem in files
    ]
    verdicts: list[str] = []
    late, faults = 0, Faults()
    with uninterrupted(), counter(len(files)) as step:
        answers: Iterable[Callable[[], _Answer]] = side_by_side(work, tasks)
        if cross_check:  # `second` counts in this process
            answers = [partial(work, task) for task in tasks]
        for task, answer in zip(tasks, answers, strict=True):
            step(task.path)
            with faults.on(task.path):
                with clock(f"{task.path}"):
                    found = answer()
                for content in found.contents:
                    show(content)
                verdicts += found.verdicts
                late += not found.in_time
                if found.why_none is not None:
                    note(f"left out: all users by one rule for all: {found.why_none}")
    if late:
        many = f"{late} of {len(files)} instances, or parts of them"
        not_finished([many if len(files) > 1 else f"{files[0][0]}, or parts of it"])
    if cross_check:
        note(f"z3 gave the same answer to {second.agreed} of {second.programs} linear programs")
    if len(files) > 1 and not as_json:
        say(_summary(len(files), verdicts))
    return _exit_code(verdicts, faults.found)


@dataclass(frozen=True)
class _Asked:
    """What is asked of every file, and until when."""

    names: list[Guarantee]
    tolerance: Fraction | None
    convention: Convention | None
    values: dict[str, Fraction]
    effort: Effort
    deadline: Deadline | None


@dataclass(frozen=True)
class _Task:
    """One file to verify, and how."""

    path: Path
    folder: Path
    stem: str
    user: str | None
    asked: _Asked

    def done(self) -> tuple[list[Verified], str | None]:
        """The guarantees of the file's games; the kernel is started before they are read.

        It is one game, but for a file with several users of which none is named: then that of all
        by one rule, and each user's own. Those are missing about which nothing is known when the
        deadline passes. Beside them is why there is no game of all by one rule, where there is
        none.
        """
        own_kernel().start()
        found, why_none = [], None
        with until(self.asked.deadline), uninterrupted(), suppress(OutOfTimeError):
            users = in_time(partial(load_users, self.path))
            for user in (self.user,) if self.user is not None else (None, *users):
                try:
                    game = in_time(partial(self._game, user))
                except InstanceError as error:
                    if user is not None or not users:
                        raise
                    for each in users:  # what is wrong with one of them is wrong with the file
                        in_time(partial(self._game, each))
                    why_none = str(error)
                    continue
                if names := _names(game, self.asked.names, several=len(users) > 0):
                    found.append(self._certified(game, names, stem_of(self.stem, game)))
        return found, why_none

    def _game(self, user: str | None) -> Game:
        return load(self.path, self.asked.values, user)

    def _certified(self, game: Game, names: Sequence[Guarantee], stem: str) -> Verified:
        asked = self.asked
        return certify(
            game,
            self.path,
            self.folder,
            stem,
            names,
            asked.tolerance,
            asked.effort,
            convention=asked.convention,
        )


def _names(game: Game, names: Sequence[Guarantee], *, several: bool) -> Sequence[Guarantee]:
    """The guarantees to verify; none where only users by themselves have those asked for."""
    if several and game.population and set(names) == {Guarantee.BEST_AI}:
        return ()
    return answerable(game, names)


@dataclass(frozen=True)
class _Answer:
    """What is printed about a file, its verdicts, and whether the time sufficed for all of it.

    `why_none` says why there is no game of all its users by one rule, where there is none.
    """

    contents: list[Any]
    verdicts: list[str]
    in_time: bool
    why_none: str | None = None


def _record(task: _Task) -> _Answer:
    """The JSON object of a file, and its verdicts."""
    (found, why_none), name = task.done(), task.path.as_posix()
    if not found:
        return _undecided(task, [undecided_record(task.asked.names, name)])
    records = [verified_record(one, name) for one in found]
    return _answer(found, [*records, *population_records(found, name)], why_none)


def _lines(task: _Task) -> _Answer:
    """The lines about a file, and its verdicts."""
    (found, why_none), name = task.done(), task.path.as_posix()
    if not found:
        return _undecided(task, [list(undecided_lines(name, task.asked.names))])
    told = [[*report_lines(name, one), *_not_asked(one, task.asked.names)] for one in found]
    return _answer(found, [*told, *filter(None, [list(population_lines(found))])], why_none)


def _not_asked(found: Verified, names: Sequence[Guarantee]) -> Iterator[str]:
    """The lines on a guarantee that the game of all users by one rule cannot have."""
    if found.report.game.population and Guarantee.BEST_AI in names:
        yield f"  {Guarantee.BEST_AI:8} not by one rule for all: each of them picks for herself"


def _answer(found: Sequence[Verified], contents: list[Any], why_none: str | None = None) -> _Answer:
    verdicts = [verdict for one in found for verdict in one.verdicts.values()]
    return _Answer(contents, verdicts, not any(one.late for one in found), why_none)


def _undecided(task: _Task, contents: list[Any]) -> _Answer:
    return _Answer(contents, [str(Verdict.OPEN)] * len(task.asked.names), in_time=False)


def _say(lines: list[str]) -> None:
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
