"""CPU time and memory of `verifier hull` on tables near the hull, beside floats and beside before.

    python -m benchmarks.tables [--quick] [--large] [--json] [--repeat TIMES] [--before FOLDER]

The user of each table is a mixture of a few of the agents, with a little noise: as people have
scored them, in whole numbers, or with three decimals. Every tool is a process of its own that
begins with the CSV file; seconds are those of the processor, of all processes that it starts, and
medians. Tools:

    floats sup    pandas reads the file; HiGHS solves the one whole program of the sup norm in
                  floats, on one thread (simplex)
    floats all    the same, and the programs of the cone and of the mean error after it
    sup           `verifier hull --norm sup`: exact, both conventions, with the kernel's word
    all           `verifier hull`
    kernel        the kernel alone, on the certificate of `all`
    before        the same of another clone of this repository, `--before FOLDER`

`ratio` is over the peer named beside it. Megabytes are the peak of the largest process. The exact
distances must agree with the floats to six digits and with those of the other clone exactly; a tool
that does not run stops the benchmark.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.float_peer import KINDS

ROOT = Path(__file__).parents[1]
QUICK, USUAL, LARGE = [(20, 1000)], [(100, 5000), (200, 20_000)], [(500, 100_000)]
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Figure:
    """A tool's median seconds on a table, with its peer and the ratio to it."""

    table: str
    tool: str
    seconds: float
    megabytes: float
    peer: str = ""
    ratio: float | None = None


@dataclass(frozen=True)
class Ran:
    """What processes printed, their seconds of CPU time, and their largest peak of memory."""

    out: str
    seconds: float
    megabytes: float


def table(agents: int, points: int, places: int, path: Path) -> None:
    """A table near the hull: eight tastes, agents who weigh them, a user mixed of some agents."""
    draw = np.random.default_rng([agents, points])
    tastes = draw.normal(0, 15, (points, 8)) @ draw.normal(0, 8**-0.5, (8, agents))
    scores = draw.uniform(0, 100, points)[:, None] + tastes + draw.normal(0, 8, (points, agents))
    user = scores @ draw.dirichlet(np.full(agents, 0.1)) + draw.normal(0, 1, points)
    numbers = np.column_stack([user, scores])
    shown = np.round(numbers, places) if places else np.clip(np.round(numbers), 0, 100).astype(int)
    names = ["user", *(f"agent {n}" for n in range(1, agents + 1))]
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(names) + "\n")
        file.writelines(",".join(map(str, row)) + "\n" for row in map(np.ndarray.tolist, shown))


RUNNER = """
import json, resource, subprocess, sys
ran = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([ran.returncode, ran.stdout, ran.stderr, used.ru_utime + used.ru_stime,
                  used.ru_maxrss / 1024]))
"""
"""A small process that starts the tool: what it counts is the tool's alone."""


def run(command: Sequence[str | Path], folder: Path = ROOT) -> Ran:
    """One run. Raises RuntimeError where the tool ends with anything but 0."""
    words = [sys.executable, "-S", "-c", RUNNER, *map(str, command)]
    ran = subprocess.run(
        words, cwd=folder, env=ENVIRONMENT, capture_output=True, check=True, text=True
    )
    code, out, err, seconds, megabytes = json.loads(ran.stdout)
    if code:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {code}: {out}{err}")
    return Ran(out, seconds, megabytes)


def median(command: Sequence[str | Path], repeat: int, folder: Path = ROOT) -> Ran:
    """The output, with the medians of several runs."""
    runs = [run(command, folder) for _ in range(repeat)]
    seconds = statistics.median(ran.seconds for ran in runs)
    return Ran(runs[0].out, seconds, statistics.median(ran.megabytes for ran in runs))


def hull(path: Path, repeat: int, folder: Path, *words: str) -> tuple[Ran, dict[str, Any]]:
    """A run of `verifier hull` in a clone, and what it says."""
    command = [sys.executable, "-m", "verifier.cli", "hull", str(path), "--user", "user", "--json"]
    ran = median([*command, *words], repeat, folder)
    return ran, json.loads(ran.out)


def kernel(path: Path, certificate: Path, repeat: int, folder: Path) -> Ran:
    """The kernel of a clone on a certificate."""
    start = [sys.executable, "-I", "-S", "-B", "-X", "pycache_prefix=/dev/null"]
    program = folder / "verifier/kernel/__main__.py"
    return median([*start, program, certificate, path], repeat, folder)


def floats(path: Path, repeat: int, kinds: Sequence[str]) -> tuple[Ran, list[float]]:
    """The peer's run, and the distances that it finds."""
    ran = median([sys.executable, "-m", "benchmarks.float_peer", path, *kinds], repeat)
    return ran, json.loads(ran.out.splitlines()[-1])


def said(record: dict[str, Any]) -> list[float]:
    """The distances of a record, in the order of the peer's programs."""
    found = [record["epsilon"], record["cone_epsilon"], record["mean_error"]["epsilon"]]
    return [int(p) / int(q or 1) for p, _, q in (value.partition("/") for value in found)]


def agree(ours: Sequence[float], theirs: Sequence[float], name: str) -> None:
    for mine, other in zip(ours, theirs, strict=False):
        if abs(mine - other) > 1e-6 * max(1, abs(other)):
            raise RuntimeError(f"{name}: {mine} exactly, {other} in floats")


def figures(name: str, path: Path, repeat: int, before: Path | None, peer: bool) -> list[Figure]:
    """All tools on one table."""
    kept = path.with_suffix("")
    runs, peers = {}, {"sup": "floats sup", "all": "floats all"}
    runs["sup"], _ = hull(path, repeat, ROOT, "--norm", "sup")
    runs["all"], record = hull(path, repeat, ROOT, "--certificates", str(kept))
    certificate = kept / f"{path.stem}.hull.json"
    runs["kernel"] = kernel(path, certificate, repeat, ROOT)
    if peer:
        runs["floats sup"], found = floats(path, repeat, KINDS[:1])
        agree(said(record), found, name)
        runs["floats all"], found = floats(path, repeat, KINDS)
        agree(said(record), found, name)
    if before is not None:
        for tool, words in (("sup", ["--sup-only"]), ("all", [])):
            runs[f"before {tool}"], old = hull(path, repeat, before, *words)
            if old["epsilon"] != record["epsilon"]:
                raise RuntimeError(f"{name}: {old['epsilon']} before, {record['epsilon']} now")
        runs["before kernel"] = kernel(path, certificate, repeat, before)
        peers["kernel"] = "before kernel"
    shown = []
    for tool, ran in runs.items():
        other = peers.get(tool, "")
        ratio = ran.seconds / runs[other].seconds if other in runs else None
        shown.append(Figure(name, tool, ran.seconds, ran.megabytes, other, ratio))
    return shown


def show(found: Sequence[Figure]) -> None:
    print(f"{'table':>22} {'tool':14} {'seconds':>9} {'MB':>6}  {'ratio':>6}")
    for f in found:
        ratio = "" if f.ratio is None else f"{f.ratio:6.3f} of {f.peer}"
        print(f"{f.table:>22} {f.tool:14} {f.seconds:9.2f} {f.megabytes:6.0f}  {ratio}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Tables near the hull, beside floats.")
    parser.add_argument("--quick", action="store_true", help="one small size")
    parser.add_argument("--large", action="store_true", help="500 agents, 100,000 rows, no peers")
    parser.add_argument(
        "--most",
        type=float,
        default=float("inf"),
        help="fail where a ratio to floats is above this",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of a table")
    parser.add_argument("--repeat", type=int, default=3, help="runs of every tool (default 3)")
    parser.add_argument("--before", type=Path, help="another clone of this repository")
    options = parser.parse_args()
    sizes = QUICK if options.quick else LARGE if options.large else USUAL
    found: list[Figure] = []
    with TemporaryDirectory() as folder:
        for agents, points in sizes:
            for places in (0,) if options.large else (0, 3):
                name = f"{agents} x {points}, {places} places"
                path = Path(folder) / f"table_{agents}_{points}_{places}.csv"
                table(agents, points, places, path)
                found += [
                    Figure(name, "the file", 0.0, path.stat().st_size / 2**20),
                    *figures(name, path, options.repeat, options.before, not options.large),
                ]
    if options.json:
        print(json.dumps([asdict(figure) for figure in found], indent=1))
    else:
        show(found)
    high = [f for f in found if f.peer.startswith("floats") and f.ratio and f.ratio > options.most]
    if high:
        raise SystemExit(f"above {options.most} of its peer: {', '.join(f.tool for f in high)}")


if __name__ == "__main__":
    main()
