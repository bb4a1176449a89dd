"""Parameters: the kernel and the verifier read the same games, and refuse the same files."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.second_checker.parameters import evaluate
from tests.second_checker.reading import UnreadableError as SecondUnreadableError
from verifier.errors import InstanceError
from verifier.game.affine import Affine, affine
from verifier.game.model import digest
from verifier.game.reader import parse
from verifier.game.text.toml import quoted
from verifier.kernel.game_file import parsed
from verifier.kernel.parameters.affine import Expression
from verifier.kernel.reader.document import UnreadableError

GAME = """format = 1
title = "Any"
states = ["dry", "wet"]
actions = ["walk", "stay"]
prior = {{ dry = {prior}, wet = {rest} }}
[parameters]
t = {{ from = "-1/2", to = 2, default = 1 }}
s_1 = {{ from = 0, to = "7/3", default = 0.5 }}
[user]
utility.walk = {{ dry = {user}, wet = "t + s_1" }}
utility.stay = {{ dry = 0, wet = 0 }}
[[agents]]
name = "office"
utility.walk = {{ dry = {agent}, wet = -1 }}
utility.stay = {{ dry = 0, wet = 0 }}
[claim]
tolerance = {tolerance}
gamma = {gamma}
[model]
quantal = {{ eta = {eta} }}
"""
USUAL = {
    "prior": "1/2",
    "rest": "1/2",
    "user": "1",
    "agent": "1",
    "tolerance": "1",
    "gamma": "1",
    "eta": "1",
}

decimals = st.from_regex(r"\d{1,3}(\.\d{1,3})?([eE][+-]?\d{1,2})?", fullmatch=True)
spaces = st.sampled_from(["", "", " ", "  "])


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Two expressions with a sign between them, or one with something around it."""
    signs = st.sampled_from("+-*/")
    pairs = st.tuples(parts, spaces, signs, spaces, parts).map("".join)
    return pairs | parts.map("({})".format) | st.tuples(st.sampled_from("+-"), parts).map("".join)


expressions = st.recursive(decimals | st.sampled_from(["t", "s_1", "2"]), joined, max_leaves=12)
"""What the grammar can make; often not affine, for all signs come with parameters as well."""

soup = st.text(alphabet="0123456789..eE+-*/()()  tts_1x,^\n\u00b2\u0661", max_size=12)
"""Mostly no expressions."""


def read_by_the_kernel(text: str) -> Affine | None:
    try:
        form = Expression(text, ["t", "s_1"], "here").form()
    except UnreadableError:
        return None
    constant = form.pop("")
    return Affine(constant, {name: slope for name, slope in form.items() if slope})


def read_by_the_second_checker(text: str) -> Affine | None:
    try:
        constant, *slopes = evaluate(text, ["t", "s_1"])
    except SecondUnreadableError:
        return None
    named = zip(["t", "s_1"], slopes, strict=True)
    return Affine(constant, {name: slope for name, slope in named if slope})


def read_by_the_verifier(text: str) -> Affine | None:
    try:
        return affine(text, ["t", "s_1"])
    except InstanceError:
        return None


def agreed(text: str) -> Affine | None:
    """What all three read; None where all refuse."""
    found = read_by_the_verifier(text)
    assert read_by_the_kernel(text) == found
    assert read_by_the_second_checker(text) == found
    return found


@pytest.mark.slow
@given(expressions)
@settings(max_examples=500, deadline=None)
@example("t*0*t")
@example("t/(s_1 - s_1 + 2)")
@example("2*-t")
@example("-" * 199 + "t")
@example("(" * 99 + "t" + ")" * 99)
@example("t + " + "0" * 197)
@example("1e400*0*t")
def test_all_read_the_same_expressions(text: str) -> None:
    agreed(text)


@pytest.mark.slow
@given(soup | st.tuples(expressions, soup).map("".join))
@settings(max_examples=1000, deadline=None)
@example("t\n")
@example("t**2")
@example("t(2)")
@example("(*t)")
@example("2t")
@example("t if t else 1")
@example("1_000*t")
@example("\u0661*t")
def test_all_refuse_the_same_texts(text: str) -> None:
    agreed(text)


@pytest.mark.parametrize(
    ("text", "constant", "slopes"),
    [
        ("1/2 + t/4", "1/2", {"t": "1/4"}),
        ("(1 - t)/3", "1/3", {"t": "-1/3"}),
        ("2*t", "0", {"t": "2"}),
        ("t - s_1/2", "0", {"t": "1", "s_1": "-1/2"}),
        ("-(2e-1*(s_1 + 5)) - -t/0.5", "-1", {"s_1": "-1/5", "t": "2"}),
        ("6/4/3", "1/2", {}),
        ("t - t", "0", {}),
    ],
)
def test_what_expressions_mean(text: str, constant: str, slopes: dict[str, str]) -> None:
    expected = Affine(Fraction(constant), {name: Fraction(a) for name, a in slopes.items()})
    assert agreed(text) == expected


def number(text: str) -> str:
    return quoted(text)


PLACES = sorted(USUAL)


@pytest.mark.slow
@given(
    texts=st.dictionaries(
        st.sampled_from(PLACES), expressions | st.sampled_from(["t/9 + 1/4", "1 - s_1/9", "t + 1"])
    ),
    t=st.fractions("-1/2", 2, max_denominator=6),
    s=st.fractions(0, "7/3", max_denominator=6),
    complete=st.booleans(),
)
@settings(max_examples=400, deadline=None)
@example(texts={"prior": "t/4 + 1/8"}, t=Fraction(0), s=Fraction(0), complete=True)
@example(texts={"eta": "t + 1/2"}, t=Fraction(1), s=Fraction(0), complete=False)
@example(texts={"gamma": "s_1"}, t=Fraction(1), s=Fraction(1), complete=False)
def test_both_readers_make_the_same_game_or_none(
    texts: dict[str, str], t: Fraction, s: Fraction, complete: bool
) -> None:
    """Wherever the expressions stand, and whether or not there is a game at every corner."""
    if complete and "prior" in texts:
        texts = texts | {"rest": f"1 - ({texts['prior']})"}
    assert_agreed(GAME.format(**{key: quoted(text) for key, text in (USUAL | texts).items()}), t, s)


def assert_agreed(text: str, t: Fraction, s: Fraction) -> bool:
    """Both readers make the same game of a file at these values, or both refuse it."""
    by_kernel: Any
    try:
        by_kernel = parsed.__wrapped__(
            text, "file", json.dumps({"t": str(t), "s_1": str(s)})
        ).digest
    except UnreadableError:
        by_kernel = None
    by_verifier: Any
    try:
        by_verifier = digest(parse(text, "file", {"t": t, "s_1": s}))
    except InstanceError:
        by_verifier = None
    assert by_kernel == by_verifier
    return by_kernel is not None


WHOLE = GAME.format(**{key: quoted(text) for key, text in USUAL.items()})
TABLE = '[parameters]\nt = { from = "-1/2", to = 2, default = 1 }'


@pytest.mark.parametrize(
    ("old", "new", "good"),
    [
        ("Any", "Any other", True),
        ('"t + s_1"', '"t + s_1 + 10"', True),
        ('"t + s_1"', '"s_1"', False),
        ('"t + s_1"', '"t + 0*s_1"', False),
        ("t = {", '"t" = {', True),
        ("t = {", "t.t = {", False),
        ("t = {", "u = {", False),
        ("t = {", "\u00b5 = {", False),
        (TABLE, "parameters.t = { from = 0, to = 1, default = 0 }", False),
        (TABLE, TABLE.replace("2,", "2, step = 1,"), False),
        (TABLE, TABLE.replace("to = 2, ", ""), False),
        (TABLE, TABLE.replace("to = 2", "to = inf"), False),
        (TABLE, TABLE.replace("to = 2", 'to = "1 + 1"'), False),
        (TABLE, TABLE.replace("to = 2", "to = true"), False),
        (TABLE, TABLE.replace("to = 2", "to = 1"), True),
        (TABLE, TABLE.replace("to = 2", "to = 0.99"), False),
        (TABLE, f"{TABLE}\nr = {{ from = 0, to = 1, default = 0 }}", False),
        ("s_1 = {", "s_1 = 1\n# {", False),
        ('"t + s_1"', '"1e-390*t + s_1"', True),
        ('"t + s_1"', '"(1e-399*t)/10 + s_1"', False),
        ('wet = "t + s_1"', "wet = inf, ", False),
    ],
)
def test_both_readers_want_the_same_of_parameters(old: str, new: str, good: bool) -> None:
    assert old in WHOLE
    assert assert_agreed(WHOLE.replace(old, new, 1), Fraction(1), Fraction(1)) is good


@pytest.mark.slow
def test_a_file_has_at_most_so_many_expressions() -> None:
    """Distinct ones: the same expression again costs nothing."""
    names = [f"a{n}" for n in range(200)]

    def text(count: int) -> str:
        rows = "\n".join(
            f"utility.{a} = {{ "
            + ", ".join(f'y{k} = "{min(10 * n + k, count - 1)} - t"' for k in range(10))
            + " }"
            for n, a in enumerate(names)
        )
        zero = "\n".join(
            f"utility.{a} = {{ {', '.join(f'y{k} = 0' for k in range(10))} }}" for a in names
        )
        prior = ", ".join(f'y{k} = "1/10"' for k in range(10))
        extra = '[claim]\ntolerance = "t + 1"\n'
        return (
            f"format = 1\ntitle = 'x'\nstates = {[f'y{k}' for k in range(10)]}\nactions = {names}\n"
            f"prior = {{ {prior} }}\nparameters.t = {{ from = 0, to = 1, default = 0 }}\n"
            f"{extra}[user]\n{rows}\n[[agents]]\nname = 'a'\n{zero}\n"
        )

    for count, good in ((1_999, True), (2_000, False)):
        assert_read(text(count), good)


def assert_read(text: str, good: bool) -> None:
    """Both readers read a file with the parameter t, or both refuse it for its expressions."""
    if good:
        game = parse(text, "file")
        assert parsed.__wrapped__(text, "file", '{"t": "0"}').digest == digest(game)
        return
    with pytest.raises(UnreadableError, match="more than 2000 expressions"):
        parsed.__wrapped__(text, "file", '{"t": "0"}')
    with pytest.raises(InstanceError, match="at most 2000 different ones are read"):
        parse(text, "file")
