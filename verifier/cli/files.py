"""Which instance files a command is about, and how far it has come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.errors import InstanceError


def instance_files(paths: Iterable[Path]) -> list[tuple[Path, Path]]:
    """(file, certificate stem) for every file named and every *.toml below a folder, sorted within
    it.

    Raises InstanceError where a path does not exist or a folder holds no instance: checking nothing
    is not success.
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


@contextmanager
def progress(total: int) -> Iterator[Callable[[Path], None]]:
    """Shows on stderr, only on a terminal and only for several files, which file it is at."""
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
