"""The canvas of all pictures: one style, short labels, and SVG that can stand inside a page.

Whatever is black follows the page's colour of text; other colours are Okabe and Ito's, which the
colour-blind can tell apart, and never the only distinction. Positions are computed over the
rationals and become floats at the last moment.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from io import StringIO
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional, east_asian_width
from xml.etree import ElementTree

from verifier.chart import MARKERS as MARKERS
from verifier.chart import PALETTE as PALETTE
from verifier.numbers import LONGEST_FRACTION, LONGEST_LABEL, at_most, first_digits
from verifier.printable import is_printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 4.5
"""Inches; a page shows a picture at any width, and text of 9 points can be read from 360 pixels on.
"""
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 2)),
    (0, (6, 2, 1, 2)),
    (0, (1, 1.5)),
    (0, (6, 2, 1, 2, 1, 2)),
    (0, (9, 3)),
)
INK = "#000000"
LONGEST = 18
"""Characters of a name that are shown."""

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_PAINTS = {"fill", "stroke"}
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "picture",
    "text.parse_math": False,  # names may contain dollar signs
    "font.size": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@contextmanager
def style() -> Iterator[None]:
    """The style of all pictures, whatever the reader's own settings of matplotlib.

    Warnings of missing glyphs are silenced, since the browser supplies them.
    """
    import matplotlib.style

    with matplotlib.style.context(["default", _STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        yield


def sheet(height: float = 3.2) -> tuple[Figure, Axes]:
    """An empty figure of the common width with one pair of axes. Domain: within `style`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots()


def svg(figure: Figure, name: str, title: str, description: str) -> str:
    """A complete <svg> element without prolog, size or date: the same figure, the same bytes.

    Ids begin with `name`, so that several pictures can stand in one page; title and description are
    for screen readers.
    """
    text = StringIO()
    with style():
        figure.savefig(
            text, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    root = ElementTree.fromstring(text.getvalue())
    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag.removeprefix(_NAMESPACE) in {"metadata", "style"}]:
            parent.remove(child)  # a style element would apply to the whole page
    for element in root.iter():
        _adapt(element)
    _rename(root, name)
    root.attrib = {"viewBox": root.attrib["viewBox"]} | _root(name)
    for tag, words in (("desc", description), ("title", title)):
        child = ElementTree.Element(tag, id=f"{name}-{tag}")
        child.text, child.tail = plain(words), "\n"
        root.insert(0, child)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _root(name: str) -> dict[str, str]:
    return {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "picture",
        "width": "100%",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
        "fill": "currentColor",
        "font-family": "sans-serif",
        "direction": "ltr",
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
    }


def _adapt(element: ElementTree.Element) -> None:
    """Tags lose their namespace, and styles become attributes.

    Attributes need no permission of a page's security policy, and yield to its style.
    """
    element.tag = element.tag.removeprefix(_NAMESPACE)
    for rule in element.attrib.pop("style", "").split(";"):
        if ":" in rule:
            key, value = (part.strip() for part in rule.split(":", 1))
            element.attrib[key] = value
    element.attrib.pop("font-family", None)
    if _LINK in element.attrib:
        element.attrib["href"] = element.attrib.pop(_LINK)
    for key in _PAINTS & element.attrib.keys():
        if element.attrib[key].lower() == INK:
            element.attrib[key] = "currentColor"


def _rename(root: ElementTree.Element, name: str) -> None:
    """Ids that are referred to become the picture's name and a number; the others are dropped."""
    used = {
        value.removeprefix("url(").rstrip(")")[1:]
        for e in root.iter()
        for _, value in e.items()
        if _refers(value)
    }
    known = [e.attrib["id"] for e in root.iter() if e.attrib.get("id") in used]
    fresh = {old: f"{name}-{number}" for number, old in enumerate(dict.fromkeys(known))}
    for element in root.iter():
        old = element.attrib.pop("id", None)
        for key, value in element.items():
            if _refers(value):
                opening, closing = ("url(#", ")") if value.startswith("url(") else ("#", "")
                target = value.removeprefix(opening).rstrip(")")
                element.attrib[key] = f"{opening}{fresh[target]}{closing}"
        if old in fresh:
            element.attrib["id"] = fresh[old]


def _refers(value: str) -> bool:
    """Whether an attribute refers to an id; colours begin with a hash sign, too, but are short."""
    return value.startswith("url(#") or (value.startswith("#") and len(value) > 7)


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
