"""The report on a table: distances, the best single agent, growth, and the smallest set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from verifier.numbers import LONGEST_ORDER, about, at_most, counted, show
from verifier.result import Result
from verifier.solve.points import Mixture
from verifier.tables.baselines import Average, Single
from verifier.tables.distance import Distance
from verifier.tables.norm import Norm

if TYPE_CHECKING:
    from verifier.tables.coverage import RejectionDepth
    from verifier.tables.growth import Errors, Order
    from verifier.tables.removal import Removal
    from verifier.tables.smallest import Smallest
    from verifier.tables.table import UtilityTable

SHOWN = 10
"""Most weights and rows that lines list; JSON and certificates have them all."""


@dataclass(frozen=True)
class CertifiedRemoval:
    """What is known of a removal, with the kernel's line and the kept certificate."""

    found: Removal
    kernel: str
    certificate: str | None = None


@dataclass(frozen=True)
class CertifiedCoverage:
    """What is known of a rejection depth, with the kernel's line and the kept certificate."""

    found: RejectionDepth
    kernel: str
    certificate: str | None = None


@dataclass(frozen=True, repr=False)
class TableReport(Result):
    """The distances of a table that were asked for, with the kernel's line on their certificate.

    `baselines` has the best agent alone and the plain average in each norm; `orders`, in the norm
    `orders_norm`, `smallest`, `removal` and `coverage` are there if asked for. `as_read` is the CSV
    file that the certificate is about, where that is not the user's own.
    """

    table: UtilityTable
    distances: Sequence[Distance]
    baselines: dict[Norm, tuple[Single, Average]]
    kernel: str
    certificate: str | None = None
    as_read: str | None = None
    orders: Sequence[Order] = field(default=())
    orders_norm: Norm = Norm.SUP
    smallest: Smallest | None = None
    removal: CertifiedRemoval | None = None
    coverage: CertifiedCoverage | None = None

    def found(self, norm: Norm, mixture: Mixture) -> Distance | None:
        """The distance in this norm and convention, if it was asked for."""
        return next((d for d in self.distances if (d.norm, d.mixture) == (norm, mixture)), None)


def table_record(report: TableReport) -> dict[str, Any]:
    """The report as JSON: exact numbers, weights in column order, witnesses by row number."""
    table, sup = report.table, report.found(Norm.SUP, Mixture.SIMPLEX)
    cone, mean = report.found(Norm.SUP, Mixture.CONE), report.found(Norm.MEAN, Mixture.SIMPLEX)
    squared = report.found(Norm.SQUARED, Mixture.SIMPLEX)
    squared_cone = report.found(Norm.SQUARED, Mixture.CONE)
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
        **_baseline_record(report, Norm.SUP),
    }
    if mean is not None:
        record["mean_error"] = {**_distance_record(mean), **_baseline_record(report, Norm.MEAN)}
    if squared is not None:
        record["squared_error"] = {
            **_fit_record(squared),
            **({} if squared_cone is None else {"cone": _fit_record(squared_cone)}),
            **_baseline_record(report, Norm.SQUARED),
        }
    if report.orders:
        record["growth_norm"] = str(report.orders_norm)
        record["growth"] = [_order_record(order) for order in report.orders]
    if report.smallest is not None:
        record["smallest"] = _smallest_record(report.smallest)
    if report.removal is not None:
        record["removal"] = _removal_record(report.removal)
    if report.coverage is not None:
        record["coverage"] = _coverage_record(report.coverage)
    return {
        **record,
        "certificate": report.certificate,
        "as_read": report.as_read,
        "kernel": report.kernel,
    }


def _fit_record(found: Distance) -> dict[str, Any]:
    return {
        "epsilon": str(found.distance),
        "weights": [str(weight) for weight in found.weights.values()],
        "offset": str(found.offset),
    }


def _distance_record(found: Distance) -> dict[str, Any]:
    witness = [[row, str(mass)] for row, mass in found.witness.items()]
    return {**_fit_record(found), "witness": witness}


def _baseline_record(report: TableReport, norm: Norm) -> dict[str, Any]:
    """The best agent alone and the plain average; nothing in a norm that was not asked for."""
    if norm not in report.baselines:
        return {}
    single, average = report.baselines[norm]
    return {
        "single": {
            "agent": single.agent,
            "epsilon": str(single.distance),
            "offset": str(single.offset),
        },
        "equal": {"epsilon": str(average.distance), "offset": str(average.offset)},
    }


def _order_record(order: Order) -> dict[str, Any]:
    steps = [
        {
            "agents": step.agents,
            **_errors_record(step.fitted),
            **({} if step.tested is None else {"tested": _errors_record(step.tested)}),
        }
        for step in order.steps
    ]
    return {"agents": list(order.agents), "steps": steps}


def _errors_record(found: Errors) -> dict[str, str]:
    return {
        "epsilon": str(found.simplex),
        "cone": str(found.cone),
        "single": str(found.single),
        "equal": str(found.equal),
    }


def _smallest_record(found: Smallest) -> dict[str, Any]:
    return {
        "tolerance": str(found.tolerance),
        "least": found.least,
        "agents": list(found.agents),
        "epsilon": str(found.distance),
        "exact": found.exact,
        "measures": found.measures,
    }


def _removal_record(certified: CertifiedRemoval) -> dict[str, Any]:
    found = certified.found
    return {
        "count": found.count,
        "least": str(found.least),
        "without": list(found.without),
        "witness": [[row, str(mass)] for row, mass in found.witness.items()],
        "most": str(found.most),
        "exact": found.exact,
        "mixtures": len(found.mixtures),
        "programs": found.programs,
        "certificate": certified.certificate,
        "kernel": certified.kernel,
    }


def _coverage_record(certified: CertifiedCoverage) -> dict[str, Any]:
    found, proposal = certified.found, certified.found.proposal
    return {
        "baseline": found.baseline,
        "least": found.least,
        "most": None if proposal is None else len(proposal.objectors),
        "exact": found.exact,
        "covers": [
            [[agent, str(weight)] for agent, weight in cover.items()] for cover in found.covers
        ],
        "proposal": None
        if proposal is None
        else {
            "masses": [[row, str(mass)] for row, mass in proposal.masses.items()],
            "objectors": list(proposal.objectors),
        },
        "programs": found.programs,
        "certificate": certified.certificate,
        "kernel": certified.kernel,
    }


def table_lines(report: TableReport) -> Iterator[str]:
    """The report as lines for the terminal."""
    table = report.table
    yield (
        f"{table.name}: {counted(len(table.rows), 'point')}, user {table.user},"
        f" {counted(len(table.agents), 'agent')}"
    )
    yield from _column_lines(table)
    if table.left_out:
        yield f"  left out: {counted(table.left_out, 'row')} with missing cells"
    if table.dropped:
        columns = counted(len(table.dropped), "column")
        yield f"  left out: {columns} with missing cells ({_few(table.dropped)})"
    for found in report.distances:
        yield from _distance_lines(found, *report.baselines[found.norm])
    yield f"  kernel: {report.kernel}"
    if report.certificate is not None:
        yield f"  certificate: {report.certificate}"
    if report.as_read is not None:
        yield f"  checked with the table as read: {report.as_read}"
    if report.orders:
        yield from _growth_lines(report.orders, report.orders_norm)
    if report.smallest is not None:
        yield from _smallest_lines(report.smallest, len(table.agents))
    if report.removal is not None:
        yield from _removal_lines(report.removal)
    if report.coverage is not None:
        yield from _coverage_lines(report.coverage)


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


LABELS = {
    (Norm.SUP, Mixture.SIMPLEX): "simplex",
    (Norm.SUP, Mixture.CONE): "cone",
    (Norm.MEAN, Mixture.SIMPLEX): "mean abs error",
    (Norm.MEAN, Mixture.CONE): "cone, mean abs",
    (Norm.SQUARED, Mixture.SIMPLEX): "mean square",
    (Norm.SQUARED, Mixture.CONE): "cone, square",
}
"""What the lines call a distance."""


def _distance_lines(found: Distance, alone: Single, average: Average) -> Iterator[str]:
    label = LABELS[found.norm, found.mixture]
    yield f"  {label:14} distance {show(found.distance)}"
    if found.mixture is Mixture.SIMPLEX:
        yield f"                 best single agent {alone.agent}, {show(alone.distance)}"
        yield f"                 equal weights {show(average.distance)}"
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


def _growth_lines(orders: Sequence[Order], norm: Norm) -> Iterator[str]:
    yield (
        f"  the more agents, the nearer ({len(orders)} random orders, {norm} norm; least, median"
        " and greatest distance)"
    )
    yield from _errors_lines([[(s.agents, s.fitted) for s in order.steps] for order in orders])
    tested = [
        [(s.agents, s.tested) for s in order.steps if s.tested is not None] for order in orders
    ]
    if any(tested):
        yield "  the same mixtures on the rows that were held out"
        yield from _errors_lines(tested)


HEADS = ("agents", "least", "median", "greatest", "cone", "best single", "equal")


def _errors_lines(orders: Sequence[Sequence[tuple[int, Errors]]]) -> Iterator[str]:
    """A table with a line for each number of agents; cone and baselines are medians."""
    from statistics import median

    yield f"    {HEADS[0]:>6} " + " ".join(f"{head:>12}" for head in HEADS[1:])
    for steps in zip(*orders, strict=True):
        found = [errors for _, errors in steps]
        values = [errors.simplex for errors in found]
        numbers = (
            min(values),
            median(values),
            max(values),
            median([errors.cone for errors in found]),
            median([errors.single for errors in found]),
            median([errors.equal for errors in found]),
        )
        yield f"    {steps[0][0]:6} " + " ".join(
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
    yield f"                 distance {show(found.distance)}, sup norm"


def _removal_lines(certified: CertifiedRemoval) -> Iterator[str]:
    found = certified.found
    known = show(found.least) if found.exact else f"{show(found.least)} to {show(found.most)}"
    yield f"  {f'without any {found.count}':14} distance {known}, sup norm"
    yield from _listed("worst", list(found.without))
    yield (
        f"                 {len(found.mixtures)} mixtures, of which one is left whoever goes"
        f" ({found.programs} distances computed)"
    )
    yield f"  kernel: {certified.kernel}"
    if certified.certificate is not None:
        yield f"  certificate: {certified.certificate}"


def _coverage_lines(certified: CertifiedCoverage) -> Iterator[str]:
    found, proposal = certified.found, certified.found.proposal
    yield f"  {f'from row {found.baseline}':14} {_depth(found)}"
    if found.covers:
        weights = [f"{agent} {show(weight)}" for agent, weight in found.covers[0].items()]
        yield from _listed("cover", weights)
    if len(found.covers) > 1:
        yield (
            f"                 {len(found.covers)} covers, of which one is left without any"
            f" {found.least - 1} agents ({found.programs} programs solved)"
        )
    if proposal is not None:
        masses = [f"{show(mass)} on row {row}" for row, mass in proposal.masses.items()]
        yield from _listed("harmful", masses)
        yield from _listed("objects", list(proposal.objectors) or ["nobody"])
    yield f"  kernel: {certified.kernel}"
    if certified.certificate is not None:
        yield f"  certificate: {certified.certificate}"


def _depth(found: RejectionDepth) -> str:
    """The rejection depth, or what is known of it."""
    if found.proposal is None:
        return "no row harms the user" if found.exact else f"rejection depth {found.least} or more"
    most = len(found.proposal.objectors)
    known = f"{found.least}" if found.exact else f"{found.least} to {most}"
    return f"rejection depth {known}{'' if found.least else ': the agents do not cover the user'}"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
