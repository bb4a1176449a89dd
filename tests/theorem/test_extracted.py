"""The proved checker as a program agrees with the kernel, and reads nothing but its own form."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.checkers import files, kernel
from tests.games import ROOT, games
from tests.kernel.mutations import at, numbers, pattern, put, rational
from tests.theorem.certificates import shipped
from tests.theorem.extracted import NEEDS_PROGRAM, answers, text_of
from verifier.certificate import certificate
from verifier.game.model import Game
from verifier.game.writer import write
from verifier.theorem.canonical import canonical
from verifier.theorem.claims import coverage
from verifier.theorem.evidence import Claim
from verifier.theorem.integers import integers
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine

pytestmark = NEEDS_PROGRAM

SHIPPED = shipped()
PROSECUTOR = next(
    text_of(game, content)
    for path, game, content in SHIPPED
    if path.name == "prosecutor.bayes.json"
)


def accepted(lines: list[str]) -> bool:
    return all(line.startswith("proved: ") for line in lines)


def test_every_covered_claim_of_every_shipped_certificate_is_proved() -> None:
    known = [(game, coverage(game, content).claims) for _, game, content in SHIPPED]
    said = answers([canonical(integers(game), claims) for game, claims in known])
    for (_, claims), lines in zip(known, said, strict=True):
        assert len(lines) == len(claims) > 0
        for claim, line in zip(claims, lines, strict=True):
            assert line.startswith("proved: ")
            assert re.search(rf" {claim.number}$", line), "what is proved is what was claimed"


def single_claims() -> Iterator[tuple[Game, dict[str, Any]]]:
    """Every claim of the shipped certificates once, in a certificate of its own."""
    seen = set()
    for _, game, content in SHIPPED:
        for claim in content["claims"]:
            alone = {"format": content["format"], "game": content["game"], "claims": [claim]}
            if (text := json.dumps(alone)) not in seen:
                seen.add(text)
                yield game, alone


def forged(content: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Certificates of one claim, in which one number is greater or less by one, by turns; where."""
    (claim,) = content["claims"]
    for n, place in enumerate(numbers(claim)):
        other = copy.deepcopy(claim)
        put(other, place, str((rational(at(claim, place)) or Fraction(0)) + (-1) ** n))
        yield pattern(place), {**content, "claims": [other]}


EXACT = ("distance", "value", "utility", "apart", "together")
"""Claimed numbers that are no bounds."""


def readable(game: Game, content: dict[str, Any]) -> bool:
    """Whether a forged certificate has claims that are covered; it may be too broken to tell."""
    try:
        return bool(coverage(game, content).claims)
    except (LookupError, TypeError, ValueError):
        return False


@pytest.mark.slow
def test_of_forged_certificates_nothing_is_proved_that_the_kernel_refuses_as_a_claim(
    tmp_path: Path,
) -> None:
    """What the kernel accepts is proved. What it refuses may be proved only where the number is in
    the evidence, and one that the proved checker does not need: the claim is true all the same.
    """
    cases = [
        (place, game, other)
        for game, content in single_claims()
        for place, other in forged(content)
        if readable(game, other)
    ]
    said = answers([text_of(game, other) for _, game, other in cases])
    found: Counter[tuple[bool, bool]] = Counter()
    for (place, game, other), lines in zip(cases, said, strict=True):
        code, line = kernel(*files(other, write(game), tmp_path), {})
        found[code == 0, accepted(lines)] += 1
        assert accepted(lines) or code != 0, (line, lines)
        if accepted(lines) and code != 0:
            assert place[0] not in EXACT, (line, lines)
            assert place[0] != "at least" or "follows" in line, "a lower bound is true, too"
    assert found[False, False] > 500 and found[False, True] > 50


BOUNDS = ("every equilibrium", "one user")
"""Kinds of claims whose numbers are bounds: a lower one is true as well."""


def other_numbers(claim: Claim) -> Iterator[Claim]:
    """The claim with another number, which is false."""
    for by in (Fraction(1), Fraction(1, 10**40), Fraction(-1)):
        if by > 0 or claim.kind not in BOUNDS:
            yield replace(claim, number=claim.number + by)


def test_a_false_number_is_never_proved() -> None:
    """But a greater bound may be true: then the bound that is claimed is not the best."""
    texts, bounds = [], []
    for _, game, content in SHIPPED:
        for claim in coverage(game, content).claims:
            for other in other_numbers(claim):
                texts.append(canonical(integers(game), [other]))
                bounds.append(claim.kind in BOUNDS)
    said = [accepted(lines) for lines in answers(texts)]
    assert not any(yes for yes, bound in zip(said, bounds, strict=True) if not bound)
    assert sum(said) < len(said) / 50


@settings(max_examples=20, deadline=None)
@given(games(max_agents=2))
def test_what_is_found_in_random_games_is_proved(game: Game) -> None:
    found = examine(game, [Guarantee.BAYES, Guarantee.BEST_AI]).findings.values()
    made = [certificate(game, finding) for finding in found]
    texts = [text_of(game, json.loads(one.text)) for one in made if one is not None]
    assert all(map(accepted, answers(texts)))


@pytest.mark.parametrize(
    ("old", "new", "place", "expected"),
    [
        ('"states": "2"', '"states": "02"', (3, 13), 'a number from "0" to "999999"'),
        ('"states": "2"', '"states": "-2"', (3, 13), 'a number from "0" to "999999"'),
        ('"states": "2"', '"states": "1000000"', (3, 13), 'a number from "0" to "999999"'),
        ('"states": "2"', '"states": 2', (3, 13), "'\"'"),
        ('"whole": "10"', '"whole": "1e1"', (7, 12), 'an integer such as "-12"'),
        ('"whole": "10"', '"whole": "-0"', (7, 12), 'an integer such as "-12"'),
        ('"whole": "10"', '"whole": "+10"', (7, 12), 'an integer such as "-12"'),
        ('"whole": "10"', '"whole": ""', (7, 12), 'an integer such as "-12"'),
        ('"slack": "0"', '"slack": "0/0"', (17, 12), 'a fraction such as "-3/10"'),
        ('"slack": "0"', '"slack": "0/-1"', (17, 12), 'a fraction such as "-3/10"'),
        ('"slack": "0"', '"slack": "1/2/3"', (17, 12), 'a fraction such as "-3/10"'),
        ('"slack": "0"', '"slack": "0.5"', (17, 12), 'a fraction such as "-3/10"'),
        ('"states"', '"state"', (3, 3), '"states"'),
        (
            '"states"',
            '"\\u0073tates"',
            (3, 4),
            "printable ASCII without \\, or the end of the text",
        ),
        ('"states": "2",', "", (4, 3), '"states"'),
        ('"states": "2",', '"states": "2", "states": "2",', (3, 18), '"actions"'),
        ('"ties": "any"', '"ties": "some"', (16, 11), '"any" or "belief" or "favour-speaker"'),
        ('"agent_words": null', '"agent_words": nul', (15, 18), "null, or a number"),
        ('[["1", "0"], ["0", "1"]],', '[["1", "0"], ["0", "1"],],', (10, 38), "'['"),
        ("\n ]\n}\n", "\n ]\n}}\n", (67, 2), "the end"),
        # sizes: what is missing would be 0, and what is too much not looked at
        ('"states": "2"', '"states": "3"', (8, 12), "a number by user observation, agent"),
        ('"actions": "2"', '"actions": "3000"', (10, 14), "a number by action and state"),
        ('["0", "1"]],', '["0", "1"], ["9", "9"]],', (10, 14), "a number by action and state"),
        ('[["1", "0"],', '[["1", "0", "9"],', (10, 14), "a number by action and state"),
        ('[[["0", "0"],', '[[["9"], ["0", "0"],', (11, 22), "a number by agent, action and state"),
        ('"cells": [["0", "1"]]', '"cells": [["0", "2"]]', (12, 12), "an observation by agent"),
        ('"cells": [["0", "1"]]', '"cells": [["0"]]', (12, 12), "an observation by agent"),
        ('"cells": [["0", "1"]]', '"cells": []', (12, 12), "an observation by agent"),
        ('"agent_words": null', '"agent_words": "0"', (15, 18), "not 0"),
        ('"slack": "0"', '"slack": "-1/7"', (17, 12), "a number that is not negative"),
        ("{", "\N{ZERO WIDTH NO-BREAK SPACE}{", (1, 1), "'{'"),
    ],
)
def test_what_is_not_canonical_is_refused_with_its_place(
    old: str, new: str, place: tuple[int, int], expected: str
) -> None:
    assert old in PROSECUTOR
    ((line,),) = answers([PROSECUTOR.replace(old, new, 1)])
    assert line.startswith(f"not read: line {place[0]}, column {place[1]}: expected {expected}")


def test_a_text_that_ends_early_is_not_read() -> None:
    cut = [PROSECUTOR[:end] for end in range(len(PROSECUTOR) - 1)]
    assert all(lines[0].startswith("not read: ") for lines in answers(cut))


def test_white_space_means_nothing() -> None:
    spread = re.sub(r"([\[\]{}:,])", "\r\n\t \\1 ", PROSECUTOR)
    assert answers([spread, PROSECUTOR.replace("\n", "")]) == 2 * answers([PROSECUTOR])


@pytest.mark.parametrize("digits", ["7", "9" * 40, "1" + "0" * 60, "1234567890" * 5])
def test_long_numbers_are_shown_as_they_are_read(digits: str) -> None:
    text = PROSECUTOR.replace('"optimum", "number": "1"', f'"optimum", "number": "-{digits}/3"')
    (lines,) = answers([text])
    assert lines[1].startswith("not proved: ") and lines[1].endswith(f" is -{digits}/3")


def test_numbers_that_are_too_large_end_in_a_sentence() -> None:
    text = PROSECUTOR.replace('"rounds": "1"', '"rounds": "999999"')
    ((line,),) = answers([text])
    assert line.startswith("not checked: ")


def test_a_text_without_claims_is_not_accepted() -> None:
    head, _, _ = PROSECUTOR.partition('"claims"')
    assert answers([head + '"claims": []}']) == [["not checked: there is no claim in it"]]


def test_no_integer_is_replaced_by_another_kind() -> None:
    """The translation has its own integers, digit by digit: none of OCaml's are trusted."""
    made = (ROOT / "proofs/extraction/build/checker.ml").read_text(encoding="utf-8")
    assert "type positive =\n| XI of positive\n| XO of positive\n| XH" in made
    assert "type nat =\n| O\n| S of nat" in made
    assert not re.search(
        r"\b(int|Big_int|Zarith|Stdlib|external)\b", re.sub(r"\(\*.*?\*\)", "", made)
    )
