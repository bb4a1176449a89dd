"""Games with a parameter at random, and certificates about many values at one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from verifier.game.model import digest
from verifier.game.reader import load

STATES, ACTIONS = ("rain", "sun"), ("go", "stay", "wait")
PRIORS = {
    "moving": {"rain": "t", "sun": "1 - t"},
    "fixed": {"rain": "2/5", "sun": "3/5"},
}


@st.composite
def families(draw: st.DrawFn) -> str:
    """The text of an instance whose prior or utilities depend on t, from 0 to 1."""
    moving = draw(st.sampled_from(["moving", "fixed"]))
    prior = ", ".join(f'{y} = "{p}"' for y, p in PRIORS[moving].items())
    lines = [
        "format = 1",
        'title = "a family"',
        f"states = {[*STATES]}",
        f"actions = {[*ACTIONS]}",
        f"prior = {{ {prior} }}",
        "[parameters]",
        't = { from = 0, to = 1, default = "1/2" }',
    ]
    for n in range(draw(st.integers(1, 2)) + 1):
        lines += ["[[agents]]", f'name = "adviser {n}"'] if n else ["[user]"]
        lines += [_utility(draw, action, moving == "fixed") for action in ACTIONS]
    # one number at least depends on t, whatever was drawn
    lines += ["[claim]", f'tolerance = "{draw(st.sampled_from(["t", "1/4 + t", "2 - t"]))}"']
    lines += ["[model]", f'ties = "{draw(st.sampled_from(["any", "favour-speaker", "order"]))}"']
    return "\n".join(lines) + "\n"


def with_two(text: str) -> str:
    """A family with a second parameter, s, which the tolerance is; the other is in it as well."""
    text = text.replace("[parameters]", '[parameters]\ns = { from = 0, to = 1, default = "1/4" }')
    return re.sub('tolerance = ".*"', 'tolerance = "s + t/8"', text)


def _utility(draw: st.DrawFn, action: str, moving: bool) -> str:
    cells = ", ".join(f'{y} = "{_number(draw, moving)}"' for y in STATES)
    return f"utility.{action} = {{ {cells} }}"


def _number(draw: st.DrawFn, moving: bool) -> str:
    constant = draw(st.integers(-3, 3))
    slope = draw(st.sampled_from([0, 0, -2, -1, 1, 2])) if moving else 0
    return f"{constant} + {slope}*t" if slope else str(constant)


def with_value(content: Any, instance: Path, t: Fraction, name: str = "t") -> Any:
    """A certificate about a cell as one about the value t in it, quotients evaluated."""
    others = {key: Fraction(v) for key, v in content["parameters"].items() if key != name}
    return with_values(content, instance, {**others, name: t})


def with_values(content: Any, instance: Path, values: Mapping[str, Fraction]) -> Any:
    """A certificate about a cell as one about these values of all parameters, in its order.

    Quotients are evaluated: in a polygon they depend on both, else on the one that moves.
    """
    moving = {
        name
        for name, given in content["parameters"].items()
        if isinstance(given, dict) and "above" not in given
    }
    point = [value for name, value in values.items() if name in moving]
    part = {key: evaluated(content[key], point) for key in content.keys() - {"parameters", "game"}}
    about = digest(load(instance, at=values))
    return {**part, "game": about, "parameters": {n: str(v) for n, v in values.items()}}


def evaluated(part: Any, point: Sequence[Fraction]) -> Any:
    """Quotients in a certificate become the numbers that they are at these values."""
    if isinstance(part, list):
        return [evaluated(entry, point) for entry in part]
    if not isinstance(part, dict):
        return part
    if part.keys() == {"above", "below"}:
        above, below = (_value(part[key], point) for key in ("above", "below"))
        return str(above / below)
    return {key: evaluated(value, point) for key, value in part.items()}


def _value(coefficients: Any, point: Sequence[Fraction]) -> Fraction:
    """A polynomial in as many unknowns as there are values, the first one outside."""
    if not point:
        return Fraction(coefficients)
    powers = (_value(c, point[1:]) * point[0] ** n for n, c in enumerate(coefficients))
    return sum(powers, Fraction(0))
