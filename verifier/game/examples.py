"""The shipped games are found by name: `example:prosecutor` stands wherever a path does.

They exist once, in the repository's folder `instances`; a build copies them beside this module.
What each shows is a line of the table in `instances/README.md`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from verifier.errors import InstanceError, VerifierError
from verifier.meant import hint

SHIPPED = Path(__file__).with_name("instances")
SOURCE = Path(__file__).parents[2] / "instances"
LISTING = "README.md"
PREFIX = "example:"

ROW = re.compile(
    r"^\| \[(?P<name>\w+)\]\((?P<folder>\w+)/(?P=name)\.toml\) \| (?P<shows>.+) \|$", re.MULTILINE
)

if TYPE_CHECKING:
    System = Path
else:
    System = type(Path())  # Python 3.11 has no paths but those of a system


class ExamplePath(System):
    """The file of a shipped game, shown as `example:NAME`, which is the same on every machine."""

    def as_posix(self) -> str:
        """The name under which the game is asked for."""
        return f"{PREFIX}{self.stem}"

    def __format__(self, spec: str) -> str:
        """What messages say of it; `str` is where it lies on this machine."""
        return format(self.as_posix(), spec)


@dataclass(frozen=True)
class Example:
    """A shipped game: `folder` is its kind, `shows` a sentence."""

    name: str
    folder: str
    shows: str
    path: Path

    @property
    def title(self) -> str:
        """The title that the file gives the game."""
        return str(tomllib.loads(self.path.read_text(encoding="utf-8"))["title"])


@cache
def examples() -> Mapping[str, Example]:
    """All shipped games by name, in the order of their table.

    Raises VerifierError where the package was copied without them.
    """
    home = next((path for path in (SHIPPED, SOURCE) if (path / LISTING).is_file()), None)
    if home is None:
        raise VerifierError(
            f"the shipped games are missing: neither {SHIPPED} nor {SOURCE} is there; install the"
            " package with pip, or copy the folder instances with it"
        )
    rows = ROW.finditer((home / LISTING).read_text(encoding="utf-8"))
    found = (
        Example(**row.groupdict(), path=ExamplePath(home, row["folder"], f"{row['name']}.toml"))
        for row in rows
    )
    return MappingProxyType({example.name: example for example in found})


def example(name: str) -> Example:
    """The shipped game of this name. Raises InstanceError for any other, with the one meant.

    >>> example("prosecutor").folder
    'classics'
    """
    known = examples()
    if name not in known:
        close = hint(name, known) or "; `verifier examples` lists them"
        raise InstanceError(f"{PREFIX}{name}: no shipped game is called so{close}")
    return known[name]


def located(path: Path | str) -> Path:
    """The file that a path names: that of a shipped game for `example:NAME`, else the path's own.

    Raises InstanceError for `example:` with an unknown name.

    >>> located("example:prosecutor").as_posix(), located("my.toml").as_posix()
    ('example:prosecutor', 'my.toml')
    """
    asked = str(path)
    if asked.startswith(PREFIX):
        return example(asked.removeprefix(PREFIX)).path
    return path if isinstance(path, Path) else Path(path)
