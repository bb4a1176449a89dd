"""Reading and printing exact rationals."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import InstanceError
from verifier.numbers import MAX_DIGITS, parse_rational

SIZED = st.fractions(min_value=-(10**30), max_value=10**30, max_denominator=10**30)


@given(SIZED)
def test_what_is_shown_is_read_back(value: Fraction) -> None:
    assert parse_rational(str(value)) == value


@given(st.integers(-(10**9), 10**9), st.integers(0, 30))
def test_decimals_are_exact(digits: int, places: int) -> None:
    sign, text = "-" * (digits < 0), str(abs(digits)).zfill(places + 1)
    written = (
        sign + text[: len(text) - places] + ("." + text[len(text) - places :] if places else "")
    )
    assert parse_rational(written) == Fraction(digits, 10**places)
    assert parse_rational(f"{digits}e-{places}") == Fraction(digits, 10**places)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", Fraction(3)),
        ("+3", Fraction(3)),
        ("-0", Fraction(0)),
        ("007", Fraction(7)),
        ("-6/4", Fraction(-3, 2)),
        ("0.1", Fraction(1, 10)),
        ("1.50", Fraction(3, 2)),
        ("1e3", Fraction(1000)),
        ("2.5E-2", Fraction(1, 40)),
        ("1" + "0" * (MAX_DIGITS - 1), Fraction(10 ** (MAX_DIGITS - 1))),
        (f"1e-{MAX_DIGITS - 1}", Fraction(1, 10 ** (MAX_DIGITS - 1))),
        (f"{'9' * MAX_DIGITS}/{'8' * MAX_DIGITS}", Fraction(9, 8)),
    ],
)
def test_reads(text: str, value: Fraction) -> None:
    assert parse_rational(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "one",
        "inf",
        "-inf",
        "nan",
        "1/-2",
        "1/2/3",
        "1.",
        ".5",
        "1.5/2",
        "1_000",
        "0x10",
        "1e",
        "--1",
        "1\n",
        "½",
        "\u0661",
        "\u22121",
    ],
)
def test_refuses_what_is_not_a_rational(text: str) -> None:
    with pytest.raises(
        InstanceError, match="is not a rational, expected an integer, a decimal or a string"
    ):
        parse_rational(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("7/0", "7/0 has a zero denominator, expected a positive one"),
        ("0/000", "0/000 has a zero denominator, expected a positive one"),
        ("9" * 401, "is a number of 401 digits when written out, expected at most 400"),
        ("1e9999", "is a number of 10000 digits when written out, expected at most 400"),
        ("1e-400", "is a number of 401 digits when written out, expected at most 400"),
        ("1/" + "9" * 401, "is a ratio of numbers of 401 digits, expected at most 400"),
        ("9" * 5000, "is a number of 5000 characters, expected at most 400 digits"),
        (
            "1e9999999",
            (
                "'1e9999999' is not a rational, expected an integer, a decimal or a string like"
                ' "7/10"'
            ),
        ),
    ],
)
def test_bounds_what_it_reads(text: str, message: str) -> None:
    with pytest.raises(InstanceError) as error:
        parse_rational(text)
    assert str(error.value) == message
