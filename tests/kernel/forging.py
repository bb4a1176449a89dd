"""Ways to forge a certificate: each changes one accepted certificate in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.kernel.certificates import judge, made

Certificate = dict[str, Any]
Forger = Callable[[Certificate], object]


def put(*path: Any) -> Forger:
    """Sets the entry at the path, given before the new value."""
    *keys, last, value = path

    def forge(content: Certificate) -> None:
        place: Any = content
        for key in keys:
            place = place[key]
        place[last] = value

    return forge


def drop(*path: Any) -> Forger:
    """Removes the entry at the path."""
    *keys, last = path

    def forge(content: Certificate) -> None:
        place: Any = content
        for key in keys:
            place = place[key]
        del place[last]

    return forge


def repeat(*path: Any) -> Forger:
    """Appends the list's first record again."""

    def forge(content: Certificate) -> None:
        place: Any = content
        for key in path:
            place = place[key]
        place.append(place[0])

    return forge


def negate(*path: Any) -> Forger:
    """Flips the sign of the number at the path."""

    def forge(content: Certificate) -> None:
        place: Any = content
        for key in path[:-1]:
            place = place[key]
        text = place[path[-1]]
        place[path[-1]] = text[1:] if text.startswith("-") else "-" + text

    return forge


def both(*forgers: Forger) -> Forger:
    return lambda content: [forger(content) for forger in forgers]


def borrow(source: tuple[str, str], *keys: str) -> Forger:
    """Takes parts from a certificate of something else."""
    return lambda content: content.update({key: made(*source)[key] for key in keys})


def scale(*path: Any, by: int) -> Forger:
    def forge(content: Certificate) -> None:
        for record in _at(content, path):
            numerator, _, denominator = record[-1].partition("/")
            record[-1] = f"{int(numerator) * by}/{denominator or 1}"

    return forge


def _at(content: Certificate, path: tuple[Any, ...]) -> Any:
    place: Any = content
    for key in path:
        place = place[key]
    return place


def add(*path: Any) -> Forger:
    """Appends the last argument to the list at the path."""
    return lambda content: _at(content, path[:-1]).append(path[-1])


def profile_only(content: Certificate) -> None:
    """Takes the claim out of a certificate: what remains is about its equilibrium."""
    for key in ("tolerance", "claimed_bound", "hull", "bound"):
        content.pop(key, None)
    content["verdict"] = "equilibrium"


def refuse(source: tuple[str, str], forge: Forger, error: type[Exception], reason: str) -> None:
    """The certificate is accepted as it was made, and refused for this reason once it is forged."""
    content = made(*source)
    judge(content, source[0])
    forge(content)
    with pytest.raises(error, match=reason):
        judge(content, source[0])
