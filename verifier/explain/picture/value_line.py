"""The user's utilities of one guarantee on a line: benchmarks, bounds and the worst equilibrium.

Numbers that the kernel has not accepted are labelled so (theory.md 9.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from verifier.explain.picture.axes import Axis, Scale, framed
from verifier.explain.picture.canvas import INK, PALETTE, Canvas, Pen
from verifier.explain.picture.label import number
from verifier.numbers import LONGEST_FRACTION, visible
from verifier.solve.exponential import Decided, QuotientSum
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Finding, Report, Verdict, compare

MARKS = {
    "alone": ("x", INK),
    "paper's bound": ("<", PALETTE[5]),
    "claimed": ("v", PALETTE[1]),
    "claimed = paper's bound": ("v", PALETTE[1]),
    "in every equilibrium": ("^", PALETTE[0]),
    "verifier's bound": ("^", PALETTE[0]),
    "worst equilibrium found": ("o", PALETTE[2]),
    "verifier's equilibrium": ("o", PALETTE[2]),
    "TEAM": ("P", PALETTE[3]),
    "QR": ("P", PALETTE[3]),
    "OPT": ("D", INK),
}
"""The marker and colour of every number that may stand on the line."""

FAR = 6
"""A bound that is below the others by more than FAR times their spread is an arrow at the edge."""

_SENTENCES = {
    "alone": "alone she gets {}",
    "paper's bound": "the paper's bound is {}",
    "claimed": "the claimed bound is {}",
    "claimed = paper's bound": "the claimed bound, which is the paper's, is {}",
    "in every equilibrium": "in every equilibrium she gets at least {}",
    "verifier's bound": (
        "according to the verifier alone, which the kernel has not checked, every equilibrium gives"
        " her at least {}"
    ),
    "worst equilibrium found": "the worst equilibrium found gives her {}",
    "verifier's equilibrium": (
        "according to the verifier alone, which the kernel has not checked, an equilibrium gives"
        " her {}"
    ),
    "TEAM": "an aligned agent would give her TEAM, {}",
    "QR": "with quantal response to all observations, QR is {}",
    "OPT": "knowing all observations, OPT is {}",
}


@dataclass(frozen=True)
class Mark:
    """A number on the line; an irrational one is not `exact`, and its `value` is a lower end.

    A lower end is at most 2 * 10^-12 too small.
    """

    label: str
    value: Fraction
    exact: bool

    @property
    def text(self) -> str:
        return number(self.value, self.exact)


@dataclass(frozen=True)
class ValueLine:
    """The marks of one guarantee, least first.

    `shortfall` is the distance from the equilibrium of a refutation up to the claim.
    """

    name: str
    guarantee: Guarantee
    marks: tuple[Mark, ...]
    shortfall: Mark | None

    @property
    def title(self) -> str:
        return f"What the user gets ({self.guarantee})"

    @property
    def alt(self) -> str:
        """A description: the numbers with their meaning, least first."""
        described = "; ".join(_SENTENCES[mark.label].format(_number(mark)) for mark in self.marks)
        missing = (
            ""
            if self.shortfall is None
            else f" That equilibrium lies {_number(self.shortfall)} below the claimed bound."
        )
        return f"The user's utility on a line, from left to right: {described}.{missing}"

    def at(self, label: str) -> Mark | None:
        """The mark with this label, None if there is none."""
        return next((mark for mark in self.marks if mark.label == label), None)


def _number(mark: Mark) -> str:
    text = number(mark.value, mark.exact, LONGEST_FRACTION)
    return f"about {text.rstrip('…')}" if text.endswith("…") else text


def bound_label(verdict: Verdict) -> str:
    """The label of bound*; the kernel has checked it only for `proved` and `vacuous`."""
    return (
        "in every equilibrium"
        if verdict in (Verdict.PROVED, Verdict.VACUOUS)
        else "verifier's bound"
    )


def equilibrium_label(verdict: Verdict) -> str:
    """The label of the equilibrium; the kernel has checked it only for `proved` and `refuted`."""
    return (
        "worst equilibrium found"
        if verdict in (Verdict.PROVED, Verdict.REFUTED)
        else "verifier's equilibrium"
    )


def picture(report: Report, finding: Finding, verdict: Verdict) -> ValueLine:
    """The value line of a finding, each number exact or enclosed. theory.md 3.1, 5.2 and 9.1.

    `verdict` is the finding's if the kernel accepted its certificate, `open` otherwise.
    """
    marks = sorted(_marks(report, finding, verdict), key=lambda mark: mark.value)
    short = _shortfall(finding) if verdict is Verdict.REFUTED else None
    return ValueLine(f"value-line-{finding.guarantee}", finding.guarantee, tuple(marks), short)


def _marks(report: Report, finding: Finding, verdict: Verdict) -> Iterator[Mark]:
    """The marks in the order in which equal numbers are drawn, from below."""
    found = report.benchmarks
    yield _mark("alone", found.no_information)
    if finding.paper_bound is not None and _same(finding.paper_bound, finding.claimed_bound):
        yield _mark("claimed = paper's bound", finding.claimed_bound)
    else:
        if finding.paper_bound is not None:
            yield _mark("paper's bound", finding.paper_bound)
        yield _mark("claimed", finding.claimed_bound)
    yield _mark(bound_label(verdict), finding.bound.value)
    if finding.equilibrium is not None:
        yield _mark(equilibrium_label(verdict), finding.equilibrium.user_utility)
    if finding.guarantee is Guarantee.QUANTAL and found.quantal is not None:
        yield _mark("QR", found.quantal)
    elif found.team != found.optimum:
        yield _mark("TEAM", found.team)
    yield _mark("OPT", found.optimum)


def _mark(label: str, value: Fraction | QuotientSum) -> Mark:
    ends = visible(value)
    return Mark(label, ends.shown, False) if ends.exact is None else Mark(label, ends.exact, True)


def _same(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> bool:
    decided = compare(left, right)
    return isinstance(decided, Decided) and decided.sign == 0


def _shortfall(finding: Finding) -> Mark | None:
    if finding.equilibrium is None:
        return None
    reached, claimed = finding.equilibrium.user_utility, finding.claimed_bound
    decided = compare(reached, claimed)
    if not isinstance(decided, Decided) or decided.sign >= 0:
        return None
    return _mark("shortfall", claimed - reached)


def draw(data: ValueLine) -> str:
    """The value line as SVG: a row for every number, all above one axis."""
    rows, scale = _rows(data), _scale(data)
    most = max(rows.values())
    band = " (band: all equilibria)" * (data.at("in every equilibrium") is not None)
    canvas = framed(
        64 + 24 * (most + 1),
        Axis.of(scale, f"the user's utility{band}", -0.05, 1.05),
        Axis(-0.7, most + 0.7),
    )
    _promise(canvas, data, scale)
    for mark in data.marks:
        _place(canvas, mark, rows[mark.label], scale)
    _gap(canvas, data, rows, scale)
    return canvas.svg(data.name, data.title, data.alt)


def _rows(data: ValueLine) -> dict[str, int]:
    """The row of every label, from below; the row above a refuting equilibrium is for the arrow."""
    rows = {mark.label: n for n, mark in enumerate(data.marks)}
    if data.shortfall is None:
        return rows
    reached = rows[equilibrium_label(Verdict.REFUTED)]
    return {label: row + (row > reached) for label, row in rows.items()}


def _scale(data: ValueLine) -> Scale:
    """The scale of the numbers, without bounds that are far below all others."""
    bounds = {
        "paper's bound",
        "claimed",
        "claimed = paper's bound",
        "in every equilibrium",
        "verifier's bound",
    }
    rest = Scale.over([mark.value for mark in data.marks if mark.label not in bounds])
    spread = rest.high - rest.low
    near = [mark.value for mark in data.marks if mark.value >= rest.low - FAR * spread]
    return Scale.over([*near, rest.low, rest.high])


def _promise(canvas: Canvas, data: ValueLine, scale: Scale) -> None:
    """A band from the bound to OPT, which has every equilibrium."""
    low, high = data.at("in every equilibrium"), data.at("OPT")
    if low is not None and high is not None and low.value < high.value:
        left, right = max(scale(low.value), -0.05), scale(high.value)
        corners = [(left, -0.7), (left, -0.45), (right, -0.45), (right, -0.7)]
        canvas.area(corners, PALETTE[0], 0.35)


def _place(canvas: Canvas, mark: Mark, row: int, scale: Scale) -> None:
    """A mark: a marker, a line down to the axis, and the label on the side that has room."""
    at, (marker, colour) = scale(mark.value), MARKS[mark.label]
    far = at < 0
    if far:
        at, marker = -0.03, "<"
    else:
        canvas.line([(at, -0.7), (at, row)], Pen(colour, 0.7, (2, 2)))
    canvas.solid((at, row), marker, 7, colour)
    text = f"{mark.label} {'≥ ' * (MARKS[mark.label][0] == '^')}{mark.text}" + " (far left)" * far
    side = 1 if at <= 0.5 else -1
    canvas.words((at, row), text, (side, 0), (8 * side, 0))


def _gap(canvas: Canvas, data: ValueLine, rows: dict[str, int], scale: Scale) -> None:
    """An arrow from the claim down to the equilibrium that does not reach it."""
    reached, claimed = data.at("worst equilibrium found"), _claimed(data.marks)
    if data.shortfall is None or reached is None or claimed is None:
        return
    row = rows[reached.label] + 0.8
    left, right = scale(reached.value), scale(claimed.value)
    canvas.arrow((right, row), (left, row), Pen(PALETTE[1], 1.6))
    text = f"{data.shortfall.text} short"
    canvas.words(((left + right) / 2, row), text, (0, 1), (0, -3), size=8)


def _claimed(marks: Sequence[Mark]) -> Mark | None:
    return next((mark for mark in marks if mark.label.startswith("claimed")), None)
