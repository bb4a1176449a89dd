"""Exhibited equilibria: rules, the user's response, and why no agent gains by any deviation (theory.md 6)."""

from fractions import Fraction
from itertools import product
from typing import Any

from verifier.kernel.document import Unreadable, Wrong, entries, items, one_of, rational, table
from verifier.kernel.play import Position, read_rule, respond, separates, team
from verifier.kernel.quantal import scripted


def equilibrium(position: Position, guarantee: str, value: Any) -> Fraction | None:
    """The user's utility in the equilibrium, or None for the quantal user, who gets QR."""
    kind = one_of(value.get("kind") if isinstance(value, dict) else None, "equilibrium.kind", ("full revelation", "optimal plan"))
    if kind == "full revelation":
        return full_revelation(position, guarantee, table(value, "equilibrium", ("kind", "rules", "response")))
    if guarantee == "quantal":
        raise Wrong("equilibrium: an optimal plan needs a user who obeys")
    keys = ("kind", "user_utility", "plan", "prices", "multipliers")
    return optimal_plan(position, table(value, "equilibrium", keys))


def full_revelation(position: Position, guarantee: str, value: dict[str, Any]) -> Fraction | None:
    """At least two agents say enough, so no single deviation changes what the user can attain."""
    game, rules = position.game, {}
    for n, entry in enumerate(items(value["rules"], "equilibrium.rules")):
        here = f"equilibrium.rules[{n}]"
        name = one_of(table(entry, here, ("agent", "rule"))["agent"], here, [agent.name for agent in game.agents])
        rules[name] = read_rule(entry["rule"], here, game, game.agent(name).sees)
    if missing := [agent.name for agent in game.agents if agent.name not in rules]:
        raise Wrong(f"equilibrium.rules: no rule for {missing[0]}")
    if guarantee == "quantal":
        if sum(scripted(position, rule) == 0 for rule in rules.values()) < 2:
            raise Wrong("equilibrium: fewer than two agents tell the quantal user all that matters to her")
        return None
    reached = {name: respond(position, rule, position.user)[0] for name, rule in rules.items()}
    top = max(reached.values())
    teachers = [name for name in rules if reached[name] == top]
    if len(teachers) < 2:
        raise Wrong("equilibrium: fewer than two agents reveal enough, so one of them can withhold")
    if guarantee == "best-ai" and top < position.optimum:
        if game.ties != "any" or len({rules[name] for name in teachers}) > 1:
            raise Wrong("equilibrium: below OPT only one common rule under ties = any is known to be stable")
        for agent in game.agents:
            if team(position, agent.sees) > top:
                raise Wrong(f"equilibrium: {agent.name} could offer a better rule and be picked")
        return top
    if top < position.optimum:
        raise Wrong("equilibrium: the rules do not let the user attain OPT")
    settled(position, guarantee, value["response"], sum(separates(position, rules[name]) for name in teachers))
    return top


def settled(position: Position, guarantee: str, value: Any, clear: int) -> None:
    """The stated response fits the tie rule and leaves nobody a deviation."""
    game, response = position.game, {}
    for record in items(value, "equilibrium.response"):
        if len(items(record, "equilibrium.response")) != 3:
            raise Unreadable("equilibrium.response: expected [user observation, agent observation, action]")
        x, o, a = record
        response[x, o] = one_of(a, "equilibrium.response", game.actions)
    if clear < 2 and not position.unique:
        raise Wrong("equilibrium: with tied best actions two agents must tell their observations apart")
    favoured = game.ties == "favour-speaker" or (guarantee == "best-ai" and game.ties != "any")
    for point, best in position.optimal.items():
        action = response.get(point)
        if action not in best or (game.ties == "order" and action != best[0]):
            raise Wrong(f"equilibrium.response: {action} at {point} is not her choice under ties = {game.ties}")
        for name, payoff in position.agents.items():
            if favoured and any(payoff[*point, a] > payoff[*point, action] for a in best):
                raise Wrong(f"equilibrium.response: {name} would be favoured by another tied action at {point}")


def optimal_plan(position: Position, value: dict[str, Any]) -> Fraction:
    """One agent, one signal: a plan, and prices that no deviation beats under any tie rule (theory.md 6)."""
    game, agent = position.game, position.game.agents[0]
    users = tuple(dict.fromkeys(x for x, _ in position.points))
    if len(game.agents) > 1 or (game.user_alphabet > 1 and len(users) > 1):
        raise Wrong("equilibrium: an optimal plan needs one agent and a user with nothing to say")
    if len(game.actions) ** len(users) > 5000:
        raise Unreadable("too large: the kernel checks up to 5000 user strategies")
    cells = {cell[0]: [point for point in position.points if point[1] in cell] for cell in agent.sees}
    cells = {name: points for name, points in cells.items() if points}
    strategies = list(product(game.actions, repeat=len(users)))
    labels = [" / ".join(strategy) for strategy in strategies]
    if len(set(labels)) < len(labels):
        raise Unreadable("actions: their names make strategies ambiguous")
    mine, hers = position.user, position.agents[agent.name]
    plan = entries(value["plan"], "equilibrium.plan", list(cells), labels)
    prices = entries(value["prices"], "equilibrium.prices", list(cells))
    multipliers = entries(value["multipliers"], "equilibrium.multipliers", labels, users, game.actions)
    sent = {cell: sum((p for (c, _), p in plan.items() if c == cell), Fraction(0)) for cell in cells}
    if min([*plan.values(), *multipliers.values()], default=Fraction(0)) < 0:
        raise Wrong("equilibrium: a negative probability or multiplier")
    if any(total != 1 for total in sent.values()) or len(prices) < len(cells):
        raise Wrong("equilibrium: probabilities do not sum to 1, or a price is missing")
    used = {label for (_, label), p in plan.items() if p}
    if game.agent_alphabet is not None and len(used) > game.agent_alphabet ** min(game.rounds, 10):
        raise Wrong("equilibrium: the plan needs more messages than there are")
    utility = value_of_plan = Fraction(0)
    for label, strategy in zip(labels, strategies, strict=True):
        choice = dict(zip(users, strategy, strict=True))
        slack = dict.fromkeys(product(users, game.actions), Fraction(0))
        mass = dict.fromkeys(users, Fraction(0))
        for cell, points in cells.items():
            column = Fraction(0)
            for x, o in points:
                column += hers[x, o, choice[x]]
                weight = plan.get((cell, label), Fraction(0))
                mass[x] += weight
                utility += weight * mine[x, o, choice[x]]
                value_of_plan += weight * hers[x, o, choice[x]]
                for other in game.actions:
                    gap = mine[x, o, choice[x]] - mine[x, o, other]
                    column += multipliers.get((label, x, other), Fraction(0)) * gap
                    slack[x, other] += weight * gap
            if column > prices[(cell,)]:
                raise Wrong(f"equilibrium.prices: {label!r} at {cell!r} is worth more than the price")
        for (x, other), gap in slack.items():
            first = game.ties == "order" and mass[x] and game.actions.index(other) < game.actions.index(choice[x])
            if gap < 0 or (first and gap == 0):
                raise Wrong(f"equilibrium.plan: told {label!r}, the user at {x!r} takes {other!r}")
    if sum(prices.values(), Fraction(0)) != value_of_plan:
        raise Wrong("equilibrium.prices: a deviation could gain, the prices exceed the plan's value")
    if utility != rational(value["user_utility"], "equilibrium.user_utility"):
        raise Wrong(f"equilibrium.user_utility: {value['user_utility']} is stated, {utility} follows")
    return utility
