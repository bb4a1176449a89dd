"""Exhibited equilibria: where enough is said that no deviation matters; those with
prices are in signals.py (theory.md 6.7).
"""

from fractions import Fraction
from typing import Any

from verifier.kernel import deviation, signals
from verifier.kernel.document import fit, readable, require
from verifier.kernel.exponential import Quotient
from verifier.kernel.play import (
    Position,
    Rule,
    belief,
    read_rule,
    respond,
    separates,
    team,
)
from verifier.kernel.quantal import informed, scripted, uninformed

KINDS = (
    "full revelation",
    "common rule",
    "signals",
    "common signal",
    "conversation",
    "indifference",
)
REVELATION = {
    "kind": str,
    "rules": [{"agent": str, "rule": Any}],
    "response": [(str, str, str)],
}
CONVERSATION = {
    "kind": str,
    "user_utility": Fraction,
    "rule": Any,
    "deterrence": deviation.SHAPE,
}


def equilibrium(position: Position, guarantee: str, value: Any) -> Fraction:
    """The user's utility in the equilibrium, for a user who best-responds."""
    kind = kind_of(value)
    require(
        kind != "indifference", "equilibrium.kind: indifference is for a quantal user"
    )
    if kind in ("signals", "common signal"):
        return signals.equilibrium(
            position, guarantee, fit(value, signals.SHAPE, "equilibrium")
        )
    if kind == "conversation":
        return conversation(position, fit(value, CONVERSATION, "equilibrium"))
    return full_revelation(position, guarantee, fit(value, REVELATION, "equilibrium"))


def kind_of(value: Any) -> Any:
    kind = value.get("kind") if isinstance(value, dict) else None
    readable(kind in KINDS, f"equilibrium.kind: expected one of {', '.join(KINDS)}")
    return kind


def quantal_equilibrium(position: Position, value: Any) -> list[Quotient]:
    """What the quantal user gets:

    QR where two agents tell her all, what silence gives where no agent cares what she
    does.
    """
    kind = kind_of(value)
    known = kind in ("full revelation", "indifference")
    require(
        known,
        "equilibrium.kind: a quantal user needs full revelation, or indifferent agents",
    )
    if kind == "indifference":
        fit(value, {"kind": str}, "equilibrium")
        for agent in position.game.agents:
            for state in position.game.states:
                same = len({row[state] for row in agent.utility.values()}) == 1
                require(
                    same, f"equilibrium: {agent.name} cares what she does in {state}"
                )
        return uninformed(position, position.user)
    part = fit(value, REVELATION, "equilibrium")
    readable(not part["response"], "equilibrium.response: nothing reads it")
    rules = rules_of(position, part)
    clear = sum(scripted(position, rule) == 0 for rule in rules.values())
    require(
        clear > 1,
        "equilibrium: fewer than two agents tell the quantal user all that matters"
        " to her",
    )
    return informed(position, position.user)


def rules_of(position: Position, part: dict[str, Any]) -> dict[str, Rule]:
    """One rule for every agent."""
    game, given = (
        position.game,
        {entry["agent"]: entry["rule"] for entry in part["rules"]},
    )
    everyone = len(given) == len(part["rules"]) and given.keys() == {
        agent.name for agent in game.agents
    }
    require(everyone, "equilibrium.rules: expected one rule for every agent")
    return {
        agent.name: read_rule(given[agent.name], game, agent) for agent in game.agents
    }


def full_revelation(
    position: Position, guarantee: str, part: dict[str, Any]
) -> Fraction:
    """At least two agents say enough, so no single deviation changes what the user can
    attain.
    """
    game, rules = position.game, rules_of(position, part)
    reached = {
        name: respond(position, rule, position.user, 1)[0]
        for name, rule in rules.items()
    }
    top = max(reached.values())
    teachers = [rule for name, rule in rules.items() if reached[name] == top]
    require(
        len(teachers) > 1,
        "equilibrium: fewer than two agents reveal enough, so one of them can withhold",
    )
    require(
        (top == position.optimum) == (part["kind"] == "full revelation"),
        f"equilibrium.kind: not {part['kind']!r}",
    )
    if top == position.optimum:
        settled(position, guarantee, part["response"], teachers)
        return top
    readable(not part["response"], "equilibrium.response: nothing reads it")
    common = guarantee == "best-ai" and game.ties == "any" and len(set(teachers)) == 1
    require(
        common,
        "equilibrium: below OPT only one common rule for best-ai under ties = any is"
        " known to be stable",
    )
    best = max(team(position, agent.sees) for agent in game.agents)
    require(
        best == top, "equilibrium: an agent could offer a better rule and be picked"
    )
    return top


def conversation(position: Position, part: dict[str, Any]) -> Fraction:
    """The only agent's rule gives him as much as any rule could, whatever the user does
    where she is indifferent.
    """
    game, agent, reasons = position.game, position.game.agents[0], part["deterrence"]
    require(len(game.agents) == 1, "equilibrium: a conversation needs one agent")
    require(
        reasons["floor"] == 0 and reasons["agent"] == agent.name,
        f"equilibrium.deterrence: expected {agent.name}'s",
    )
    rule, his = read_rule(part["rule"], game, agent), position.agents[agent.name]
    (utility, least), (_, greatest) = (
        respond(position, rule, his, sign) for sign in (-1, 1)
    )
    require(
        least == greatest,
        f"equilibrium: where the user is indifferent {agent.name} may get {least} or"
        f" {greatest}",
    )
    at_most = deviation.most(position, agent, signals.hear(position, []), reasons)
    require(
        at_most <= least + game.gamma,
        f"equilibrium.deterrence: {agent.name} has {least}, a deviation may give"
        f" {at_most}",
    )
    require(
        utility == part["user_utility"],
        f"equilibrium.user_utility: {utility} follows, not {part['user_utility']}",
    )
    return utility


def settled(
    position: Position, guarantee: str, records: list[list[str]], teachers: list[Rule]
) -> None:
    """The stated response fits the tie rule and leaves nobody a deviation."""
    ties, response = position.game.ties, {(x, o): a for x, o, a in records}
    clear = position.unique or sum(separates(position, rule) for rule in teachers) > 1
    require(
        clear,
        "equilibrium: with tied best actions two agents must tell their observations"
        " apart",
    )
    require(
        response.keys() == position.mass.keys(),
        "equilibrium.response: expected one action for every point",
    )
    taken: dict[Any, str] = {}
    for (x, o), best in position.optimal.items():
        action = response[x, o]
        also = taken.setdefault(
            belief(position, x, {o: Fraction(1)}) if ties == "belief" else (x, o),
            action,
        )
        require(
            action == also,
            f"equilibrium.response: {(x, o)} leads to a belief at which she takes"
            f" {also!a:.40}",
        )
        chosen = action == best[0] if ties == "order" else action in best
        require(
            chosen,
            f"equilibrium.response: {action!a:.40} at {(x, o)} is not her choice under"
            f" ties = {ties}",
        )
        # a rule worth OPT could pool this point with another only if they share a best
        # action
        apart = all(
            not set(best) & set(also)
            for (z, p), also in position.optimal.items()
            if z == x and p != o
        )
        if ties == "favour-speaker" or (
            guarantee == "best-ai" and ties != "any" and not apart
        ):
            most = all(
                payoff[x, o, a] <= payoff[x, o, action]
                for payoff in position.agents.values()
                for a in best
            )
            require(
                most,
                f"equilibrium.response: another tied action at {(x, o)} would favour a"
                " deviating agent",
            )
