"""The section on a parameter: stretches, functions, the condition, and how it was certified."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from tests.commands import Run
from tests.games import INSTANCES
from tests.moving import PRIOR, STANDARD, TOLERANCE, drawn_region, polynomial
from verifier.checker import Reply
from verifier.explain.document import Narrative, Paragraph, Section, Table, say
from verifier.explain.regions import moving, regions, with_region
from verifier.explain.sections.region import condition_words, for_which, joined_gaps
from verifier.game.reader import load_family
from verifier.region.piece import Piece, Region
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict


def paragraphs(section: Section) -> list[str]:
    return [
        "".join(map(str, block.text)) for block in section.blocks if isinstance(block, Paragraph)
    ]


def table(section: Section) -> list[list[str]]:
    found, *_ = (block for block in section.blocks if isinstance(block, Table))
    return [["".join(map(str, cell)) for cell in row] for row in found.rows]


def region_of(guarantee: Guarantee = Guarantee.BAYES) -> Region:
    found = regions(load_family(TOLERANCE), TOLERANCE, {}, [guarantee])[str(guarantee)]
    assert isinstance(found, Region)
    return found


def test_stretches_have_verdicts_and_functions() -> None:
    section = for_which(region_of())
    assert section.title == "For which t"
    assert table(section) == [
        ["0 ≤ t < 1/4", "refuted", "-", "1/2", "1 - 2 t", "1", "1/2", "0"],
        ["1/4 ≤ t ≤ 1/2", "proved", "1/2", "1/2", "1 - 2 t", "1", "1/2", "0"],
    ]
    assert paragraphs(section)[0] == (
        "For 0 ≤ t ≤ 1/2: the bayes guarantee is proved exactly for 1/4 ≤ t ≤ 1/2; refuted for"
        " 0 ≤ t < 1/4."
    )


def test_the_best_equilibrium_has_a_table_of_its_own() -> None:
    *_, best = (block for block in for_which(region_of()).blocks if isinstance(block, Table))
    assert best.caption == "The best equilibrium that was found, as a function of t"
    assert [["".join(map(str, cell)) for cell in row] for row in best.rows] == [
        ["0 ≤ t ≤ 1/2", "1"]
    ]


def test_how_it_was_certified_names_the_cuts_and_the_theorem() -> None:
    _, how, words, *others = paragraphs(for_which(region_of(Guarantee.BEST_AI)))
    assert "cut at t = 1/4 into 2 open cells" in how
    assert "theory.md 12.1" in how and "3 of them have certificates" in how
    assert words.startswith("The kernel's words about the first cell: accepted: ")
    assert "at 0 < t < 1/4" in words
    assert not others


def test_what_is_trusted_of_all_values_is_said_with_what_is_trusted() -> None:
    """That the cells cover the interval is not among what the kernel checks."""
    region = region_of(Guarantee.BEST_AI)
    trust = Section("trust", "What was trusted", (say("The verdict rests on the kernel."),))
    told = with_region(Narrative("", "best-ai", "refuted", (), (trust,), None), region)
    first, how = paragraphs(told.sections[-1])
    assert first == "The verdict rests on the kernel."
    assert "Sturm's theorem" in how and "theory.md 12.1" in how
    assert "leave nothing out is said by the verifier alone" in how
    assert not any("Sturm" in words for words in paragraphs(for_which(region)))


def test_what_is_not_certified_is_said() -> None:
    ends = {"optimum": polynomial(1)}
    half, low, high = Fraction(1, 2), Fraction(0), Fraction(1)
    section = for_which(
        drawn_region(
            (low, low, Verdict.OPEN, {}),
            (low, half, Verdict.OPEN, {}),
            (half, half, None, {}),
            (half, high, None, ends),
            (high, high, None, {}),
        )
    )
    said = paragraphs(section)
    assert any("nothing is certified, for 0 ≤ t < 1/2." in words for words in said)
    assert any("nothing is known, for 1/2 ≤ t ≤ 1." in words for words in said)
    assert not any("accepted" in words for words in said)


def test_neighbouring_gaps_are_one() -> None:
    known = {"optimum": polynomial(1)}
    points = [Fraction(n, 6) for n in range(7)]
    region = drawn_region(
        (points[0], points[0], Verdict.PROVED, known),
        (points[0], points[1], Verdict.PROVED, known),
        *((t, t, Verdict.PROVED, known) for t in points[1:]),
        *((low, high, None, {}) for low, high in pairwise(points[1:])),
    )
    ordered = sorted(region.pieces, key=lambda piece: (piece.low, piece.high))
    region = replace(region, pieces=tuple(ordered))
    pieces = joined_gaps(region).pieces
    assert [(p.low, p.high, p.verdict) for p in pieces] == [
        (0, 0, Verdict.PROVED),
        (0, points[1], Verdict.PROVED),
        (points[1], points[1], Verdict.PROVED),
        (points[1], 1, None),
        (1, 1, Verdict.PROVED),
    ]
    assert condition_words(region) == (
        "for which t: proved for 0 ≤ t ≤ 1/6 and for t = 1; undecided for 1/6 < t < 1"
    )


def test_values_between_gaps_are_counted() -> None:
    reply = Reply(0, "accepted")
    gaps = drawn_region(*((Fraction(n, 2), Fraction(n + 1, 2), None, {}) for n in range(2)))
    low, middle, high = (
        Piece(t, t, Verdict.PROVED, {}, "a certificate", reply)
        for t in (Fraction(0), Fraction(1, 2), Fraction(1))
    )
    first, second = gaps.pieces
    region = replace(gaps, pieces=(low, first, middle, second, high))
    said = paragraphs(for_which(region))
    assert "Only single values have certificates: 2 of them." in said
    assert said[-1] == "Single values in between that have certificates all the same: 1."


def test_a_quantal_user_has_no_cells_and_a_game_without_parameters_none() -> None:
    family = load_family(PRIOR)
    assert regions(family, PRIOR, {}, [Guarantee.QUANTAL]) == {}
    still = INSTANCES / "classics" / "prosecutor.toml"
    assert moving(load_family(still), {}) == ()
    assert regions(load_family(still), still, {}, [Guarantee.BAYES]) == {}


def test_what_is_set_stays_and_all_move_where_all_are_set() -> None:
    family, values = load_family(STANDARD), {"s": Fraction(3, 4)}
    found = regions(family, STANDARD, values, [Guarantee.BAYES])["bayes"]
    assert isinstance(found, Region)
    assert (found.parameter.name, found.set_to) == ("t", {"s": Fraction(3, 4)})
    assert condition_words(found) == "for which t: proved exactly for 0 ≤ t ≤ 1"
    assert paragraphs(for_which(found))[0].startswith("For 0 ≤ t ≤ 1, with s = 3/4: the bayes")
    for given in ({}, {"t": Fraction(1, 5), "s": Fraction(3, 4)}):
        assert [part.name for part in moving(family, given)] == ["t", "s"]


@pytest.mark.slow
def test_text_and_markdown_have_the_section_before_the_last(run: Run) -> None:
    done = run("explain", TOLERANCE, "--guarantee", "bayes")
    assert done.code == 0
    assert "And for which t: proved exactly for 1/4 ≤ t ≤ 1/2; refuted" in " ".join(
        done.out.split()
    )
    lines = done.out.splitlines()
    headings = [line for line, below in pairwise(lines) if line and below == "-" * len(line)]
    assert [line.partition(". ")[2] for line in headings][-2:] == [
        "For which t",
        "What was trusted",
    ]
    source = run("explain", TOLERANCE, "--guarantee", "bayes", "--format", "md").out
    assert "| 1/4 ≤ t ≤ 1/2 | proved | 1/2 | 1/2 | 1 - 2 t | 1 | 1/2 | 0 |" in source
    assert "[theory.md 12.1](docs/explanation/theory.md#t-12-1)" in source


def test_another_tolerance_has_no_cells(run: Run) -> None:
    done = run("explain", TOLERANCE, "--guarantee", "bayes", "--tolerance", "1/3")
    assert done.code == 0
    assert "For which t" not in done.out
