"""Labels of pictures: short, different where names are, safe in SVG, and how wide they will be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from unicodedata import bidirectional, category, east_asian_width

from verifier.numbers import LONGEST_FRACTION, LONGEST_LABEL, at_most, first_digits
from verifier.printable import is_printable

LONGEST = 18
"""Characters of a name that are shown."""

_OF_WIDTH = {
    0.3: " '|,.IJijl",
    0.4: '-/:;\\!()[]"frt',
    0.5: "*_`?Lcsz",
    0.6: "FPTYaekovxy",
    0.75: "ABCDGHNRUVXZ",
    0.85: "#&+<=>^~MOQw",
    1.0: "%@Wm",
}
_WIDTHS = {character: width for width, alike in _OF_WIDTH.items() for character in alike}
"""Widths in sizes of type, those of DejaVu Sans, the widest of the fonts that browsers have."""

_USUAL, _WIDE = 0.65, 1.0


def plain(text: str) -> str:
    """The text without characters that XML refuses or that turn the direction of what follows."""
    return "".join(c if is_printable(c) else " " for c in text)


def shorten(text: str, most: int = LONGEST) -> str:
    """A name as a label of at most `most` columns, the rest an ellipsis.

    Right-to-left names are isolated.

    >>> shorten("a name of quite some length"), shorten("short")
    ('a name of quite s…', 'short')
    """
    whole = plain(text)
    kept = _fitting(whole, most)
    return _apart(kept if kept == whole else f"{kept}…")


def _ending(text: str, most: int) -> str:
    """A name as a label, shortened at its beginning."""
    whole = plain(text)
    kept = _fitting(whole[::-1], most)[::-1]
    return _apart(kept if kept == whole else f"…{kept}")


def _fitting(text: str, most: int) -> str:
    """The text if it has at most so many columns, otherwise what leaves one for an ellipsis."""
    wide = list(accumulate(2 if east_asian_width(c) in "WF" else 1 for c in text))
    return text if not wide or wide[-1] <= most else text[: sum(width < most for width in wide)]


def breadth(text: str, size: float) -> float:
    """About how wide a label is that is set in this size, in the same unit.

    >>> breadth("1/4", 10)
    17.0
    """
    return round(size * sum(map(_width, text)), 2)


def _width(character: str) -> float:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    usual = _WIDE if east_asian_width(character) in "WF" else _USUAL
    return _WIDTHS.get(character, usual)


def _apart(text: str) -> str:
    """Right-to-left text is isolated, so that what follows stays in order."""
    turned = any(bidirectional(c) in ("R", "AL", "AN") for c in text)
    return f"\u2068{text}\u2069" if turned else text


def distinct(names: Sequence[str], most: int = LONGEST) -> dict[str, str]:
    """Different labels for names, in order; names that begin alike keep their ends, or get numbers.

    Domain: different names.

    >>> distinct(["a rather long name", "a rather long noun"], most=12)
    {'a rather long name': '…r long name', 'a rather long noun': '…r long noun'}
    """
    short = {name: shorten(name, most) for name in names}
    often = Counter(short.values())
    ends = {
        name: _ending(name, most) if often[label] > 1 else label for name, label in short.items()
    }
    if len(set(ends.values())) == len(ends):
        return ends
    seen = Counter[str]()
    for name, label in short.items():
        if often[label] > 1:
            seen[label] += 1
            short[name] = f"{shorten(name, most - 2)} {seen[label]}"
    return short


def number(value: Fraction, exact: bool = True, longest: int = LONGEST_LABEL) -> str:
    """A number as a label: a short fraction as it is, any other by its first digits.

    >>> number(Fraction(-3, 10)), number(Fraction(2, 3), exact=False)
    ('-3/10', '0.6666…')
    """
    return at_most(longest if exact else 0, value, first_digits)


def long_number(value: Fraction) -> str:
    """A number within the description of a picture, where there is room for longer fractions."""
    return number(value, longest=LONGEST_FRACTION)
