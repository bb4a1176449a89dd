"""TOML text: reading a file, and quoting names and strings."""

from __future__ import annotations

import json
import re
from pathlib import Path

from verifier.errors import InstanceError, SizeError

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def read_text(path: Path | str, limit: int) -> str:
    """The text of a UTF-8 file.

    Raises SizeError above `limit` bytes and InstanceError for whatever cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            size = Path(path).stat().st_size  # 0 for a pipe, whatever comes out of it
            data = file.read(limit + 1) if size <= limit else b""
        if max(size, len(data)) > limit:
            raise SizeError(
                f"{path}: has {max(size, len(data))} bytes or more, at most {limit} are read"
            )
        return data.decode("utf-8")
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InstanceError(
            f"{path}: is not UTF-8 text: byte {error.start} is wrong, expected UTF-8"
        ) from error
    except ValueError as error:
        raise InstanceError(f"{str(path)!r}: is not a path: {error}") from error


def toml_key(name: str) -> str:
    """The name as a TOML key, in quotes unless it is a bare key."""
    return name if _BARE.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """The text as a TOML basic string: JSON's escapes, characters beyond ASCII as they are."""
    escaped = "".join(c if ord(c) >= 128 else json.dumps(c)[1:-1] for c in text)
    return f'"{escaped}"'
