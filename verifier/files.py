"""Files are read and written whole: a reader never finds half of what was meant to be there."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from verifier.errors import InstanceError, OutputError, SizeError


def read_text(path: Path | str, limit: int) -> str:
    """The text of a UTF-8 file is read whole, or not at all if it has more than `limit` bytes.

    Raises SizeError above `limit` bytes and InstanceError for whatever cannot be read.
    """
    try:
        return read_bytes(path, limit).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InstanceError(
            f"{path}: is not UTF-8 text: byte {error.start} is wrong, expected UTF-8"
        ) from error


def read_bytes(path: Path | str, limit: int) -> bytes:
    """The bytes of a file are read whole, or not at all if there are more than `limit`.

    Raises SizeError above `limit` bytes and InstanceError for whatever cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            size = Path(path).stat().st_size
            # a pipe has size 0, whatever comes out of it
            data = file.read(limit + 1) if size <= limit else b""
        if max(size, len(data)) > limit:
            raise SizeError(
                f"{path}: has {max(size, len(data))} bytes or more, at most {limit} are read"
            )
        return data
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InstanceError(f"{str(path)!r}: is not a path: {error}") from error


def write_whole(path: Path, content: str | bytes, option: str = "") -> Path:
    """The content replaces the file at `path` in one step, so that no reader finds half of it.

    Text becomes UTF-8 with its line ends as they are; missing folders are made. The content is
    first written to a new file in the same folder, which a link planted there cannot redirect; a
    link that has the file's own name is replaced, and what it leads to stays as it is.
    Raises OutputError, whose message begins with `option`, where the file cannot be written.
    """
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = draft.open("xb")
        try:
            with file:
                file.write(content.encode("utf-8") if isinstance(content, str) else content)
            return draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{option} {path}: cannot be written: {error.strerror}".lstrip()
        ) from error


@contextlib.contextmanager
def folder_or_temporary(kept: Path | None) -> Iterator[Path]:
    """The folder `kept`, made where it is missing; for None, a temporary one that is removed.

    Raises OutputError where the folder cannot be made.
    """
    if kept is None:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
        return
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{kept}: cannot be made: {error.strerror}") from error
    yield kept
