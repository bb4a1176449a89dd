"""Certificates of cells changed at random: the kernel never fails, and accepts only what is true.

A changed certificate that is accepted is accepted at single values of its cell as well, where the
second checker looks at it, too.
"""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.checkers import files, kernel, second
from tests.families import with_value
from tests.kernel.casebook import CASES, instance_of, read
from tests.kernel.mutations import MOVES, places, put, rational

F = Fraction
NAMES = [name for name in CASES if name.startswith("correct/cell-")]
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


def values(content: Any) -> list[Fraction]:
    """Three rational values in the cell, if its ends are rational."""
    try:
        ends = content["parameters"]["t"]
        low, high = F(ends["from"]), F(ends["to"])
    except (LookupError, TypeError, ValueError):
        return []
    return [low + (high - low) * share for share in (F(1, 999), F(1, 2), F(997, 999))]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_changed_certificate_is_refused_or_true(name: str, tmp_path: Path) -> None:
    case, dice = read(name), Random(name)
    text = instance_of(case)
    instance = tmp_path / "family.toml"
    instance.write_text(text, encoding="utf-8")
    for _ in range(150):
        content = mutant(dice, case["certificate"])
        code, line = kernel(*files(content, text, tmp_path), {})
        assert code in (0, 1, 2), (line, json.dumps(content))
        for t in values(content) if code == 0 else []:
            words = files(with_value(content, instance, t), text, tmp_path)
            answer = kernel(*words, {})
            assert answer[0] == 0, (answer, json.dumps(content))
            assert second(*words, {}) == answer
