"""Instance files below the paths that a command is given."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from verifier.errors import InstanceError


def instance_files(paths: Iterable[Path]) -> list[tuple[Path, Path]]:
    """The files named and every *.toml below a folder, sorted within it, with certificate stems.

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
