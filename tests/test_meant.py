"""The name that was meant: close ones in any case, and nothing where none is close."""

from __future__ import annotations

import pytest

from verifier.errors import InstanceError
from verifier.meant import choose, hint, meant

NAMES = ["hull", "identical", "favour-speaker"]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("hul", "hull"),
        ("HULL", "hull"),
        ("favor-speaker", "favour-speaker"),
        ("favour_speaker", "favour-speaker"),
        ("something", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_the_closest_name_is_meant(word: str, name: str | None) -> None:
    assert meant(word, NAMES) == name
    assert hint(word, NAMES) == ("" if name is None else f"; did you mean {name!r}?")


def test_an_option_s_word_is_one_of_its_names() -> None:
    assert choose("--drop", "hull", {"hull": 1}) == 1
    with pytest.raises(InstanceError, match=r"^--drop hul: expected one of hull; did you mean 'hu"):
        choose("--drop", "hul", {"hull": 1})
