"""The arguments of a call as the origin of a document: where a value is, in Python's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from verifier.game.affine import Evaluation
from verifier.game.names import short
from verifier.game.place import Path
from verifier.game.text.source import LONGEST_LINE

Words = Callable[[Path], str]
"""The place of a value below an argument, by its keys."""


def keys(path: Path) -> str:
    """Keys and positions in brackets, one after the other.

    >>> keys(("rain", 0))
    "['rain'][0]"
    """
    return "".join(f"[{short(key)!r}]" if isinstance(key, str) else f"[{key}]" for key in path)


def below(said: str, path: Path) -> str:
    """A place below one that is called so."""
    return f"{said}{keys(path)}"


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call; `words` has the places that are not called as in an instance."""

    words: Mapping[Path, Words]
    name: str = "the arguments"
    text: str = ""
    evaluation: Evaluation | None = None

    def evaluated(self, evaluation: Evaluation) -> Arguments:
        """The same where expressions have values."""
        return replace(self, evaluation=evaluation)

    def where(self, path: Path) -> str:
        """The argument, and where in it the value is, with a colon at the end."""
        said = self._said(path)
        return f"{said}: " if said else ""

    def _said(self, path: Path) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.words:
                return self.words[path[:length]](path[length:])
        return f"{path[0]}{keys(path[1:])}" if path else ""

    def rewritten(self, path: Path, old: object, new: object) -> str:
        """What to write instead, where it is not too long for a line."""
        line = f"{self._said(path)} = {new!r}"
        return f"; write: {line}" if len(line) <= LONGEST_LINE else ""

    def misplaced(self, key: str) -> str:
        """What to do with an argument that stands inside another one."""
        return f"; {key} is an argument of its own"
