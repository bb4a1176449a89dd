"""What is accepted for a cell is true at every value in it (theory.md 12.1), tried at many.

At a value the certificate, its quotients evaluated, is an ordinary one: the kernel and the second
checker, which knows nothing of cells, must accept it, and `verify` must not say the contrary.
"""

from __future__ import annotations

import json
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.checkers import files, kernel, second
from tests.families import families, with_value
from tests.kernel.casebook import CASES, instance_of, read
from verifier.game.reader import load, load_family
from verifier.region.function import NEAR, Root, inside
from verifier.region.partition import region
from verifier.region.piece import BEST, Piece, Region
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

CELLS = [
    name
    for name in CASES
    if name.startswith("correct/cell-") and "from" in read(name)["certificate"]["parameters"]["t"]
]
SHARES = [Fraction(n, 997) for n in (0, 1, 331, 500, 996, 997)]
"""Where in a cell it is looked, the nearest rationals to its ends among them."""

CONTRARY = {Verdict.PROVED: Verdict.REFUTED, Verdict.REFUTED: Verdict.PROVED}


def found_in(text: str, guarantee: Guarantee, folder: Path) -> tuple[Path, Region]:
    path = folder / "family.toml"
    path.write_text(text, encoding="utf-8")
    return path, region(load_family(path), guarantee, path, width=Fraction(1, 8))


def check_at(piece: Piece, path: Path, t: Fraction, guarantee: Guarantee, folder: Path) -> None:
    """The piece is right at t."""
    content = json.loads(piece.certificate or "")
    there = with_value(content, path, t)
    words = files(there, path.read_text(encoding="utf-8"), folder)
    answer = kernel(*words, {})
    assert answer[0] == 0, answer
    assert second(*words, {}) == answer
    finding = examine(load(path, at={"t": t}), [guarantee]).findings[guarantee]
    assert piece.verdict is not None
    assert finding.verdict is not CONTRARY.get(piece.verdict)
    values = {key: function.at(t) for key, function in piece.values.items()}
    assert values["claimed"] == finding.claimed_bound
    assert isinstance(finding.bound.value, Fraction)
    if finding.equilibrium is not None and "every equilibrium" in values:
        assert isinstance(finding.equilibrium.user_utility, Fraction)
        assert values["every equilibrium"] <= finding.equilibrium.user_utility
    if "equilibrium" in values:
        assert finding.bound.value <= values["equilibrium"]


@pytest.mark.slow
@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],  # to shrink would take hours
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    text=families(),
    guarantee=st.sampled_from([Guarantee.BAYES, Guarantee.BEST_AI]),
    share=st.fractions(min_value=0, max_value=1, max_denominator=10**6),
)
def test_an_accepted_cell_is_right_at_every_value(
    text: str, guarantee: Guarantee, share: Fraction
) -> None:
    note(text)
    with tempfile.TemporaryDirectory() as name:
        path, found = found_in(text, guarantee, Path(name))
        assert any(piece.reply is not None and not piece.single for piece in found.pieces)
        for piece in found.pieces:
            if piece.reply is not None and not piece.single:
                least, most = inside(piece.low, piece.high)
                t = least + (most - least) * (share + 1) / 3
                check_at(piece, path, t, guarantee, Path(name))
                check_best_at(found, path, t, Path(name))


def check_best_at(found: Region, path: Path, t: Fraction, folder: Path) -> None:
    """The best equilibrium is one at t, and no worse than the one that the verdict has."""
    assert found.best is not None
    piece, best = found.at(t), found.best.at(t)
    if best.reply is None:
        return
    content = with_value(json.loads(best.certificate or ""), path, t)
    words = files(content, path.read_text(encoding="utf-8"), folder)
    answer = kernel(*words, {})
    assert answer[0] == 0, answer
    assert second(*words, {}) == answer
    if not best.single:
        least, most = (piece.values[key].at(t) for key in ("equilibrium", "optimum"))
        assert least <= best.values[BEST].at(t) <= most


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("share", SHARES)
def test_a_correct_cell_is_accepted_at_its_values(
    name: str, share: Fraction, tmp_path: Path
) -> None:
    """By the kernel and by the second checker, with the same line."""
    case = read(name)
    content: Any = case["certificate"]
    instance = tmp_path / "instance.toml"
    instance.write_text(instance_of(case), encoding="utf-8")
    ends = content["parameters"]["t"]
    low, high = (bound(ends[key], n) for n, key in ((1, "from"), (0, "to")))
    t = low + (high - low) * ((share * 998 + 1) / 1000)
    words = files(with_value(content, instance, t), instance_of(case), tmp_path)
    answer = kernel(*words, {})
    assert answer[0] == 0, answer
    assert second(*words, {}) == answer


def bound(end: Any, inner: int) -> Fraction:
    """The end itself if it is rational, or a rational near it on the cell's side."""
    if not isinstance(end, dict):
        return Fraction(end)
    low, high = map(Fraction, end["between"])
    return Root(tuple(map(Fraction, end["polynomial"])), low, high).around(NEAR)[inner]
