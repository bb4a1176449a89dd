"""Lower bounds on the user's utility in every equilibrium, by weak duality over the
outcome program (theory.md 5.4).

The rows are rebuilt from the game; the certificate brings only multipliers and the
rules that agents could deviate to.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.kernel.document import entries, readable, require
from verifier.kernel.instance import Agent
from verifier.kernel.play import Payoff, Position, Rule, read_rule, respond, separates

DEVIATION = {"agent": str, "multiplier": Fraction, "rule": Any}
SHAPE = {
    "deviations": [DEVIATION],
    "marginal": [(str, str, Fraction)],
    "obedience": [(str, str, str, Fraction)],
    "value": Any,
    "pieces?": Any,
}


@dataclass(frozen=True)
class Deviation:
    """The row U_i(mu) >= what agent i secures by offering `rule`, with its multiplier."""

    agent: Agent
    multiplier: Fraction
    rule: Rule


def deviations(position: Position, part: dict[str, Any]) -> list[Deviation]:
    """At most one deviation per agent, with nonnegative multipliers and rules that fit
    the protocol.
    """
    by_name = {agent.name: agent for agent in position.game.agents}
    given = part["deviations"]
    readable(
        all(d["agent"] in by_name for d in given), "bound.deviations: an unknown agent"
    )
    require(
        len({d["agent"] for d in given}) == len(given),
        "bound.deviations: two deviations of one agent",
    )
    require(
        all(d["multiplier"] >= 0 for d in given),
        "bound.deviations: the multiplier of an inequality is negative",
    )
    agents = [(by_name[d["agent"]], d) for d in given]
    return [
        Deviation(agent, d["multiplier"], read_rule(d["rule"], position.game, agent))
        for agent, d in agents
    ]


def combined(position: Position, found: list[Deviation]) -> Payoff:
    """sum_i multiplier_i U_i, as a payoff."""
    terms = [(d.multiplier, position.agents[d.agent.name]) for d in found]
    return {
        key: sum((weight * payoff[key] for weight, payoff in terms), Fraction(0))
        for key in position.user
    }


def allowed(position: Position, found: list[Deviation]) -> Fraction:
    """What the rows lose in a gamma-equilibrium, where agents may still gain gamma."""
    return position.game.gamma * sum((d.multiplier for d in found), Fraction(0))


def dual_value(
    position: Position,
    part: dict[str, Any],
    rows: Payoff,
    share: Fraction = Fraction(1),
) -> Fraction:
    """The sum of the marginal multipliers, after checking that no column overshoots
    `share` times the user's utility.
    """
    game, user = position.game, position.user
    marginal = entries(
        part["marginal"],
        "bound.marginal",
        game.user_observations,
        game.agent_observations,
    )
    obedience = entries(
        part["obedience"],
        "bound.obedience",
        game.user_observations,
        game.actions,
        game.actions,
    )
    require(
        marginal.keys() == position.mass.keys(),
        "bound.marginal: expected one multiplier for every point, no others",
    )
    require(
        all(m >= 0 for m in obedience.values()),
        "bound.obedience: the multiplier of an inequality is negative",
    )
    present: dict[tuple[str, str], list[tuple[str, Fraction]]] = {}
    for (x, a, b), multiplier in obedience.items():
        present.setdefault((x, a), []).append((b, multiplier))
    for (x, o, a), column in rows.items():
        gains = (
            m * (user[x, o, a] - user[x, o, b]) for b, m in present.get((x, a), ())
        )
        total = marginal[x, o] + column + sum(gains, Fraction(0))
        require(
            total <= share * user[x, o, a],
            f"bound: the multipliers overshoot the user's utility at {(x, o, a)}",
        )
    return sum(marginal.values(), Fraction(0))


def bound(position: Position, guarantee: str, part: dict[str, Any]) -> Fraction:
    """The lower bound that the multipliers prove for `bayes` or `best-ai`, whatever the
    others' rules are.
    """
    game, found = position.game, deviations(position, part)
    total = dual_value(position, part, combined(position, found)) - allowed(
        position, found
    )
    reached = [respond(position, d.rule, position.user, 1)[0] for d in found]
    if guarantee == "bayes":
        require(
            min([position.optimum, *reached]) == position.optimum,
            "bound.deviations: a rule does not let her attain OPT",
        )
        informed = tuple(
            tuple(((o,), None) for o in game.agent_observations) for _ in (0,)
        )
        clear = [d for d in found if position.unique or separates(position, d.rule)]
        total += secured(position, clear, informed, game.ties)
        total += secured(
            position, [d for d in found if d not in clear], informed, "any"
        )
    elif game.ties in ("any", "favour-speaker"):
        total += sum(
            (secured(position, [d], d.rule, game.ties) for d in found), Fraction(0)
        )
    elif found:
        require(
            all(d.rule == found[0].rule for d in found),
            "bound.deviations: one anonymous response needs one common rule",
        )
        total += secured(position, found, found[0].rule, game.ties)
    if (
        guarantee == "best-ai"
    ):  # the rows hold only while the user has less than the offered rules would give her
        total = min([total, *reached])
    return total


def secured(
    position: Position, found: list[Deviation], rule: Rule, ties: str
) -> Fraction:
    """What the deviating agents get for sure, weighted: the user best-responds to
    `rule` and breaks ties as stated.
    """
    if ties in ("belief", "order"):
        return respond(
            position, rule, combined(position, found), -1, first=ties == "order"
        )[1]
    sign = 1 if ties == "favour-speaker" else -1
    gains = (
        d.multiplier * respond(position, rule, position.agents[d.agent.name], sign)[1]
        for d in found
    )
    return sum(gains, Fraction(0))
