"""Files are read and written whole: a reader never finds half of what was meant to be there.

What a run hands out goes through `hand_out`, which logs where it replaces what another run, or a
person, has made; what no file makes again gets a name of its own by `free_path`.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from verifier.errors import InstanceError, OutputError, SizeError

LOG = logging.getLogger(__name__)
"""Receives a warning for each file of another run that is replaced or removed: words, then path."""


def read_text(path: Path | str, limit: int) -> str:
    """The text of a UTF-8 file is read whole, or not at all if it has more than `limit` bytes.

    Raises SizeError above `limit` bytes and InstanceError for whatever cannot be read.
    """
    return decoded(path, read_bytes(path, limit))


def decoded(path: Path | str, data: bytes) -> str:
    """The text that the bytes of a file are; raises InstanceError where they are not UTF-8."""
    try:
        return data.decode("utf-8")
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
    except FileNotFoundError as error:
        raise InstanceError(f"{path}: no such file") from error
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InstanceError(f"{str(path)!r}: is not a path: {error}") from error


def hand_out(
    path: Path, content: str | bytes, option: str = "", same: Callable[[bytes], bool] | None = None
) -> Path:
    """The content replaces the file at `path` as `write_whole` does, and says so if it should.

    Nothing is said of a file with the same bytes, nor of one for which `same` holds: it is about
    the same input. Raises OutputError as `write_whole` does.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    strange = _strange(path, lambda old: old == data or (same is not None and same(old)))
    write_whole(path, data, option)
    if strange:
        LOG.warning("replaced %s", path)
    return path


def remove(path: Path, same: Callable[[bytes], bool]) -> None:
    """The file at `path`, if there is one, is removed, and says so unless `same` holds for it."""
    strange = _strange(path, same)
    path.unlink(missing_ok=True)
    if strange:
        LOG.warning("removed %s", path)


def free_path(path: Path, content: str) -> Path:
    """The path, or one with the content's digest in its name where it is another file's already.

    It is for what no run can make again from other files, and so must not be replaced.
    """
    data = content.encode("utf-8")
    if not _strange(path, lambda old: old == data):
        return path
    return path.with_stem(f"{path.stem}_{hashlib.sha256(data).hexdigest()[:8]}")


def _strange(path: Path, same: Callable[[bytes], bool]) -> bool:
    """Whether there is a file that is not the same; one that cannot be read is not."""
    try:
        return path.is_file() and not same(path.read_bytes())
    except OSError:
        return True


def write_whole(path: Path, content: str | bytes, option: str = "") -> Path:
    """The content replaces the file at `path` in one step, so that no reader finds half of it.

    Text becomes UTF-8 with its line ends as they are; missing folders are made. The content is
    first written to a new file in the same folder, which a link planted there cannot redirect; a
    link that has the file's own name is replaced, and what it leads to stays as it is. A file that
    is replaced hands on who may read and write it. A device or a pipe, such as /dev/null, is
    written to.
    Raises OutputError, whose message begins with `option`, where the file cannot be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            path.write_bytes(data)
            return path
        return _replaced(path, data)
    except OSError as error:
        raise OutputError(
            f"{option} {path}: cannot be written: {error.strerror}".lstrip()
        ) from error


def _replaced(path: Path, data: bytes) -> Path:
    draft = path.with_name(f".{os.urandom(8).hex()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = draft.open("xb")
    try:
        with file:
            if path.is_file() and not path.is_symlink():
                draft.chmod(stat.S_IMODE(path.stat().st_mode))
            file.write(data)
        return draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def folder_or_temporary(kept: Path | None) -> Iterator[Path]:
    """The folder `kept`, made where it is missing; for None, a temporary one that is removed.

    Raises OutputError where the folder cannot be made.
    """
    if kept is None:
        import tempfile  # only where nothing is kept

        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
        return
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{kept}: cannot be made: {error.strerror}") from error
    yield kept
