"""The canonical form says what the data model says, in the order of its fields."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from typing import Any

import pytest

from tests.theorem.certificates import shipped
from verifier.game.model import Game
from verifier.theorem.canonical import WIDTH, canonical, name_of
from verifier.theorem.claims import coverage
from verifier.theorem.integers import integers

SHIPPED = list(shipped())


def same(read: Any, known: Any) -> bool:
    """Whether what was read says what is known: records, lists, and numbers as texts."""
    if known is None:
        return read is None
    if isinstance(known, tuple):
        return len(read) == len(known) and all(map(same, read, known))
    if dataclasses.is_dataclass(known):
        names = [field.name for field in dataclasses.fields(known)]
        return list(read) == names and all(same(read[n], getattr(known, n)) for n in names)
    if isinstance(known, int):
        return isinstance(read, str) and int(read) == known
    if isinstance(known, Fraction):
        return isinstance(read, str) and Fraction(read) == known
    return bool(read == str(known))


@pytest.mark.parametrize(
    ("game", "certificate"), [pytest.param(g, c, id=str(path)) for path, g, c in SHIPPED]
)
def test_it_says_what_the_model_says(game: Game, certificate: dict[str, Any]) -> None:
    instance, claims = integers(game), coverage(game, certificate).claims
    text = canonical(instance, claims)
    read = json.loads(text)
    assert list(read) == ["instance", "claims"]
    assert same(read["instance"], instance)
    assert len(read["claims"]) == len(claims)
    for entry, claim in zip(read["claims"], claims, strict=True):
        assert (entry["kind"], entry.get("user")) == (claim.kind, claim.user)
        assert Fraction(entry["number"]) == claim.number
        if claim.evidence is not None:
            assert same(entry[name_of(claim.evidence)], claim.evidence)
    assert text.isascii()
    assert all(len(line) <= WIDTH + 40 for line in text.splitlines())
