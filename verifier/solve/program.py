"""Linear programs whose rows and columns are keyed by meaning, and what solving one can return.

    minimise (or maximise)  sum_j cost[j] x_j
    subject to              sum_j row.coefficients[j] x_j  (>= | <= | =)  row.bound
                                                                       for every named row
                            x_j >= 0 unless j is free

Keys are any hashable that says what the row or column is, such as ("obedience", "calm", "buy",
"sell"). Coefficients are integers or `fractions.Fraction`, answers `Fraction`. theory.md 8.2.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from verifier.numbers import integers

Key = Hashable

Number = Fraction | int


class Sense(StrEnum):
    """The relation between a row's left side and its bound."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="


AT_LEAST, AT_MOST, EQUAL = Sense
"""The senses by names of their own, which are quicker to look up, for whoever goes through rows."""


class Goal(StrEnum):
    """The end of the objective that is wanted."""

    MINIMISE = "minimise"
    MAXIMISE = "maximise"


@dataclass(frozen=True)
class Row:
    """A named inequality or equation of a program; columns not mentioned have coefficient 0.

    `entries` are the coefficients that are not 0, by the numbers of their columns; they and
    `whole_bound`, the bound, are times `scale`, which makes them integers. Whoever solves or checks
    a program computes with these.
    """

    coefficients: Mapping[Key, Number]
    sense: Sense
    bound: Number
    entries: Sequence[tuple[int, int]]
    whole_bound: int
    scale: int


@dataclass
class Program:
    """A linear program under construction: columns are added, then rows, then it is solved.

    Columns are numbered in the order in which they are declared.
    """

    goal: Goal
    costs: dict[Key, Number] = field(default_factory=dict)
    free: set[Key] = field(default_factory=set)
    rows: dict[Key, Row] = field(default_factory=dict)
    numbers: dict[Key, int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {key: number for number, key in enumerate(self.costs)}

    def copy(self) -> Program:
        """The same program, to which more can be added; rows that are there are shared."""
        return Program(self.goal, dict(self.costs), set(self.free), dict(self.rows))

    def column(self, key: Key, cost: Number = 0, *, free: bool = False) -> None:
        """A variable is declared, nonnegative unless `free`; ValueError if the key is taken."""
        if self.numbers.setdefault(key, len(self.costs)) < len(self.costs):
            raise ValueError(f"column {key!r} is declared twice")
        self.costs[key] = cost
        if free:
            self.free.add(key)

    def row(
        self,
        key: Key,
        coefficients: Mapping[Key, Number],
        sense: Sense,
        bound: Number = 0,
    ) -> None:
        """A named row over declared columns is added.

        Raises ValueError if the key is taken or a column is unknown.
        """
        if key in self.rows:
            raise ValueError(f"row {key!r} is declared twice")
        try:
            places = [self.numbers[name] for name in coefficients]
        except KeyError:
            unknown = coefficients.keys() - self.costs.keys()
            names = sorted(map(repr, unknown))
            raise ValueError(f"row {key!r} uses undeclared columns {names}") from None
        (whole_bound, *whole), scale = integers([bound, *coefficients.values()])
        entries = [pair for pair in zip(places, whole, strict=True) if pair[1]]
        self.rows[key] = Row(coefficients, sense, bound, entries, whole_bound, scale)

    def include(self, name: Hashable, other: Program) -> None:
        """The columns and rows of another program are added, by keys (name, key); not its goal."""
        start = len(self.costs)
        for key in other.costs:
            self.column((name, key), free=key in other.free)
        for key, row in other.rows.items():
            if (name, key) in self.rows:
                raise ValueError(f"row {(name, key)!r} is declared twice")
            self.rows[name, key] = replace(
                row,
                coefficients={(name, at): c for at, c in row.coefficients.items()},
                entries=[(start + place, entry) for place, entry in row.entries],
            )


@dataclass(frozen=True)
class Optimal:
    """The exact optimum of a program, with the multipliers of the rows that prove it.

    `dual[row]` is the multiplier y of the row: for a minimisation y >= 0 on >= rows, y <= 0 on <=
    rows, free on equations, the signs swapped for a maximisation; sum_r y_r bound_r equals `value`,
    and for a minimisation cost_j - sum_r y_r a_rj is >= 0 (= 0 if j is free), <= 0 for a
    maximisation.
    """

    value: Fraction
    primal: Mapping[Key, Fraction]
    dual: Mapping[Key, Fraction]


@dataclass(frozen=True)
class Infeasible:
    """The rows of a program have no common point: a Farkas ray y proves it.

    y >= 0 on >= rows, y <= 0 on <= rows, free on equations; sum_r y_r a_rj <= 0 for every column (=
    0 if free), yet sum_r y_r bound_r > 0.
    """

    ray: Mapping[Key, Fraction]


@dataclass(frozen=True)
class Unbounded:
    """The objective of a program improves for ever from `point` along `direction` (both exact)."""

    point: Mapping[Key, Fraction]
    direction: Mapping[Key, Fraction]


Answer = Optimal | Infeasible | Unbounded
