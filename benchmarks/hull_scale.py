"""Time and memory of a certified hull distance against the numbers of points N and agents k.

    python -m benchmarks.hull_scale [--quick] [--json] [--figure FILE] [--seed NUMBER]

Each size runs in a process of its own: it reads a CSV file of integers from 0 to 100, solves, and
has the kernel (one more process) check the certificate. Seconds are those of the whole, without
starting Python; memory is the larger of the two processes' peaks. Figures, not tests: nothing here
fails because a machine is slow.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.hull_programs import columns
from verifier.chart import BLUE, GREEN, VERMILION, chart
from verifier.tables.measure import ALL, measure, read

AGENTS = (10, 50, 200)
POINTS = (1000, 2000, 5000, 10000, 20000)


def one(path: Path) -> dict[str, float]:
    """Seconds, and the peak memory in megabytes, of this process and of the kernel's."""
    start = time.perf_counter()
    measure(read(path), ALL[:1])
    seconds = time.perf_counter() - start
    peaks = [
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return {"seconds": seconds, "megabytes": max(peaks) / 1024}


def measured(agents: int, points: int, seed: int) -> dict[str, float]:
    """One size in a process of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        data = columns(agents, points, seed)
        names = ",".join(f"column {n}" for n in range(len(data)))
        path.write_text(
            "\n".join([names, *(",".join(map(str, row)) for row in zip(*data, strict=True))]) + "\n"
        )
        command = [sys.executable, "-m", "benchmarks.hull_scale", "--one", str(path)]
        found: dict[str, float] = json.loads(
            subprocess.run(command, capture_output=True, check=True, text=True).stdout
        )
    return {"agents": agents, "points": points, **found}


def draw(figures: list[dict[str, float]], path: Path) -> None:
    """The chart of time and memory against N, a line for each k."""
    with chart(path, 8, 3.4) as figure:
        for axes, key, label in zip(
            figure.subplots(1, 2), ("seconds", "megabytes"), ("seconds", "megabytes"), strict=True
        ):
            for agents, line, colour in zip(
                AGENTS, ("-o", "--s", ":^"), (BLUE, VERMILION, GREEN), strict=True
            ):
                rows = [f for f in figures if f["agents"] == agents]
                axes.plot(
                    [f["points"] for f in rows],
                    [f[key] for f in rows],
                    line,
                    color=colour,
                    label=f"k = {agents}",
                )
            axes.set_xticks([0, *POINTS[2:]])
            axes.set_xlabel("points N")
            axes.set_ylabel(label)
            axes.set_ylim(bottom=0)
            axes.legend(frameon=False)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of certified hull distances.")
    parser.add_argument("--quick", action="store_true", help="the smallest number of points only")
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of a table")
    parser.add_argument(
        "--figure", type=Path, help="draw it: a file that ends in .svg, .png or .pdf"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the integers (default 1)")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(one(options.one)))
        return
    figures = [
        measured(k, n, options.seed)
        for k in AGENTS
        for n in (POINTS[:1] if options.quick else POINTS)
    ]
    if options.json:
        print(json.dumps(figures, indent=1))
    else:
        print(f"{'k':>4} {'N':>6} {'seconds':>9} {'megabytes':>10}")
        for f in figures:
            print(f"{f['agents']:4} {f['points']:6} {f['seconds']:9.3f} {f['megabytes']:10.0f}")
    if options.figure is not None:
        draw(figures, options.figure)


if __name__ == "__main__":
    main()
