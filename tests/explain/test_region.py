"""The section on a parameter: stretches, functions, the condition, and how it was certified."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.commands import Run
from tests.games import INSTANCES
from tests.moving import PRIOR, STANDARD, TOLERANCE, drawn_region, polynomial
from verifier.explain.document import Paragraph, Section, Table
from verifier.explain.regions import moving, regions
from verifier.explain.sections.region import condition_words, for_which
from verifier.game.reader import load_family
from verifier.region.piece import Region
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict


def paragraphs(section: Section) -> list[str]:
    return [
        "".join(map(str, block.text)) for block in section.blocks if isinstance(block, Paragraph)
    ]


def table(section: Section) -> list[list[str]]:
    (found,) = (block for block in section.blocks if isinstance(block, Table))
    return [["".join(map(str, cell)) for cell in row] for row in found.rows]


def region_of(guarantee: Guarantee = Guarantee.BAYES) -> Region:
    return regions(load_family(TOLERANCE), TOLERANCE, {}, [guarantee])[str(guarantee)]


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


def test_how_it_was_certified_names_the_cuts_and_the_theorem() -> None:
    _, how, words, *others = paragraphs(for_which(region_of(Guarantee.BEST_AI)))
    assert "cut at t = 1/4 into 2 open cells" in how
    assert "theory.md 12.1" in how and "3 of them have certificates" in how
    assert words.startswith("The kernel's words about the first cell: accepted: ")
    assert "at 0 < t < 1/4" in words
    assert not others


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


def test_a_quantal_user_has_no_cells_and_a_game_without_parameters_none() -> None:
    family = load_family(PRIOR)
    assert regions(family, PRIOR, {}, [Guarantee.QUANTAL]) == {}
    still = INSTANCES / "classics" / "prosecutor.toml"
    assert moving(load_family(still)) is None
    assert regions(load_family(still), still, {}, [Guarantee.BAYES]) == {}


def test_the_first_parameter_moves_and_the_other_is_set() -> None:
    family, values = load_family(STANDARD), {"t": Fraction(1, 5), "s": Fraction(3, 4)}
    found = regions(family, STANDARD, values, [Guarantee.BAYES])["bayes"]
    assert (found.parameter.name, found.set_to) == ("t", {"s": Fraction(3, 4)})
    assert condition_words(found) == "for which t: proved exactly for 0 ≤ t ≤ 1"
    assert paragraphs(for_which(found))[0].startswith("For 0 ≤ t ≤ 1, with s = 3/4: the bayes")


@pytest.mark.slow
def test_text_and_markdown_have_the_section_before_the_last(run: Run) -> None:
    done = run("explain", TOLERANCE, "--guarantee", "bayes")
    assert done.code == 0
    assert "And for which t: proved exactly for 1/4 ≤ t ≤ 1/2; refuted" in " ".join(
        done.out.split()
    )
    headings = [line for line in done.out.splitlines() if line[:1].isdigit()]
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
