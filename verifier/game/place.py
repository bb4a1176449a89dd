"""Values of an input file with the place where they stand.

Every check that fails names the file, the key path, what stands there and what was expected.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn, Protocol

from verifier.errors import InstanceError, SizeError
from verifier.game.affine import Evaluation, declaration_meant
from verifier.game.names import name_fault
from verifier.game.names import short as short  # for who reads places
from verifier.game.text.gathering import ConsequenceError, Gathering
from verifier.game.text.source import Source as Source  # an origin: a file's text
from verifier.game.text.source import parsed
from verifier.game.text.toml import Decimal, quoted
from verifier.meant import hint, meant
from verifier.numbers import MAX_DIGITS, number_meant, parse_rational

MAX_NAMES = 1000

FEW = 3
"""Of so many unknown keys it is looked which missing ones they may be."""

REPEATED = ("agents", "rules", "signals", "answers")
"""The keys that stand for lists of tables."""


Path = tuple[str | int, ...]
"""The keys and positions that lead to a value."""


class SourceLike(Protocol):
    """The origin of a document: a file's text, or the arguments of a call."""

    @property
    def name(self) -> str:
        """What the whole is called in messages."""

    @property
    def text(self) -> str:
        """The text of a file."""

    @property
    def evaluation(self) -> Evaluation | None:
        """What its expressions mean; None where numbers are rationals only."""

    def evaluated(self, evaluation: Evaluation) -> SourceLike:
        """The same where expressions have values."""

    def where(self, path: Path) -> str:
        """The place of a value, as its author finds it, with a colon at the end."""

    def rewritten(self, path: Path, old: object, new: object) -> str:
        """What to write in a place instead of what stands there; nothing if it is too long."""

    def misplaced(self, key: str) -> str:
        """What to do with a key of the whole document that stands in a part of it."""


@dataclass(frozen=True)
class Place:
    """A value with its origin, a file as a rule, and the key path where it stands.

    All methods that check something raise InstanceError, or SizeError where it is too large.
    """

    file: SourceLike
    path: Path
    value: Any

    def fail(
        self,
        what: str,
        kind: type[InstanceError] = InstanceError,
        remedy: Callable[[], str] = str,
    ) -> NoReturn:
        """Raise an error about this place; the remedy is asked for if the message is shown."""
        raise kind(_Complaint(self, what, remedy))

    @property
    def where(self) -> str:
        """The file, the line and the key path, with a colon after each."""
        return self.file.where(self.path)

    def rewritten(self, value: object) -> str:
        """What to do: the line of this place with another value, if it is not too long for one."""
        return self.file.rewritten(self.path, self.value, value)

    def at(self, key: str | int) -> Place:
        """The place of a member; raises ConsequenceError where there is none, as `table` says."""
        try:
            return Place(self.file, (*self.path, key), self.value[key])
        except (KeyError, TypeError):
            raise ConsequenceError(f"{key} is missing") from None

    def member(self, key: str, value: Any = None) -> Place:
        """The place of a member that does not exist, with a value to stand in for it."""
        return Place(self.file, (*self.path, key), value)

    def table(
        self,
        required: Sequence[str],
        optional: Collection[str] = (),
        inner: Sequence[str] = (),
        above: Collection[str] = (),
    ) -> Place:
        """This place, which must be a table with the required keys and no unknown ones.

        For messages: `inner` are the keys of the tables in it, `above` those of the whole file,
        which TOML takes for this table's where they stand below its header.
        """
        if not isinstance(self.value, dict):
            self.fail(
                f"is {kind(self.value)}, expected a table",
                remedy=lambda: self._as_table(required, inner),
            )
        known = dict.fromkeys((*required, *optional))
        missing = [key for key in required if key not in self.value]
        unknown = [key for key in self.value if key not in known]
        with Gathering() as found:
            for key in unknown:
                found.part(self._unknown, key, known, above)
            if len(unknown) <= FEW and len(missing) <= FEW:
                close = {self._meant(key, missing) for key in unknown}
                missing = [name for name in missing if name not in close]
            if len(missing) == 1:
                self.member(missing[0]).fail(f"is missing, expected {listed(required)}")
            if missing:
                self.fail(f"lacks {listed(missing)}")
        return self

    def _as_one_table(self) -> str:
        """One table in place of a list of tables, which two brackets around a header make."""
        if len(self.path) > 1:
            return ""
        more = ", or [[users]], if there are several" if self.path == ("user",) else ""
        return f"; write [{self.path[0]}], with one bracket on each side, once{more}"

    def _unknown(self, key: str, known: Collection[str], above: Collection[str]) -> NoReturn:
        def remedy() -> str:
            if key in above:
                return self.file.misplaced(key)
            name = self._meant(key, known)
            if name is not None and name.startswith(f"{key}."):
                return f"; a name with a point stands in quotes: {quoted(name)}"
            return hint(key, known)

        self.member(key).fail(f"is unknown, expected only {listed(known)}", remedy=remedy)

    def _meant(self, key: str, names: Collection[str]) -> str | None:
        """The name that an unknown key is for: one that a point has cut in two, or a close one."""
        value = self.value[key]
        inside = list(value)[:MAX_NAMES] if isinstance(value, dict) else []
        whole = (name for part in inside if (name := f"{key}.{part}") in names)
        return next(whole, None) or meant(key, names)

    def _as_table(self, keys: Sequence[str], inner: Sequence[str]) -> str:
        """The table that this list is for: its only header, or a line if all keys have entries."""
        if isinstance(self.value, list) and any(isinstance(part, dict) for part in self.value):
            return self._as_one_table()

        def table(entries: Any, keys: Sequence[str], inner: Sequence[str]) -> object:
            if not isinstance(entries, list) or len(entries) != len(keys):
                return entries
            pairs = zip(keys, entries, strict=True)
            return {key: table(entry, inner, ()) for key, entry in pairs}

        fits = isinstance(self.value, list) and 0 < len(self.value) == len(keys)
        return self.rewritten(table(self.value, keys, inner)) if fits else ""

    def get(self, key: str) -> Place | None:
        """The place of an optional member, or None."""
        return self.at(key) if isinstance(self.value, dict) and key in self.value else None

    def items(self, at_least: int, at_most: int, what: str) -> Iterator[Place]:
        """The members of a list, whose length must lie within the bounds."""
        if not isinstance(self.value, list):
            self.fail(f"is {kind(self.value)}, expected a list of {what}", remedy=self._as_list)
        if len(self.value) < at_least:
            self.fail(f"is an empty list, expected at least {at_least} of {what}")
        if len(self.value) > at_most:
            self.fail(f"has {len(self.value)} entries, at most {at_most} are read", SizeError)
        return (self.at(n) for n in range(len(self.value)))

    def _as_list(self) -> str:
        """How this value becomes a list."""
        key = self.path[-1]
        if isinstance(self.value, dict) and key in REPEATED:
            return f"; write [[{key}]], with two brackets on each side, above each of them"
        if isinstance(self.value, str):
            names = [name.strip() for name in self.value.split(",")]
            return self.rewritten(names)
        return ""

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

        def add(entry: Place) -> None:
            name = entry.name()
            if name in positions:
                entry.fail(f"{name!r} is also entry {positions[name]}, expected different names")
            positions[name] = len(positions)

        with Gathering() as found:
            found.every(add, self.items(1, MAX_NAMES, "names"))
        return tuple(positions)

    def known(self, names: Collection[str], what: str) -> str:
        """The value, which must be one of the names declared elsewhere."""
        name = self.text()
        if name not in names:
            self.fail(
                f"{short(name)!r} is not {what}, expected one of {listed(names)}",
                remedy=lambda: hint(name, names),
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
        """The value, which must be an integer, a decimal or a string "p/q"; it is read exactly.

        In a file with parameters a string may be an expression (`affine`), here at their values.
        """
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
        text = value if isinstance(value, str) else value.text
        try:
            return parse_rational(text)
        except InstanceError as error:
            evaluation = self.file.evaluation
            if evaluation is not None and isinstance(value, str):
                return self._expression(evaluation, value)
            self.fail(str(error), remedy=lambda: number_meant(text) or declaration_meant(text))

    def _expression(self, evaluation: Evaluation, text: str) -> Fraction:
        try:
            return evaluation.number(text, self.path)
        except InstanceError as error:
            self.fail(str(error), type(error), lambda: number_meant(text))


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


def listed(names: Collection[str]) -> str:
    """The names in quotes, for messages; after 16 of them only the number of the others."""
    first = [repr(name) for name in list(names)[:16]]
    return ", ".join(first) + (f" and {len(names) - 16} more" if len(names) > 16 else "")


@dataclass(frozen=True)
class _Complaint:
    """What is wrong with a place, worded when it is shown: lines and close names take time."""

    place: Place
    what: str
    remedy: Callable[[], str]

    def __str__(self) -> str:
        evaluation, at = self.place.file.evaluation, ""
        if evaluation is not None:
            at = evaluation.said(self.place.path, self.place.value)
        return f"{self.place.where}{at}{self.what}{self.remedy()}"


def document(text: str, name: str, limit: int) -> Place:
    """The root of a TOML file of at most `limit` characters, decimals kept as written.

    Raises InstanceError where the text is not TOML or would take the parser very long, SizeError
    where it is too long.
    """
    source, data = parsed(text, name, limit)
    return Place(source, (), data)
