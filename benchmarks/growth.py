"""CPU time and memory of everything but the kernel, as a game grows along one axis at a time.

    python -m benchmarks.growth [--quick] [--json] [--axis NAME] [--games N] [--seed N]
                                [--figure FILE]

Random games as in `benchmarks.random_games`: all three guarantees are examined and their
certificates written. One axis grows, the others stay at their least: 2 agents, 3 states, 3 actions,
and a user who observes nothing; along `rounds` 2 agents, states, actions, words, and questions.
Every size is a process of its own, whose CPU time (medians over its games, imports not counted) and
largest memory are taken. An axis ends where the median is above 10 seconds, or where a game takes
longer than a minute. Beside the times stands in how many games the worst equilibrium found meets
the bound, for the Bayesian and the best-AI user, and the first limit that kept something from being
looked for. A size that fails ends the benchmark.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path

from benchmarks.random_games import closed, random_game
from benchmarks.tables import ROOT
from verifier.certificate import certificate
from verifier.chart import BLACK, MARKERS, PALETTE, chart
from verifier.game.model import Conversation, Game
from verifier.theory.guarantee import Guarantee
from verifier.theory.verdict import Report, examine

USABLE = 10.0
"""Seconds of CPU time above which a size is no longer called usable."""

PATIENCE = 60.0
"""Seconds of CPU time after which a game is given up."""

Make = Callable[[random.Random, int], Game]


def talking(draw: random.Random, rounds: int) -> Game:
    """A game with several rounds of two words and two questions."""
    game = random_game(draw, 2, 2, 2, 2)
    return replace(game, conversation=Conversation(rounds, 2, 2))


@dataclass(frozen=True)
class Axis:
    """What grows: how a game of a size is made, and the sizes."""

    make: Make
    sizes: tuple[int, ...]


AXES: Mapping[str, Axis] = {
    "states": Axis(lambda draw, n: random_game(draw, 2, n, 3), (3, 4, 5, 6, 8, 10, 12, 16, 24)),
    "actions": Axis(lambda draw, n: random_game(draw, 2, 3, n), (3, 4, 6, 8, 12, 16, 24, 32, 48)),
    "agents": Axis(lambda draw, n: random_game(draw, n, 3, 3), (2, 4, 8, 16, 32, 64, 128)),
    "observations": Axis(lambda draw, n: random_game(draw, 2, 3, 3, n), (1, 2, 3, 4, 5, 6, 7, 8)),
    "rounds": Axis(talking, (1, 2, 3, 4, 5, 6, 8, 10, 12)),
}
"""The axes: the reference first, then grown until it takes too long."""


@dataclass(frozen=True)
class Sizing:
    """What a size takes, seconds and megabytes, and in how many of its games bounds are met."""

    axis: str
    size: int
    games: int
    seconds: float
    longest: float
    megabytes: float
    bayes: int
    best_ai: int
    limit: str | None


def examined(game: Game) -> Report:
    """The findings for all three users, with their certificates written and their order checked."""
    report = examine(game)
    for guarantee, finding in report.findings.items():
        certificate(game, finding)
        shown = finding.equilibrium
        if guarantee is not Guarantee.QUANTAL and shown is not None:
            worst, bound = shown.user_utility, finding.bound.value
            assert isinstance(worst, Fraction) and isinstance(bound, Fraction)
            assert bound <= worst, "an equilibrium lies below the bound for all of them"
    return report


def limits(report: Report) -> Iterator[str]:
    """The limits that kept something from being looked for."""
    for finding in report.findings.values():
        if finding.found.left_out is not None:
            yield finding.found.left_out


def here(axis: str, size: int, games: int, seed: int) -> Sizing:
    """The size is measured in this process."""
    draw = random.Random(f"{seed} {axis} {size}")
    examined(random_game(random.Random(0), 2, 3, 3))  # imports are not counted
    spent, shut, limit = [], dict.fromkeys(Guarantee, 0), None
    for _ in range(games):
        game = AXES[axis].make(draw, size)
        start = time.process_time()
        report = examined(game)
        spent.append(time.process_time() - start)
        for guarantee, finding in report.findings.items():
            shut[guarantee] += guarantee is not Guarantee.QUANTAL and closed(finding)
        limit = limit or next(limits(report), None)
        if sum(spent) > PATIENCE:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Sizing(
        axis,
        size,
        len(spent),
        statistics.median(spent),
        max(spent),
        peak,
        shut[Guarantee.BAYES],
        shut[Guarantee.BEST_AI],
        limit,
    )


def apart(axis: str, size: int, games: int, seed: int) -> Sizing | None:
    """The size is measured in a process of its own, None where it takes more than PATIENCE."""
    words = ["--here", axis, str(size), "--games", str(games), "--seed", str(seed)]
    command = [sys.executable, "-m", "benchmarks.growth", *words]
    most = int(PATIENCE * 2)
    ran = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (most, most)),
    )
    if ran.returncode < 0:
        return None
    if ran.returncode:
        raise SystemExit(f"{axis} {size} failed: {ran.stderr}")
    return Sizing(**json.loads(ran.stdout))


def along(axis: str, games: int, seed: int, sizes: tuple[int, ...]) -> Iterator[Sizing]:
    """The sizes of an axis, until one takes too long."""
    for size in sizes:
        found = apart(axis, size, games, seed)
        if found is None:
            print(f"{axis:13} {size:4}   more than {PATIENCE:.0f} s", file=sys.stderr, flush=True)
            return
        yield found
        if found.seconds > USABLE:
            return


def line(found: Sizing) -> str:
    """A size as a line of text."""
    limit = "" if found.limit is None else f"   limit: {found.limit}"
    shut = f"bayes {found.bayes}/{found.games}, best-ai {found.best_ai}/{found.games}"
    return (
        f"{found.axis:13} {found.size:4}   median {found.seconds:8.3f} s   longest"
        f" {found.longest:8.3f} s   {found.megabytes:6.0f} MB   closed: {shut}{limit}"
    )


def draw_figure(path: Path, found: Mapping[str, list[Sizing]]) -> None:
    """Time and memory against the size, one line for each axis, both logarithmic."""
    with chart(path, 7.2, 3.2) as figure:
        left, right = figure.subplots(1, 2)
        styles = zip(found.items(), PALETTE, MARKERS, strict=False)
        for (name, sizings), colour, marker in styles:
            sizes = [one.size for one in sizings]
            look = {"color": colour, "marker": marker, "markersize": 4, "label": name}
            left.plot(sizes, [one.seconds for one in sizings], **look)
            right.plot(sizes, [one.megabytes for one in sizings], **look)
        left.axhline(USABLE, color=BLACK, linewidth=0.8, linestyle=":")
        for axes, what in ((left, "CPU seconds, median"), (right, "megabytes, largest")):
            axes.set_xscale("log", base=2)
            axes.set_yscale("log")
            axes.set_xlabel("size along the axis")
            axes.set_ylabel(what)
            axes.xaxis.set_major_formatter("{x:.0f}")
        left.legend(frameon=False, fontsize=8)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.growth", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="two sizes of each axis, one game each"
    )
    parser.add_argument("--axis", choices=AXES, action="append", help="this axis only")
    parser.add_argument("--games", type=int, default=5, help="games of each size (default 5)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON, an object for each size")
    parser.add_argument("--figure", type=Path, help="draw the times into this file")
    parser.add_argument("--here", nargs=2, metavar=("AXIS", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        axis, size = options.here
        print(json.dumps(asdict(here(axis, int(size), options.games, options.seed))))
        return
    found: dict[str, list[Sizing]] = {}
    for name in options.axis or AXES:
        sizes = AXES[name].sizes[: 2 if options.quick else None]
        for one in along(name, 1 if options.quick else options.games, options.seed, sizes):
            found.setdefault(name, []).append(one)
            print(json.dumps(asdict(one)) if options.json else line(one), flush=True)
        if options.quick and len(found.get(name, ())) < len(sizes):
            raise SystemExit(f"{name}: even the smallest sizes take too long")
    if options.figure:
        draw_figure(options.figure, found)


if __name__ == "__main__":
    main()
