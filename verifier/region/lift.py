"""Certificates at several values of a parameter become one whose numbers are functions of it.

Nothing is proved here: the functions meet the numbers at the values that were tried, and the kernel
decides whether they prove the claim at every value of a cell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from verifier.region.function import RationalFunction
from verifier.solve.interpolation import rational_function

NUMBER = re.compile(r"-?\d+(/\d+)?", re.ASCII)
LEAST = 4
"""As few certificates of the same shape suggest functions."""


V = TypeVar("V")

Fitted = Callable[[Sequence[tuple[V, Fraction]]], "dict[str, Any] | None"]
"""The function that has these numbers at these values, as in certificates; None for none."""


def function_of_one(points: Sequence[tuple[Fraction, Fraction]]) -> dict[str, Any] | None:
    """A rational function of one parameter that meets the points, as in certificates."""
    found = rational_function(points)
    return None if found is None else RationalFunction.of(*found).record()


def lifted(certificates: Sequence[tuple[V, Any]], fitted: Fitted[V]) -> tuple[V, Any] | None:
    """A value that was tried, and the certificate with functions in place of numbers.

    `certificates` are documents with the value, or pair of values, at which each holds. Those of
    the most frequent shape are used; None where too few have one shape. Where no function of small
    degrees meets the numbers at one place, such as any that are small enough, that of the first
    certificate stands.
    """
    alike = defaultdict(list)
    for t, document in certificates:
        alike[repr(_shape(document))].append((t, document))
    most = max(alike.values(), key=len, default=[])
    if len(most) < LEAST:
        return None
    return most[0][0], _joined([t for t, _ in most], [content for _, content in most], fitted)


def _shape(part: Any) -> Any:
    """The document without its numbers."""
    if isinstance(part, dict):
        return {key: _shape(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_shape(entry) for entry in part]
    return "number" if isinstance(part, str) and NUMBER.fullmatch(part) else part


def _joined(values: Sequence[V], parts: Sequence[Any], fitted: Fitted[V]) -> Any:
    first = parts[0]
    if isinstance(first, dict):
        return {key: _joined(values, [part[key] for part in parts], fitted) for key in first}
    if isinstance(first, list):
        return [_joined(values, [part[n] for part in parts], fitted) for n in range(len(first))]
    if all(part == first for part in parts):
        return first
    found = fitted([*zip(values, map(Fraction, parts), strict=True)])
    return first if found is None else found
