"""Results as tables with a caption: what notebooks show and data frames hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from verifier.numbers import counted, show
from verifier.result import Sheet

if TYPE_CHECKING:
    from verifier.certified import Equilibria, Verified
    from verifier.dynamics.contest import Contest
    from verifier.game.model import Game
    from verifier.region.piece import Region
    from verifier.region.plane.piece import Plane
    from verifier.report.conversation_tree import ConversationTree
    from verifier.search.coverage import Found
    from verifier.sweep.summary import Summary
    from verifier.tables.distance import Distance
    from verifier.tables.report import TableReport
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
    from verifier.theory.learning.straightforward import Learning
    from verifier.theory.restricted.game import RestrictedEquilibria


def signals(caption: str, sent: Mapping[str, Mapping[str, Mapping[str, Fraction]]]) -> Sheet:
    """The signals of the agents: the probability of each message on each observation."""
    rows = (
        (agent, x, word, p)
        for agent, signal in sent.items()
        for x, says in signal.items()
        for word, p in says.items()
    )
    return Sheet(caption, ["agent", "sees", "says", "probability"], rows)


def bounds(caption: str, found: Mapping[str, tuple[Fraction, Fraction]]) -> Sheet:
    """The agents' utilities, and the bounds that no deviation exceeds."""
    rows = ((agent, has, most) for agent, (has, most) in found.items())
    return Sheet(caption, ["agent", "has", "no deviation exceeds"], rows)


def _game(game: Game) -> Sheet:
    everybody = [game.utility, *(agent.utility for agent in game.agents)]
    rows = (
        (a, y, *(utility[a, y] for utility in everybody)) for a in game.actions for y in game.states
    )
    header = ["action", "state", "user", *(agent.name for agent in game.agents)]
    return Sheet(game.heading, header, rows)


def _hull(found: Hull) -> Sheet:
    caption = f"Hull distance ({found.convention}): {show(found.epsilon)}"
    return Sheet(caption, ["agent", "weight"], found.weights.items())


def _alignment(found: Alignment) -> Sheet:
    kinds = (found.simplex, found.cone, found.state_offset)
    rows = [("epsilon", *(kind.epsilon for kind in kinds))]
    rows += [
        (f"weight of {name}", *(kind.weights[name] for kind in kinds))
        for name in found.simplex.weights
    ]
    return Sheet("Hull distance", ["", *(str(kind.convention) for kind in kinds)], rows)


def _distance(found: Distance) -> Sheet:
    caption = f"Distance ({found.norm}, {found.mixture}): {show(found.distance)}"
    weights = [(name, weight) for name, weight in found.weights.items() if weight]
    return Sheet(caption, ["agent", "weight"], weights)


def _persuasion(found: Persuasion) -> Sheet:
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
    return Sheet(caption, ["he sees", "he recommends", "probability"], rows)


def _learning(found: Learning) -> Sheet:
    header = ["round", "delta", "error", "apart", "user"]
    rows = ((n, m.delta, m.error, m.apart, m.utility) for n, m in enumerate(found.moments))
    return Sheet(f"What she learns from {found.agent}", header, rows)


def _cheap_talk(found: CheapTalk) -> Sheet:
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
    return Sheet(f"{found.agent.name} talks without commitment", header, rows)


def _two_sender_talk(found: TwoSenderTalk) -> Sheet:
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
    return Sheet(caption, ["what is announced, and done", "user", *names], rows)


def _parts(agreement: Agreement) -> str:
    from verifier.theory.deviations.persuasion import strategy_name

    return "; ".join(
        f"{', '.join(x for cell in part for x in cell)}: {strategy_name(reply)}"
        for part, reply in zip(agreement.parts, agreement.replies, strict=True)
    )


def _verified(found: Verified) -> Sheet:
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
    return Sheet(found.report.game.heading, header, rows)


def _equilibria(found: Equilibria) -> Sheet:
    rows = (
        (name, end, witness.equilibrium.user_utility, witness.equilibrium.kind, witness.kernel)
        for name, ends in found.witnesses.items()
        for end, witness in ends.items()
    )
    header = ["user", "equilibrium", "worth to her", "kind", "kernel"]
    return Sheet(found.report.game.heading, header, rows)


def _signal_equilibrium(found: SignalEquilibrium) -> Sheet:
    worth = show(found.user_utility)
    return signals(f"An equilibrium ({found.kind}), worth {worth} to the user", found.signals)


def _restricted(found: RestrictedEquilibria) -> Sheet:
    agents = list(found.found[0].profile) if found.found else []
    rows = (
        (
            entry.user_utility,
            *(f"{entry.profile[name]}: {show(entry.agent_utilities[name])}" for name in agents),
        )
        for entry in found.found
    )
    caption = f"{len(found.found)} equilibria among {found.profiles} profiles"
    return Sheet(caption, ["user", *agents], rows)


def _refutation(found: Refutation) -> Sheet:
    return _gain(found, "has at most")


def _quantal_refutation(found: QuantalRefutation) -> Sheet:
    return _gain(found, "has")


def _gain(found: Refutation | QuantalRefutation, has: str) -> Sheet:
    caption = (
        f"No equilibrium: {found.agent} {has} {show(found.before)}, and {show(found.after)} by"
        " saying"
    )
    return signals(caption, {found.agent: found.deviation})


def _quantal_equilibrium(found: QuantalEquilibrium) -> Sheet:
    caption = f"An equilibrium, worth {show(found.user_utility)} to the user"
    return Sheet(caption, ["agent", "why he does not deviate"], found.reasons.items())


def _quantal_open(found: QuantalUnresolved) -> Sheet:
    rows = ((name, has, found.tried[name]) for name, has in found.utilities.items())
    return Sheet("Open", ["agent", "has", "signals tried"], rows)


def _broken(found: ConversationRefutation) -> Sheet:
    row = (found.agent, found.before, found.after)
    return Sheet("No equilibrium", ["agent", "has at most", "surely gets by another rule"], [row])


def _upheld(found: ConversationEquilibrium) -> Sheet:
    return bounds("An equilibrium", found.bounds)


def _open(found: Unresolved | UnresolvedConversation) -> Sheet:
    return bounds("Open", found.bounds)


def _contest(found: Contest) -> Sheet:
    """The start and every move: who moves, who is selected then, and what everyone gets."""
    names = [offer.agent for offer in found.trajectory.start.offers]
    moves = found.trajectory.moves
    movers = [("", None), *((move.agent, move.wins) for move in moves)]
    states = [found.trajectory.start, *(move.state for move in moves)]
    rows = (
        (n, *mover, state.offer.agent, state.offer.worth, *state.offer.gives.values())
        for n, (mover, state) in enumerate(zip(movers, states, strict=True))
    )
    caption = f"{found.game.heading}: {found.trajectory.ending}"
    return Sheet(caption, ["move", "agent", "wins", "selected", "user", *names], rows)


def _found(found: Found) -> Sheet:
    """What a search has examined, by method and shape."""
    caption = f"Without {found.dropped.name}, {found.guarantee}: " + (
        "nothing found" if found.broken is None else f"she loses {show(found.broken.loss)}"
    )
    rows = (
        (str(part.method), str(part.shape), part.games, part.doubtful, part.outcome)
        for part in found.coverage
    )
    return Sheet(caption, ["method", "shape", "games", "doubtful", "outcome"], rows)


def _summary(found: Summary) -> Sheet:
    """The verdicts of a sweep, and the largest loss, by guarantee."""
    rows = (
        (
            share.guarantee,
            *share.verdicts.values(),
            share.closed,
            max(share.losses.values(), default=None),
        )
        for share in found.shares
    )
    words = list(found.shares[0].verdicts) if found.shares else []
    header = ["guarantee", *words, "closed intervals", "largest loss"]
    return Sheet(f"{found.title}: {counted(found.games, 'game')}", header, rows)


def _table_report(found: TableReport) -> Sheet:
    """The distances of a table, with the weight of every agent."""
    agents = found.table.agents
    rows = (
        (
            str(part.norm),
            str(part.mixture),
            part.distance,
            part.offset,
            *(part.weights.get(agent, Fraction(0)) for agent in agents),
        )
        for part in found.distances
    )
    header = ["norm", "mixture", "distance", "offset", *agents]
    return Sheet(f"{found.table.name}: how near to {found.table.user}", header, rows)


def _tree(found: ConversationTree) -> Sheet:
    """The number of nodes of each kind."""
    size = found.size
    rows = [
        ("chance", size.chance),
        ("user", size.user),
        ("agents", size.agents),
        ("leaves", size.leaves),
    ]
    return Sheet(f"{found.game.heading}: the conversation tree", ["nodes of", "number"], rows)


def _region(found: Region) -> Sheet:
    """The stretches of values, each with its verdict and its numbers as functions."""
    from verifier.region.report import SAID, by_values

    name = found.parameter.name
    rows = (
        (
            stretch.written(name),
            SAID[stretch.verdict],
            *(_function(stretch.values, key, name) for key in FUNCTIONS),
        )
        for stretch in by_values(found)
    )
    return Sheet(f"{found.heading}: {found.guarantee}", [name, "verdict", *FUNCTIONS], rows)


def _plane(found: Plane) -> Sheet:
    """The insides of the polygons, each with its verdict and its numbers as functions."""
    from verifier.region.plane.report import inside_words
    from verifier.region.report import SAID

    rows = (
        (
            inside_words(face.polygon, found),
            SAID[face.verdict],
            *(_function(face.values, key, found.names) for key in FUNCTIONS),
        )
        for face in found.faces
    )
    return Sheet(f"{found.heading}: {found.guarantee}", ["where", "verdict", *FUNCTIONS], rows)


FUNCTIONS = ("every equilibrium", "equilibrium", "claimed")
"""The functions of parameters that are shown: her utility in every equilibrium and in one."""


def _function(values: Mapping[str, Any], key: str, names: str | tuple[str, str]) -> str:
    """A function as it is written; nothing where a piece has none of this kind."""
    return values[key].written(names) if key in values else ""


def _stories(found: Mapping[str, Any]) -> Sheet:
    rows = ((name, story.verdict, story.kernel) for name, story in found.items())
    return Sheet("Stories", ["guarantee", "verdict", "kernel"], rows)


def sheet_of(result: object) -> Sheet | None:
    """The table of a result; None for a type that has none."""
    made = SHEETS.get((type(result).__module__, type(result).__qualname__))
    return None if made is None else made(result)


SHEETS: dict[tuple[str, str], Callable[[Any], Sheet]] = {
    ("verifier.api.stories", "Stories"): _stories,
    ("verifier.certified", "Equilibria"): _equilibria,
    ("verifier.certified", "Verified"): _verified,
    ("verifier.dynamics.contest", "Contest"): _contest,
    ("verifier.game.model", "Game"): _game,
    ("verifier.region.piece", "Region"): _region,
    ("verifier.region.plane.piece", "Plane"): _plane,
    ("verifier.report.conversation_tree", "ConversationTree"): _tree,
    ("verifier.search.coverage", "Found"): _found,
    ("verifier.sweep.summary", "Summary"): _summary,
    ("verifier.tables.distance", "Distance"): _distance,
    ("verifier.tables.report", "TableReport"): _table_report,
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
    ("verifier.theory.learning.straightforward", "Learning"): _learning,
    ("verifier.theory.cheap_talk.two_senders", "TwoSenderTalk"): _two_sender_talk,
}
"""How the results of each type become a table, by module and name."""
