"""Values of Python as the reader of instances knows them: text, whole numbers, lists and tables.

Rational numbers become strings such as "1/3"; whatever is not exact is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from numbers import Integral, Rational
from typing import Any

from verifier.errors import InstanceError
from verifier.game.arguments.origin import keys
from verifier.game.names import short
from verifier.game.text.gathering import Gathering
from verifier.numbers import MAX_DIGITS, number_meant, parse_rational

NUMBERS = 'whole numbers, Fractions, Decimals, or strings such as "1/3" and "0.25"'
"""What stands for an exact number."""

LEVELS = 5
"""The most lists or dicts inside each other."""

MOST = 1_000_000
"""Most entries of a list that are read; what is bounded has smaller limits in the reader."""

LARGEST = 1000
"""The largest denominator of a fraction that a float may stand for."""


def described(value: object) -> str:
    """A value and its type, for messages.

    >>> described(0.5), described("rain"), described(None)
    ('is 0.5 (a float)', "is 'rain' (a str)", 'is None')
    """
    if value is None:
        return "is None"
    kind = type(value).__name__
    article = "an" if kind[0].lower() in "aeiou" else "a"
    shown = short(" ".join(repr(value).split())) if _brief(value) else ""
    return f"is {shown} ({article} {kind})" if shown else f"is {article} {kind}"


def _brief(value: object) -> bool:
    """Whether a value can be shown in a message: no table of any kind."""
    if isinstance(value, int):
        return value.bit_length() < 1000
    return isinstance(value, str | float | Decimal | list | tuple | dict | set | bytes) and (
        not hasattr(value, "__len__") or len(value) <= 100
    )


def number(value: object) -> int | str:
    """An exact number as an integer or a string, which is not read yet.

    Raises InstanceError, without the place of the value, for whatever is not exact.

    >>> number(Fraction(1, 3)), number(Decimal("0.25")), number(2)
    ('1/3', '0.25', 2)
    """
    scalar = unboxed(value)
    if isinstance(scalar, bool):
        raise InstanceError(f"{described(scalar)}, expected a number: {NUMBERS}")
    if isinstance(scalar, str):
        return str(scalar)
    if isinstance(scalar, Integral):
        return int(scalar)
    if isinstance(scalar, Rational):
        above, below = int(scalar.numerator), int(scalar.denominator)
        if max(above.bit_length(), below.bit_length()) > 4 * MAX_DIGITS:
            raise InstanceError(f"is a fraction of more than {MAX_DIGITS} digits, expected fewer")
        return f"{above}/{below}"
    if isinstance(scalar, Decimal) and scalar.is_finite():
        return str(scalar)
    if isinstance(scalar, float):
        raise InstanceError(inexact(scalar))
    raise InstanceError(f"{described(scalar)}, expected a number: {NUMBERS}")


def unboxed(value: Any) -> object:
    """A scalar of numpy as Python's own; any other value as it is."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return value.item()
    return value


def inexact(value: float) -> str:
    """What is said of a float, with the number that is probably meant.

    >>> print(inexact(0.3), inexact(1 / 3), sep="; ")
    is the float 0.3, which is rounded; write "3/10"; is the float 0.333..., which is rounded; write "1/3"
    """  # noqa: E501
    if not math.isfinite(value):
        return f"is the float {value}, expected a number: {NUMBERS}"
    near = Fraction(value).limit_denominator(LARGEST)
    meant = str(near) if float(near) == value else repr(value)
    shown = repr(value) if len(repr(value)) <= 12 else f"{repr(value)[:5]}..."
    return f'is the float {shown}, which is rounded; write "{meant}"'


def exact(name: str, value: object) -> Fraction:
    """The exact number that an argument stands for.

    Raises InstanceError that names the argument for a float, for text that is no number, and for
    whatever else is none.

    >>> exact("tolerance", "1/20"), exact("tolerance", Decimal("0.05"))
    (Fraction(1, 20), Fraction(1, 20))
    """
    try:
        given = number(value)
        return Fraction(given) if isinstance(given, int) else parse_rational(given)
    except InstanceError as error:
        meant = number_meant(value) if isinstance(value, str) else ""
        raise InstanceError(f"{name}: {error}{meant}") from None


def nonnegative(name: str, value: object) -> Fraction:
    """The exact number of at least 0 that an argument stands for; otherwise as `exact`."""
    found = exact(name, value)
    if found < 0:
        raise InstanceError(f"{name}: is {found}, expected a number of at least 0")
    return found


def plain(value: object, said: str, levels: int = LEVELS) -> Any:
    """A value as a document has it; `said` is its place, for messages.

    Raises InstanceError, or all of them at once, for what has no place in a document, and for more
    than `levels` lists or dicts inside each other.
    """
    value = listed(value)
    if isinstance(value, Mapping | list) and not levels:
        raise InstanceError(f"{said}: is nested too deeply, expected at most {LEVELS} levels")
    if isinstance(value, Mapping):
        with Gathering() as found:
            parts = found.every(
                lambda key: (
                    _key(key, said),
                    plain(value[key], f"{said}{keys((key,))}", levels - 1),
                ),
                value,
            )
        return dict(parts)
    if isinstance(value, list):
        with Gathering() as found:
            entries = found.every(
                lambda n: plain(value[n], f"{said}[{n}]", levels - 1), range(len(value))
            )
        return list(entries)
    if isinstance(unboxed(value), bool):
        return unboxed(value)
    try:
        return number(value)
    except InstanceError as error:
        told = str(error) if isinstance(unboxed(value), float) else _misfit(value)
        raise InstanceError(f"{said}: {told}") from None


def _key(key: object, said: str) -> str:
    if not isinstance(key, str):
        raise InstanceError(f"{said}: the key {described(key)[3:]}, expected a name")
    return str(key)


def _misfit(value: object) -> str:
    return f"{described(value)}, expected text, a number, a list or a dict"


def listed(value: Any) -> Any:
    """Sequences, views and arrays as lists, columns with an index as dicts; others as they are."""
    if isinstance(value, str | bytes | Mapping | set | frozenset):
        return value
    if is_frame(value):
        return value
    if hasattr(value, "index") and hasattr(value, "to_dict"):  # a series of pandas
        return value.to_dict()
    if hasattr(value, "tolist") and getattr(value, "shape", ()) != ():
        return value.tolist()
    if isinstance(value, Sequence) or (
        isinstance(value, Iterable) and not hasattr(value, "__array__")
    ):
        return list(islice(value, MOST))
    return value


def is_frame(value: object) -> bool:
    """Whether a value has rows and columns with names, as data frames of pandas have."""
    return all(hasattr(value, part) for part in ("columns", "index", "to_dict"))


def refuse_floats(value: Any, said: str) -> None:
    """Raises InstanceError for an array or a series of floats, once for all of its numbers."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind in ("f", "c"):
        raise InstanceError(
            f"{said}: is an array of {value.dtype}, whose numbers are rounded; write"
            f" {said}.astype(str) to take the decimals that it shows, or an array of whole numbers"
        )
