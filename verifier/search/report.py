"""What a search found, as JSON and as text: the counterexample, its paragraph, and what was covered
(theory.md 7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from verifier.numbers import show
from verifier.search.coverage import Coverage, Found, Method, Objective
from verifier.search.size import Scope, size
from verifier.solve.exponential import QuotientSum
from verifier.theory.dropped import Broken, DroppedHypothesis
from verifier.theory.equilibrium import Equilibrium
from verifier.theory.guarantee import Fails
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.single_sender import OptimalConversation

ORDER = "by agents, states, actions, the agents' observations, hers, words"
"""Which shapes count as smaller."""


def paragraph(row: DroppedHypothesis, found: Broken) -> str:
    """The story of a counterexample with its numbers: what fails, who says what, why nobody gains,
    what would repair it.
    """
    finding = found.finding
    worth = _utility(found)
    sentences = [
        row.lesson,
        (
            f"The hull distance is {show(finding.setting.hull.epsilon)}, the claimed tolerance"
            f" {show(finding.tolerance)}."
        ),
        f"She could get {show(_benchmark(found))}, and is promised {show(finding.claimed_bound)};",
        f"in this equilibrium she gets {show(worth)}.",
        *_said(found),
        *_failed(found, row),
        f"In the twin {row.remedy}; there every hypothesis holds.",
    ]
    return " ".join(sentences)


def _utility(found: Broken) -> Fraction | QuotientSum:
    shown = found.finding.equilibrium
    if shown is None:
        raise ValueError("nothing is refuted without an equilibrium")
    return shown.user_utility


def _benchmark(found: Broken) -> Fraction | QuotientSum:
    """What the claim starts from, before twice the tolerance is taken off."""
    return found.finding.claimed_bound + 2 * found.finding.tolerance


def _said(found: Broken) -> Iterator[str]:
    """Who says what, and that no agent gains by saying anything else."""
    shown = found.finding.equilibrium
    if not isinstance(shown, SignalEquilibrium):
        yield from _enough(shown)
        return
    words = {word for signal in shown.signals.values() for says in signal.values() for word in says}
    if len(words) <= len(shown.signals) and all(
        len(set(map(str, signal.values()))) == 1 for signal in shown.signals.values()
    ):
        yield "Nobody says anything."
    else:
        yield (
            "What is said: "
            + "; ".join(_speech(name, signal) for name, signal in shown.signals.items())
            + "."
        )
    gamma = found.game.gamma
    for held in shown.deviation_bounds:
        has, most = (
            shown.agent_utilities[held.agent],
            held.value - held.floor_price * shown.user_utility,
        )
        allowed_actions = f", and gains up to {show(gamma)} do not count" if gamma else ""
        yield f"{held.agent} has {show(has)}, and no rule gives more than {show(most)}{allowed_actions}."


def _enough(shown: Equilibrium | None) -> Iterator[str]:
    """Where the agents follow rules that are written out in the certificate."""
    if isinstance(shown, OptimalConversation):
        yield (
            f"{shown.agent} follows the rule in the certificate, and no rule gives more than"
            f" {show(shown.deviation_bound.value)}."
        )
    elif shown is not None:
        yield "Two agents tell her all that she could use, so no single one changes anything."


def _speech(name: str, signal: Mapping[str, Mapping[str, Fraction]]) -> str:
    told = (f"{' or '.join(map(repr, says))} on {x}" for x, says in signal.items())
    return f"{name} says {', '.join(told)}"


def _failed(found: Broken, row: DroppedHypothesis) -> Iterator[str]:
    """Which hypothesis fails and what shows it; the others hold."""
    for name, entry in found.finding.setting.hypotheses.items():
        if isinstance(entry, Fails):
            shown = "; ".join(
                f"{key.replace('_', ' ')} {_plain(value)}" for key, value in entry.witness.items()
            )
            yield f"Of the hypotheses only ({name}) fails: {shown}."
    if row.hypothesis is None:
        yield (
            "No hypothesis of the theorem fails: it is the claim that asks for more than the"
            " theorem gives."
        )


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(entry)}" for key, entry in value.items())
    return " ".join(map(_plain, value)) if isinstance(value, list) else str(value)


def coverage(found: Found) -> Iterator[str]:
    """What was looked at, a line each; the first says what the grid is."""
    yield grid_line(found.scope)
    for part in found.covered:
        yield f"  {part.shape}: {_outcome(part, found.objective)}"
    if found.minimal:
        yield f"  no smaller shape of this scope has one on the grid (they compare {ORDER})"
    yield f"  smaller than {found.row.smallest_shape} is impossible: {found.row.why_smallest}"
    if found.stopped is not None:
        yield f"  stopped: {found.stopped}"


def grid_line(scope: Scope) -> str:
    """What the grid is."""
    return (
        f"grid: prior denominators up to {scope.prior_denominator}, utilities whole numbers, two actions differ"
        f" by at most {scope.stakes} in a state; up to renaming, and up to a number added to all"
        " utilities of one state"
    )


def _outcome(part: Coverage, objective: Objective) -> str:
    if part.census is not None:
        census = part.census
        decided = (
            "none is a counterexample" if objective is Objective.SMALLEST else "the best is kept"
        )
        return (
            f"{'exhausted' if part.exhausted else 'gone through'}: {census.pairs} priors with a"
            f" utility of hers, {census.hopeful} in which she could lose, {census.games} games with"
            f" agents; {_doubt(part) or decided}"
        )
    way = {
        Method.ENUMERATE: "enumerated",
        Method.SYNTHESISE: "asked of z3",
        Method.SAMPLE: "drawn at random",
    }[part.method]
    doubt = f" ({_doubt(part)})" if part.doubtful else ""
    return (
        f"{way}, {part.games} {'game' if part.games == 1 else 'games'} examined:"
        f" {part.outcome}{doubt}"
    )


def _doubt(part: Coverage) -> str:
    return f"{part.doubtful} could be neither cleared nor refuted" if part.doubtful else ""


def search_record(found: Found) -> dict[str, Any]:
    """The JSON object of `verifier search`, without the files."""
    shown = found.broken
    covered = [
        {
            "method": part.method,
            "shape": asdict(part.shape),
            "games": part.games,
            "doubtful": part.doubtful,
            "outcome": part.outcome,
            "exhausted": part.exhausted,
            "grid": None if part.census is None else asdict(part.census),
        }
        for part in found.covered
    ]
    head = {
        "drop": found.row.name,
        "guarantee": found.guarantee,
        "objective": found.objective,
        "found": shown is not None,
    }
    tail = {"scope": asdict(found.scope), "covered": covered, "stopped": found.stopped}
    if shown is None:
        return {**head, **tail}
    measures = asdict(size(shown.game))
    loss, epsilon = shown.loss, shown.finding.setting.hull.epsilon
    return {
        **head,
        "loss": str(loss),
        "epsilon": str(epsilon),
        "ratio": str(loss / epsilon) if epsilon else None,
        "smallest_shape": found.minimal,
        "size": measures,
        "explanation": paragraph(found.row, shown),
        **tail,
    }
