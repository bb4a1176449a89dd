"""What holds for all of several users with rules for each: the least, and the mean by shares.

Each user's bound is that of a certificate of hers; taking the least and the mean of accepted
numbers is all that is done here (theory.md 1.8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.certified import Verified
from verifier.game.population import share_weighted
from verifier.numbers import show


@dataclass(frozen=True)
class ForAll:
    """Numbers in which every user counts: OPT, and what is proved of every equilibrium.

    `least` is what each user of positive share gets at least, `mean` what they get on average by
    their shares. Nothing is said of a user of share 0: what she is told, costs nobody anything.
    """

    guarantee: str
    benchmark: Fraction
    least: Fraction
    mean: Fraction


def for_all(found: Sequence[Verified]) -> Iterator[ForAll]:
    """What all users' certificates prove together; nothing where one of them is missing.

    Only rational bounds count, as those of a quantal user are mostly irrational.
    """
    own = {one.report.game.user: one for one in found if one.report.game.user is not None}
    shares = _shares(found)
    if not shares or own.keys() != shares.keys():
        return
    first = next(iter(own.values()))
    optimum = {name: one.report.benchmarks.optimum for name, one in own.items()}
    for guarantee in first.guarantees:
        bounds = {name: _proved(one, guarantee) for name, one in own.items()}
        known = {name: value for name, value in bounds.items() if value is not None}
        if known.keys() == shares.keys():
            yield ForAll(
                guarantee,
                share_weighted(shares, optimum),
                min(value for name, value in known.items() if shares[name]),
                share_weighted(shares, known),
            )


def _shares(found: Sequence[Verified]) -> Mapping[str, Fraction]:
    origin = found[0].report.game.origin
    return {} if origin is None else origin.shares


def _proved(found: Verified, guarantee: str) -> Fraction | None:
    """The bound that the kernel has accepted, None without one or where it is no rational."""
    certified = found.guarantees.get(guarantee)
    if certified is None or certified.reply is None or not certified.reply.accepted:
        return None
    value = certified.finding.bound.value
    return value if isinstance(value, Fraction) else None


def population_lines(found: Sequence[Verified]) -> Iterator[str]:
    """The lines about all users with rules for each; none where there is nothing to say."""
    known = list(for_all(found))
    if not known:
        return
    yield f"{found[0].report.game.title}: all users, with rules for each"
    yield f"  OPT              {show(known[0].benchmark)} on average"
    whom = "each of them" if all(_shares(found).values()) else "each of positive share"
    for one in known:
        yield f"  {one.guarantee:8} {whom} gets at least {show(one.least)},"
        yield f"           and on average they get at least {show(one.mean)}"


def population_records(found: Sequence[Verified], instance: str) -> list[dict[str, Any]]:
    """The JSON object about all users with rules for each, in a list; none as in the lines."""
    known = list(for_all(found))
    if not known:
        return []
    shares = {name: str(share) for name, share in _shares(found).items()}
    return [
        {
            "instance": instance,
            "title": found[0].report.game.title,
            "users": shares,
            "rules": "for each user",
            "optimum": str(known[0].benchmark),
            "guarantees": {
                one.guarantee: {"least": str(one.least), "mean": str(one.mean)} for one in known
            },
        }
    ]
