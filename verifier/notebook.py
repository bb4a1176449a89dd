"""Notebooks show results as HTML tables and stories, by formatters that IPython is told of.

The types that are shown know nothing of this. `register` names them to the running IPython, which
looks a formatter up when it first meets a type of that module and name; without IPython nothing
happens. `html` gives the same HTML anywhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any

from verifier.explain.render.html import fragment
from verifier.numbers import show
from verifier.printable import printable
from verifier.solve.exponential import QuotientSum

if TYPE_CHECKING:
    from verifier.certified import Equilibria, Verified
    from verifier.explain.stories import Stories
    from verifier.game.model import Game
    from verifier.tables.distance import Distance
    from verifier.theory.alignment import Alignment, Hull
    from verifier.theory.cheap_talk.one_sender import CheapTalk
    from verifier.theory.cheap_talk.two_senders import Agreement, TwoSenderTalk
    from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
    from verifier.theory.equilibria.optimal_signal import Persuasion
    from verifier.theory.judgements.conversation import (
        ConversationEquilibrium,
        ConversationRefutation,
        UnresolvedConversation,
    )
    from verifier.theory.judgements.quantal import (
        QuantalEquilibrium,
        QuantalRefutation,
        QuantalUnresolved,
    )
    from verifier.theory.judgements.signals import Refutation, Unresolved
    from verifier.theory.restricted.game import RestrictedEquilibria


def register() -> None:
    """HTML formatters are registered with the running IPython; without one nothing happens."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None:
        return
    formatter = shell.display_formatter.formatters["text/html"]
    for (module, name), function in FORMATTERS.items():
        formatter.for_type_by_name(module, name, function)


def html(result: object) -> str:
    """The HTML of a result, as a notebook shows it. Raises KeyError for a type that has none."""
    kind = type(result)
    return FORMATTERS[kind.__module__, kind.__qualname__](result)


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as HTML; every word is escaped, and fractions have a decimal beside them.

    >>> table("Value", ["agent", "utility"], [["a < b", Fraction(1, 2)]])[-60:]
    '<tr><td>a &lt; b</td><td>1/2 (0.5)</td></tr></tbody></table>'
    """
    head = "".join(f'<th scope="col">{_words(name)}</th>' for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<table><caption>{_words(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(cell: object) -> str:
    return show(cell) if isinstance(cell, Fraction | QuotientSum) else _words(str(cell))


def _words(text: str) -> str:
    return escape(printable(text))


def signals(caption: str, sent: Mapping[str, Mapping[str, Mapping[str, Fraction]]]) -> str:
    """The signals of the agents: the probability of each message on each observation."""
    rows = (
        (agent, x, word, p)
        for agent, signal in sent.items()
        for x, says in signal.items()
        for word, p in says.items()
    )
    return table(caption, ["agent", "sees", "says", "probability"], rows)


def bounds(caption: str, found: Mapping[str, tuple[Fraction, Fraction]]) -> str:
    """The agents' utilities, and the bounds that no deviation exceeds."""
    rows = ((agent, has, most) for agent, (has, most) in found.items())
    return table(caption, ["agent", "has", "no deviation exceeds"], rows)


def _game(game: Game) -> str:
    everybody = [game.utility, *(agent.utility for agent in game.agents)]
    rows = (
        (a, y, *(utility[a, y] for utility in everybody)) for a in game.actions for y in game.states
    )
    header = ["action", "state", "user", *(agent.name for agent in game.agents)]
    return table(game.heading, header, rows)


def _hull(found: Hull) -> str:
    caption = f"Hull distance ({found.convention}): {show(found.epsilon)}"
    return table(caption, ["agent", "weight"], found.weights.items())


def _alignment(found: Alignment) -> str:
    kinds = (found.simplex, found.cone, found.state_offset)
    rows = [("epsilon", *(kind.epsilon for kind in kinds))]
    rows += [
        (f"weight of {name}", *(kind.weights[name] for kind in kinds))
        for name in found.simplex.weights
    ]
    return table("Hull distance", ["", *(str(kind.convention) for kind in kinds)], rows)


def _distance(found: Distance) -> str:
    caption = f"Distance ({found.norm}, {found.mixture}): {show(found.distance)}"
    weights = [(name, weight) for name, weight in found.weights.items() if weight]
    return table(caption, ["agent", "weight"], weights)


def _persuasion(found: Persuasion) -> str:
    """The agent's optimal signal that is best for the user."""
    from verifier.theory.deviations.persuasion import strategy_name

    rows = (
        (" or ".join(cell), strategy_name(strategy), p)
        for (cell, strategy), p in found.best.sends.items()
        if p
    )
    caption = (
        f"{found.agent.name} can get {show(found.value)}; the user then has"
        f" {show(found.best.user_utility)}"
    )
    return table(caption, ["he sees", "he recommends", "probability"], rows)


def _cheap_talk(found: CheapTalk) -> str:
    """The sets of replies, the worst for the user first; commitment stands in the last row."""
    from verifier.theory.deviations.persuasion import strategy_name

    rows: list[tuple[object, ...]] = [
        (
            ", ".join(map(strategy_name, induced.replies)),
            induced.worst.user_utility,
            induced.best.user_utility,
            induced.agent_utility,
        )
        for induced in found.equilibria
    ]
    for optimum in found.contrast.committed.values():
        ends = optimum.worst.user_utility, optimum.best.user_utility
        rows.append(("(he commits)", *ends, optimum.value))
    header = ["induced replies", "user at least", "user at most", found.agent.name]
    return table(f"{found.agent.name} talks without commitment", header, rows)


def _two_sender_talk(found: TwoSenderTalk) -> str:
    names = [agent.name for agent in found.agents]
    rows = (
        (
            _parts(agreement),
            agreement.user_utility,
            *(agreement.agent_utilities[name] for name in names),
        )
        for agreement in found.outcomes
    )
    caption = f"{names[0]} and {names[1]} talk without commitment; full revelation is " + (
        "no equilibrium" if found.revelation is None else "an equilibrium"
    )
    return table(caption, ["what is announced, and done", "user", *names], rows)


def _parts(agreement: Agreement) -> str:
    from verifier.theory.deviations.persuasion import strategy_name

    return "; ".join(
        f"{', '.join(x for cell in part for x in cell)}: {strategy_name(reply)}"
        for part, reply in zip(agreement.parts, agreement.replies, strict=True)
    )


def _verified(found: Verified) -> str:
    rows = (
        (
            name,
            str(certified.verdict),
            certified.finding.claimed_bound,
            certified.finding.bound.value,
            "" if certified.reply is None else certified.reply.text,
        )
        for name, certified in found.guarantees.items()
    )
    header = ["guarantee", "verdict", "claimed", "bound found", "kernel"]
    return table(found.report.game.heading, header, rows)


def _equilibria(found: Equilibria) -> str:
    rows = (
        (name, end, witness.equilibrium.user_utility, witness.equilibrium.kind, witness.kernel)
        for name, ends in found.witnesses.items()
        for end, witness in ends.items()
    )
    header = ["user", "equilibrium", "worth to her", "kind", "kernel"]
    return table(found.report.game.heading, header, rows)


def _signal_equilibrium(found: SignalEquilibrium) -> str:
    worth = show(found.user_utility)
    return signals(f"An equilibrium ({found.kind}), worth {worth} to the user", found.signals)


def _restricted(found: RestrictedEquilibria) -> str:
    agents = list(found.found[0].profile) if found.found else []
    rows = (
        (
            entry.user_utility,
            *(f"{entry.profile[name]}: {show(entry.agent_utilities[name])}" for name in agents),
        )
        for entry in found.found
    )
    caption = f"{len(found.found)} equilibria among {found.profiles} profiles"
    return table(caption, ["user", *agents], rows)


def _refutation(found: Refutation) -> str:
    return _gain(found, "has at most")


def _quantal_refutation(found: QuantalRefutation) -> str:
    return _gain(found, "has")


def _gain(found: Refutation | QuantalRefutation, has: str) -> str:
    caption = (
        f"No equilibrium: {found.agent} {has} {show(found.before)}, and {show(found.after)} by"
        " saying"
    )
    return signals(caption, {found.agent: found.deviation})


def _quantal_equilibrium(found: QuantalEquilibrium) -> str:
    caption = f"An equilibrium, worth {show(found.user_utility)} to the user"
    return table(caption, ["agent", "why he does not deviate"], found.reasons.items())


def _quantal_open(found: QuantalUnresolved) -> str:
    rows = ((name, has, found.tried[name]) for name, has in found.utilities.items())
    return table("Open", ["agent", "has", "signals tried"], rows)


def _broken(found: ConversationRefutation) -> str:
    row = (found.agent, found.before, found.after)
    return table("No equilibrium", ["agent", "has at most", "surely gets by another rule"], [row])


def _upheld(found: ConversationEquilibrium) -> str:
    return bounds("An equilibrium", found.bounds)


def _open(found: Unresolved | UnresolvedConversation) -> str:
    return bounds("Open", found.bounds)


def _stories(found: Stories) -> str:
    return "".join(map(fragment, found.values()))


FORMATTERS: dict[tuple[str, str], Callable[[Any], str]] = {
    ("verifier.certified", "Equilibria"): _equilibria,
    ("verifier.certified", "Verified"): _verified,
    ("verifier.explain.document", "Narrative"): fragment,
    ("verifier.explain.stories", "Stories"): _stories,
    ("verifier.game.model", "Game"): _game,
    ("verifier.tables.distance", "Distance"): _distance,
    ("verifier.theory.alignment", "Alignment"): _alignment,
    ("verifier.theory.alignment", "Hull"): _hull,
    ("verifier.theory.cheap_talk.one_sender", "CheapTalk"): _cheap_talk,
    ("verifier.theory.judgements.signals", "Refutation"): _refutation,
    ("verifier.theory.judgements.signals", "Unresolved"): _open,
    ("verifier.theory.judgements.conversation", "ConversationRefutation"): _broken,
    ("verifier.theory.judgements.conversation", "UnresolvedConversation"): _open,
    ("verifier.theory.judgements.conversation", "ConversationEquilibrium"): _upheld,
    ("verifier.theory.judgements.quantal", "QuantalEquilibrium"): _quantal_equilibrium,
    ("verifier.theory.judgements.quantal", "QuantalRefutation"): _quantal_refutation,
    ("verifier.theory.judgements.quantal", "QuantalUnresolved"): _quantal_open,
    ("verifier.theory.equilibria.optimal_signal", "Persuasion"): _persuasion,
    ("verifier.theory.restricted.game", "RestrictedEquilibria"): _restricted,
    ("verifier.theory.deviations.signal_equilibrium", "SignalEquilibrium"): _signal_equilibrium,
    ("verifier.theory.cheap_talk.two_senders", "TwoSenderTalk"): _two_sender_talk,
}
"""The types that have a formatter, each by module and name."""
