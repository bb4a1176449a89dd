"""Texts in TOML: their data, and where each key of them stands."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from verifier.errors import InstanceError, SizeError
from verifier.game.affine import Evaluation
from verifier.game.text.lines import Lines
from verifier.game.text.toml import Decimal
from verifier.numbers import MAX_DIGITS

_LONG_KEY = re.compile(
    r"""(?:^|[\[{,])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""",
    re.ASCII | re.MULTILINE,
)


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
