"""Texts in TOML: their data, and where each key of them stands."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from verifier.errors import InstanceError, SizeError
from verifier.game.affine import Evaluation
from verifier.game.names import short
from verifier.game.text.lines import Lines
from verifier.game.text.toml import Decimal, spelled, toml_key
from verifier.numbers import MAX_DIGITS

_LONG_KEY = re.compile(
    r"""(?:^|[\[{,])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""",
    re.ASCII | re.MULTILINE,
)

LONGEST_LINE = 300
"""Most characters of a line that a message shows as it should be."""


@dataclass(frozen=True)
class Source:
    """A file's name and text, in which a message finds the line of a key.

    `evaluation` is what its expressions mean; None where numbers are rationals only.
    """

    name: str
    text: str
    evaluation: Evaluation | None = None

    @cached_property
    def lines(self) -> Lines:
        """The line of every key, found when the first message needs one."""
        return Lines(self.text)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1."""
        return self.text.split("\n")[number - 1]

    def evaluated(self, evaluation: Evaluation) -> Source:
        """The same where expressions have values."""
        return replace(self, evaluation=evaluation)

    def where(self, path: tuple[str | int, ...]) -> str:
        """The file, the line and the key path, with a colon after each."""
        line = self.lines.of(path)
        key = "".join(
            f"[{key}]" if isinstance(key, int) else f".{toml_key(short(key))}" for key in path
        ).lstrip(".")
        parts = (self.name, line and f"line {line}", key)
        return "".join(f"{part}: " for part in parts if part)

    def rewritten(self, path: tuple[str | int, ...], old: object, new: object) -> str:
        """What to do: the line of a value with another one, if it is not too long for one."""
        line = f"{self._left(path, old)}{spelled(new)}"
        return f"; write: {line}" if len(line) <= LONGEST_LINE else ""

    def _left(self, path: tuple[str | int, ...], value: object) -> str:
        """What stands before a value: all of the line, where it has no other value."""
        raw = self.line(self.lines.of(path) or 1)
        if len(raw) <= LONGEST_LINE:
            try:
                parsed = tomllib.loads(raw, parse_float=Decimal)
            except ValueError:  # a line of a value that has several
                parsed = {}
            while isinstance(parsed, dict) and parsed != value and len(parsed) == 1:
                (parsed,) = parsed.values()
            if parsed == value:
                return raw.partition("=")[0].strip() + " = "
        return f"{toml_key(path[-1])} = " if isinstance(path[-1], str) else ""

    def misplaced(self, key: str) -> str:
        """What to do with a key that stands below a header, where it belongs above them all."""
        return f"; {key} belongs above the first line in square brackets"


def parsed(text: str, name: str, limit: int) -> tuple[Source, dict[str, Any]]:
    """The source and the data of a text of at most `limit` characters, decimals kept as written.

    A byte order mark at its beginning is left out. Raises InstanceError where the text is not TOML
    or would take the parser very long, SizeError where it is too long.
    """
    if len(text) > limit:
        raise SizeError(f"{name}: has {len(text)} characters, at most {limit} are read")
    text = text.removeprefix("\ufeff")
    if _LONG_KEY.search(text):  # tomllib's work grows with the square of a key's length
        raise InstanceError(f"{name}: has a key of more than 100 parts, expected keys of at most 5")
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except RecursionError as error:
        raise InstanceError(
            f"{name}: is nested too deeply, expected tables in at most 5 levels"
        ) from error
    except tomllib.TOMLDecodeError as error:
        from verifier.game.text.slips import syntax_error  # for texts that are no TOML only

        raise syntax_error(name, text, error) from error
    except ValueError as error:  # Python refuses to read integers of thousands of digits
        raise InstanceError(
            f"{name}: has an integer of thousands of digits, expected at most {MAX_DIGITS}"
        ) from error
    return Source(name, text), data
