"""The one file that the editor may read and write: the one that the user has named.

Nothing that a page sends names a file.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from verifier.errors import InstanceError, OutputError
from verifier.files import decoded, read_bytes, write_whole
from verifier.game.draft import draft
from verifier.game.examples import ExamplePath
from verifier.printable import printable

MAX_BYTES = 2**20
"""The longest text that is edited; longer ones are for `verifier verify`."""


class ChangedError(InstanceError):
    """The file is not what was opened: `digest` is what it is now, None where it is gone."""

    def __init__(self, message: str, digest: str | None) -> None:
        super().__init__(message)
        self.digest = digest


@dataclass(frozen=True)
class Opened:
    """A text, and the digest by which it is known whether the file still has it.

    The digest is None for a text that no file has.
    """

    text: str
    digest: str | None


class Unnamed:
    """No file: the editor begins with a first game, and has nothing to save to."""

    name: str | None = None
    stem = "instance"
    writable = False

    def read(self) -> Opened:
        """The text of a first game."""
        return Opened(draft("My first game", ["rain", "sun"], ["umbrella", "none"], 2), None)

    def save(self, text: str, known: str | None) -> Opened:
        """Nothing is saved. Raises OutputError."""
        raise OutputError(f"a text of {len(text)} characters has no file here; download it")


class NamedFile:
    """The file at a path, where links lead when the editor starts; a shipped game is only read.

    Line ends are written as they were read: a browser knows but one kind.
    """

    def __init__(self, path: Path) -> None:
        self.writable = not isinstance(path, ExamplePath)
        self._path = path.resolve()
        self.name: str | None = printable(path.name)
        self.stem = path.stem
        self._line_end = "\n"

    def read(self) -> Opened:
        """The text as it is on disk now. Raises InstanceError, SizeError."""
        data = read_bytes(self._path, MAX_BYTES)
        text = decoded(self._path, data)
        self._line_end = "\r\n" if "\r\n" in text else "\n"
        return Opened(text.replace("\r\n", "\n"), _digest(data))

    def save(self, text: str, known: str | None) -> Opened:
        """The text replaces the file in one step, if the file still is the one `known` by digest.

        Raises ChangedError where it is not, OutputError where it cannot be written.
        """
        if not self.writable:
            raise OutputError(f"{self.name} is a shipped game, which is not written; download it")
        now = self._known_now()
        if now != known:
            what = "is not there any more" if now is None else "was changed by someone else"
            raise ChangedError(f"{self.name} {what} since it was opened here", now)
        if now is not None and not os.access(self._path, os.W_OK):
            raise OutputError(f"{self.name} is read-only; download the text instead")
        data = text.replace("\n", self._line_end).encode("utf-8")
        write_whole(self._path, data)
        return Opened(text, _digest(data))

    def _known_now(self) -> str | None:
        """The digest of the file as it is now, None where there is none."""
        return _digest(read_bytes(self._path, MAX_BYTES)) if self._path.exists() else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
