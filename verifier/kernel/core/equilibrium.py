"""Exhibited equilibria, and profiles that are none (theory.md 6.1, 6.7, 6.9)."""

from fractions import Fraction
from typing import Any

from verifier.kernel.core import prices
from verifier.kernel.core.bound import dual_value
from verifier.kernel.core.game import Position, belief, team
from verifier.kernel.core.rule import (
    RULES,
    Rule,
    each,
    hear,
    play,
    read_rule,
    read_rules,
    reply,
    separates,
)
from verifier.kernel.reader.document import UnreadableError, fit, readable, require

PRICED = {"rules": RULES, "response": [[str]], "deviation_bounds": [{str: Any}]}
OUTCOMES = {
    "agent": str,
    "floor": Fraction,
    "marginal": [(str, str, Fraction)],
    "obedience": [(str, str, str, Fraction)],
}
REVEALING = {"rules": RULES, "response": [(str, str, str)]}
DEVIATION = {"rules": RULES, "agent": str, "rule": Any}


def equilibrium(position: Position, user: str, part: dict[str, Any]) -> Fraction:
    """What the user gets in the equilibrium, by whichever argument is brought."""
    if "deviation_bounds" in part:
        return priced(position, user, fit(part, PRICED, "equilibrium"))
    return revealing(position, user, fit(part, REVEALING, "equilibrium"))


def priced(position: Position, user: str, part: dict[str, Any]) -> Fraction:
    """Her response is best, and no agent gains by any other rule: prices say so.

    A user who picks one of several agents hears only him, and all offer the same.
    """
    game, rules = position.game, read_rules(position.game, part["rules"])
    picks = user == "best-ai" and len(rules) > 1
    heard = list(rules.values())
    require(
        not picks or all(rule == heard[0] for rule in heard),
        "rules: a user who picks an agent needs a common rule",
    )
    utility, *has = play(position, heard[:1] if picks else heard, part["response"])
    shapes = {True: prices.PRICES, False: OUTCOMES}
    given = [
        fit(entry, shapes["blocks" in entry], "deviation_bounds")
        for entry in part["deviation_bounds"]
    ]
    for (agent, bound), now in zip(
        each(game, given, "deviation_bounds"), has, strict=True
    ):
        others = [] if picks else [r for n, r in rules.items() if n != agent.name]
        # he is picked only if she gets no less; whom she hears she can ignore
        least = utility if picks else reply(position, others, position.user, 1)[0]
        require(
            bound["floor"] >= 0, "floor: the multiplier of an inequality is negative"
        )
        if "blocks" in bound:
            at_most = prices.most(position, agent, hear(position, others), bound)
        else:  # whatever he does, the outcome is obedient
            his, share = position.agents[agent.name], -bound["floor"]
            at_most = -dual_value(position, bound, his, share)
        at_most -= bound["floor"] * least
        require(
            at_most <= now + game.gamma,
            f"deviation_bounds: {agent.name} has {now}, a deviation may give {at_most}",
        )
    return utility


def revealing(position: Position, user: str, part: dict[str, Any]) -> Fraction:
    """At least two agents say enough, so no single deviation changes what the user can
    attain.
    """
    game, rules = position.game, read_rules(position.game, part["rules"])
    reached = {
        name: reply(position, [rule], position.user, 1)[0]
        for name, rule in rules.items()
    }
    top = max(reached.values())
    teachers = [rule for name, rule in rules.items() if reached[name] == top]
    require(
        len(teachers) > 1,
        "rules: fewer than two agents reveal enough, so one of them can withhold",
    )
    if top == position.optimum:
        settled(position, user, part["response"], teachers)
        return top
    readable(not part["response"], "response: below OPT nothing reads it")
    common = all(rule == teachers[0] for rule in teachers)
    require(
        user == "best-ai" and game.ties == "any" and common,
        "rules: below OPT only one common rule for best-ai under ties = any is known to"
        " be stable",
    )
    best = max(team(position, agent.sees) for agent in game.agents)
    require(best == top, "rules: an agent could offer a better rule and be picked")
    return top


def settled(
    position: Position, user: str, records: list[list[str]], teachers: list[Rule]
) -> None:
    """The stated response fits the tie rule and leaves nobody a deviation."""
    ties, response = position.game.ties, {(x, o): a for x, o, a in records}
    clear = position.unique or sum(separates(position, rule) for rule in teachers) > 1
    require(
        clear,
        "rules: with tied best actions two agents must tell their observations apart",
    )
    require(
        response.keys() == position.mass.keys() and len(records) == len(response),
        "response: expected one action for every point",
    )
    taken: dict[Any, str] = {}
    for (x, o), best in position.optimal.items():
        action = response[x, o]
        also = taken.setdefault(belief(position, x, {o: Fraction(1)}), action)
        require(
            ties != "belief" or action == also,
            f"response: {(x, o)} leads to a belief at which she takes {also!a:.40}",
        )
        require(
            action in (best[:1] if ties == "order" else best),
            f"response: {action!a:.40} at {(x, o)} is not her choice under {ties = }",
        )
        # a rule worth OPT could pool this point with another only if they share a best
        # action
        apart = all(
            not set(best) & set(also)
            for (z, p), also in position.optimal.items()
            if z == x and p != o
        )
        picked = user == "best-ai" and ties != "any" and not apart
        most = all(
            payoff[x, o, a] <= payoff[x, o, action]
            for payoff in position.agents.values()
            for a in best
        )
        require(
            most or not (ties == "favour-speaker" or picked),
            f"response: another tied action at {(x, o)} would favour a deviating agent",
        )


def gains(
    position: Position, user: str, part: dict[str, Any]
) -> tuple[str, Fraction, Fraction]:
    """An agent, the most that he can have under the rules, and what he surely gets by
    another rule: more, by over gamma.
    """
    game, rules = position.game, read_rules(position.game, part["rules"])
    heard = user == "bayes" or len(rules) == 1
    require(heard, "deviation: only for a user who hears every agent")
    agent = next((agent for agent in game.agents if agent.name == part["agent"]), None)
    if agent is None:
        raise UnreadableError(f"deviation.agent: {part['agent']!r:.40} is not an agent")
    his, first = position.agents[agent.name], game.ties == "order"
    before = reply(position, rules.values(), his, 1, first)[1]
    rules[agent.name] = read_rule(part["rule"], game, agent)
    sign = 1 if game.ties == "favour-speaker" else -1
    after = reply(position, rules.values(), his, sign, first)[1]
    require(
        after > before + game.gamma,
        f"deviation: {agent.name} may have {before}, and may get only {after} by"
        " deviating",
    )
    return agent.name, before, after
