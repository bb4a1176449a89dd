"""Probabilities that were rounded: the fractions that they stand for, and when they are none."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.game.probabilities import fractions
from verifier.game.toml import Decimal

F = Fraction


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["0.333"] * 3, [F(1, 3)] * 3),
        (["0.66", "0.33"], [F(2, 3), F(1, 3)]),
        (["0.167"] * 6, [F(1, 6)] * 6),
        (["0.14"] * 7, [F(1, 7)] * 7),
        (["1/3", "0.333", "0.333"], [F(1, 3)] * 3),
        (["0.3", "0.3", "0.3"], None),
        (["0.25", "0.5"], None),
        ([1, "0.333"], None),
        (["-0.333", "1.333"], None),
    ],
)
def test_decimals_become_fractions_only_where_these_sum_to_1(
    values: list[object], expected: list[F] | None
) -> None:
    given = [Decimal(v) if isinstance(v, str) and "/" not in v else v for v in values]
    assert fractions(given) == expected


@given(st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_what_was_rounded_to_four_places_is_found_again(shares: list[int]) -> None:
    exact = [F(share, sum(shares)) for share in shares]
    rounded = [Decimal(f"{float(p):.4f}") for p in exact]
    found = fractions(rounded)
    if found is not None:
        assert sum(found) == 1
        places = [abs(q - F(p.text)) for q, p in zip(found, rounded, strict=True)]
        assert max(places) < F(1, 10_000)
    if sum(F(p.text) for p in rounded) != 1 and sum(shares) <= 70:
        assert found == exact
