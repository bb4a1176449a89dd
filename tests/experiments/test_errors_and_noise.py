"""The experiments on squared errors, sponsors and noise: records say what their tables add up."""

from __future__ import annotations

from fractions import Fraction

import pytest

from experiments import noise, sponsors, squares
from experiments.judgements import Judgements
from verifier.theory.alignment import hull

pytestmark = pytest.mark.slow

F = Fraction


def judged() -> Judgements:
    """Five people on eight items, made up."""
    values = {
        f"person {n}": tuple(F((5 * n * p + 3 * p * p + n) % 7, 2) for p in range(8))
        for n in range(5)
    }
    return Judgements("made", "made up", "points", "", tuple(f"item {p}" for p in range(8)), values)


def test_a_record_of_squared_errors_is_read_back() -> None:
    found = squares.record(judged(), 2, 1)
    order = squares.order_of(found)
    assert found["user"] == "person 2" and "person 2" not in order.agents
    assert [step.agents for step in order.steps] == [1, 2, 3, 4]
    for step in order.steps:
        assert step.tested is not None
        assert step.fitted.cone <= step.fitted.simplex <= step.fitted.single
        assert step.fitted.simplex <= step.fitted.equal
    medians = list(squares.spreads([order]))
    assert len(medians) == 4 * 2 * len(squares.HEADS)
    assert medians[0][3].median == order.steps[0].fitted.simplex


def test_sponsors_change_in_one_number_at_a_time() -> None:
    for axis, value, family in sponsors.families():
        assert getattr(family, axis) == value
        others = {key for key, own in vars(family).items() if own != getattr(sponsors.MIDDLE, key)}
        assert others <= {axis}


def test_a_record_of_sponsors_is_confirmed() -> None:
    family = next(f for axis, value, f in sponsors.families() if (axis, value) == ("agents", 2))
    records = [sponsors.record(family, 1, number) for number in (1, 2)]
    found = sponsors.cell("agents", 2, records)
    assert found.known == 2 and found.epsilon == F(1, 4)
    assert found.epsilon == hull(family.game(1, 1)).epsilon
    for key in ("bayes", "best_ai"):
        assert found.means[f"{key}_bound"] <= found.means[f"{key}_worst"] <= found.team


def test_noise_is_in_the_hull_as_often_as_it_should() -> None:
    """Wendel's probability in one dimension: not all points are on one side."""
    for agents in range(1, 8):
        assert noise.inside(agents, 1) == 1 - F(2, 2**agents)
        assert noise.inside(agents, agents) == 0


def test_a_record_of_noise() -> None:
    records = [noise.record(noise.family(F(0), 5), 1, number) for number in (1, 2, 3)]
    found = noise.cell(F(0), 5, records)
    known = [d for d in found.distances if d is not None]
    assert known == sorted(known) and len(known) == 4
    assert 0 <= found.depth <= 1 and 0 <= found.inside <= 1
