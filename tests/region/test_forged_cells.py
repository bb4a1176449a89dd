"""Certificates of cells changed at random: the kernel never fails, and accepts only what is true.

A changed certificate that is accepted is accepted at single values of its cell as well, where the
second checker looks at it, too.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.checkers import Answer, files, kernel, second
from tests.families import evaluated, with_values
from tests.kernel.casebook import MANY, instance_of, read
from tests.kernel.mutations import MOVES, places, put, rational
from verifier.game.reader import load_family

F = Fraction
STRANGE: list[Any] = [
    {"above": ["1"], "below": ["1"]},
    {"above": ["0", "1"], "below": ["1"]},
    {"above": ["1"], "below": ["0", "1"]},
    {"above": [], "below": ["1"]},
    {"above": ["1", "1"], "below": []},
    {"above": ["1/2", "-1"], "below": ["7/5", "1"]},
    {"polynomial": ["-1", "0", "2"], "between": ["0", "1"]},
    {"from": "0", "to": "1"},
    {"from": "1/8", "to": "1/4"},
    {"above": [["1"], ["0", "-1"]], "below": [["1"]]},
    {"above": [["1/2"]], "below": [["1"], ["1"]]},
    {"above": [["0", "1"], ["1"]], "below": [["1/2", "1"], ["-1"]]},
    {"corners": ["0", "1/2", "1/2"]},
    {"corners": ["1/4", "1/3", "1/2", "1/4"]},
]


def moved(dice: Random, content: Any) -> None:
    """A number becomes a quotient or a cell, or a part of a quotient moves."""
    found = [path for path, value in places(content) if path and rational(value) is not None]
    found += [
        path
        for path, value in places(content)
        if path and isinstance(value, dict) and "claim" not in value
    ]
    put(content, dice.choice(found), copy.deepcopy(dice.choice(STRANGE)))


def mutant(dice: Random, content: Any) -> Any:
    found = copy.deepcopy(content)
    for _ in range(dice.choice([1, 1, 2])):
        try:
            dice.choice([*MOVES, *[moved] * 6])(dice, found)
        except (LookupError, TypeError, AttributeError, ValueError):
            continue
    return found


def values(content: Any, names: Sequence[str]) -> list[dict[str, Fraction]]:
    """Three rational values, or pairs, in the cell, if its ends are rational."""
    given = {name: content["parameters"][name] for name in names}
    try:
        if all("corners" in part for part in given.values()):
            lists = [[*map(F, part["corners"])] for part in given.values()]
            weights = ([1] * 4, [997, 1, 1, 1], [1, 2, 997, 5])
            return [
                {n: mean(corners, share) for n, corners in zip(names, lists, strict=True)}
                for share in weights
            ]
        (moving,) = (
            name for name in names if isinstance(given[name], dict) and "to" in given[name]
        )
        low, high = F(given[moving]["from"]), F(given[moving]["to"])
        return [
            {n: t if n == moving else F(evaluated(given[n], [t])) for n in names}
            for t in (low + (high - low) * share for share in (F(1, 999), F(1, 2), F(997, 999)))
        ]
    except (LookupError, TypeError, ValueError):
        return []


def agreed(one: Answer, other: Answer, content: Any) -> None:
    """The second checker accepts what the kernel accepts, with the same line, and nothing else.

    It may see the sign of more polynomials inside a polygon, and has no use for some limits. At an
    algebraic number two quotients may be the same number, and either may stand in the line.
    """
    if one[0] == 0:
        single = " = the root of " in one[1]
        assert other == one or (single and other[0] == 0), (one, other, json.dumps(content))
    elif "no sign that is seen" not in one[1] and "too large" not in one[1]:
        assert other[0] in (1, 2), (one, other, json.dumps(content))


def mean(numbers: Sequence[Fraction], weights: Sequence[int]) -> Fraction:
    """The mean of numbers with these weights, which begin again after the last."""
    pairs = [*zip(numbers, cycle(weights), strict=False)]
    return sum((w * x for x, w in pairs), F(0)) / sum(w for _, w in pairs)


@pytest.mark.slow
@pytest.mark.parametrize("name", MANY)
def test_a_changed_certificate_is_refused_or_true(name: str, tmp_path: Path) -> None:
    case, dice = read(name), Random(name)
    text = instance_of(case)
    instance = tmp_path / "family.toml"
    instance.write_text(text, encoding="utf-8")
    names = [parameter.name for parameter in load_family(instance).parameters]
    mutants = [mutant(dice, case["certificate"]) for _ in range(75)]
    distinct = {json.dumps(content): content for content in mutants}
    assert len(distinct) > 50
    for content in distinct.values():
        words = files(content, text, tmp_path)
        code, line = kernel(*words, {})
        assert code in (0, 1, 2), (line, json.dumps(content))
        agreed((code, line), second(*words, {}), content)
        for there in values(content, names) if code == 0 else []:
            words = files(with_values(content, instance, there), text, tmp_path)
            answer = kernel(*words, {})
            assert answer[0] == 0, (answer, json.dumps(content))
            assert second(*words, {}) == answer
