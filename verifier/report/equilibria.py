"""What is known of a game's equilibria, as JSON and as text: worst, best, and the interval that is
certain (theory.md 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.game.rules import Signal
from verifier.numbers import show
from verifier.report.record import exact_or_ends
from verifier.report.terminal import MEANING
from verifier.solve.exponential import Decided, QuotientSum
from verifier.theory.best_ai import BestAIValues
from verifier.theory.equilibrium import Equilibrium
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.verdict import Finding, compare


@dataclass(frozen=True)
class Witness:
    """An equilibrium with the path of its certificate and the kernel's line about it."""

    equilibrium: Equilibrium
    certificate: str | None
    kernel: str
    accepted: bool


def upper_end(witnesses: Mapping[str, Witness]) -> Fraction | QuotientSum | None:
    """Her utility in the worst equilibrium that the kernel accepted, None without one."""
    worst = witnesses.get("worst")
    return worst.equilibrium.user_utility if worst is not None and worst.accepted else None


def closed(finding: Finding, witnesses: Mapping[str, Witness]) -> bool:
    """Whether bound* and the worst equilibrium are the same number: then the worst is known
    exactly.
    """
    upper = upper_end(witnesses)
    if upper is None:
        return False
    order = compare(finding.bound.value, upper)
    return isinstance(order, Decided) and order.sign == 0


def equilibria_record(finding: Finding, witnesses: Mapping[str, Witness]) -> dict[str, Any]:
    """One kind of user: the certain interval of her worst equilibrium utility, and the equilibria
    at its ends.
    """
    upper = upper_end(witnesses)
    content: dict[str, Any] = {
        "certain": {
            "lower": exact_or_ends(finding.bound.value),
            "upper": None if upper is None else exact_or_ends(upper),
            "exact": closed(finding, witnesses),
        },
        **{end: witness_record(witness) for end, witness in witnesses.items()},
    }
    if finding.found.best_ai_values is not None:
        content["values"] = _values_record(finding.found.best_ai_values)
    return content


def witness_record(witness: Witness) -> dict[str, Any]:
    """One equilibrium: what it is worth to everyone, what is said, what she does, and where its
    proof is.
    """
    shown = witness.equilibrium
    content: dict[str, Any] = {
        "user_utility": exact_or_ends(shown.user_utility),
        "kind": shown.kind,
    }
    if isinstance(shown, SignalEquilibrium):
        content |= {
            "agent_utilities": {name: str(value) for name, value in shown.agent_utilities.items()},
            "signals": {name: signal_table(signal) for name, signal in shown.signals.items()},
            "response": [[*heard, action] for heard, action in shown.response.items()],
        }
    return {**content, "certificate": witness.certificate, "kernel": witness.kernel}


def signal_table(signal: Signal) -> dict[str, dict[str, str]]:
    """Observation -> message -> probability."""
    return {x: {word: str(p) for word, p in says.items()} for x, says in signal.items()}


def _values_record(found: BestAIValues) -> dict[str, Any]:
    return {
        "intervals": [[str(low), str(high)] for low, high in found.intervals],
        "complete": found.complete,
        "frontiers": {
            f.agent: [[str(v), str(value)] for v, value in f.breakpoints] for f in found.frontiers
        },
    }


def equilibria_lines(
    name: str, finding: Finding, witnesses: Mapping[str, Witness]
) -> Iterator[str]:
    """One kind of user, for people."""
    yield f"  {name:8} {MEANING[name]}"
    lower = show(finding.bound.value)
    upper = upper_end(witnesses)
    if upper is None:
        yield f"           every equilibrium gives her at least {lower}; none is known"
    elif closed(finding, witnesses):
        yield f"           her worst equilibrium utility is exactly {show(upper)}"
    else:
        yield f"           her worst equilibrium utility is certain to lie from {lower}"
        yield f"           to {show(upper)}"
    for end, witness in witnesses.items():
        yield from _witness_lines(end, witness)
    if finding.found.best_ai_values is not None:
        yield from _selection_lines(finding.found.best_ai_values)


def _witness_lines(end: str, witness: Witness) -> Iterator[str]:
    shown = witness.equilibrium
    yield f"           {end:5} found: {show(shown.user_utility)}, {shown.kind}"
    if isinstance(shown, SignalEquilibrium):
        yield from signal_lines(shown.signals)
    if not witness.accepted:
        yield f"             kernel: {witness.kernel}"
    elif witness.certificate is not None:
        yield f"             certificate: {witness.certificate}"


def signal_lines(signals: Mapping[str, Signal]) -> Iterator[str]:
    """What the agents say, those who say the same together."""
    spoken: list[tuple[Signal, list[str]]] = []
    for name, signal in signals.items():
        same = next((names for other, names in spoken if other == signal), None)
        if same is None:
            spoken.append((signal, [name]))
        else:
            same.append(name)
    for signal, names in spoken:
        who = "all" if len(names) == len(signals) > 1 else ", ".join(names)
        yield (
            f"             {who} say:"
            if who == "all" or len(names) > 1
            else f"             {who} says:"
        )
        for x, says in signal.items():
            words = ", ".join(
                f"{word!r}" if p == 1 else f"{word!r} with probability {show(p)}"
                for word, p in says.items()
            )
            yield f"               on {x}: {words}"


def _selection_lines(found: BestAIValues) -> Iterator[str]:
    spans = [
        show(low) if low == high else f"{show(low)} to {show(high)}"
        for low, high in found.intervals
    ]
    which = (
        "all equilibrium values (a complete list)" if found.complete else "equilibrium values found"
    )
    yield f"           {which}: {', '.join(spans) or 'none'}"
    for frontier in found.frontiers:
        points = ", ".join(f"{value} at {v}" for v, value in frontier.breakpoints)
        yield f"             the most {frontier.agent} gets, by her share: {points}"
