"""Exhibited equilibria: rules, the user's response, and why no agent gains by any deviation (theory.md 6)."""

from fractions import Fraction
from itertools import product
from typing import Any

from verifier.kernel.document import entries, fit, readable, require
from verifier.kernel.play import Position, Rule, read_rule, respond, separates, team
from verifier.kernel.quantal import scripted

KINDS = ("full revelation", "common rule", "optimal plan")
REVELATION = {"kind": str, "rules": [{"agent": str, "rule": Any}], "response": [(str, str, str)]}
PLAN = {
    "kind": str, "user_utility": Fraction, "plan": [(str, str, Fraction)], "prices": [(str, Fraction)],
    "multipliers": [(str, str, str, Fraction)],
}  # fmt: skip


def equilibrium(position: Position, guarantee: str, value: Any) -> Fraction | None:
    """The user's utility in the equilibrium, or None for the quantal user, who gets QR."""
    kind = value.get("kind") if isinstance(value, dict) else None
    readable(kind in KINDS, f"equilibrium.kind: expected one of {', '.join(KINDS)}")
    if kind != "optimal plan":
        return full_revelation(position, guarantee, fit(value, REVELATION, "equilibrium"))
    require(guarantee != "quantal", "equilibrium: an optimal plan needs a user who obeys")
    return optimal_plan(position, fit(value, PLAN, "equilibrium"))


def full_revelation(position: Position, guarantee: str, part: dict[str, Any]) -> Fraction | None:
    """At least two agents say enough, so no single deviation changes what the user can attain."""
    game, given = position.game, {entry["agent"]: entry["rule"] for entry in part["rules"]}
    require(
        guarantee != "quantal" or part["kind"] == "full revelation", "equilibrium.kind: a quantal user needs full revelation"
    )
    everyone = len(given) == len(part["rules"]) and given.keys() == {agent.name for agent in game.agents}
    require(everyone, "equilibrium.rules: expected one rule for every agent")
    rules = {agent.name: read_rule(given[agent.name], game, agent) for agent in game.agents}
    if guarantee == "quantal":
        clear = sum(scripted(position, rule) == 0 for rule in rules.values())
        require(clear > 1, "equilibrium: fewer than two agents tell the quantal user all that matters to her")
        return None
    reached = {name: respond(position, rule, position.user, 1)[0] for name, rule in rules.items()}
    top = max(reached.values())
    teachers = [rule for name, rule in rules.items() if reached[name] == top]
    require(len(teachers) > 1, "equilibrium: fewer than two agents reveal enough, so one of them can withhold")
    require((top == position.optimum) == (part["kind"] == "full revelation"), f"equilibrium.kind: not {part['kind']!r}")
    if top == position.optimum:
        settled(position, guarantee, part["response"], teachers)
        return top
    common = guarantee == "best-ai" and game.ties == "any" and len(set(teachers)) == 1
    require(common, "equilibrium: below OPT only one common rule for best-ai under ties = any is known to be stable")
    best = max(team(position, agent.sees) for agent in game.agents)
    require(best == top, "equilibrium: an agent could offer a better rule and be picked")
    return top


def settled(position: Position, guarantee: str, records: list[list[str]], teachers: list[Rule]) -> None:
    """The stated response fits the tie rule and leaves nobody a deviation."""
    ties, response = position.game.ties, {(x, o): a for x, o, a in records}
    clear = position.unique or sum(separates(position, rule) for rule in teachers) > 1
    require(clear, "equilibrium: with tied best actions two agents must tell their observations apart")
    require(response.keys() == position.mass.keys(), "equilibrium.response: expected one action for every point")
    for (x, o), best in position.optimal.items():
        action = response[x, o]
        chosen = action == best[0] if ties == "order" else action in best
        require(chosen, f"equilibrium.response: {action} at {(x, o)} is not her choice under ties = {ties}")
        # a rule worth OPT could pool this point with another only if they share a best action
        apart = all(not set(best) & set(also) for (z, p), also in position.optimal.items() if z == x and p != o)
        if ties == "favour-speaker" or (guarantee == "best-ai" and ties != "any" and not apart):
            most = all(payoff[x, o, a] <= payoff[x, o, action] for payoff in position.agents.values() for a in best)
            require(most, f"equilibrium.response: another tied action at {(x, o)} would favour a deviating agent")


def optimal_plan(position: Position, part: dict[str, Any]) -> Fraction:
    """One agent, one signal: a plan, and prices that no deviation beats under any tie rule (theory.md 6)."""
    game, agent, users = position.game, position.game.agents[0], position.users
    alone = len(game.agents) == 1 and (game.user_alphabet == 1 or len(users) == 1)
    require(alone, "equilibrium: an optimal plan needs one agent and a user with nothing to say")
    readable(len(game.actions) ** len(users) <= 5000, "too large: the kernel checks up to 5000 user strategies")
    choices = product(game.actions, repeat=len(users))
    strategies = {" / ".join(choice): dict(zip(users, choice, strict=True)) for choice in choices}
    readable(len(strategies) == len(game.actions) ** len(users), "actions: their names make strategies ambiguous")
    cells = {cell[0]: [point for point in position.mass if point[1] in cell] for cell in agent.sees}
    cells = {name: points for name, points in cells.items() if points}
    mine, hers = position.user, position.agents[agent.name]
    plan = entries(part["plan"], "equilibrium.plan", cells, strategies)
    prices = {key[0]: price for key, price in entries(part["prices"], "equilibrium.prices", cells).items()}
    multipliers = entries(part["multipliers"], "equilibrium.multipliers", strategies, users, game.actions)
    require(min([*plan.values(), *multipliers.values()]) >= 0, "equilibrium: a negative probability or multiplier")
    sent = [sum((p for (c, _), p in plan.items() if c == cell), Fraction(0)) for cell in cells]
    require(set(sent) == {Fraction(1)}, "equilibrium.plan: probabilities do not sum to 1")
    require(prices.keys() == cells.keys(), "equilibrium.prices: expected one price for every cell")
    words = len({label for (_, label), p in plan.items() if p})
    enough = game.agent_alphabet is None or words <= game.agent_alphabet ** min(game.rounds, 10)
    require(enough, "equilibrium.plan: more messages than there are")
    utility = worth = Fraction(0)
    for label, choice in strategies.items():
        slack = {(x, other): Fraction(0) for x in users for other in game.actions}
        told = set()
        for cell, points in cells.items():
            weight, column = plan.get((cell, label), Fraction(0)), Fraction(0)
            for x, o in points:
                a = choice[x]
                column += hers[x, o, a]
                utility, worth = utility + weight * mine[x, o, a], worth + weight * hers[x, o, a]
                told |= {x} if weight else set()
                for other in game.actions:
                    gain = mine[x, o, a] - mine[x, o, other]
                    column += multipliers.get((label, x, other), Fraction(0)) * gain
                    slack[x, other] += weight * gain
            require(column <= prices[cell], f"equilibrium.prices: {label!r} at {cell!r} is worth more than the price")
        for (x, other), gain in slack.items():
            first = game.ties == "order" and x in told and other in game.actions[: game.actions.index(choice[x])]
            require(gain > 0 if first else gain >= 0, f"equilibrium.plan: told {label!r}, the user at {x!r} takes {other!r}")
    require(sum(prices.values()) == worth, "equilibrium.prices: they exceed the plan's value, a deviation could gain")
    require(utility == part["user_utility"], f"equilibrium.user_utility: {utility} follows, not {part['user_utility']}")
    return utility
