"""Details of stories: every inequality is true, every sum comes out, and failures are sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import verifier.api as vf
from tests.games import INSTANCES, simple_game
from tests.games import Table as GameTable
from tests.shipped import FILES, stories, verified
from verifier.explain.document import Fold, Formula, Listing, Narrative, Table, Text
from verifier.explain.render.html import Html
from verifier.explain.render.text import text
from verifier.game.model import Game

PRICES = "The inequality behind every price"


def folds(narrative: Narrative, title: str) -> Iterator[Fold]:
    for section in narrative.sections:
        for block in section.blocks:
            if isinstance(block, Fold) and block.title.startswith(title):
                yield block


def plain(path: Path, guarantee: str = "bayes") -> str:
    return " ".join(text(stories(path)[guarantee]).split())


def number(formula: Formula) -> Fraction:
    (term,) = formula.terms
    assert isinstance(term.coefficient, Fraction) and not term.symbols
    return -term.coefficient if term.minus else term.coefficient


def sides(item: Text) -> tuple[Fraction, list[list[Fraction]], Fraction]:
    """Left side, products on the right (each its factors), and what they are said to come to."""
    said = [part if isinstance(part, str) else number(part) for part in item[1:]]  # type: ignore[arg-type]
    left, _, *rest = said
    products, total = [[Fraction(0)]], None
    factors: list[Fraction] = []
    for n, part in enumerate(rest):
        if part == " = ":
            total = rest[n + 1]
            break
        if isinstance(part, str) and part.strip(" )") == "+":
            products.append(factors)
            factors = []
        elif isinstance(part, Fraction):
            factors.append(part)
    products.append(factors)
    summed = sum((f[0] * (f[1] if len(f) > 1 else 1) for f in products if f), Fraction(0))
    assert isinstance(left, Fraction)
    return left, products, summed if total is None else Fraction(total)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_inequality_behind_a_price_is_true(path: Path) -> None:
    for narrative in stories(path).values():
        for fold in folds(narrative, PRICES):
            *_, listing = (block for block in fold.blocks if isinstance(block, Listing))
            for item in listing.items:
                left, products, total = sides(item)
                by_hand = sum(
                    (f[0] * (f[1] if len(f) > 1 else 1) for f in products if f), Fraction()
                )
                assert left >= total == by_hand


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sum_comes_out(path: Path) -> None:
    """Rows times probabilities are the last row, which has the numbers that the story says."""
    for name, narrative in stories(path).items():
        finding = verified(path).report.findings[vf.Guarantee(name)]
        for fold in folds(narrative, "What everybody gets"):
            (table,) = fold.blocks
            assert isinstance(table, Table) and finding.equilibrium is not None
            place = table.header.index("probability")
            *rows, last = table.rows
            for n in range(place + 1, len(table.header)):
                assert column(last, n) == sum(column(r, place) * column(r, n) for r in rows)
            assert column(last, place) == 1
            assert column(last, place + 1) == finding.equilibrium.user_utility
        for fold in folds(narrative, "OPT and NOINFO"):
            (table,) = fold.blocks
            assert isinstance(table, Table)
            found = verified(path).report.benchmarks
            for title, value in (("u", found.optimum), ("u alone", found.no_information)):
                n, p = table.header.index(title), table.header.index("probability")
                assert sum(column(r, n) * column(r, p) for r in table.rows[:-1]) == value
                assert column(table.rows[-1], n) == value


def column(row: tuple[Text, ...], n: int) -> Fraction:
    (value,) = row[n]
    assert isinstance(value, Fraction)
    return value


def test_a_price_of_the_prosecutor_by_hand() -> None:
    told = plain(INSTANCES / "classics" / "prosecutor.toml")
    assert "innocent, convict: 0 ≥ 7/10 + 1 · (-7/10) = 0 - guilty, acquit: 3/5 ≥ 0" in told
    assert "guilty, convict: 3/5 ≥ 3/10 + 1 · 3/10 = 3/5" in told


def split_views() -> Game:
    """The agent can say whether it is y0; of y1 and y2 she has to guess."""
    hers: GameTable = {"a": [1, -1, -1], "b": [0, 2, 1], "c": [0, 1, 2]}
    his: GameTable = {"a": [2, -1, -1], "b": [0, 0, 0], "c": [0, 0, 0]}
    game = simple_game(dict.fromkeys(("y0", "y1", "y2"), Fraction(1, 3)), hers, {"agent": his})
    return replace(game, agents=(replace(game.agents[0], sees=(("y0",), ("y1", "y2"))),))


def test_what_an_announcement_secures_can_be_checked_by_hand() -> None:
    """Told y0 she takes a, and only then: 2/3 for him. The prices sum to it, every line is so."""
    his = {"a": {"y0": 2, "y1": -1, "y2": -1}}
    told = vf.explain(vf.verify(split_views(), ["bayes"]))["bayes"]
    words = " ".join(text(told).split())
    assert "What she then does is best for her given what he announces, so that he" in words
    (fold,) = folds(told, "The inequality behind what agent surely gets")
    *_, listing = fold.blocks
    assert isinstance(listing, Listing)
    found = {}
    for item in listing.items:
        left, (_, (price,), *_), total = sides(item)
        assert isinstance(item[0], str)
        state, action = item[0].removeprefix("agents' observation ").removesuffix(": ").split(", ")
        assert left == Fraction(his.get(action, {}).get(state, 0), 3) >= total
        found[state] = price
    assert sum(found.values()) == Fraction(2, 3)


def test_one_agent_has_no_others() -> None:
    for guarantee in ("bayes", "quantal", "best-ai"):
        told = plain(INSTANCES / "classics" / "prosecutor.toml", guarantee)
        assert "whatever the others say" not in told and "Each of these agents" not in told


def test_a_list_that_is_too_long_is_not_left_out_without_a_word() -> None:
    told = plain(INSTANCES / "classics" / "two_experts.toml")
    assert "The inequalities behind the prices of modest engineer are too many to be" in told


def test_the_climb_has_its_offers() -> None:
    told = plain(INSTANCES / "guarantees" / "drug_sponsors.toml", "best-ai")
    assert (
        "no equilibrium is worth less to her than 4/5 (0.8) (from 3/4): sponsored by A could offer"
        " her 3/4 and have 147/100, or offer her 4/5 and have 32/25, or a mixture of the two; so"
        " U₁(μ) ≥ 147/100 + (-19/5) · (u(μ) - 3/4) (multiplier 5/24);"
    ) in told


@pytest.mark.parametrize(
    ("name", "guarantee", "sentence"),
    [
        (
            "hull",
            "bayes",
            "No mixture of their utilities is nearer to hers than 1, and the claimed",
        ),
        (
            "learning_split",
            "bayes",
            "For instance, she may learn from it only that it is cook",
        ),
        ("identical", "bayes", "she is indifferent between first_brand and second_brand; for"),
        ("anonymous", "best-ai", "No answer is worst for all of them."),
    ],
)
def test_a_failed_hypothesis_is_a_sentence(name: str, guarantee: str, sentence: str) -> None:
    assert sentence in plain(INSTANCES / "counterexamples" / f"{name}.toml", guarantee)


def test_a_refutation_has_her_answers() -> None:
    told = plain(INSTANCES / "counterexamples" / "identical.toml")
    assert "Her answers, if one agent told her what he sees:" in told
    lines = (
        "first assistant ill first_brand, second_brand, the second_brand worst for him",
        "second assistant ill first_brand, first_brand, the second_brand worst for him",
    )
    assert all(line in told for line in lines)


def test_what_is_open_says_what_to_try() -> None:
    told = plain(INSTANCES / "guarantees" / "one_lamp.toml")
    assert (
        "What to try next: - Repair (learning), which fails here: there is one more word." in told
    )


def test_a_page_folds_details() -> None:
    narrative = stories(INSTANCES / "classics" / "prosecutor.toml")["bayes"]
    html = Html("x")
    page = "".join(html.section(section) for section in narrative.sections)
    assert page.count("<details><summary>The inequality behind every price of") == 2
    assert page.count("<details>") == page.count("</details>") == 5


@pytest.mark.parametrize(
    ("name", "guarantee", "answer"),
    [
        ("learning_alphabet", "bayes", "told that it is east_open she takes east"),
        ("learning_question", "bayes", "seeing hiker, told that it is windy she takes"),
        ("full_rationality", "quantal", "today good_bread 2/3 (0.666666..)"),
    ],
)
def test_every_kind_of_refutation_has_her_answers(name: str, guarantee: str, answer: str) -> None:
    narrative = stories(INSTANCES / "counterexamples" / f"{name}.toml")[guarantee]
    assert narrative.verdict == "refuted"
    assert answer in " ".join(text(narrative).split())
