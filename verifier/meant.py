"""Words from a closed set of names: which one was meant where a word is none of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from verifier.errors import InstanceError

T = TypeVar("T")

LONGEST = 100
"""How many characters of a word are compared."""


def meant(wrong: str, names: Collection[str]) -> str | None:
    """The name that may have been meant, None where none is close.

    >>> meant("hul", ["hull", "identical"]), meant("Hull", ["hull"]), meant("x", ["hull"])
    ('hull', 'hull', None)
    """
    import difflib  # only where something is wrong

    by_lower_case = {name.lower(): name for name in names}
    close = difflib.get_close_matches(wrong[:LONGEST].lower(), by_lower_case, 1)
    return by_lower_case[close[0]] if close else None


def hint(wrong: str, names: Collection[str]) -> str:
    """The name that may have been meant, for the end of a message; nothing where none is close."""
    close = meant(wrong, names)
    return "" if close is None else f"; did you mean {close!r}?"


def choose(option: str, word: str, known: Mapping[str, T]) -> T:
    """What an option's word stands for.

    Raises InstanceError for a word that is not known, with those that are.
    """
    if word not in known:
        raise InstanceError(
            f"{option} {word}: expected one of {', '.join(known)}{hint(word, known)}"
        )
    return known[word]
