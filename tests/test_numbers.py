"""Exact numbers are read as people write them and shown as people read them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import InstanceError
from verifier.numbers import (
    LONGEST_FRACTION,
    MAX_DIGITS,
    about,
    at_most,
    brief,
    decimal,
    digits,
    enclose,
    first_digits,
    parse_rational,
    rational,
    show,
)
from verifier.solve.exponential import ExponentialSum, QuotientSum

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


@given(SIZED)
def test_decimals_are_cut_towards_zero_and_say_so(value: Fraction) -> None:
    found = digits(value)
    shown = Fraction(found.decimal)
    assert abs(shown) <= abs(value) and shown * value >= 0
    assert found.cut == (shown != value)
    assert found.exact == value == enclose(value).exact == rational(value)
    assert (found.long is None) == (len(str(value)) <= LONGEST_FRACTION)


@given(SIZED)
def test_a_short_fraction_is_shown_in_full_and_a_long_one_by_its_decimal(value: Fraction) -> None:
    short = len(str(value)) <= LONGEST_FRACTION
    assert brief(value) == (str(value) if short else f"{decimal(value)}..")
    assert show(value).startswith(str(value) if short else f"{decimal(value)}.. (long")
    assert at_most(LONGEST_FRACTION, value, decimal) == (str(value) if short else decimal(value))


def test_numbers_that_are_no_fractions_are_shown_by_their_lower_end() -> None:
    one = ExponentialSum({Fraction(0): Fraction(1)})
    share = QuotientSum("e", Fraction(0), ((one, ExponentialSum({Fraction(1): Fraction(1)})),))
    assert (show(share), brief(share)) == ("0.367879.. (irrational)", "0.367879..")
    assert show(share - share + Fraction(1, 3)) == "1/3 (0.333333..)"
    assert rational(share - share + 2) == 2
    with pytest.raises(
        TypeError, match=r"0\.367879\.\. \(irrational\) is not known to be a fraction"
    ):
        rational(share)


@pytest.mark.parametrize(
    ("value", "label", "rounded"),
    [
        (Fraction(2, 3), "0.6666…", "~0.667"),
        (Fraction(-1, 10**9 + 1), "-9.999E-10…", "~-1e-09"),
        (Fraction(10**30 + 1, 3), "3.333E+29…", "~3.33e+29"),
    ],
)
def test_long_fractions_in_labels_and_tables(value: Fraction, label: str, rounded: str) -> None:
    assert first_digits(value) == label
    assert about(".3g")(value) == rounded
