"""The three renderers: exact decimals, long fractions in full on demand, names never markup."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verifier.api as vf
from tests.games import NASTY, Table, games, nasty_game, simple_game
from tests.markup import parsed
from verifier.explain.document import (
    Formula,
    Narrative,
    Reference,
    Section,
    Term,
    Text,
    say,
    words,
)
from verifier.explain.document import (
    Table as Laid,
)
from verifier.explain.render.formula import formula_text, latex, mathml
from verifier.explain.render.html import Html
from verifier.explain.render.markdown import markdown
from verifier.explain.render.text import text
from verifier.explain.symbols import EPSILON, OPT, signed, single, utility_symbol
from verifier.game.model import Game

LONG = Fraction(12345678901234567, 98765432109876543)
SUM = Formula(
    (
        signed(Fraction(1, 2), utility_symbol(1)),
        signed(Fraction(-2, 3)),
        Term(Fraction(2), (EPSILON,), minus=True),
    )
)


def narrative_of(*sentence: str | Fraction | Reference) -> Narrative:
    return Narrative(
        "A title",
        "bayes",
        "open",
        words("A summary."),
        (Section("one", "One", (say(*sentence),)),),
        None,
    )


def test_a_formula_in_all_three_ways() -> None:
    assert formula_text(SUM) == "1/2 U₁(μ) - 2/3 - 2 ε"
    assert latex(SUM) == r"\frac{U_{1}{\left(\mu \right)}}{2} - \frac{2}{3} - 2 \epsilon"
    assert latex(single(OPT)) == r"\mathrm{OPT}"
    assert (
        mathml(SUM) == "<math><mrow><mfrac><mn>1</mn><mn>2</mn></mfrac><mo>\u2062</mo>"
        "<msub><mi>U</mi><mn>1</mn></msub><mo>\u2061</mo><mo>(</mo>"
        "<mi>\u03bc</mi><mo>)</mo><mo>\u2212</mo><mfrac><mn>2</mn><mn>3</mn></mfrac>"
        "<mo>\u2212</mo><mn>2</mn><mo>\u2062</mo>"
        "<mi>\u03b5</mi></mrow></math>"
    )


def test_fractions_have_decimals_beside_them() -> None:
    story = narrative_of("a ", Fraction(1, 3), " b ", Fraction(-7, 10), " c ", Fraction(2), ".")
    assert "a 1/3 (0.333333..) b -7/10 (-0.7) c 2." in text(story)
    assert r"a $\frac{1}{3}$ (0.333333…) b $- \frac{7}{10}$ (-0.7) c $2$." in markdown(story)
    shown = "".join(parsed(Html("x").section(story.sections[0])).texts)
    assert "a 1/3 (0.333333…) b \u22127/10 (\u22120.7) c 2." in shown


def test_long_fractions_are_short_and_in_full_on_demand() -> None:
    story = narrative_of("about ", LONG, ".")
    assert str(LONG) not in text(story)
    assert "about 0.124999.. (long)." in text(story)
    assert f"0.124999.. = {LONG}" in text(story, full=True)
    assert f"0.124999.. is `{LONG}`" in markdown(story)
    html = Html("x")
    page = html.section(story.sections[0])
    assert 'href="#x-n1"' in page and str(LONG) not in page
    assert 'id="x-n1"' in html.in_full() and str(LONG) in html.in_full()


def test_a_reference_is_a_link_where_there_is_something_to_link_to() -> None:
    story = narrative_of("see ", Reference("6.3"), ".")
    assert "see theory.md 6.3." in text(story)
    assert "see [theory.md 6.3](docs/explanation/theory.md#t-6-3)." in markdown(story)
    assert "<p>see theory.md 6.3.</p>" in Html("x").section(story.sections[0])
    site = Html("x", address=lambda reference: f"../theorems/{reference.number}.html?a&b")
    link = '<a href="../theorems/6.3.html?a&amp;b">theory.md 6.3</a>'
    assert f"<p>see {link}.</p>" in site.section(story.sections[0])


def test_names_are_never_markup() -> None:
    for story in vf.explain(vf.verify(nasty_game())).values():
        html = Html(story.guarantee)
        tags = parsed("".join(html.section(section) for section in story.sections))
        assert {tag for tag, _ in tags.seen} <= {
            "section",
            "h3",
            "p",
            "ul",
            "ol",
            "li",
            "div",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "span",
            "small",
            "a",
            "cite",
            "math",
            "mrow",
            "mi",
            "mn",
            "mo",
            "mfrac",
            "msub",
            "details",
            "summary",
        }
        for name in NASTY:
            assert name in "".join(tags.texts)
        source = markdown(story)
        assert r"\<b\>&" in source and r"\$x\_1\$" in source and r"a\|b" in source
        assert "<b>" not in source and "<script>" not in source
        assert all(
            len(line) <= 80 or "<b>" in line or "x_1" in line for line in text(story).splitlines()
        )


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(games(odd=True))
def test_any_names_give_well_formed_pages(game: Game) -> None:
    for story in vf.explain(vf.verify(game, ["bayes"])).values():
        html = Html("x")
        parsed("".join(html.section(section) for section in story.sections) + html.in_full())
        assert markdown(story) and text(story)


@pytest.mark.slow
def test_the_same_story_gives_the_same_bytes() -> None:
    first, again = (vf.explain(vf.verify(nasty_game()))["bayes"] for _ in range(2))
    assert first == again
    assert (text(first), markdown(first)) == (text(again), markdown(again))


@pytest.mark.parametrize("width", [80])
def test_text_reads_at_80_columns(width: int) -> None:
    hers: Table = {"go": [1, 0], "stay": [0, 1]}
    game = simple_game({"dry": Fraction(1, 2), "wet": Fraction(1, 2)}, hers, {"Ada": hers})
    for story in vf.explain(vf.verify(game)).values():
        assert all(len(line) <= width for line in text(story).splitlines())


def one_table(header: tuple[str, ...], *rows: tuple[Text, ...]) -> list[str]:
    table = Laid("A caption", header, rows)
    narrative = Narrative(
        "t", "bayes", "open", words("s"), (Section("one", "One", (table,)),), None
    )
    return text(narrative).split("A caption\n")[1].splitlines()


def test_a_wide_table_of_numbers_has_no_decimals_before_it_goes_on_below() -> None:
    head = ("agents' observation", "probability", "u", "U1", "U2", "U3", "U4")
    told = one_table(head, (words("needs_1"), *[(Fraction(-7, 24),)] * 6))
    assert told[-1].split() == ["needs_1", *["-7/24"] * 6]
    narrow = one_table(head[:3], (words("needs_1"), *[(Fraction(-7, 24),)] * 2))
    assert narrow[-1].split()[1:3] == ["-7/24", "(-0.291666..)"]


def test_what_is_empty_has_no_line_below() -> None:
    long = "x" * 70
    told = one_table(("a", "b", long), (words("sum"), words(""), words(long)))
    assert told == ["    sum", f"      {long}:", f"        {long}"]


WORD = st.text("abcxyz", min_size=1, max_size=9)
CELL = st.lists(WORD, min_size=1, max_size=12).map(" ".join)


@given(st.integers(2, 5).flatmap(lambda n: st.lists(st.tuples(*[CELL] * n), min_size=2)))
def test_a_table_that_is_too_wide_goes_on_below(rows: list[tuple[str, ...]]) -> None:
    """Its words stay in their columns, which begin where the header's do."""
    header, *others = rows
    table = Laid("A caption", header, tuple(tuple(words(cell) for cell in row) for row in others))
    narrative = Narrative(
        "t", "bayes", "open", words("s"), (Section("one", "One", (table,)),), None
    )
    told = text(narrative).split("A caption\n")[1].split("\n\n")[0].splitlines()
    assert all(len(line) <= 80 for line in told)
    if any(line.startswith("      ") and ": " in line for line in told):
        fields = [
            cell if not n else f"{header[n]}: {cell}"
            for row in others
            for n, cell in enumerate(row)
        ]
        assert " ".join(told).split() == " ".join(fields).split()
        return
    starts = columns_of(told, [cell.split()[0] for cell in header])
    read = [[line[a:b].split() for a, b in pairwise([*starts, 81])] for line in told]
    for n in range(len(header)):
        assert [w for line in read for w in line[n]] == [w for row in rows for w in row[n].split()]


def columns_of(lines: list[str], firsts: list[str]) -> list[int]:
    """Where the columns begin: after two blanks in every line, at the first words of the header."""
    wide = max(map(len, lines))
    free = [at for at in range(4, wide) if all(line[at - 2 : at].strip() == "" for line in lines)]
    starts, at = [], 4
    for word in firsts:
        at = next(here for here in free if here >= at and lines[0].startswith(word, here))
        starts.append(at)
        at += len(word) + 2
    return starts
