"""Linear programs as texts that other solvers read: LP, MPS, SMT-LIB 2, and JSON.

LP and MPS are written by PuLP, with decimal numbers: what has more than twelve digits is rounded
there. SMT-LIB, which z3 writes, and JSON are exact.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from verifier.extras import require
from verifier.solve.program import Goal, Key, Number, Program, Row, Sense

LONGEST = 100
"""Most letters of a name."""

Names = Mapping[Key, str]
"""A name for each row or column."""


def names_of(keys: Iterable[Key]) -> dict[Key, str]:
    """Different names of ASCII letters, digits and underscores, which all four formats allow.

    The parts of a key are joined by two underscores; other letters become one. Names that would be
    the same are numbered.

    >>> names_of([("play", "so-so", "buy"), ("play", "so so", "buy")]).values()
    dict_values(['play__so_so__buy', 'play__so_so__buy__2'])
    """
    seen, found = Counter[str](), dict[Key, str]()
    for key in keys:
        name = re.sub(r"\W", "_", "__".join(_parts(key)), flags=re.ASCII)[:LONGEST]
        seen[name] += 1
        while seen[name] > 1:
            name = f"{name}__{seen[name]}"
            seen[name] += 1
        found[key] = name
    return found


def _parts(key: Key) -> list[str]:
    """The parts of a key; a tuple inside is one part."""
    if not isinstance(key, tuple):
        return [str(key)]
    return ["_".join(_parts(part)) if isinstance(part, tuple) else str(part) for part in key]


def lp(program: Program, title: str) -> str:
    """The program in the LP format of CPLEX, in decimal numbers.

    Raises InstanceError without PuLP.
    """
    return _written(program, title, "lp")


def mps(program: Program, title: str) -> str:
    """The program as an MPS file, in decimal numbers.

    MPS files are minimised: the objective of a maximisation has its signs changed, and a comment
    says so. Raises InstanceError without PuLP.
    """
    return _written(program, title, "mps")


def smt2(program: Program, title: str) -> str:
    """The program in SMT-LIB 2 with z3's extension for optima, exactly.

    Raises InstanceError without z3.
    """
    require("z3", "--format smt2")
    import z3

    context = z3.Context()
    columns, rows = names_of(program.costs), names_of(program.rows)
    variables = {key: z3.Real(name, context) for key, name in columns.items()}

    def total(coefficients: Mapping[Key, Number]) -> Any:
        terms = [
            z3.Q(c.numerator, c.denominator, context) * variables[key]
            for key, number in coefficients.items()
            if (c := Fraction(number))
        ]
        return z3.Sum(terms) if terms else z3.RealVal(0, context)

    lines = [f"(declare-const {name} Real)" for name in columns.values()]
    signs = (variables[key] >= 0 for key in program.costs if key not in program.free)
    lines += [f"(assert {sign.sexpr()})" for sign in signs]
    for key, row in program.rows.items():
        left, bound = total(row.coefficients), Fraction(row.bound)
        right = z3.Q(bound.numerator, bound.denominator, context)
        if row.sense is Sense.EQUAL:
            said = left == right
        else:
            said = left >= right if row.sense is Sense.AT_LEAST else left <= right
        lines.append(f"(assert (! {_line(said.sexpr())} :named {rows[key]}))")
    goal = "minimize" if program.goal is Goal.MINIMISE else "maximize"
    lines += [f"({goal} {_line(total(program.costs).sexpr())})", "(check-sat)", "(get-objectives)"]
    return "\n".join([f"; {_line(title)}", *lines, "(get-model)"]) + "\n"


def as_json(program: Program, title: str) -> str:
    """The program as one JSON object with exact numbers, and with the keys that names stand for."""
    columns, rows = names_of(program.costs), names_of(program.rows)

    def table(coefficients: Mapping[Key, Number]) -> dict[str, str]:
        return {columns[key]: str(c) for key, c in coefficients.items() if c}

    def entry(key: Key, row: Row) -> dict[str, Any]:
        return {
            "name": rows[key],
            "means": _meaning(key),
            "coefficients": table(row.coefficients),
            "sense": str(row.sense),
            "bound": str(row.bound),
        }

    content = {
        "title": title,
        "goal": str(program.goal),
        "objective": table(program.costs),
        "columns": [
            {"name": columns[key], "means": _meaning(key), "free": key in program.free}
            for key in program.costs
        ],
        "rows": [entry(key, row) for key, row in program.rows.items()],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Program, str], str]] = {
    "lp": lp,
    "mps": mps,
    "smt2": smt2,
    "json": as_json,
}
"""How each format is written, by its name."""


def _meaning(key: Key) -> list[Any]:
    return list(key) if isinstance(key, tuple) else [key]


def _line(text: str) -> str:
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()


def _written(program: Program, title: str, form: str) -> str:
    require("pulp", f"--format {form}")
    import pulp

    columns, rows = names_of(program.costs), names_of(program.rows)
    turned = form == "mps" and program.goal is Goal.MAXIMISE
    minimise = turned or program.goal is Goal.MINIMISE
    problem = pulp.LpProblem("program", pulp.LpMinimize if minimise else pulp.LpMaximize)
    variables = {
        key: problem.add_variable(name, None if key in program.free else 0)
        for key, name in columns.items()
    }

    def total(coefficients: Mapping[Key, Number]) -> Any:
        return pulp.lpSum(float(c) * variables[key] for key, c in coefficients.items() if c)

    problem += (-total(program.costs) if turned else total(program.costs)), "objective"
    senses = {Sense.EQUAL: 0, Sense.AT_LEAST: 1, Sense.AT_MOST: -1}
    for key, row in program.rows.items():
        problem += pulp.LpConstraint(
            total(row.coefficients), senses[row.sense], rows[key], float(row.bound)
        )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"program.{form}"
        (problem.writeLP if form == "lp" else problem.writeMPS)(str(path))
        text = path.read_text(encoding="utf-8")
    comment = "\\" if form == "lp" else "*"
    note = "; a maximum: the objective has its signs changed" if turned else ""
    return f"{comment} {_line(title)}{note}\n{text}"
