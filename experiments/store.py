"""Finished games on disk, one JSON line each: what was finished is never computed again, and the
order is always the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def finished(path: Path) -> list[Record]:
    """The whole lines of a file; a line that was being written when the process ended is dropped."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def complete(path: Path, wanted: int, make: Callable[[int], Record]) -> list[Record]:
    """Records 1..wanted, those that are missing made and appended one by one."""
    records = finished(path)[:wanted]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        for number in range(len(records) + 1, wanted + 1):
            records.append(make(number))
            file.write(json.dumps(records[-1]) + "\n")
            file.flush()
    return records


def side_by_side(
    jobs: int, work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], what: str
) -> None:
    """Runs work(*task) for all tasks in processes; how many are done is told on stderr, on a
    terminal.
    """
    with ProcessPoolExecutor(jobs) as pool:
        waiting = [pool.submit(work, *task) for task in tasks]
        for number, done in enumerate(as_completed(waiting), 1):
            done.result()
            if sys.stderr.isatty():
                print(
                    f"\r\x1b[K{what}: {number} of {len(tasks)}", end="", file=sys.stderr, flush=True
                )
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
