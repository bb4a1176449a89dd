"""What stands in files: numbers, texts, records, and how they are written again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container
from fractions import Fraction
from pathlib import Path
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)

Json = dict[str, Any]
Records = dict[tuple[Any, ...], Fraction]


class RefusedError(Exception):
    """A certificate that can be read, but proves nothing: exit code 1."""

    code = 1


class UnreadableError(RefusedError):
    """A file that cannot be read: exit code 2, nothing is decided."""

    code = 2


def need(truth: object, text: str) -> None:
    """Refuse with this text unless the truth holds."""
    if not truth:
        raise RefusedError(text)


def readable(truth: object, text: str) -> None:
    """Call the file unreadable with this text unless the truth holds."""
    if not truth:
        raise UnreadableError(text)


class Written(str):
    """A number of a file that depends on parameters: the text of a quotient, with the quotient."""

    value: Any


NUMBER = re.compile(r"([+-]?[0-9]+)(?:/([0-9]+)|(\.[0-9]+)?(?:[eE]([+-]?[0-9]+))?)")


def from_text(text: str, most: int = 4000) -> Fraction:
    """Read a number as it stands between quotes."""
    if isinstance(text, Written):
        found: Fraction = text.value
        return found
    match = NUMBER.fullmatch(text) if len(text) <= 8000 else None
    if match is None:
        raise UnreadableError(f"not a number: {text[:40]!r}")
    whole, denominator, point, exponent = match.groups()
    size = abs(int(exponent)) if exponent and len(exponent) < 9 else 0
    readable(not exponent or (len(exponent.strip("+-")) <= 4), "too large: an exponent")
    digits = (point or ".")[1:]
    readable(len(whole.strip("+-")) + len(digits) + size <= most, "too large: a number")
    if denominator is not None:
        readable(len(denominator) <= most and int(denominator) != 0, "a denominator")
        return Fraction(int(whole), int(denominator))
    value = Fraction(int(whole + digits), 10 ** len(digits))
    return value * Fraction(10) ** int(exponent or 0)


def number(value: Any) -> Fraction:
    """Read a number of a certificate: a JSON integer or a string."""
    return from_text(value) if isinstance(value, str) else Fraction(count(value))


def count(value: Any) -> int:
    """Read a count: a JSON integer."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnreadableError("a count is an integer")
    return value


def text(value: Any) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise UnreadableError("a text is missing")
    return value


def listing(value: Any) -> list[Any]:
    """Read a list."""
    if not isinstance(value, list):
        raise UnreadableError("a list is missing")
    return value


def keys(value: Any, wanted: str, optional: str = "") -> Json:
    """Read an object with all wanted keys (between commas), perhaps optional ones, no others."""
    if not isinstance(value, dict):
        raise UnreadableError("an object is missing")
    must, may = set(filter(None, wanted.split(","))), set(filter(None, optional.split(",")))
    readable(must <= set(value) <= must | may, f"keys {sorted(value)} are not {wanted}")
    return value


def short_integer(digits: str) -> int:
    """Read a JSON integer of bounded length."""
    readable(len(digits) <= 4001, "too large: an integer")
    return int(digits)


def forbidden(token: str) -> None:
    """Refuse what JSON calls a number and the format does not."""
    raise UnreadableError(f"{token[:40]} is not a number here")


def without_repetition(pairs: list[tuple[str, Any]]) -> Json:
    """Make an object of pairs with different keys."""
    result = dict(pairs)
    readable(len(result) == len(pairs), "a key comes twice")
    return result


def load_json(path: str | Path) -> Json:
    """Read a certificate file."""
    data = Path(path).read_bytes()
    readable(len(data) <= 64 * 2**20, "too large: the certificate")
    result = json.loads(
        data.decode("utf-8"),
        object_pairs_hook=without_repetition,
        parse_float=forbidden,
        parse_constant=forbidden,
        parse_int=short_integer,
    )
    if not isinstance(result, dict):
        raise UnreadableError("a certificate is an object")
    return result


def records(value: Any, *kinds: Container[Any]) -> Records:
    """Read a list of records whose entries are of these kinds, the last one a number."""
    found: Records = {}
    for entry in listing(value):
        readable(len(listing(entry)) == len(kinds) + 1, "a record has another length")
        for kind, name in zip(kinds, entry, strict=False):
            if isinstance(kind, range):
                count(name)
            else:
                text(name)
            need(name in kind, f"{name!r} does not exist")
        where = tuple(entry[:-1])
        need(where not in found, f"the record {where} comes twice")
        found[where] = number(entry[-1])
    return found


def quoted(name: str) -> str:
    """Write a name or a title between quotes, in ASCII."""
    quote = '"' if "'" in name and '"' not in name else "'"
    special = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", quote: "\\" + quote}
    pieces = []
    for letter in name:
        code = ord(letter)
        if letter in special:
            pieces.append(special[letter])
        elif 0x20 <= code <= 0x7E:
            pieces.append(letter)
        elif code < 0x100:
            pieces.append(f"\\x{code:02x}")
        else:
            pieces.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return quote + "".join(pieces) + quote


ESCAPES = dict(zip('"\\\n\r\t\b\f', ('\\"', *(f"\\{c}" for c in "\\nrtbf")), strict=True))


def canonical(value: Any) -> str:
    """Write a value as the text of which a digest is taken."""
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        pairs = (f"{canonical(key)}: {canonical(value[key])}" for key in sorted(value))
        return "{" + ", ".join(pairs) + "}"
    pieces = []
    for letter in value:
        code = ord(letter)
        if letter in ESCAPES:
            pieces.append(ESCAPES[letter])
        elif 0x20 <= code <= 0x7E:
            pieces.append(letter)
        elif code < 0x10000:
            pieces.append(f"\\u{code:04x}")
        else:
            code -= 0x10000
            pieces.append(f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}")
    return '"' + "".join(pieces) + '"'


def sha256(content: str | bytes) -> str:
    """Return the hexadecimal digits of a digest."""
    data = content if isinstance(content, bytes) else content.encode("ascii")
    return hashlib.sha256(data).hexdigest()
