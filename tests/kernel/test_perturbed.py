"""Any tight number of any accepted certificate, moved, makes the proof wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.certificates import ROOT, SHIPPED, judge, loaded, made
from verifier.kernel.reader.document import UnreadableError, WrongError

LOOSE = {
    ("hull distance", "offset"): "several offsets can attain the distance",
    (
        "every equilibrium",
        "obedience",
    ): "a larger multiplier can leave every column below the user's utility",
    (
        "deviations",
        "multiplier",
    ): "likewise; it changes the value only where the deviation secures something",
    ("pieces", "obedience"): "as for the bound",
    ("pieces", "multiplier"): "likewise; an offer may have slack",
    ("pieces", "from"): "as for the bound",
    ("pieces", "perturbation"): "any frequency at which she strictly prefers the message will do",
    ("pieces", "sends"): "an offer with slack may give her, or him, a little less",
    ("pieces", "marginal"): "a piece that proves more than it claims has room",
    ("pieces", "upper"): "likewise",
    ("secures", "obedience"): "as for the bound",
    ("margins", "towards"): "what is contested is contested with other weights, too",
    ("margins", "never"): "as for the bound",
    ("remarks", "shifts"): "whoever breaks a tie does so with other weights, too",
    ("remarks", "ties"): "Farkas multipliers may have room",
    ("remarks", "kept"): "likewise",
    ("remarks", "directions"): "another direction may do as well",
    ("remarks", "obedience"): "as for the bound",
    ("remarks", "never"): "as for the bound",
    ("remarks", "towards"): "as for margins",
    ("remarks", "likelihoods"): "another case may have room where this remark counts",
    ("deviation_bounds", "obedience"): "a larger multiplier can leave columns below their prices",
    ("deviation_bounds", "duplicates"): "one that is less adverse may do as well",
    ("deviation_bounds", "floor"): "another slope at a corner of the frontier",
    ("deviation_bounds", "prices"): "a block with slack (a deviation that would lose) has room",
}
"""Numbers that need not be tight: a moved one can be another valid proof of the same claim."""

RAISING = ("pieces", "received", "margins", "remarks")
"""What raises the bound of the outcome program."""

Path = tuple[Any, ...]


def loose(keys: Path) -> bool:
    """Whether the keys lead through one of the pairs above, the second below the first."""
    return any(outer in keys and inner in keys[keys.index(outer) :] for outer, inner in LOOSE)


def tight(content: Any) -> list[Path]:
    """The paths of the rational strings of a certificate that must be tight."""
    claims = [
        (("claims", n, *path), (claim["claim"], *path))
        for n, claim in enumerate(content["claims"])
        for path in numbers(claim)
    ]
    concluded = [("conclusion", *path) for path in numbers(content["conclusion"])]
    return [path for path, keys in claims if not loose(keys)] + concluded


def numbers(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of the rational strings; names that look like numbers are not moved."""
    if isinstance(value, dict):
        if any(map(value.get, RAISING)):  # what is raised may be lower, if there is room
            value = {key: entry for key, entry in value.items() if key != "marginal"}
        for key, entry in value.items():
            yield from numbers(entry, (*path, key))
    elif isinstance(value, list):
        for n, entry in enumerate(value):
            yield from numbers(entry, (*path, n))
    elif isinstance(value, str) and _is_number(value):
        yield path


def _is_number(text: str) -> bool:
    try:
        Fraction(text)
    except ValueError:
        return False
    return True


def moved(content: Any, path: Path, by: Fraction) -> Any:
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = str(Fraction(place[path[-1]]) + by)
    return content


def blocks(content: Any) -> list[Any]:
    """The blocks of prices in a certificate."""
    held = [bound for claim in content["claims"] for bound in claim.get("deviation_bounds", [])]
    return [block for bound in held for block in bound.get("blocks", [])]


def priced() -> list[tuple[str, str]]:
    """The shipped certificates that have prices."""
    folder = ROOT / "proofs" / "certificates"
    return [
        (instance, guarantee)
        for instance, guarantee in SHIPPED
        if blocks(json.loads((folder / f"{instance}.{guarantee}.json").read_text("utf-8")))
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("instance", "guarantee"), SHIPPED)
def test_every_tight_number_counts(instance: str, guarantee: str) -> None:
    paths = tight(made(instance, guarantee))
    if loaded(instance).evaluation:  # what rows prove is cut short by what is offered less 2 z
        paths = [path for path in paths if "marginal" not in path]
    assert paths
    for path in paths:
        for by in (Fraction(1, 1000), Fraction(-1, 1000)):
            with pytest.raises((WrongError, UnreadableError)):
                judge(moved(made(instance, guarantee), path, by), instance)
                pytest.fail(f"{path} of {instance} {guarantee} moved by {by} and was accepted")


@pytest.mark.parametrize(("instance", "guarantee"), priced())
def test_prices_cannot_all_be_lower(instance: str, guarantee: str) -> None:
    """A single price may have room, but not all prices of an agent whose deviation is held exactly
    at what he has.
    """
    content = made(instance, guarantee)
    for block in blocks(content):
        for price in (price for option in block["options"] for price in option["prices"]):
            price[1] = str(Fraction(price[1]) - Fraction(1, 1000))
    with pytest.raises(WrongError, match="is worth more than"):
        judge(content, instance)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_tight_number_can_move_by_any_amount(data: st.DataObject) -> None:
    instance, guarantee = data.draw(st.sampled_from(SHIPPED))
    path = data.draw(st.sampled_from(tight(made(instance, guarantee))))
    by = data.draw(
        st.fractions(-3, 3, max_denominator=10**6).filter(bool)
    )  # far beyond the 1e-9 that ends may be apart
    with pytest.raises((WrongError, UnreadableError)):
        judge(moved(made(instance, guarantee), path, by), instance)
