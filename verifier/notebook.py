"""Tables for notebooks: what `_repr_html_` of results is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from html import escape

from verifier.numbers import show
from verifier.solve.exponential import QuotientSum


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as HTML; every word is escaped, fractions have a decimal beside them.

    >>> table("Value", ["agent", "utility"], [["a < b", Fraction(1, 2)]])[-60:]
    '<tr><td>a &lt; b</td><td>1/2 (0.5)</td></tr></tbody></table>'
    """
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def signals(caption: str, spoken: Mapping[str, Mapping[str, Mapping[str, Fraction]]]) -> str:
    """What each agent says on each observation, and how often."""
    rows = (
        (agent, x, word, p)
        for agent, signal in spoken.items()
        for x, says in signal.items()
        for word, p in says.items()
    )
    return table(caption, ["agent", "sees", "says", "probability"], rows)


def bounds(caption: str, found: Mapping[str, tuple[Fraction, Fraction]]) -> str:
    """What each agent has at most, and what no deviation of his exceeds."""
    rows = ((agent, has, most) for agent, (has, most) in found.items())
    return table(caption, ["agent", "has", "no deviation exceeds"], rows)


def _cell(cell: object) -> str:
    return escape(show(cell) if isinstance(cell, Fraction | QuotientSum) else str(cell))
