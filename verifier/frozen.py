"""Values that nobody can change: dicts that refuse it, and results that have only such inside."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

ATOMS = frozenset({str, int, bool, float, bytes, Fraction, type(None)})
"""Types whose values cannot be changed and have nothing inside."""


class FrozenDict(dict[K, V]):
    """A dict that refuses to be changed; otherwise like any other, and equal to it.

    >>> FrozenDict({"rain": 1}) == {"rain": 1}
    True
    """

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError(
            f"this {type(self).__name__} is part of a result and cannot be changed; dict(...)"
            " makes a copy that can"
        )

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


def frozen(value: T) -> T:
    """The value, with whatever could be changed in it replaced by what cannot be.

    Dicts become FrozenDicts, lists tuples and sets frozensets, also in the fields of frozen
    dataclasses, which stay the same objects.
    """
    found: T = _frozen(value, {})
    return found


def _frozen(value: Any, seen: dict[int, tuple[Any, Any]]) -> Any:
    if type(value) in ATOMS or isinstance(value, Enum):
        return value
    if id(value) not in seen:
        seen[id(value)] = value, value
        seen[id(value)] = value, _replaced(value, seen)
    return seen[id(value)][1]


def _replaced(value: Any, seen: dict[int, tuple[Any, Any]]) -> Any:
    kind = type(value)
    if kind in (dict, FrozenDict):
        parts = {key: _frozen(entry, seen) for key, entry in value.items()}
        same = kind is FrozenDict and all(parts[key] is value[key] for key in parts)
        return value if same else FrozenDict(parts)
    if kind in (list, tuple):
        if not ATOMS.issuperset(map(type, value)):
            entries = tuple([_frozen(entry, seen) for entry in value])
            same = kind is tuple and all(map(_is, entries, value))
            return value if same else entries
        return value if kind is tuple else tuple(value)
    if kind is set:
        return frozenset(value)
    if is_dataclass(value) and kind.__dataclass_params__.frozen:
        for part in fields(value):
            old = getattr(value, part.name)
            new = _frozen(old, seen)
            if new is not old:
                object.__setattr__(value, part.name, new)
    return value


def _is(left: object, right: object) -> bool:
    return left is right
