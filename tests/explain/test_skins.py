"""The three skins: exact numbers with decimals, long fractions in full on demand, and names that
are never markup.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

import verifier.api as vf
from tests.strategies import Table, games, simple_game
from verifier.explain.document import Formula, Narrative, Reference, Section, Term, say, words
from verifier.explain.render.formula import formula_text, latex, mathml
from verifier.explain.render.html import Html
from verifier.explain.render.markdown import markdown
from verifier.explain.render.text import text
from verifier.explain.symbols import EPSILON, OPT, his, signed, single
from verifier.game.model import Game

LONG = Fraction(12345678901234567, 98765432109876543)
SUM = Formula(
    (
        signed(Fraction(1, 2), his(1)),
        signed(Fraction(-2, 3)),
        Term(Fraction(2), (EPSILON,), minus=True),
    )
)
VOID = {"meta", "link", "br", "hr", "img"}


class Tags(HTMLParser):
    """Every tag that is opened is closed, in order; texts are collected."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert not tags.open
    return tags


def told(*sentence: str | Fraction | Reference) -> Narrative:
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
    story = told("a ", Fraction(1, 3), " b ", Fraction(-7, 10), " c ", Fraction(2), ".")
    assert "a 1/3 (0.333333..) b -7/10 (-0.7) c 2." in text(story)
    assert r"a $\frac{1}{3}$ (0.333333…) b $- \frac{7}{10}$ (-0.7) c $2$." in markdown(story)
    shown = "".join(parsed(Html("x").section(story.sections[0])).texts)
    assert "a 1/3 (0.333333…) b \u22127/10 (\u22120.7) c 2." in shown


def test_long_fractions_are_short_and_in_full_on_demand() -> None:
    story = told("about ", LONG, ".")
    assert str(LONG) not in text(story)
    assert "about 0.124999.. (long)." in text(story)
    assert f"0.124999.. = {LONG}" in text(story, full=True)
    assert f"0.124999.. is `{LONG}`" in markdown(story)
    html = Html("x")
    page = html.section(story.sections[0])
    assert 'href="#x-n1"' in page and str(LONG) not in page
    assert 'id="x-n1"' in html.in_full() and str(LONG) in html.in_full()


def test_a_reference_is_a_link_where_there_is_something_to_link_to() -> None:
    story = told("see ", Reference("6.3"), ".")
    assert "see theory.md 6.3." in text(story)
    assert "see [theory.md 6.3](docs/explanation/theory.md#t-6-3)." in markdown(story)
    assert "<p>see theory.md 6.3.</p>" in Html("x").section(story.sections[0])
    site = Html("x", address=lambda reference: f"../theorems/{reference.number}.html?a&b")
    link = '<a href="../theorems/6.3.html?a&amp;b">theory.md 6.3</a>'
    assert f"<p>see {link}.</p>" in site.section(story.sections[0])


NASTY = ["<b>&\"'", "$x_1$", "a|b", "](javascript:1)", "\u05e9\u05dc\u05d5\u05dd", "`*_{}#"]


def nasty_game() -> Game:
    first, second, *others = NASTY
    hers: Table = {first: [1, 0], second: [0, 1]}
    game = simple_game(
        {"dry": Fraction(1, 2), "wet": Fraction(1, 2)}, hers, dict.fromkeys(others, hers)
    )
    return replace(game, title="<script>alert(1)</script>")


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
        }
        for name in NASTY:
            assert name in "".join(tags.texts)
        source = markdown(story)
        assert r"\<b\>&" in source and r"\$x\_1\$" in source and r"a\|b" in source
        assert "<b>" not in source and "<script>" not in source
        assert all(
            len(line) <= 80 or "<b>" in line or "x_1" in line for line in text(story).splitlines()
        )


@settings(max_examples=15, deadline=None)
@given(games(odd=True))
def test_any_names_give_well_formed_pages(game: Game) -> None:
    for story in vf.explain(vf.verify(game, ["bayes"])).values():
        html = Html("x")
        parsed("".join(html.section(section) for section in story.sections) + html.in_full())
        assert markdown(story) and text(story)


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
