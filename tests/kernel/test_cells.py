"""Numbers that depend on a parameter: how they compare, how they are written and read."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any

import pytest

from verifier.kernel.parameters import cells, polynomials
from verifier.kernel.parameters.cells import parameter
from verifier.kernel.reader.document import UnreadableError, WrongError, length

F = Fraction
GOLDEN = {"polynomial": ["-1", "-1", "1"], "between": ["1", "2"]}
HALF_OF_TWO = {"polynomial": ["-1", "0", "2"], "between": ["0", "1"]}


def test_numbers_that_depend_on_a_parameter_have_no_hash() -> None:
    """Two of them may be equal at one value, and different at others."""
    with pytest.raises(WrongError, match="numbers that depend on a parameter are not compared"):
        {parameter("t", {"from": 0, "to": 1}, "t"): 1}


def test_what_is_no_number_is_not_equal_and_has_no_sum() -> None:
    t = parameter("t", {"from": 0, "to": 1}, "t")
    assert t != "t" and t is not None and t != [t]
    for work in (operator.add, operator.mul):
        with pytest.raises(TypeError):
            work(t, "t")


def test_a_division_by_0_at_a_root_is_refused() -> None:
    t = parameter("t", GOLDEN, "t")
    with pytest.raises(WrongError, match="a division by 0"):
        1 / (t * t - t - 1)


def test_at_a_root_numbers_are_equal_that_differ_elsewhere() -> None:
    t = parameter("t", GOLDEN, "t")
    assert t * t == t + 1 and 1 / t == t - 1
    assert F(161803398, 10**8) < t < F(161803399, 10**8)


def test_a_root_may_lie_at_the_middle_of_its_bounds() -> None:
    """Halving meets the root itself: it stays strictly inside."""
    t = parameter("t", {"polynomial": ["-1", "2"], "between": ["0", "1"]}, "t")
    assert t == F(1, 2) and t < F(1, 2) + F(1, 10**9) and t > F(1, 2) - F(1, 10**9)


def test_a_cell_may_have_algebraic_ends() -> None:
    t = parameter("t", {"from": HALF_OF_TWO, "to": GOLDEN}, "t")
    assert t * t > F(1, 2) and t * t < t + 1 and F(7, 10) < t
    with pytest.raises(WrongError, match="-1 \\+ t changes its sign within the root of"):
        bool(t - 1)


def test_bits_are_counted() -> None:
    t = parameter("t", {"from": 0, "to": 1}, "t")
    assert length([t, F(1, 3)]) > length([F(1, 3)])


def test_it_is_written_as_a_sum() -> None:
    t = parameter("speed", {"from": 0, "to": 1}, "t")
    assert str(1 - t) == repr(1 - t) == "1 - speed"
    assert str(-t / 2) == "-1/2*speed"
    assert str((3 * t * t - t) / (t + 1)) == "(-speed + 3*speed*speed)/(1 + speed)"
    assert str(parameter("t", {"from": HALF_OF_TWO, "to": 1}, "t").cell) == (
        "the root of -1 + 2*t*t between 0 and 1 < t < 1"
    )
    assert str(parameter("x", GOLDEN, "x").cell) == "x = the root of -1 - x + x*x between 1 and 2"
    assert polynomials.written((), "t") == "0"


UNREADABLE = [
    ({"from": 1, "to": 1}, "expected more than one value"),
    ({"from": 1, "to": 0}, "expected more than one value"),
    ({"from": GOLDEN, "to": GOLDEN}, "expected more than one value"),
    ({"from": 0}, "missing key 'to'"),
    ({"polynomial": ["1"], "between": ["0", "1"]}, "whose signs at two ends differ"),
    ({"polynomial": [], "between": ["0", "1"]}, "whose signs at two ends differ"),
    ({"polynomial": ["-1", "0", "1"], "between": ["-2", "2"]}, "whose signs at two ends differ"),
    ({"polynomial": ["-1", "1"], "between": ["2", "0"]}, "whose signs at two ends differ"),
    ({"polynomial": ["-1", "1"], "between": ["1", "2"]}, "whose signs at two ends differ"),
    ({"polynomial": ["0", "-1", "0", "1"], "between": ["-2", "2"]}, "one root between the ends"),
    ({"polynomial": ["-1", "1"], "between": ["0"]}, "expected a list like"),
    ({"polynomial": "t", "between": ["0", "1"]}, "expected a list like"),
    ({"polynomial": ["-1", "1"]}, "missing key 'from'"),
]


@pytest.mark.parametrize(("given", "why"), UNREADABLE)
def test_what_is_no_cell_is_unreadable(given: Any, why: str) -> None:
    with pytest.raises(UnreadableError, match=f"t: .*{why}|t\\.?.*: {why}"):
        parameter("t", given, "t")


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (GOLDEN, HALF_OF_TWO),
        (GOLDEN, {"polynomial": ["-2", "-2", "2"], "between": ["1", "2"]}),
        (GOLDEN, 1),
        (2, GOLDEN),
    ],
)
def test_a_cell_without_values_is_unreadable(low: Any, high: Any) -> None:
    t = parameter("t", {"from": low, "to": high}, "t")
    with pytest.raises(UnreadableError, match="expected its first end below its second"):
        bool(t)


def test_two_roots_that_are_too_near_are_unreadable() -> None:
    """Halving four hundred times does not tell the square root of 2 from that of 2 + 10^-200."""
    near = F(1, 10**200)
    t = parameter("t", {"polynomial": ["-2", "0", "1"], "between": ["1", "2"]}, "t")
    assert t * t < 2 + F(1, 10**50)
    with pytest.raises(UnreadableError, match="too large: two roots are too near"):
        bool(t * t - 2 - near)


def test_quotients_of_a_certificate_are_read() -> None:
    t = parameter("t", {"from": 0, "to": 1}, "t")
    content = {"a": [{"above": ["0", "1"], "below": ["1"]}, "1/2", {"b": None}]}
    found = cells.inserted(content, t.cell)
    assert found["a"][0] == t and found["a"][1:] == ["1/2", {"b": None}]
    assert cells.inserted({"above": ["2", 2], "below": [1, "1"]}, t.cell) == F(2)
    for below in ([], ["-1", "2"], ["1/4", "-1", "1"]):
        with pytest.raises(WrongError):
            cells.inserted({"above": ["1"], "below": below}, t.cell)
    for strange in ("t", [1.5], ["t"], [[1]], {"1": 1}):
        with pytest.raises(UnreadableError):
            cells.inserted({"above": ["1"], "below": strange}, t.cell)
