"""A game and claims about it in the canonical form that the extracted checker reads.

It is JSON: records with the fields of Instance.v and the checks in their order, lists, and numbers
as texts, so that no program rounds them (proofs/extraction/README.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any

from verifier.theorem.evidence import Claim, Evidence
from verifier.theorem.integers import Instance

WIDTH = 88
"""What fits into this many characters stands on one line."""

Part = str | list["Part"] | dict[str, "Part"] | None


def canonical(instance: Instance, claims: Sequence[Claim]) -> str:
    """The game, and the claims with their evidence, as one text.

    It is what proofs/theories/Checkers.v computes with, and what the file of `verifier theorem`
    says in other words.
    """
    parts: Part = {"instance": _part(instance), "claims": [_claim(claim) for claim in claims]}
    return "".join(_lines(parts, "")) + "\n"


def _claim(claim: Claim) -> Part:
    """What is claimed, and the evidence under the name of its record."""
    said: dict[str, Part] = {"kind": claim.kind}
    if claim.user is not None:
        said["user"] = claim.user
    said["number"] = str(claim.number)
    if claim.evidence is not None:
        said[name_of(claim.evidence)] = _part(claim.evidence)
    return said


def name_of(evidence: Evidence) -> str:
    """The name of a kind of evidence, as its key."""
    return type(evidence).__name__.lower()


def _part(value: Any) -> Part:
    """Records are objects, tuples lists, numbers texts; a rich alphabet is null."""
    if value is None:
        return None
    if isinstance(value, str | int | Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [_part(entry) for entry in value]
    if isinstance(value, Claim):
        return _claim(value)
    return {field.name: _part(getattr(value, field.name)) for field in fields(value)}


def _lines(part: Part, indent: str) -> Iterator[str]:
    """The text of a part, in one line if that is short."""
    short = json.dumps(part, ensure_ascii=False)
    if not part or isinstance(part, str) or len(indent) + len(short) < WIDTH:
        yield short
        return
    deeper = indent + " "
    named = isinstance(part, dict)
    opening, closing = "{}" if named else "[]"
    entries = part.items() if isinstance(part, dict) else [("", entry) for entry in part]
    yield opening
    for n, (name, entry) in enumerate(entries):
        yield f"{',' if n else ''}\n{deeper}"
        yield f"{json.dumps(name)}: " if named else ""
        yield from _lines(entry, deeper)
    yield f"\n{indent}{closing}"
