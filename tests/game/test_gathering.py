"""Parts that are read independently: all their errors come at once, and each once."""

from __future__ import annotations

from typing import NoReturn

import pytest

from verifier.errors import InstanceError, SizeError
from verifier.game.gathering import MOST_SHOWN, GatheredError, Gathering


def wrong(what: str) -> NoReturn:
    raise InstanceError(what)


def test_parts_that_can_be_read_are_returned() -> None:
    with Gathering() as found:
        one = found.part(int, "1")
        several = found.every(int, ["2", "3"])
    assert (one(), several) == (1, [2, 3])


def test_what_rests_on_a_wrong_part_is_no_error_of_its_own() -> None:
    with pytest.raises(InstanceError) as error, Gathering() as found:
        first = found.part(wrong, "first")
        found.part(lambda: [first()])
        found.part(wrong, "second")
    assert error.value.lines == ("first", "second")


def test_one_error_is_raised_as_it_is() -> None:
    class OneError(InstanceError):
        pass

    def one() -> None:
        raise OneError("one")

    with pytest.raises(OneError), Gathering() as found:
        found.part(one)


def test_an_error_outside_the_parts_is_one_more() -> None:
    with pytest.raises(GatheredError) as error, Gathering() as found:
        found.part(wrong, "part")
        wrong("outside")
    assert error.value.lines == ("part", "outside")


def test_gatherings_inside_count() -> None:
    with pytest.raises(GatheredError) as error, Gathering() as outer:
        for part in range(3):
            with pytest.raises(GatheredError) as inside, Gathering() as inner:
                inner.every(wrong, [f"{part} {n}" for n in range(MOST_SHOWN - 5)])
            outer.add(inside.value)
    assert error.value.count == 3 * (MOST_SHOWN - 5)
    assert len(error.value.lines) == MOST_SHOWN + 1
    assert error.value.lines[-1] == f"and {2 * MOST_SHOWN - 15} more"


def test_a_size_is_refused_at_once() -> None:
    read = []

    def large(part: int) -> None:
        read.append(part)
        raise SizeError("too large")

    with pytest.raises(SizeError, match="too large"), Gathering() as found:
        found.part(wrong, "before")
        found.every(large, range(3))
    assert read == [0]


def test_other_exceptions_pass() -> None:
    with pytest.raises(ZeroDivisionError), Gathering() as found:
        found.part(wrong, "before")
        found.part(lambda: 1 / 0)
