"""Lower bounds on the user's utility in every equilibrium, by weak duality over the outcome program (theory.md 5).

The rows are rebuilt from the game; the certificate brings only multipliers and the rules that agents could deviate to.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.kernel.document import Unreadable, Wrong, entries, items, one_of, rational, table
from verifier.kernel.instance import Game
from verifier.kernel.play import Payoff, Position, Rule, read_rule, respond, separates


@dataclass(frozen=True)
class Deviation:
    """The row U_i(mu) >= what agent i secures by offering `rule`, with its multiplier."""

    agent: str
    multiplier: Fraction
    rule: Rule


def read_deviations(value: Any, where: str, game: Game) -> tuple[Deviation, ...]:
    """At most one deviation per agent, with nonnegative multipliers and rules that fit the protocol."""
    found: dict[str, Deviation] = {}
    names = [agent.name for agent in game.agents]
    for n, entry in enumerate(items(value, where)):
        here = f"{where}[{n}]"
        part = table(entry, here, ("agent", "multiplier", "rule"))
        name, multiplier = one_of(part["agent"], here, names), rational(part["multiplier"], here)
        if multiplier < 0:
            raise Wrong(f"{here}: the multiplier {multiplier} of an inequality is negative")
        if name in found:
            raise Wrong(f"{here}: a second deviation of {name}")
        found[name] = Deviation(name, multiplier, read_rule(part["rule"], here, game, game.agent(name).sees))
    return tuple(found.values())


def combined(position: Position, deviations: tuple[Deviation, ...]) -> Payoff:
    """sum_i multiplier_i U_i, as a payoff."""
    terms = [(d.multiplier, position.agents[d.agent]) for d in deviations]
    return {key: sum((weight * payoff[key] for weight, payoff in terms), Fraction(0)) for key in position.user}


def dual_value(position: Position, value: dict[str, Any], deviations: tuple[Deviation, ...], obey: bool) -> Fraction:
    """The sum of the marginal multipliers, after checking that every column's reduced cost is nonnegative."""
    game = position.game
    users, agents = game.user_observations, game.agent_observations
    marginal = entries(value["marginal"], "bound.marginal", users, agents)
    obedience = entries(value["obedience"], "bound.obedience", users, game.actions, game.actions)
    if set(marginal) != set(position.points):
        raise Wrong("bound.marginal: expected one multiplier for every pair of observations of positive probability")
    for key, multiplier in obedience.items():
        if multiplier < 0:
            raise Wrong(f"bound.obedience: the multiplier of {key} is negative")
    if obedience and not obey:
        raise Wrong("bound.obedience: a quantal user obeys nothing")
    left = combined(position, deviations)
    for (x, o, a), column in left.items():
        for other in game.actions:
            column += obedience.get((x, a, other), Fraction(0)) * (position.user[x, o, a] - position.user[x, o, other])
        if column + marginal[x, o] > position.user[x, o, a]:
            raise Wrong(f"bound: the multipliers overshoot the user's utility at {(x, o, a)}")
    return sum(marginal.values(), Fraction(0))


def bound(position: Position, guarantee: str, value: Any) -> Fraction:
    """The lower bound that the multipliers prove for `bayes` or `best-ai`, whatever the others' rules are."""
    game = position.game
    part = table(value, "bound", ("value", "deviations", "marginal", "obedience"))
    deviations = read_deviations(part["deviations"], "bound.deviations", game)
    total = dual_value(position, part, deviations, obey=True)
    reached = [(d, respond(position, d.rule, position.user)[0]) for d in deviations]
    if guarantee == "bayes":
        if short := [d.agent for d, reach in reached if reach < position.optimum]:
            raise Wrong(f"bound.deviations: the rule of {short[0]} does not let the user attain OPT")
        informed = (tuple(((o,), None) for o in game.agent_observations),)
        clear = [d for d in deviations if position.unique or separates(position, d.rule)]
        total += secured(position, clear, informed, game.ties)
        total += secured(position, [d for d in deviations if d not in clear], informed, "any")
    elif game.ties in ("any", "favour-speaker"):
        total += sum((secured(position, [d], d.rule, game.ties) for d in deviations), Fraction(0))
    elif deviations:
        if any(d.rule != deviations[0].rule for d in deviations):
            raise Wrong("bound.deviations: one anonymous response needs one rule for all")
        total += secured(position, list(deviations), deviations[0].rule, game.ties)
    if guarantee == "best-ai":  # the rows hold only while the user has less than the offered rule would give her
        total = min([total, *(reach for _, reach in reached)])
    if total != rational(part["value"], "bound.value"):
        raise Wrong(f"bound.value: {part['value']} is stated, {total} follows")
    return total


def secured(position: Position, deviations: list[Deviation], rule: Rule, ties: str) -> Fraction:
    """What the deviating agents get for sure, weighted: the user best-responds to `rule` and breaks ties as stated."""
    if ties in ("any", "favour-speaker"):
        sign = 1 if ties == "favour-speaker" else -1
        return sum((d.multiplier * respond(position, rule, position.agents[d.agent], sign)[1] for d in deviations), Fraction(0))
    if ties not in ("belief", "order"):
        raise Unreadable(f"ties: {ties}")
    return respond(position, rule, combined(position, tuple(deviations)), -1, first=ties == "order")[1]
