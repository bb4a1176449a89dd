"""CPU time of the site of all instances, beside before.

    python -m benchmarks.site [--quick] [--json] [--repeat TIMES] [--before FOLDER] [--most RATIO]

`verifier explain instances -o FOLDER --format html` verifies every game, has the kernel check every
certificate, and writes the pages; seconds are those of the processor, of all processes, and
medians. `--quick` makes the site of the folder `tightness` alone. `--before` does the same with
another clone of this repository, such as a `git worktree` of an older commit. Every run must write
the same bytes, and this clone no fewer pages and pictures than the other; otherwise the benchmark
stops with an error, and where the ratio is above `--most`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.tables import ROOT, run

PICTURE = b'class="picture"'


def site(instances: Path, clone: Path) -> tuple[float, dict[str, bytes]]:
    """The seconds that a clone takes for the site of these instances, and its files."""
    with TemporaryDirectory() as folder:
        words = ["explain", str(instances), "-o", folder, "--format", "html"]
        seconds = run([sys.executable, "-m", "verifier.cli", *words], clone).seconds
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in Path(folder).rglob("*")
            if path.is_file()
        }
    return seconds, files


def measure(instances: Path, clone: Path, repeat: int) -> dict[str, Any]:
    """The median seconds, and how many pages and pictures there are."""
    runs = [site(instances, clone) for _ in range(repeat)]
    files = runs[0][1]
    if any(other != files for _, other in runs):
        raise RuntimeError(f"{clone}: two runs wrote different sites")
    pages = [content for name, content in files.items() if name.startswith("instances/")]
    return {
        "seconds": statistics.median(seconds for seconds, _ in runs),
        "pages": len(pages),
        "pictures": sum(content.count(PICTURE) for content in pages),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.site", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the site of a few games, twice")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.add_argument("--repeat", type=int, default=3, help="runs (default 3)")
    parser.add_argument("--before", type=Path, help="another clone of this repository")
    parser.add_argument("--most", type=float, default=0.2, help="fail above this ratio to before")
    options = parser.parse_args()
    instances = ROOT / "instances" / ("tightness" if options.quick else "")
    clones = {"now": ROOT} | ({"before": options.before.resolve()} if options.before else {})
    repeat = 2 if options.quick else options.repeat
    found = {name: measure(instances, clone, repeat) for name, clone in clones.items()}
    ratio = found["now"]["seconds"] / found["before"]["seconds"] if options.before else None
    if options.json:
        print(json.dumps({**found, "ratio": ratio}, indent=1))
    else:
        for name, row in found.items():
            of = f"{row['pages']} pages with {row['pictures']} pictures"
            print(f"{name}: {row['seconds']:.2f} s for {of}")
        if ratio is not None:
            print(f"ratio {ratio:.3f}")
    fewer = [of for of in ("pages", "pictures") if found["now"][of] < list(found.values())[-1][of]]
    if fewer:
        raise SystemExit(f"fewer {' and '.join(fewer)} than before")
    if ratio is not None and ratio > options.most:
        raise SystemExit(f"above {options.most} of before")


if __name__ == "__main__":
    main()
