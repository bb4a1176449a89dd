"""Ends of cells: algebraic numbers are compared exactly, and no value is lost between pieces."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.kernel.parameters.cells import parameter
from verifier.kernel.parameters.polynomials import written as kernel_writes
from verifier.region.function import (
    End,
    RationalFunction,
    Root,
    bounds,
    described,
    end_record,
    inside,
    precedes,
    read_polynomial,
    roots,
    written,
)
from verifier.region.partition import cut, simplest
from verifier.region.piece import Piece, covering, file_name

F = Fraction
(MINUS, PLUS) = sorted(roots((F(-2), F(0), F(1))), key=lambda end: bounds(end)[0])

often = settings(max_examples=100, deadline=None, derandomize=True)
coefficients = st.fractions(min_value=-5, max_value=5, max_denominator=4)


def test_roots_are_the_same_however_their_polynomial_is_written() -> None:
    """Irreducible and with coprime integers: equal exactly if they are one number."""
    for p in (
        (F(-2), F(0), F(1)),
        (F(2, 3), F(0), F(-1, 3)),
        (F(0), F(-2), F(0), F(1)),
        (F(2), F(-2), F(-1), F(1)),
        (F(4), F(0), F(-4), F(0), F(1)),
    ):
        irrational = {end for end in roots(p) if isinstance(end, Root)}
        assert irrational == {MINUS, PLUS}
    assert set(roots((F(2), F(-2), F(-1), F(1)))) == {MINUS, PLUS, F(1)}
    assert roots((F(1), F(0), F(1))) == []


def test_numbers_that_are_nearer_than_any_float_sees_are_told_apart() -> None:
    near = F(1, 10**60)
    (other,) = (end for end in roots((-2 - near, F(0), F(1))) if not precedes(end, F(0)))
    assert other != PLUS
    assert precedes(PLUS, other) and not precedes(other, PLUS)
    assert not precedes(PLUS, PLUS)
    least, most = inside(PLUS, other)
    assert least < most and least**2 > 2 and most**2 < 2 + near


def test_rationals_and_roots_are_compared() -> None:
    digits = F(141421356237309504880168872420969807, 10**35)
    assert precedes(digits, PLUS) and not precedes(PLUS, digits)
    assert precedes(PLUS, digits + F(1, 10**35))
    assert precedes(MINUS, F(0)) and precedes(F(0), F(1, 10**100))


def test_a_root_is_written_with_its_decimals() -> None:
    assert str(PLUS) == "1.414213.. (irrational)"
    assert str(MINUS) == "-1.414213.. (irrational)"
    (tiny,) = (end for end in roots((F(-2, 10**16), F(0), F(1))) if precedes(F(0), end))
    assert isinstance(tiny, Root)
    assert tiny.digits(10) == "0.0000000141"
    assert file_name(PLUS, 12) == "1.414213562373" and file_name(F(1, 2)) == "1-2"


@often
@given(p=st.lists(coefficients, min_size=2, max_size=5).filter(lambda p: p[-1] != 0))
def test_the_kernel_reads_each_root_as_the_only_one(p: list[Fraction]) -> None:
    for end in roots(tuple(p)):
        if isinstance(end, Root):
            t = parameter("t", end_record(end), "t")
            value = sum((c * power(t, n) for n, c in enumerate(p)), F(0))
            assert value == 0
            assert str(t.cell) == described(end, end, "t")


def power(t: Any, n: int) -> Any:
    found: Any = F(1)
    for _ in range(n):
        found = found * t
    return found


@often
@given(p=st.lists(coefficients, max_size=5).map(lambda p: (*p, F(1))))
def test_polynomials_are_written_and_read_as_the_kernel_does(p: tuple[Fraction, ...]) -> None:
    assert written(p, "t") == kernel_writes(p, "t")
    assert read_polynomial(written(p, "t"), "t") == p


def test_cells_are_described_as_the_kernel_does() -> None:
    for low, high in ((F(0), F(1, 2)), (F(0), PLUS), (MINUS, PLUS)):
        given = {"from": end_record(low), "to": end_record(high)}
        assert str(parameter("x", given, "x").cell) == described(low, high, "x")
    assert described(F(1, 3), F(1, 3), "x") == "x = 1/3"


def test_a_cut_is_at_the_nearest_roots_on_both_sides() -> None:
    p = (F(2), F(-2), F(-1), F(1))  # roots 1 and plus, minus the root of 2
    assert cut(F(-3), F(3), F(0), p) == (MINUS, F(1))
    assert cut(F(-3), F(3), F(5, 4), p) == (F(1), PLUS)
    assert cut(F(-1), F(1, 2), F(0), p) == (F(-1), F(1, 2))
    assert cut(F(0), F(3), F(1), p) == (F(1), F(1))


def test_the_simplest_fraction_has_the_least_denominator() -> None:
    assert simplest(F(1, 3), F(2, 3)) == F(1, 2)
    assert simplest(F(7, 10), F(71, 100)) == F(7, 10)
    assert simplest(F(-2, 3), F(-1, 2)) == F(-1, 2)
    assert simplest(F(3, 10), F(2, 5)) == F(1, 3)


def test_functions_in_lowest_terms_are_equal() -> None:
    assert RationalFunction.of((F(1, 2), F(1)), (F(3, 2), F(3))) == RationalFunction.of(
        (F(-1), F(-2)), (F(-3), F(-6))
    )


@pytest.mark.parametrize(
    ("known", "ends"),
    [
        ([], [(0, 0), (0, 2), (2, 2)]),
        ([(0, 0)], [(0, 0), (0, 2), (2, 2)]),
        ([(2, 2)], [(0, 0), (0, 2), (2, 2)]),
        ([(0, 2)], [(0, 0), (0, 2), (2, 2)]),
        ([(1, 1)], [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)]),
        ([(0, 1), (1, 2)], [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)]),
        ([(1, 2), (0, 0)], [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)]),
        ([(0, PLUS), (PLUS, 2)], [(0, 0), (0, PLUS), (PLUS, PLUS), (PLUS, 2), (2, 2)]),
        (
            [(F(1, 2), 1), (1, 1)],
            [(0, 0), (0, F(1, 2)), (F(1, 2), F(1, 2)), (F(1, 2), 1), (1, 1), (1, 2), (2, 2)],
        ),
    ],
)
def test_what_is_not_known_is_undecided(
    known: list[tuple[End, End]], ends: list[tuple[End, End]]
) -> None:
    """Two cells that meet leave one value between them: it is a piece, known or not."""

    def exact(end: End | int) -> End:
        return F(end) if isinstance(end, int) else end

    pieces = [Piece(exact(low), exact(high), None, {"x": ONE}) for low, high in known]
    found = covering(pieces, F(0), F(2))
    assert [(p.low, p.high) for p in found] == [(exact(a), exact(b)) for a, b in ends]
    assert [p for p in found if p.values] == sorted(pieces, key=found.index)


ONE = RationalFunction((F(1),), (F(1),))


def test_two_roots_that_are_very_near_do_not_hide_what_is_between() -> None:
    near = F(1, 10**60)
    (other,) = (end for end in roots((-2 - near, F(0), F(1))) if precedes(F(0), end))
    found = covering([Piece(F(0), PLUS, None), Piece(other, F(2), None)], F(0), F(2))
    assert [(p.low, p.high) for p in found] == [
        (F(0), F(0)),
        (F(0), PLUS),
        (PLUS, PLUS),
        (PLUS, other),
        (other, other),
        (other, F(2)),
        (F(2), F(2)),
    ]
