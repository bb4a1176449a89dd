"""Equilibria as JSON and as lines: worst, best, and the certain interval (theory.md 6.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from verifier.certified import Equilibria, Witness
from verifier.game.model import Ties
from verifier.game.rules import ConversationRule, Profile, Signal
from verifier.numbers import brief, show
from verifier.report.reading import reading_record
from verifier.report.record import OUT_OF_TIME, exact_or_ends
from verifier.report.terminal import MEANING, left_out_lines, title_lines, unfinished_lines
from verifier.report.tree import history_text
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.best_ai import BestAIValues
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationEquilibrium


def equilibria_record(found: Equilibria, instance: str) -> dict[str, Any]:
    """The equilibria of one game, by kind of user: the JSON object of `verifier equilibria`.

    `instance` is the name of the game's file; it is printed and not read.
    """
    unfinished = found.report.unfinished
    return {
        "instance": instance,
        "title": found.report.game.title,
        **reading_record(found.report.game),
        "equilibria": {name: worst_and_best_record(found, name) for name in found.witnesses}
        | {str(name): {"certain": None, "left_out": OUT_OF_TIME} for name in unfinished},
    }


def worst_and_best_record(found: Equilibria, guarantee: str) -> dict[str, Any]:
    """The certain interval of one user's worst equilibrium utility, and the equilibria found."""
    lower, upper = found.certain(guarantee)
    witnesses = found.witnesses[guarantee]
    content: dict[str, Any] = {
        "certain": {
            "lower": exact_or_ends(lower),
            "upper": None if upper is None else exact_or_ends(upper),
            "exact": found.exact(guarantee),
        },
        **{end: witness_record(witness) for end, witness in witnesses.items()},
    }
    exhibited = found.report.findings[Guarantee(guarantee)].found
    if exhibited.best_ai_values is not None:
        content["values"] = _values_record(exhibited.best_ai_values)
    if exhibited.left_out is not None:
        content["left_out"] = exhibited.left_out
    return content


def witness_record(witness: Witness) -> dict[str, Any]:
    """An equilibrium: everyone's utility, the signals, the user's response, and its certificate."""
    shown = witness.equilibrium
    content: dict[str, Any] = {
        "user_utility": exact_or_ends(shown.user_utility),
        "kind": shown.kind,
    }
    if isinstance(shown, SignalEquilibrium):
        content |= {
            "agent_utilities": {name: str(value) for name, value in shown.agent_utilities.items()},
            "signals": {name: signal_table(signal) for name, signal in shown.signals.items()},
            "response": [[*received, action] for received, action in shown.response.items()],
        }
    elif isinstance(shown, ConversationEquilibrium):
        content |= {
            **({} if shown.picked is None else {"picked": shown.picked}),
            "agent_utilities": {name: str(has) for name, (has, _) in shown.bounds.items()},
            "rules": {name: rule_record(rule) for name, rule in shown.profile.items()},
        }
    return {**content, "certificate": witness.certificate, "kernel": witness.kernel}


def signal_table(signal: Signal) -> dict[str, dict[str, str]]:
    """A signal as a table: observation -> message -> probability."""
    return {x: {word: str(p) for word, p in says.items()} for x, says in signal.items()}


def rule_record(rule: ConversationRule) -> list[dict[str, Any]]:
    """A conversation rule as a rules file has it."""
    return [
        {
            "history": [[q + 1, word] for q, word in history],
            "asked": asked + 1,
            "signal": signal_table(signal),
        }
        for (history, asked), signal in rule.answers.items()
    ]


def _values_record(found: BestAIValues) -> dict[str, Any]:
    return {
        "intervals": [[str(low), str(high)] for low, high in found.intervals],
        "complete": found.complete,
        "frontiers": {
            f.agent: [[str(v), str(value)] for v, value in f.breakpoints] for f in found.frontiers
        },
    }


def equilibria_report_lines(found: Equilibria, instance: str | None) -> Iterator[str]:
    """The equilibria of one game, by kind of user, as lines for the terminal.

    `instance` is the name of the game's file, if it has one; it is printed and not read.
    """
    yield from title_lines(found.report.game, instance)
    for name in found.witnesses:
        yield from equilibria_lines(found, name)
    for name in found.report.unfinished:
        yield from unfinished_lines(name)


def equilibria_lines(found: Equilibria, guarantee: str) -> Iterator[str]:
    """The equilibria found for one kind of user, as lines for the terminal."""
    yield f"  {guarantee:8} {MEANING[guarantee]}"
    lower, upper = found.certain(guarantee)
    if upper is None:
        yield f"           every equilibrium gives her at least {show(lower)}; none is known"
    elif found.exact(guarantee):
        yield f"           her worst equilibrium utility is exactly {show(upper)}"
    else:
        yield f"           her worst equilibrium utility certainly lies between {show(lower)}"
        yield f"           and {show(upper)}"
    for end, witness in found.witnesses[guarantee].items():
        yield from witness_lines(end, witness)
    finding = found.report.findings[Guarantee(guarantee)]
    yield from left_out_lines(finding)
    if finding.found.best_ai_values is not None:
        yield from _values_lines(finding.found.best_ai_values, found.report.game.ties)


def witness_lines(end: str, witness: Witness) -> Iterator[str]:
    """An equilibrium as lines: what it is worth to her, and what everybody says in it."""
    shown = witness.equilibrium
    yield f"           {end:5} found: {show(shown.user_utility)}, {shown.kind}"
    if isinstance(shown, SignalEquilibrium):
        yield from signal_lines(shown.signals)
    elif isinstance(shown, ConversationEquilibrium):
        yield from rule_lines(shown.profile)
    if not witness.accepted:
        yield f"             kernel: {witness.kernel}"
    elif witness.certificate is not None:
        yield f"             certificate: {witness.certificate}"


def signal_lines(signals: Mapping[str, Signal]) -> Iterator[str]:
    """The signals of the agents, as lines; agents who send the same signal share them."""
    spoken: list[tuple[Signal, list[str]]] = []
    for name, signal in signals.items():
        same = next((names for other, names in spoken if other == signal), None)
        if same is None:
            spoken.append((signal, [name]))
        else:
            same.append(name)
    for signal, names in spoken:
        who = "all agents" if len(names) == len(signals) > 1 else ", ".join(names)
        yield f"             {who} {'say' if len(names) > 1 else 'says'}:"
        for x, says in signal.items():
            words = ", ".join(
                f"{word!r}" if p == 1 else f"{word!r} with probability {show(p)}"
                for word, p in says.items()
            )
            yield f"               on {x}: {words}"


def rule_lines(profile: Profile) -> Iterator[str]:
    """The conversation rules of the agents, as lines: what is said after each question."""
    for name, rule in profile.items():
        yield f"             {name} answers:"
        for x, says in rule.opening.items() if not rule.answers else ():
            yield f"               whatever she asks, on {x}: {' or '.join(map(repr, says))}"
        for (history, asked), signal in rule.answers.items():
            said: dict[str, list[str]] = {}
            for x, says in signal.items():
                said.setdefault(" or ".join(map(repr, says)), []).append(x)
            words = "; ".join(f"{word} on {', '.join(on)}" for word, on in said.items())
            yield f"               after {history_text(history)}, asked {asked + 1}: {words}"


def _values_lines(found: BestAIValues, ties: Ties) -> Iterator[str]:
    spans = [
        show(low) if low == high else f"{show(low)} to {show(high)}"
        for low, high in found.intervals
    ]
    which = (
        "all equilibrium values (a complete list)" if found.complete else "equilibrium values found"
    )
    yield f"           {which}: {', '.join(spans) or 'none'}"
    surely = ties in (Ties.ANY, Ties.ORDER)  # of actions that tie always she takes what is worst
    can = "can count on" if surely else "can get"
    for frontier in found.frontiers:
        points = ", ".join(f"{brief(value)} at v = {brief(v)}" for v, value in frontier.breakpoints)
        yield f"             the most {frontier.agent} {can} if she gets v: {points}"
