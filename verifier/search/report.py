"""The answer of a search as JSON and as text: the counterexample in words, and the coverage."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any

from verifier.game.model import Game
from verifier.game.population import with_each
from verifier.numbers import show
from verifier.search.coverage import Coverage, Found, Method, Objective
from verifier.search.size import Scope, Size, size
from verifier.solve.exponential import QuotientSum
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.dropped import Counterexample, DroppedHypothesis
from verifier.theory.equilibria.equilibrium import Equilibrium
from verifier.theory.equilibria.single_sender import OptimalConversation
from verifier.theory.guarantees.guarantee import Fails
from verifier.theory.judgements.conversation import ConversationEquilibrium

WIDTH = 112
"""Columns of a paragraph and of the coverage."""

ORDER = "by agents, states, actions, the agents' observations, hers, words"
"""The order in which shapes count as smaller."""

JSON_KEYS = {"prior_denominator": "odds", "largest_difference": "stakes"}
"""The keys that fields of sizes and scopes have in JSON, where these are not their names."""


def paragraph(dropped: DroppedHypothesis, found: Counterexample) -> str:
    """The counterexample in words: what fails, the signals, why nobody gains, the repair."""
    finding = found.finding
    distance, tolerance = show(finding.setting.hull.epsilon), show(finding.tolerance)
    best, claimed = show(_benchmark(found)), show(finding.claimed_bound)
    worth = show(_utility(found))
    if dropped.personal:
        numbers = [
            f"Each user by herself is at hull distance 0, all together are at {distance}; the"
            f" claimed tolerance is {tolerance}.",
            f"On average they could get {best}, and are promised {claimed};",
            f"in this equilibrium they get {worth}, what each has alone.",
        ]
    else:
        numbers = [
            f"The hull distance is {distance}, the claimed tolerance {tolerance}.",
            f"She could get {best}, and is promised {claimed};",
            f"in this equilibrium she gets {worth}.",
        ]
    sentences = [
        dropped.lesson,
        *numbers,
        *_rules(found),
        *_failed(found, dropped),
        f"In the twin {dropped.remedy}; there every hypothesis holds.",
    ]
    return " ".join(sentences)


def found_lines(found: Found, certified: bool) -> Iterator[str]:
    """The answer as lines: whether there is a counterexample, and what it is.

    `certified`: the kernel has accepted it.
    """
    yield (
        f"without {found.dropped.name}, {found.guarantee}: "
        + ("a counterexample" if certified else "nothing found within the budget")
    )
    if found.broken is not None:
        for line in textwrap.wrap(paragraph(found.dropped, found.broken), WIDTH - 2):
            yield f"  {line}"


def wrapped_coverage_lines(found: Found) -> Iterator[str]:
    """The coverage of a search as lines of the usual width."""
    for line in coverage_lines(found):
        indent = " " * (len(line) - len(line.lstrip()))
        yield from textwrap.wrap(line, WIDTH, subsequent_indent=indent + "  ")


def games_of(found: Found) -> dict[str, Game]:
    """The counterexample and its repaired game, titled and with notes; none if none was found.

    Of several users the repaired games are in the file of the counterexample, for one user each.
    """
    if found.broken is None:
        return {}
    failed = found.dropped
    parts = [
        paragraph(failed, found.broken),
        "How it was found:",
        *(f"- {line.strip()}" for line in coverage_lines(found)),
    ]
    title = f"A counterexample without the hypothesis {failed.name}"
    notes = "\n".join(line for text in parts for line in textwrap.wrap(text, WIDTH))
    game = with_each(found.broken.game, lambda one: replace(one, title=title, notes=notes + "\n"))
    if failed.personal:
        return {"instance": game}
    (repaired,) = failed.repair(found.broken.game)
    return {"instance": game, "twin": replace(repaired, title=f"{title}, repaired")}


def _utility(found: Counterexample) -> Fraction | QuotientSum:
    shown = found.finding.equilibrium
    if shown is None:
        raise ValueError("nothing is refuted without an equilibrium")
    return shown.user_utility


def _benchmark(found: Counterexample) -> Fraction | QuotientSum:
    """The benchmark of the claim, before twice the tolerance is taken off."""
    return found.finding.claimed_bound + 2 * found.finding.tolerance


def _rules(found: Counterexample) -> Iterator[str]:
    """The agents' signals, and that no agent gains by another rule."""
    shown = found.finding.equilibrium
    if not isinstance(shown, SignalEquilibrium):
        yield from _other_rules(shown)
        return
    words = {word for signal in shown.signals.values() for says in signal.values() for word in says}
    if len(words) <= len(shown.signals) and all(
        len(set(map(str, signal.values()))) == 1 for signal in shown.signals.values()
    ):
        yield "Nobody says anything."
    else:
        yield (
            "What is said: "
            + "; ".join(_signal_text(name, signal) for name, signal in shown.signals.items())
            + "."
        )
    gamma = found.game.gamma
    allowed = f", and gains up to {show(gamma)} do not count" if gamma else ""
    for bound in shown.deviation_bounds:
        has = shown.agent_utilities[bound.agent]
        most = bound.value - bound.floor_price * shown.user_utility
        yield f"{bound.agent} has {show(has)}, and no rule gives more than {show(most)}{allowed}."


def _other_rules(shown: Equilibrium | None) -> Iterator[str]:
    """The equilibria whose rules are written out in the certificate only."""
    if isinstance(shown, OptimalConversation):
        yield (
            f"{shown.agent} follows the rule in the certificate, and no rule gives more than"
            f" {show(shown.deviation_bound.value)}."
        )
    elif isinstance(shown, ConversationEquilibrium):
        yield "The agents follow the conversation rules in the certificate."
        for name, (has, most) in shown.bounds.items():
            yield f"{name} has {show(has)}, and no rule gives more than {show(most)}."
    elif shown is not None:
        yield "Two agents tell her all that she could use, so no single one changes anything."


def _signal_text(name: str, signal: Mapping[str, Mapping[str, Fraction]]) -> str:
    parts = (f"{' or '.join(map(repr, says))} on {x}" for x, says in signal.items())
    return f"{name} says {', '.join(parts)}"


def _failed(found: Counterexample, dropped: DroppedHypothesis) -> Iterator[str]:
    """The hypothesis that fails with its witness; the others hold."""
    for name, entry in found.finding.setting.hypotheses.items():
        if isinstance(entry, Fails):
            shown = "; ".join(
                f"{key.replace('_', ' ')} {_plain(value)}" for key, value in entry.witness.items()
            )
            yield f"Of the hypotheses only ({name}) fails: {shown}."
    if dropped.hypothesis is None:
        yield (
            "No hypothesis of the theorem fails: it is the claim that asks for more than the"
            " theorem gives."
        )


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(entry)}" for key, entry in value.items())
    return " ".join(map(_plain, value)) if isinstance(value, list | tuple) else str(value)


def coverage_lines(found: Found) -> Iterator[str]:
    """The coverage of a search, a line for each method and shape, after one on the grid."""
    yield grid_line(found.scope)
    order, smallest = ORDER, found.dropped.smallest_shape
    if found.dropped.personal:
        most, order = found.scope.prior_denominator, f"{ORDER}, users"
        yield (
            f"  denominators of the users' shares up to {most}, too; each agent wants the same,"
            " whoever acts"
        )
    for part in found.coverage:
        yield f"  {part.shape}: {_outcome(part, found.objective)}"
    if found.minimal:
        yield f"  no smaller shape of this scope has one on the grid (they compare {order})"
    yield f"  smaller than {smallest} is impossible: {found.dropped.why_smallest}"
    if found.stopped is not None:
        yield f"  stopped: {found.stopped}"


def grid_line(scope: Scope) -> str:
    """The description of the grid within a scope."""
    return (
        f"grid: prior denominators up to {scope.prior_denominator}, utilities whole numbers, two"
        f" actions differ by at most {scope.largest_difference} in a state; up to renaming, and up"
        " to a number added to all utilities of one state"
    )


def _outcome(part: Coverage, objective: Objective) -> str:
    if part.counts is not None:
        counts = part.counts
        decided = (
            "none is a counterexample" if objective is Objective.SMALLEST else "the best is kept"
        )
        several = part.shape.users > 1
        return (
            f"{'exhausted' if part.exhausted else 'gone through'}: {counts.pairs} priors with"
            f" {'shares and utilities of theirs' if several else 'a utility of hers'},"
            f" {counts.hopeful} in which {'each of them' if several else 'she'} could lose,"
            f" {counts.games} games with agents; {_doubt(part) or decided}"
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


def _keyed(found: Size | Scope) -> dict[str, Any]:
    """The fields of a size or a scope under their JSON keys."""
    return {JSON_KEYS.get(name, name): value for name, value in asdict(found).items()}


def search_record(found: Found) -> dict[str, Any]:
    """The JSON object of `verifier search`, without the files (docs/reference/json_output.md)."""
    shown = found.broken
    coverage = [
        {
            "method": part.method,
            "shape": asdict(part.shape),
            "games": part.games,
            "doubtful": part.doubtful,
            "outcome": part.outcome,
            "exhausted": part.exhausted,
            "grid": None if part.counts is None else asdict(part.counts),
        }
        for part in found.coverage
    ]
    head = {
        "drop": found.dropped.name,
        "guarantee": found.guarantee,
        "objective": found.objective,
        "found": shown is not None,
    }
    tail = {"scope": _keyed(found.scope), "covered": coverage, "stopped": found.stopped}
    if shown is None:
        return {**head, **tail}
    measures = _keyed(size(shown.game))
    loss, epsilon = shown.loss, shown.finding.setting.hull.epsilon
    return {
        **head,
        "loss": str(loss),
        "epsilon": str(epsilon),
        "ratio": str(loss / epsilon) if epsilon else None,
        "smallest_shape": found.minimal,
        "size": measures,
        "explanation": paragraph(found.dropped, shown),
        **tail,
    }
