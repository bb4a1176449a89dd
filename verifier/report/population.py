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
    own, shares = _own(found), _shares(found)
    if not own:
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


def _own(found: Sequence[Verified]) -> Mapping[str, Verified]:
    """What was found for each user by herself; nothing where somebody is missing."""
    own = {one.report.game.user: one for one in found if one.report.game.user is not None}
    return own if own and own.keys() == _shares(found).keys() else {}


def _shares(found: Sequence[Verified]) -> Mapping[str, Fraction]:
    origin = found[0].report.game.origin
    return {} if origin is None else origin.shares


def _proved(found: Verified, guarantee: str) -> Fraction | None:
    """The bound that the kernel has accepted, None without one or where it is no rational."""
    if not _accepted(found, guarantee):
        return None
    value = found.guarantees[guarantee].finding.bound.value
    return value if isinstance(value, Fraction) else None


def _accepted(found: Verified, guarantee: str) -> bool:
    certified = found.guarantees.get(guarantee)
    return certified is not None and certified.reply is not None and certified.reply.accepted


def population_lines(found: Sequence[Verified]) -> Iterator[str]:
    """The lines about all users with rules for each; none where there is nothing to say."""
    own, known = _own(found), {one.guarantee: one for one in for_all(found)}
    if not own:
        return
    yield f"{found[0].report.game.title}: all users, with rules for each"
    for one in list(known.values())[:1]:
        yield f"  OPT              {show(one.benchmark)} on average"
    whom = "each of them" if all(_shares(found).values()) else "each of positive share"
    for guarantee in next(iter(own.values())).guarantees:
        if guarantee in known:
            yield f"  {guarantee:8} {whom} gets at least {show(known[guarantee].least)},"
            yield f"           and on average they get at least {show(known[guarantee].mean)}"
        else:
            yield f"  {guarantee:8} {_why_no_sum(own, guarantee)}"


def _why_no_sum(own: Mapping[str, Verified], guarantee: str) -> str:
    """Why there is no number for all users with rules for each."""
    open_ones = [name for name, one in own.items() if not _accepted(one, guarantee)]
    if open_ones:
        return f"nothing for all of them: no bound is certified for {', '.join(open_ones)}"
    return "each has the bound above; they are irrational, and are not added up"


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
