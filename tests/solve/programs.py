"""Random linear programs and hulls, programs from literals, and a checker of answers."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction

from hypothesis import strategies as st

from verifier.solve.program import Answer, Goal, Infeasible, Key, Optimal, Program, Sense, Unbounded

F = Fraction

PLAIN = [Fraction(value) for value in (-3, -2, -1, 0, 0, 1, 1, 2, 5)] + [
    Fraction(1, 7),
    Fraction(-2, 3),
]
BADLY_SCALED = [
    Fraction(sign * digit) * Fraction(10) ** exponent
    for sign in (-1, 1)
    for digit in (1, 3)
    for exponent in (-12, -9, 0, 9, 12)
] + [Fraction(0)]
NEARLY_EQUAL = [1 + Fraction(step, 10**18) for step in (-2, -1, 0, 1, 2)] + [
    Fraction(-1),
    Fraction(0),
]
HILBERT = [Fraction(1, step) for step in range(1, 12)] + [Fraction(0)]


@st.composite
def programs(draw: st.DrawFn, columns: int = 5, rows: int = 6) -> Program:
    """Small programs: plain, badly scaled, nearly degenerate or Hilbert-like, with repeated and
    scaled rows.
    """
    number = st.sampled_from(draw(st.sampled_from([PLAIN, BADLY_SCALED, NEARLY_EQUAL, HILBERT])))
    bound = st.one_of(number, st.sampled_from([Fraction(0), Fraction(1), Fraction(10)]))
    program = Program(draw(st.sampled_from(Goal)))
    for name in range(draw(st.integers(0, columns))):
        program.column(("x", name), draw(number), free=draw(st.booleans()))
    for name in range(draw(st.integers(0, rows))):
        if program.rows and draw(st.integers(0, 3)) == 0:
            _repeat(draw, program, name)
        else:
            used = (
                draw(st.lists(st.sampled_from(list(program.costs)), unique=True))
                if program.costs
                else []
            )
            program.row(
                name, {key: draw(number) for key in used}, draw(st.sampled_from(Sense)), draw(bound)
            )
    return program


def _repeat(draw: st.DrawFn, program: Program, name: int) -> None:
    """An earlier row times a number, so that rows are redundant or, with another sense or bound,
    contradict it.
    """
    earlier = program.rows[draw(st.sampled_from(list(program.rows)))]
    factor = draw(st.sampled_from([Fraction(1), Fraction(-1), Fraction(3), Fraction(1, 10**9)]))
    shift = draw(st.sampled_from([Fraction(0), Fraction(0), Fraction(1, 10**12)]))
    coefficients = {key: value * factor for key, value in earlier.coefficients.items()}
    program.row(name, coefficients, draw(st.sampled_from(Sense)), earlier.bound * factor + shift)


def check(program: Program, answer: Answer) -> None:
    """Assert every condition in the docstrings of Optimal, Infeasible and Unbounded, term by term
    in Fractions.
    """
    if isinstance(answer, Optimal):
        check_feasible(program, answer.primal)
        check_signs(program, answer.dual, flip=program.goal is Goal.MAXIMISE)
        assert cost(program, answer.primal) == answer.value
        assert bounds(program, answer.dual) == answer.value
        for key, price in prices(program, answer.dual).items():
            reduced = program.costs[key] - price
            allowed = {Goal.MINIMISE: reduced >= 0, Goal.MAXIMISE: reduced <= 0}[program.goal]
            assert reduced == 0 if key in program.free else allowed
    elif isinstance(answer, Infeasible):
        check_signs(program, answer.ray, flip=False)
        assert bounds(program, answer.ray) > 0
        for key, price in prices(program, answer.ray).items():
            assert price == 0 if key in program.free else price <= 0
    else:
        check_unbounded(program, answer)


def check_unbounded(program: Program, answer: Unbounded) -> None:
    check_feasible(program, answer.point)
    rate = cost(program, answer.direction)
    assert rate < 0 if program.goal is Goal.MINIMISE else rate > 0
    for steps in (1, 10**6):
        check_feasible(
            program,
            {key: value + steps * answer.direction[key] for key, value in answer.point.items()},
        )
    for row in program.rows.values():
        left = sum(
            (entry * answer.direction[key] for key, entry in row.coefficients.items()), Fraction(0)
        )
        assert {Sense.EQUAL: left == 0, Sense.AT_LEAST: left >= 0, Sense.AT_MOST: left <= 0}[
            row.sense
        ]


def check_feasible(program: Program, point: Mapping[Key, Fraction]) -> None:
    assert set(point) == set(program.costs)
    assert all(type(value) is Fraction for value in point.values())
    assert all(point[key] >= 0 for key in program.costs if key not in program.free)
    for row in program.rows.values():
        left = sum((entry * point[key] for key, entry in row.coefficients.items()), Fraction(0))
        meets = {
            Sense.EQUAL: left == row.bound,
            Sense.AT_LEAST: left >= row.bound,
            Sense.AT_MOST: left <= row.bound,
        }
        assert meets[row.sense]


def check_signs(program: Program, multipliers: Mapping[Key, Fraction], *, flip: bool) -> None:
    assert set(multipliers) == set(program.rows)
    for key, row in program.rows.items():
        signed = -multipliers[key] if flip else multipliers[key]
        assert type(signed) is Fraction
        assert {Sense.EQUAL: True, Sense.AT_LEAST: signed >= 0, Sense.AT_MOST: signed <= 0}[
            row.sense
        ]


def cost(program: Program, point: Mapping[Key, Fraction]) -> Fraction:
    return sum((price * point[key] for key, price in program.costs.items()), Fraction(0))


def bounds(program: Program, multipliers: Mapping[Key, Fraction]) -> Fraction:
    return sum((row.bound * multipliers[key] for key, row in program.rows.items()), Fraction(0))


def prices(program: Program, multipliers: Mapping[Key, Fraction]) -> dict[Key, Fraction]:
    """sum_r y_r a_rj for every column j."""
    found = dict.fromkeys(program.costs, Fraction(0))
    for name, row in program.rows.items():
        for key, entry in row.coefficients.items():
            found[key] += multipliers[name] * entry
    return found


def program(
    goal: Goal, costs: dict[str, int], *rows: tuple[dict[str, int], Sense, int | Fraction]
) -> Program:
    """A program from literals: names in capitals are free columns, rows are numbered."""
    made = Program(goal)
    for name, cost in costs.items():
        made.column(name, cost, free=name.isupper())
    for number, (entries, sense, bound) in enumerate(rows):
        made.row(number, {name: F(entry) for name, entry in entries.items()}, sense, bound)
    return made


DIET = program(
    Goal.MINIMISE,
    {"x": 3, "y": 2},
    ({"x": 1, "y": 1}, Sense.AT_LEAST, 4),
    ({"x": 3, "y": 1}, Sense.AT_LEAST, 6),
    ({"x": 1}, Sense.AT_MOST, 9),
)
IMPOSSIBLE = program(
    Goal.MAXIMISE, {"x": 1}, ({"x": 1}, Sense.AT_LEAST, 3), ({"x": 2}, Sense.AT_MOST, 5)
)
FREE = program(Goal.MINIMISE, {"X": 1}, ({"X": 1}, Sense.AT_LEAST, 2))
ENDLESS = program(Goal.MAXIMISE, {"x": 1, "y": 0}, ({"x": 1, "y": -1}, Sense.AT_MOST, 1))


ENTRIES: dict[str, st.SearchStrategy[Fraction]] = {
    "few values": st.integers(0, 2).map(Fraction),
    "integers": st.integers(-100, 100).map(Fraction),
    "ratios": st.fractions(-3, 3, max_denominator=30),
    "badly scaled": st.sampled_from(
        [F(10) ** 12, F(1, 10**9), F(-1), F(0), 1 + F(1, 10**15), 1 - F(1, 10**15)]
    ),
}


def integers(points: int, columns: int, seed: int) -> list[list[int]]:
    draw = random.Random(seed)
    return [[draw.randint(0, 100) for _ in range(points)] for _ in range(columns)]
