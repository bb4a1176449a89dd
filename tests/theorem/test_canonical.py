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
from verifier.theorem.evidence import Claim
from verifier.theorem.integers import integers

SHIPPED = shipped()


def same(read: Any, known: Any) -> bool:
    """Whether what was read says what is known: records, lists, and numbers as texts."""
    if known is None:
        return read is None
    if isinstance(known, Claim):
        return says(read, known)
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


def says(read: dict[str, Any], claim: Claim) -> bool:
    """Whether what was read is this claim, with its evidence."""
    about = (read["kind"], read.get("user")) == (claim.kind, claim.user)
    evidence = claim.evidence
    return (
        about
        and Fraction(read["number"]) == claim.number
        and (evidence is None or same(read[name_of(evidence)], evidence))
    )


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
        assert says(entry, claim)
    assert text.isascii()
    assert all(len(line) <= WIDTH + 40 for line in text.splitlines())
