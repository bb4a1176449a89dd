"""The report on a table: distances, the best single agent, growth, and the smallest set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from verifier.numbers import LONGEST_ORDER, about, at_most, show
from verifier.result import Result
from verifier.solve.points import Mixture
from verifier.tables.distance import Distance, Norm, Single

if TYPE_CHECKING:
    from verifier.tables.growth import Order
    from verifier.tables.smallest import Smallest
    from verifier.tables.table import UtilityTable

SHOWN = 10
"""Most weights and rows that lines list; JSON and certificates have them all."""


@dataclass(frozen=True, repr=False)
class TableReport(Result):
    """The distances of a table that were asked for, with the kernel's line on their certificate.

    `singles` has the best agent alone in each norm; `orders` and `smallest` are there if asked for.
    `as_read` is the CSV file that the certificate is about, where that is not the user's own.
    """

    table: UtilityTable
    distances: Sequence[Distance]
    singles: dict[Norm, Single]
    kernel: str
    certificate: str | None = None
    as_read: str | None = None
    orders: Sequence[Order] = field(default=())
    smallest: Smallest | None = None

    def found(self, norm: Norm, mixture: Mixture) -> Distance | None:
        """The distance in this norm and convention, if it was asked for."""
        return next((d for d in self.distances if (d.norm, d.mixture) == (norm, mixture)), None)


def table_record(report: TableReport) -> dict[str, Any]:
    """The report as JSON: exact numbers, weights in column order, witnesses by row number."""
    table, sup = report.table, report.found(Norm.SUP, Mixture.SIMPLEX)
    cone, mean = report.found(Norm.SUP, Mixture.CONE), report.found(Norm.MEAN, Mixture.SIMPLEX)
    record: dict[str, Any] = {
        "user": table.user,
        "agents": list(table.agents),
        "rows": len(table.rows),
        "left_out": table.left_out,
        "dropped": list(table.dropped),
        "labels": list(table.labels),
        "asides": [{"column": aside.column, "why": aside.why} for aside in table.asides],
        "read_as": list(table.read_as),
        **({} if sup is None else _distance_record(sup)),
        **({} if cone is None else {"cone_epsilon": str(cone.distance)}),
    }
    if Norm.SUP in report.singles:
        record["single"] = _single_record(report.singles[Norm.SUP])
    if mean is not None:
        record["mean_error"] = {
            **_distance_record(mean),
            "single": _single_record(report.singles[Norm.MEAN]),
        }
    if report.orders:
        record["growth"] = [_order_record(order) for order in report.orders]
    if report.smallest is not None:
        record["smallest"] = _smallest_record(report.smallest)
    return {
        **record,
        "certificate": report.certificate,
        "as_read": report.as_read,
        "kernel": report.kernel,
    }


def _distance_record(found: Distance) -> dict[str, Any]:
    return {
        "epsilon": str(found.distance),
        "weights": [str(weight) for weight in found.weights.values()],
        "offset": str(found.offset),
        "witness": [[row, str(mass)] for row, mass in found.witness.items()],
    }


def _single_record(found: Single) -> dict[str, Any]:
    return {"agent": found.agent, "epsilon": str(found.distance), "offset": str(found.offset)}


def _order_record(order: Order) -> dict[str, Any]:
    steps = [
        {"agents": s.agents, "epsilon": str(s.distance), "single": str(s.single)}
        for s in order.steps
    ]
    return {"agents": list(order.agents), "steps": steps}


def _smallest_record(found: Smallest) -> dict[str, Any]:
    return {
        "tolerance": str(found.tolerance),
        "least": found.least,
        "agents": list(found.agents),
        "epsilon": str(found.distance),
        "exact": found.exact,
        "measures": found.measures,
    }


def table_lines(report: TableReport) -> Iterator[str]:
    """The report as lines for the terminal."""
    table = report.table
    yield f"{table.name}: {len(table.rows)} points, user {table.user}, {len(table.agents)} agents"
    yield from _column_lines(table)
    if table.left_out:
        yield f"  left out: {table.left_out} rows with missing cells"
    if table.dropped:
        yield f"  left out: {len(table.dropped)} columns with missing cells ({_few(table.dropped)})"
    for found in report.distances:
        yield from _distance_lines(found, report.singles[found.norm])
    yield f"  kernel: {report.kernel}"
    if report.certificate is not None:
        yield f"  certificate: {report.certificate}"
    if report.as_read is not None:
        yield f"  checked with the table as read: {report.as_read}"
    if report.orders:
        yield from _growth_lines(report.orders)
    if report.smallest is not None:
        yield from _smallest_lines(report.smallest, len(table.agents))


def _column_lines(table: UtilityTable) -> Iterator[str]:
    """What was taken as what, and what the file was taken for."""
    agents = [*table.agents[:SHOWN]]
    more = len(table.agents) - len(agents)
    yield f"  {'user':14} {table.user}"
    yield f"  {'agents':14} {', '.join(agents)}{f' and {more} more' if more else ''}"
    if table.labels:
        yield f"  {'labels':14} {', '.join(table.labels)}"
    for n, aside in enumerate(table.asides[:SHOWN]):
        yield f"  {'' if n else 'no parties':14} {aside.column}: {aside.why}"
    if len(table.asides) > SHOWN:
        yield f"  {'':14} and {len(table.asides) - SHOWN} more"
    if table.read_as:
        yield f"  {'read as':14} {'; '.join(table.read_as)}"


def _distance_lines(found: Distance, alone: Single) -> Iterator[str]:
    label = "mean abs error" if found.norm is Norm.MEAN else str(found.mixture)
    yield f"  {label:14} distance {show(found.distance)}"
    if found.mixture is Mixture.SIMPLEX:
        yield f"                 best single agent {alone.agent}, {show(alone.distance)}"
    weights = sorted(
        ((w, name) for name, w in found.weights.items() if w), key=lambda pair: -pair[0]
    )
    yield from _listed("weights", [f"{name} {show(weight)}" for weight, name in weights])
    yield f"                 offset   {show(found.offset)}"
    if found.witness and found.norm is Norm.SUP and found.mixture is Mixture.SIMPLEX:
        masses = sorted(found.witness.items(), key=lambda pair: -abs(pair[1]))
        yield from _listed("measure", [f"{show(mass)} on row {row}" for row, mass in masses])


def _listed(label: str, texts: Sequence[str]) -> Iterator[str]:
    rest = [f"and {len(texts) - SHOWN} more"] if len(texts) > SHOWN else []
    for n, text in enumerate([*texts[:SHOWN], *rest] or ["none"]):
        yield f"                 {label if n == 0 else '':8} {text}"


def _growth_lines(orders: Sequence[Order]) -> Iterator[str]:
    from statistics import median

    yield (
        f"  the more agents, the nearer ({len(orders)} random orders; least, median and greatest"
        " distance)"
    )
    yield f"    {'agents':>6} {'least':>12} {'median':>12} {'greatest':>12} {'best single':>12}"
    for steps in zip(*[order.steps for order in orders], strict=True):
        values = [step.distance for step in steps]
        numbers = (
            min(values),
            median(values),
            max(values),
            median([step.single for step in steps]),
        )
        yield f"    {steps[0].agents:6} " + " ".join(
            f"{at_most(LONGEST_ORDER, value, about('.6g')):>12}" for value in numbers
        )


def _smallest_lines(found: Smallest, everyone: int) -> Iterator[str]:
    if found.least is None:
        yield (
            f"  no agents come within {found.tolerance}: all {everyone} together are"
            f" {show(found.distance)} away"
        )
        return
    known = f"{found.least}" if found.exact else f"between {found.least} and {len(found.agents)}"
    yield (
        f"  fewest agents within {found.tolerance}: {known} ({found.measures} measures keep fewer"
        " away)"
    )
    yield from _listed("", list(found.agents))
    yield f"                 distance {show(found.distance)}"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
