"""CPU time and memory of everything but the kernel, as a game grows along one axis at a time.

    python -m benchmarks.growth [--quick] [--json] [--axis NAME] [--games N] [--seed N]
                                [--figure FILE]

Random games as in `benchmarks.random_games`: all three guarantees are examined and their
certificates written. One axis grows, the others stay at their least: 2 agents, 3 states, 3 actions,
and a user who observes nothing. Along `rounds` a profile of random conversation rules is judged
instead: 2 agents, states, actions, words, and questions. Every size is a process of its own, whose
CPU time (medians over its games, imports not counted) and largest memory are taken. An axis ends
where the median is above 10 seconds, or where a size takes longer than two minutes. Beside the
times stands in how many games the worst equilibrium found meets the bound, for each user, or in how
many the profile is judged, and the first limit that kept something from being looked for. A size
that fails ends the benchmark.
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
from itertools import product
from pathlib import Path

from benchmarks.random_games import closed, random_game
from benchmarks.tables import ROOT
from verifier.certificate import certificate
from verifier.chart import BLACK, MARKERS, PALETTE, chart
from verifier.errors import SizeError
from verifier.game.model import Agent, Conversation, Game
from verifier.game.rules import ConversationRule, History, Profile, Signal
from verifier.solve.effort import Effort
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import UnresolvedConversation, judge_conversation
from verifier.theory.verdict import Finding, examine

USABLE = 10.0
"""Seconds of CPU time above which a size is no longer called usable."""

PATIENCE = 60.0
"""Seconds of CPU time after which a size gets no further games; after twice that it is given up."""


@dataclass(frozen=True)
class Done:
    """What was decided, by name, and the first limit that kept something from being looked for."""

    decided: Mapping[str, bool]
    limit: str | None


Task = Callable[[], Done]


def examination(draw: random.Random, *shape: int) -> Task:
    """The examination of a random game of this shape."""
    game = random_game(draw, *shape)
    return lambda: examined(game)


def examined(game: Game) -> Done:
    """The findings for all three users, with their certificates written and their order checked."""
    report = examine(game)
    decided: dict[str, bool] = {}
    for guarantee, finding in report.findings.items():
        certificate(game, finding)
        if guarantee is not Guarantee.QUANTAL:
            decided[guarantee] = closed(game, finding)
            check_order(finding)
    limits = (finding.found.left_out for finding in report.findings.values())
    return Done(decided, next(filter(None, limits), None))


def check_order(finding: Finding) -> None:
    """No equilibrium lies below the bound for all of them."""
    shown, bound = finding.equilibrium, finding.bound.value
    if shown is not None:
        assert isinstance(shown.user_utility, Fraction) and isinstance(bound, Fraction)
        assert bound <= shown.user_utility, "an equilibrium lies below the bound"


def judgement(draw: random.Random, rounds: int) -> Task:
    """The judgement of a profile of random rules with so many rounds."""
    game = random_game(draw, 2, 2, 2, 2)
    game = replace(game, conversation=Conversation(rounds, 2, 2))
    profile = {agent.name: random_rule(draw, game, agent) for agent in game.agents}
    return lambda: judged(game, profile)


def random_rule(draw: random.Random, game: Game, agent: Agent) -> ConversationRule:
    """A rule that answers after every history, in every cell with one of two probabilities."""

    def signal() -> Signal:
        return {
            x: {"m0": (p := Fraction(draw.randint(1, 9), 10)), "m1": 1 - p} for x in game.states
        }

    steps = list(product(range(2), ("m0", "m1")))
    answers: dict[tuple[History, int], Signal] = {
        (history, asked): signal()
        for finished in range(game.conversation.rounds)
        for history in product(steps, repeat=finished)
        for asked in range(2)
    }
    return ConversationRule(agent.name, {}, answers)


def judged(game: Game, profile: Profile) -> Done:
    """The verdict on a profile; without one where an array would be too large."""
    try:
        found = judge_conversation(game, profile, Effort())
    except SizeError as error:
        return Done({"profile": False}, str(error))
    return Done({"profile": not isinstance(found, UnresolvedConversation)}, None)


@dataclass(frozen=True)
class Axis:
    """What grows: a task of a size, and the sizes, the reference first."""

    task: Callable[[random.Random, int], Task]
    sizes: tuple[int, ...]


AXES: Mapping[str, Axis] = {
    "states": Axis(
        lambda draw, n: examination(draw, 2, n, 3), (3, 4, 6, 8, 10, 12, 16, 24, 32, 48, 64)
    ),
    "actions": Axis(lambda draw, n: examination(draw, 2, 3, n), (3, 4, 6, 8, 12, 16, 24, 32, 48)),
    "agents": Axis(
        lambda draw, n: examination(draw, n, 3, 3), (2, 4, 8, 16, 32, 64, 128, 256, 512)
    ),
    "observations": Axis(
        lambda draw, n: examination(draw, 2, 3, 3, n), (1, 2, 3, 4, 5, 6, 7, 8, 16, 32)
    ),
    "rounds": Axis(judgement, (1, 2, 3, 4, 5, 6, 7)),
}
"""The axes, each until it takes too long.

With utilities from 0 to 10, hardly any game of more than 48 actions has one best action in every
state, so that none is drawn in time.
"""


@dataclass(frozen=True)
class Sizing:
    """What a size takes, seconds and megabytes, and in how many of its games what was decided."""

    axis: str
    size: int
    games: int
    seconds: float
    longest: float
    megabytes: float
    decided: Mapping[str, int]
    limit: str | None


def here(axis: str, size: int, games: int, seed: int) -> Sizing:
    """The size is measured in this process."""
    draw = random.Random(f"{seed} {axis} {size}")
    AXES[axis].task(random.Random(0), AXES[axis].sizes[0])()  # imports are not counted
    spent, done = list[float](), list[Done]()
    while len(done) < games and sum(spent) < PATIENCE:
        task = AXES[axis].task(draw, size)
        start = time.process_time()
        done.append(task())
        spent.append(time.process_time() - start)
    return Sizing(
        axis,
        size,
        len(done),
        statistics.median(spent),
        max(spent),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        {name: sum(one.decided[name] for one in done) for name in done[0].decided},
        next(filter(None, (one.limit for one in done)), None),
    )


def apart(axis: str, size: int, games: int, seed: int) -> Sizing | None:
    """The size is measured in a process of its own, None where it is given up."""
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
            print(
                f"{axis:13} {size:4}   more than {2 * PATIENCE:.0f} s", file=sys.stderr, flush=True
            )
            return
        yield found
        if found.seconds > USABLE:
            return


def line(found: Sizing) -> str:
    """A size as a line of text."""
    limit = "" if found.limit is None else f"   limit: {found.limit}"
    shut = ", ".join(f"{name} {count}/{found.games}" for name, count in found.decided.items())
    return (
        f"{found.axis:13} {found.size:4}   median {found.seconds:8.3f} s   longest"
        f" {found.longest:8.3f} s   {found.megabytes:6.0f} MB   {shut}{limit}"
    )


def draw_figure(path: Path, found: Mapping[str, list[Sizing]]) -> None:
    """Time and memory against the size, a line for each axis up to where a limit cuts work off."""
    with chart(path, 7.2, 3.2) as figure:
        left, right = figure.subplots(1, 2)
        styles = zip(found.items(), PALETTE, MARKERS, strict=False)
        for (name, sizings), colour, marker in styles:
            whole = [one for one in sizings if one.limit is None]
            sizes = [one.size for one in whole]
            look = {"color": colour, "marker": marker, "markersize": 4, "label": name}
            left.plot(sizes, [one.seconds for one in whole], **look)
            right.plot(sizes, [one.megabytes for one in whole], **look)
        left.axhline(USABLE, color=BLACK, linewidth=0.8, linestyle=":")
        for axes, what in ((left, "CPU seconds, median"), (right, "megabytes, largest")):
            axes.set_xscale("log", base=2)
            axes.set_xlabel("size along the axis")
            axes.set_ylabel(what)
            axes.xaxis.set_major_formatter("{x:.0f}")
        left.set_yscale("log")
        right.set_ylim(bottom=0)
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
