"""Probabilities are read: each at least 0, and 1 in sum.

Where the sum is another, they have often been rounded to decimals, which are taken exactly.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from fractions import Fraction

from verifier.errors import SizeError
from verifier.game.model import joint_of_prior
from verifier.game.place import Place, kind, listed
from verifier.game.text.gathering import ConsequenceError, Gathering
from verifier.game.text.toml import Decimal
from verifier.meant import meant
from verifier.numbers import first_digits

ROW = "[user observation, agent observation, state, probability]"
MAX_JOINT_ROWS = 100_000
LARGEST = 100
"""The largest denominator of a fraction that a decimal may stand for."""
MOST = 200
"""Of so many probabilities at most the fractions are looked for."""


MAX_COMMON_BITS = 100_000
"""Most bits of the common denominator of all probabilities; above it, adding them takes long."""


def joint_distribution(top: Place, *sets: tuple[str, ...]) -> dict[tuple[str, str, str], Fraction]:
    """The joint distribution of the user's observations, the agents', and the states."""
    prior, joint = top.get("prior"), top.get("joint")
    if prior is None and joint is None:
        if meant("prior", top.value) or meant("joint", top.value):
            raise ConsequenceError("a key is nearly called so")
        top.member("prior").fail("is missing, expected either `prior` or `joint`")
    if prior is None:
        return _joint(joint or top, _kinds(top), *sets)
    if joint is not None:
        joint.fail("stands beside `prior`, expected only one of the two")
    for key in ("user_observations", "agent_observations"):
        if (place := top.get(key)) is not None:
            place.fail(
                "stands beside `prior`, expected `joint` (with a prior agents see the state,"
                " the user nothing)"
            )
    return joint_of_prior(state_prior(prior, sets[2]))


def state_prior(place: Place, states: tuple[str, ...]) -> dict[str, Fraction]:
    """A prior: the probability of every state, 1 in sum."""
    with Gathering() as found:
        found.part(place.table, states)
        prior = dict(found.every(lambda y: (y, probability(place.at(y))), states))
    require_sum_one(place, prior.values())
    return prior


def _kinds(top: Place) -> list[str]:
    """What the names in a row are; where a list of names is missing, that there is none."""
    kinds = {
        "user_observations": "a user observation",
        "agent_observations": "an agent observation",
    }
    without = (
        kind if top.get(key) is not None else f"{kind} (there is no list {key})"
        for key, kind in kinds.items()
    )
    return [*without, "a state"]


def _joint(
    place: Place, kinds: Sequence[str], *sets: tuple[str, ...]
) -> dict[tuple[str, str, str], Fraction]:
    ranks = [{name: n for n, name in enumerate(names)} for names in sets]
    joint: dict[tuple[int, ...], Fraction] = {}

    def add(row: Place) -> None:
        key, share = _row(row, ranks, kinds)
        if key in joint:
            row.fail(f"{listed(row.value[:3])} appears twice, expected one row for each")
        joint[key] = share

    with Gathering() as found:
        found.every(add, place.items(1, MAX_JOINT_ROWS, f"rows {ROW}"))
    require_sum_one(place, joint.values())
    return {(sets[0][x], sets[1][o], sets[2][y]): p for (x, o, y), p in sorted(joint.items()) if p}


def _row(
    row: Place, ranks: list[dict[str, int]], kinds: Sequence[str]
) -> tuple[tuple[int, ...], Fraction]:
    """The ranks of a row's names, and its probability."""
    if not isinstance(row.value, list) or len(row.value) != 4:
        entries = isinstance(row.value, list)
        given = f"{len(row.value)} entries" if entries else kind(row.value)
        row.fail(f"is {given}, expected {ROW}")
    with Gathering() as found:
        key = found.every(lambda n: ranks[n][row.at(n).known(ranks[n], kinds[n])], range(3))
        share = found.part(probability, row.at(3))
    return tuple(key), share()


def probability(place: Place) -> Fraction:
    """The value, which must be a rational of at least 0."""
    value = place.rational()
    if value < 0:
        place.fail(f"is {value}, expected a probability of at least 0")
    return value


def require_sum_one(place: Place, probabilities: Collection[Fraction]) -> None:
    """Raises InstanceError unless the probabilities of a place sum to 1."""
    common = 1
    for p in probabilities:
        common = math.lcm(common, p.denominator)
        if common.bit_length() > MAX_COMMON_BITS:
            place.fail(
                f"has a common denominator of over {MAX_COMMON_BITS} bits, at most that many are"
                " added up",
                SizeError,
            )
    total = Fraction(sum(p.numerator * (common // p.denominator) for p in probabilities), common)
    if total != 1:
        exact = max(total.numerator.bit_length(), common.bit_length()) < 1000
        place.fail(
            f"sums to {total if exact else f'{first_digits(total)}, not exactly 1'}, expected 1",
            remedy=lambda: unrounded(place),
        )


def unrounded(place: Place) -> str:
    """What to do with a table of probabilities: the fractions that sum to 1, if its decimals are
    rounded ones; else nothing.
    """
    expressions = place.file.evaluation is not None
    if expressions or not isinstance(place.value, dict) or len(place.value) > MOST:
        return ""
    numbers = fractions([*place.value.values()])
    if numbers is None:
        return ""
    exact = {
        key: str(number) if number.denominator > 1 else int(number)
        for key, number in zip(place.value, numbers, strict=True)
    }
    return "; decimals are taken exactly, fractions stand in quotes" + place.rewritten(exact)


def fractions(values: Sequence[object]) -> list[Fraction] | None:
    """The simplest fractions that the decimals are rounded from, if with them the sum is 1.

    >>> print(*fractions([Decimal("0.333"), "0.33", "1/3"]))
    1/3 1/3 1/3
    """
    numbers = [_simplest(_text(value)) for value in values]
    changed = any(n != Fraction(_text(v)) for n, v in zip(numbers, values, strict=True))
    return numbers if changed and sum(numbers) == 1 else None


def _text(value: object) -> str:
    return value.text if isinstance(value, Decimal) else str(value)


def _simplest(text: str) -> Fraction:
    """The fraction with the smallest denominator less than one unit of the last place away."""
    decimal = re.fullmatch(r"\d+\.(\d{2,20})", text, re.ASCII)
    value = Fraction(text)
    if decimal is None:
        return value
    for denominator in range(1, LARGEST):
        near = Fraction(round(value * denominator), denominator)
        if abs(near - value) * 10 ** len(decimal[1]) < 1:
            return near
    return value
