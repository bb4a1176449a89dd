"""Characters that are shown, and those that become codes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.games import texts
from verifier.errors import InstanceError
from verifier.game.toml import quoted
from verifier.printable import is_printable, printable, printable_lines


@pytest.mark.parametrize(
    "text", ["", "plain", "Zoë, 李小龙, שלום, سلام", "e\u0301 ½ € → 😀 \u00a0\u3000", r"C:\x1b"]
)
def test_text_of_any_script_is_shown_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\0\t\n\r\x1b\x7f\x85\x9b", r"\x00\x09\x0a\x0d\x1b\x7f\x85\x9b"),
        ("\u00ad\u200b\u200f\u202e\u2066\ufeff", r"\xad\u200b\u200f\u202e\u2066\ufeff"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\ue000\ud800\uffff\U000e0041", r"\ue000\ud800\uffff\U000e0041"),
    ],
)
def test_what_could_act_becomes_a_code(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters()) | texts())
def test_the_result_is_one_line_of_shown_characters(text: str) -> None:
    shown = printable(text)
    assert all(is_printable(c) for c in shown)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown


def test_every_code_point_that_acts_is_escaped_whatever_the_version_of_unicode() -> None:
    """Python 3.11 has Unicode 14, in which U+1FAE8, a face, and U+1343F, a format, are nothing."""
    shown = [chr(code) for code in range(0x110000) if is_printable(chr(code))]
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    assert is_printable("\U0001fae8") and not is_printable("\U0001343f")
    hidden = {c for c in map(chr, range(0x110000)) if not is_printable(c)}
    assert not {unicodedata.category(c)[0] for c in hidden} & set("LMNPS")


def test_lines_and_tabs_of_a_file_stay() -> None:
    assert printable_lines("a\tb\r\n\u202ec\x1b\n") == "a\tb\r\n\\u202ec\\x1b\n"


def test_a_string_of_toml_is_printable_too() -> None:
    assert quoted("\u202e\x9b\U000e0041\x1bë") == r'"\u202e\u009b\U000e0041\u001bë"'


def test_the_message_of_an_error_is_one_printable_line() -> None:
    assert str(InstanceError("a\x1b[2J\nPROVED.toml: no such file")) == (
        r"a\x1b[2J\x0aPROVED.toml: no such file"
    )
