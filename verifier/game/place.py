"""Values of an input file with the place where they stand.

Every check that fails names the file, the key path, what stands there and what was expected.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

from verifier.errors import InstanceError, SizeError
from verifier.game.names import MAX_NAME_LENGTH, name_fault
from verifier.game.toml import toml_key
from verifier.numbers import MAX_DIGITS, parse_rational

MAX_NAMES = 1000

_LONG_KEY = re.compile(
    r"""(?:^|[\[{,])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""",
    re.ASCII | re.MULTILINE,
)


@dataclass(frozen=True)
class Decimal:
    """A TOML float as the text that was written, so that it can be read exactly."""

    text: str


@dataclass(frozen=True)
class Place:
    """A value with the file and the key path where it stands.

    All methods that check something raise InstanceError, or SizeError where it is too large.
    """

    file: str
    path: tuple[str | int, ...]
    value: Any

    def fail(self, what: str, kind: type[InstanceError] = InstanceError) -> NoReturn:
        """Raise an error about this place."""
        where = "".join(
            f"[{key}]" if isinstance(key, int) else f".{toml_key(short(key))}" for key in self.path
        ).lstrip(".")
        raise kind(f"{self.file}: {where}: {what}" if where else f"{self.file}: {what}")

    def at(self, key: str | int) -> Place:
        """The place of an existing member."""
        return Place(self.file, (*self.path, key), self.value[key])

    def member(self, key: str, value: Any = None) -> Place:
        """The place of a member that does not exist, with a value to stand in for it."""
        return Place(self.file, (*self.path, key), value)

    def table(self, required: Collection[str], optional: Collection[str] = ()) -> Place:
        """This place, which must be a table with the required keys and no unknown ones."""
        if not isinstance(self.value, dict):
            self.fail(f"is {kind(self.value)}, expected a table")
        known = dict.fromkeys((*required, *optional))
        for key in self.value:
            if key not in known:
                self.member(key).fail(
                    f"is unknown, expected only {listed(known)}{hint(key, known)}"
                )
        for key in required:
            if key not in self.value:
                self.member(key).fail(f"is missing, expected {listed(required)}")
        return self

    def get(self, key: str) -> Place | None:
        """The place of an optional member, or None."""
        return self.at(key) if key in self.value else None

    def items(self, at_least: int, at_most: int, what: str) -> Iterator[Place]:
        """The members of a list, whose length must lie within the bounds."""
        if not isinstance(self.value, list):
            self.fail(f"is {kind(self.value)}, expected a list of {what}")
        if len(self.value) < at_least:
            self.fail(f"is an empty list, expected at least {at_least} of {what}")
        if len(self.value) > at_most:
            self.fail(f"has {len(self.value)} entries, at most {at_most} are read", SizeError)
        return (self.at(n) for n in range(len(self.value)))

    def text(self) -> str:
        """The value, which must be a string."""
        if not isinstance(self.value, str):
            self.fail(f"is {kind(self.value)}, expected a string")
        return self.value

    def name(self) -> str:
        """The value, which must be a name: at most MAX_NAME_LENGTH of the LETTERS of names."""
        text = self.text()
        wrong = name_fault(text)
        if wrong is not None:
            self.fail(wrong)
        return text

    def names(self) -> tuple[str, ...]:
        """The value, which must be a nonempty list of different names."""
        positions: dict[str, int] = {}
        for n, entry in enumerate(self.items(1, MAX_NAMES, "names")):
            name = entry.name()
            if name in positions:
                entry.fail(f"{name!r} is also entry {positions[name]}, expected different names")
            positions[name] = n
        return tuple(positions)

    def known(self, names: Collection[str], what: str) -> str:
        """The value, which must be one of the names declared elsewhere."""
        name = self.text()
        if name not in names:
            self.fail(
                f"{short(name)!r} is not {what}, expected one of {listed(names)}{hint(name, names)}"
            )
        return name

    def integer(self, least: int, most: int, instead: str = "") -> int:
        """The value, which must be an integer in the range; true is not one.

        `instead` names what else would be accepted, for the message.
        """
        expected = (
            f"{instead}the integer {least}"
            if least == most
            else f"{instead}an integer from {least} to {most}"
        )
        if type(self.value) is not int:
            self.fail(f"is {kind(self.value)}, expected {expected}")
        if not least <= self.value <= most:
            self.fail(
                f"is {self.value if abs(self.value) < 10**20 else 'a huge number'}, expected"
                f" {expected}"
            )
        return int(self.value)

    def rational(self) -> Fraction:
        """The value, which must be an integer, a decimal or a string "p/q"; it is read exactly."""
        value = self.value
        if type(value) is int:
            if value.bit_length() > MAX_DIGITS * 7 // 2 or abs(value) >= 10**MAX_DIGITS:
                self.fail(
                    f"is an integer of more than {MAX_DIGITS} digits, expected at most {MAX_DIGITS}"
                )
            return Fraction(value)
        if not isinstance(value, str | Decimal):
            self.fail(
                f'is {kind(value)}, expected a rational: an integer, a decimal or a string "p/q"'
            )
        try:
            return parse_rational(value if isinstance(value, str) else value.text)
        except InstanceError as error:
            self.fail(str(error))


def kind(value: object) -> str:
    """The kind of a TOML value with its article, for messages."""
    kinds: list[tuple[type, str]] = [
        (bool, "a truth value"),
        (int, "an integer"),
        (Decimal, "a decimal"),
        (str, "a string"),
        (list, "a list"),
        (dict, "a table"),
    ]
    return next((name for kind, name in kinds if isinstance(value, kind)), "a date or time")


def short(text: str) -> str:
    """The text cut to MAX_NAME_LENGTH characters, for messages."""
    return text if len(text) <= MAX_NAME_LENGTH else text[:MAX_NAME_LENGTH] + "..."


def listed(names: Collection[str]) -> str:
    """The names in quotes, for messages; after 15 of them only the number of the others."""
    first = [repr(name) for name in list(names)[:15]]
    return ", ".join(first) + (f" and {len(names) - 15} more" if len(names) > 15 else "")


def hint(wrong: str, names: Collection[str]) -> str:
    """The name that may have been meant, for the end of a message; nothing where none is close."""
    close = difflib.get_close_matches(wrong[:MAX_NAME_LENGTH], list(names), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def document(text: str, name: str, limit: int) -> Place:
    """The root of a TOML file of at most `limit` characters, decimals kept as written.

    Raises InstanceError where the text is not TOML or would take the parser very long, SizeError
    where it is too long.
    """
    if len(text) > limit:
        raise SizeError(f"{name}: has {len(text)} characters, at most {limit} are read")
    if text.startswith("\ufeff"):
        raise InstanceError(f"{name}: starts with a byte order mark, expected UTF-8 without one")
    if _LONG_KEY.search(text):  # tomllib's work grows with the square of a key's length
        raise InstanceError(f"{name}: has a key of more than 100 parts, expected keys of at most 5")
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except RecursionError as error:
        raise InstanceError(
            f"{name}: is nested too deeply, expected tables in at most 5 levels"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InstanceError(f"{name}: is not TOML: {error}") from error
    except ValueError as error:  # Python refuses to read integers of thousands of digits
        raise InstanceError(
            f"{name}: has an integer of thousands of digits, expected at most {MAX_DIGITS}"
        ) from error
    return Place(name, (), data)
