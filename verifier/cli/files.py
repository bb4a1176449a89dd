"""Instance files below the paths that a command is given, and what is wrong with some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.cli.output import complain, defect
from verifier.errors import InstanceError, VerifierError
from verifier.printable import printable


def instance_files(paths: Iterable[Path]) -> list[tuple[Path, Path]]:
    """The files named and every *.toml below a folder, sorted within it, with certificate stems.

    A stem is the path inside the folder; where two files would have the same one, with as many of
    the folders above as tell them apart.

    Raises InstanceError where a folder holds no instance: checking nothing is not success. What is
    named, or is in a folder, may still turn out to be no file.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
        if not inside:
            raise InstanceError(f"{path}: no instance files (*.toml) below this folder")
        for file in inside:
            relative = file.relative_to(path) if path.is_dir() else Path(file.name)
            found.setdefault(file, relative.with_suffix(""))
    return list(_distinguished(found).items())


def _distinguished(stems: dict[Path, Path]) -> dict[Path, Path]:
    """The stems, longer by a folder above, and again, where several files share one."""
    parts = {file: file.resolve().with_suffix("").parts for file in stems}
    while True:
        times = Counter(stems.values())
        longer = {
            file: Path(*parts[file][-len(stem.parts) - 1 :])
            for file, stem in stems.items()
            if times[stem] > 1
        }
        if stems == stems | longer:
            return stems
        stems = stems | longer


class Faults:
    """Each file that a command fails on is named on stderr with its error, and the run goes on.

    Not caught are an interruption and an output that cannot be written to: they end every run.
    """

    def __init__(self) -> None:
        self.found = False

    @contextmanager
    def on(self, path: Path) -> Iterator[None]:
        """The work on one file."""
        try:
            yield
        except VerifierError as error:
            self._add(path, *error.lines)
        except OSError:
            raise
        except Exception as error:
            self._add(path, defect(error))

    def _add(self, path: Path, *messages: str) -> None:
        self.found = True
        named = messages[0].startswith(printable(f"{path}"))
        complain(*(message if named else f"{path}: {message}" for message in messages))
