"""The summary of a sweep: verdicts, closed intervals, distributions and worst cases, all exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import nlargest
from typing import Any

from verifier.meant import choose
from verifier.numbers import counted, show
from verifier.result import Result

VERDICTS = ("proved", "vacuous", "refuted", "open")
DIFFERENCES = {
    "loss": "benchmark minus worst equilibrium found",
    "open": "worst equilibrium found minus certified bound",
}


@dataclass(frozen=True)
class Spread:
    """The least, the quartiles and the largest of some numbers.

    Each is one of the numbers, the lower one where two are in the middle.
    """

    count: int
    least: Fraction
    quarter: Fraction
    median: Fraction
    three_quarters: Fraction
    largest: Fraction

    @classmethod
    def of(cls, values: Iterable[Fraction]) -> Spread | None:
        """The spread of these values; None where there are none."""
        ordered = sorted(values)
        if not ordered:
            return None
        last = len(ordered) - 1
        return cls(len(ordered), *(ordered[last * n // 4] for n in range(5)))

    def record(self) -> dict[str, Any]:
        """The spread as JSON."""
        return {
            key: value if isinstance(value, int) else str(value)
            for key, value in vars(self).items()
        }


@dataclass(frozen=True)
class Share:
    """The numbers of one guarantee over all games that were verified.

    `gains` are certified minus paper bound where the paper's theorem applies, `losses` benchmark
    minus worst equilibrium, `widths` worst equilibrium minus certified bound, by the number of the
    game; of an irrational number the lower end.
    """

    guarantee: str
    verdicts: Mapping[str, int]
    gains: Mapping[int, Fraction]
    losses: Mapping[int, Fraction]
    widths: Mapping[int, Fraction]

    @property
    def closed(self) -> int:
        """The number of closed intervals, in which bound* is the worst equilibrium."""
        return sum(1 for width in self.widths.values() if width == 0)


@dataclass(frozen=True, repr=False)
class Summary(Result):
    """The summary: the number of games, those without a verdict, and every guarantee's share.

    `failures` are the games that timed out, crashed or were refused, with status and reason.
    """

    games: int
    failures: Mapping[int, tuple[str, str]]
    shares: tuple[Share, ...]
    title: str = ""

    def __getitem__(self, guarantee: str) -> Share:
        """The share of a guarantee. Raises InstanceError for one that was not asked for."""
        return choose(
            "the summary", str(guarantee), {share.guarantee: share for share in self.shares}
        )


Tally = tuple[dict[str, int], dict[int, Fraction], dict[int, Fraction], dict[int, Fraction]]
"""The parts of a share while games are added to it."""


def summary(
    records: Iterable[tuple[int, dict[str, Any]]], guarantees: Sequence[str], title: str = ""
) -> Summary:
    """The summary of the records (number, record) of a sweep with these guarantees."""
    tallies: dict[str, Tally] = {
        name: (dict.fromkeys(VERDICTS, 0), {}, {}, {}) for name in guarantees
    }
    failures, seen = {}, 0
    for number, record in records:
        seen += 1
        if record["status"] != "verified":
            failures[number] = record["status"], record["reason"]
            continue
        for name, tally in tallies.items():
            _add(tally, number, record["guarantees"][name])
    shares = tuple(Share(name, *tally) for name, tally in tallies.items())
    return Summary(seen, failures, shares, title)


def _add(tally: Tally, number: int, found: dict[str, Any]) -> None:
    verdicts, *numbers = tally
    verdicts[found["verdict"]] += 1
    for key, kept in zip(("gain", "loss", "open"), numbers, strict=True):
        if found[key] is not None:
            kept[number] = lower_end(found[key])


def lower_end(value: str | dict[str, str | None]) -> Fraction:
    """A rational number itself, or the lower end of an irrational one, from its JSON."""
    if isinstance(value, str):
        return Fraction(value)
    exact = value["exact"]
    return Fraction(str(value["lower"] if exact is None else exact))


def worst_cases(found: Summary, keep: int) -> Iterator[tuple[str, int, str]]:
    """The games worth keeping, as (name, number, reason): the largest losses and open intervals.

    There are at most `keep` of each kind for a guarantee; each name comes once.
    """
    for share in found.shares:
        for what, values in (("loss", share.losses), ("open", share.widths)):
            largest = nlargest(
                keep, ((value, -number) for number, value in values.items() if value > 0)
            )
            for place, (value, number) in enumerate(largest, 1):
                reason = f"{share.guarantee}: {DIFFERENCES[what]} is {value}"
                yield f"{share.guarantee}_{what}_{place}", -number, reason


def summary_record(found: Summary) -> dict[str, Any]:
    """The summary as JSON, with exact numbers."""
    shares = {}
    for share in found.shares:
        spreads = {
            key: Spread.of(getattr(share, key).values()) for key in ("gains", "losses", "widths")
        }
        distributions = {key: spread and spread.record() for key, spread in spreads.items()}
        shares[share.guarantee] = {
            "verdicts": {word: share.verdicts[word] for word in VERDICTS},
            "closed": share.closed,
            **distributions,
        }
    failures = [[number, status, reason] for number, (status, reason) in found.failures.items()]
    return {"games": found.games, "failures": failures, "guarantees": shares}


def summary_lines(found: Summary) -> Iterator[str]:
    """The summary as lines for the terminal."""
    for share in found.shares:
        verified = sum(share.verdicts.values())
        counts = ", ".join(
            f"{share.verdicts[word]} {word}" for word in VERDICTS if share.verdicts[word]
        )
        yield f"  {share.guarantee:8} {counts or 'nothing verified'}"
        yield (
            f"           closed intervals (bound* is the worst equilibrium): {share.closed} of"
            f" {verified}"
        )
        for what, values, missing in (
            ("certified - paper bound", share.gains, "its hypotheses fail in"),
            ("benchmark - worst equilibrium found", share.losses, "none was found in"),
        ):
            others = verified - len(values)
            without = f"; {missing} {others} more" if others else ""
            spread = Spread.of(values.values())
            if spread is not None:
                ends = (
                    f"least {show(spread.least)}, median {show(spread.median)}, largest"
                    f" {show(spread.largest)}"
                )
                yield f"           {what}: {ends} ({counted(spread.count, 'game')}{without})"
    for number, (status, reason) in found.failures.items():
        yield f"  game {number} {status}: {reason}"
