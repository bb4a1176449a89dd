"""Distances too small for floats to see: the right inequalities are found all the same.

The simplex method would find them from wrong ones, after a very long time: here it has next to
nothing to do.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from verifier.solve.corrections import Corrections, start_at
from verifier.solve.floats import Floats
from verifier.solve.hull import nearest
from verifier.solve.mean_error import mean_error
from verifier.solve.points import Approximation, Mixture, Points, points_of
from verifier.solve.simplex import Ending, Form, optimise

F = Fraction
Column = Sequence[Fraction]


@pytest.fixture
def pivots(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of pivots, each time that the simplex method runs."""
    counts: list[int] = []

    def counted(form: Form, start: Sequence[int]) -> Ending:
        ending = optimise(form, start)
        counts.append(ending.pivots)
        return ending

    monkeypatch.setattr("verifier.solve.basis.optimise", counted)
    monkeypatch.setattr("verifier.solve.hull.optimise", counted)
    return counts


def table(
    seed: int, agents: int, rows: int, places: int, used: int, rounded: int, edited: float = 0
) -> tuple[list[Fraction], list[list[Fraction]]]:
    """Agents with so many places; a user who is a mixture of the first ones but for rounding, and
    for some rows that are edited.
    """
    draw = random.Random(seed)
    unit = 10**places
    columns = [[F(draw.randrange(100 * unit), unit) for _ in range(rows)] for _ in range(agents)]
    weights = [F(draw.randrange(10**40, 2 * 10**40)) for _ in range(used)]
    means = [
        sum(map(F.__mul__, weights, row), F(0)) / sum(weights) for row in zip(*columns, strict=True)
    ]
    steps = [draw.gauss(0, 1) if draw.random() < edited else 0 for _ in range(rows)]
    user = [
        F(round((mean + F(step)) * 10**rounded), 10**rounded)
        for mean, step in zip(means, steps, strict=True)
    ]
    return user, columns


def misses(found: Approximation, user: Column, agents: Sequence[Column]) -> list[Fraction]:
    assert min(found.weights) >= 0
    assert found.mixture is Mixture.CONE or sum(found.weights) == 1
    return [
        abs(sum(map(F.__mul__, found.weights, row), F(0)) + found.offsets[0] - aim)
        for aim, *row in zip(user, *agents, strict=True)
    ]


def proved(found: Approximation, user: Column, agents: Sequence[Column]) -> None:
    """The measure keeps every mixture at that distance."""
    assert sum(found.measure.values()) == 0
    reach, *towards = (
        sum((mass * column[p] for p, mass in found.measure.items()), F(0))
        for column in (user, *agents)
    )
    if found.mixture is Mixture.SIMPLEX:
        assert all(reach - value >= found.distance for value in towards)
    else:
        assert reach >= found.distance and max(towards) <= 0


TINY = [(3, 3, 16), (16, 5, 16), (16, 3, 18), (0, 3, 30), (25, 3, 26)]
"""Places of the agents, how many are mixed, and the places to which that is rounded."""


@pytest.mark.parametrize("mixture", Mixture)
@pytest.mark.parametrize(("places", "used", "rounded"), TINY)
def test_a_greatest_difference_that_is_tiny(
    places: int, used: int, rounded: int, mixture: Mixture, pivots: list[int]
) -> None:
    user, agents = table(1, 5, 120, places, used, rounded)
    found = nearest(points_of(user, agents, [0] * 120), mixture)
    assert 0 < found.distance < F(1, 10 ** (rounded - 1))
    assert max(misses(found, user, agents)) == found.distance
    assert sum(map(abs, found.measure.values())) <= 1 and not pivots
    proved(found, user, agents)


@pytest.mark.parametrize("mixture", Mixture)
@pytest.mark.parametrize("edited", [0, 0.05])
@pytest.mark.parametrize(("places", "used", "rounded"), [(16, 5, 16), (3, 3, 16)])
def test_a_mean_error_that_rounding_decides(
    places: int,
    used: int,
    rounded: int,
    edited: float,
    mixture: Mixture,
    pivots: list[int],
) -> None:
    """Also where it does so at most points only, and others are plainly missed."""
    user, agents = table(2, 5, 120, places, used, rounded, edited)
    found = mean_error(points_of(user, agents, [0] * 120), mixture)
    assert (found.distance > F(1, 1000)) is bool(edited)
    assert sum(misses(found, user, agents)) == 120 * found.distance > 0
    assert all(abs(mass) * 120 <= 1 for mass in found.measure.values()) and sum(pivots) < 6
    proved(found, user, agents)


@pytest.mark.parametrize("measured", [nearest, mean_error])
def test_a_mixture_is_at_distance_0(measured: object) -> None:
    """Also one whose weights are no floats."""
    user, agents = table(3, 4, 90, 2, 3, 2)
    user = [sum(row[:3], F(0)) / 3 for row in zip(*agents, strict=True)]
    found = measured(points_of(user, agents, [0] * 90))  # type: ignore[operator]
    assert found.distance == 0 and found.weights == (F(1, 3), F(1, 3), F(1, 3), 0)


def seen(weights: Sequence[float], convex: bool) -> tuple[Corrections, Points]:
    user, agents = table(4, 4, 100, 3, 3, 16)
    points = points_of(user, agents, [0] * 100)
    start = start_at(weights, [F(0)], convex=convex)
    floats = Floats(points)
    return Corrections(floats, start, start.missing(points), convex=convex), points


def test_a_start_is_a_mixture() -> None:
    start = start_at([0.3, 1e-12, 0.7], [F(1)], convex=True)
    assert sum(start.weights) == 1 and start.weights[1] == 0
    assert start_at([0.3, 1e-12, 0.7], [F(1)], convex=False).weights[2] == F(0.7)


@pytest.mark.parametrize("convex", [True, False])
def test_corrections_are_changes_of_weights(convex: bool) -> None:
    """What the enlarged program says of a correction is what becomes of the gaps."""
    corrections, points = seen([0.5, 0.5, 0, 0], convex)
    assert corrections.count == 2 and corrections.generators == (
        [2, 3, 1] if convex else [2, 3, 0, 1]
    )
    steps = [0.125, 0.0, -0.25, *([] if convex else [0.5]), 0.25]
    gaps = corrections.gaps(np.array(steps))
    after = corrections.corrected(np.array(steps))
    assert not convex or sum(after.weights) == 1
    unit = F(corrections.floats.unit)
    for gap, missing in zip(gaps.tolist(), after.missing(points), strict=True):
        assert abs(F(gap) + missing * corrections.factor / unit) < F(1, 10**12)
    assert 0.1 < np.abs(corrections.target).max() <= 1
