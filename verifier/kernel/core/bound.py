"""Lower bounds on the user's utility in every equilibrium, by weak duality over the
outcome program (theory.md 5.4).

The rows are rebuilt from the game; the certificate brings only multipliers and the
rules that agents could deviate to.
"""

from collections import defaultdict
from collections.abc import Collection
from fractions import Fraction
from typing import Any, NamedTuple

from verifier.kernel.core.game import Payoff, Position
from verifier.kernel.core.rule import Rule, informed, read_rule, reply, separates
from verifier.kernel.reader.document import (
    Option,
    affordable,
    entries,
    nonnegative,
    readable,
    require,
    total,
)
from verifier.kernel.reader.instance import Agent

SHAPE = {
    "deviations": [
        {
            "agent": str,
            "multiplier": Fraction,
            "rule": Any,
            "secures": Option(
                {
                    "marginal": [(str, str, Fraction)],
                    "obedience": [(str, str, str, str, Fraction)],
                }
            ),
        }
    ],
    "marginal": [(str, str, Fraction)],
    "obedience": [(str, str, str, Fraction)],
}
ASKING = {"asking": Option([(str, str, str, str, Fraction)], [])}


class Deviation(NamedTuple):
    """The row U_i(mu) >= what agent i secures by offering `rule`, with its multiplier."""

    agent: Agent
    multiplier: Fraction
    rule: Rule
    secures: dict[str, Any] | None  # multipliers, where it does not let her attain OPT


def deviations(position: Position, user: str, part: dict[str, Any]) -> list[Deviation]:
    """At most one deviation per agent, with nonnegative multipliers and rules that fit
    the protocol.
    """
    by_name = {agent.name: agent for agent in position.game.agents}
    given = {d["agent"]: d for d in part["deviations"]}
    readable(given.keys() <= by_name.keys(), "deviations: an unknown agent")
    good = len(given) == len(part["deviations"])
    require(good, "deviations: two deviations of one agent")
    nonnegative([d["multiplier"] for d in given.values()], "deviations")
    plain = user == "bayes" or not any(d["secures"] for d in given.values())
    require(plain, "secures: only for a user who hears all agents")
    return [
        Deviation(
            by_name[name],
            d["multiplier"],
            read_rule(d["rule"], position.game, by_name[name]),
            d["secures"],
        )
        for name, d in given.items()
    ]


def combined(position: Position, found: list[Deviation]) -> Payoff:
    """sum_i multiplier_i U_i, as a payoff."""
    terms = [(d.multiplier, position.agents[d.agent.name]) for d in found]
    return {
        key: total(weight * payoff[key] for weight, payoff in terms)
        for key in position.user
    }


def dual_value(
    position: Position,
    part: dict[str, Any],
    rows: Payoff,
    share: Fraction = Fraction(1),
    seen: Collection[str] | None = None,
) -> Fraction:
    """The sum of the marginal multipliers, after checking that no column overshoots
    `share` times the user's utility, which counts at these observations of hers.
    """
    game, user = position.game, position.user
    x_user, x_agent, acts = (
        game.user_observations,
        game.agent_observations,
        game.actions,
    )
    marginal = entries(part["marginal"], "marginal", x_user, x_agent)
    obedience = entries(part["obedience"], "obedience", x_user, acts, acts)
    whole = marginal.keys() == position.mass.keys()
    require(whole, "marginal: expected one multiplier for every point, no others")
    nonnegative(obedience.values(), "obedience")
    asking = part.get("asking", [])
    entered = len(asking) + len(obedience)
    steps = (1 + len(asking)) * len(rows) + entered * len(x_agent)
    affordable(steps, position.bits, "the multipliers")
    rows = asked(position, asking, rows) if asking else rows
    present: dict[tuple[str, str], list[tuple[str, Fraction]]] = {}
    for (x, a, b), multiplier in obedience.items():
        present.setdefault((x, a), []).append((b, multiplier))
    for (x, o, a), column in rows.items():
        gains = (
            m * (user[x, o, a] - user[x, o, b]) for b, m in present.get((x, a), ())
        )
        counts = share if seen is None or x in seen else Fraction(0)
        require(
            sum(gains, marginal[x, o] + column) <= counts * user[x, o, a],
            f"the multipliers overshoot the user's utility at {(x, o, a)}",
        )
    return total(marginal.values())


def asked(position: Position, given: list[list[Any]], rows: Payoff) -> Payoff:
    """The rows, and those of asking at one observation what she asks at another, and then
    doing b where she would do a: as often, whatever a is (theory.md 5.9).
    """
    game, user, found = position.game, position.user, dict(rows)
    seen, acts, often = (
        game.user_observations,
        game.actions,
        defaultdict[Any, Any](Fraction),
    )
    table = entries(given, "asking", seen, seen, acts, acts)
    nonnegative(table.values(), "asking")
    for (x, other, a, b), share in table.items():
        often[x, other, a] += share
        for o in game.agent_observations:
            if (x, o) in position.mass:
                possible = (other, o) in position.mass
                require(possible, f"asking: no {o!r:.40} with {other!r:.40}")
                found[other, o, a] -= share * user[x, o, b]
    for x, other in dict.fromkeys(key[:2] for key in table):
        share, *more = (often[x, other, a] for a in acts)
        alike = all(share == each for each in more)
        require(alike, f"asking: at {x!r:.40} it depends on what she would do")
        found |= {h: found[h] + share * user[h] for h in user if h[0] == x}
    return found


def proved(
    position: Position,
    part: dict[str, Any],
    found: list[Deviation],
    rows: Payoff,
    seen: Collection[str] | None = None,
) -> Fraction:
    """What the rows prove, less what the deviations secure: in a gamma-equilibrium
    agents may still gain gamma.
    """
    lost = position.game.gamma * total(d.multiplier for d in found)
    return dual_value(position, part, rows, seen=seen) - lost


def bound(
    position: Position,
    user: str,
    part: dict[str, Any],
    found: list[Deviation],
    seen: Collection[str] | None = None,
) -> Fraction:
    """The lower bound that the multipliers prove for `bayes` or `best-ai`, whatever the
    others' rules are; for `bayes` perhaps of what she gets at these observations.
    """
    game = position.game
    value = proved(position, part, found, combined(position, found), seen)
    if user == "bayes":
        value += total(
            d.multiplier * told(position, d, d.secures) for d in found if d.secures
        )
        return value + revealed(position, [d for d in found if not d.secures])
    reached = [reply(position, [d.rule], position.user, 1)[0] for d in found]
    if game.ties in ("any", "favour-speaker"):
        value += total(secured(position, [d], d.rule, game.ties) for d in found)
    elif found:
        common = all(d.rule == found[0].rule for d in found)
        require(common, "deviations: one anonymous response needs one common rule")
        value += secured(position, found, found[0].rule, game.ties)
    # the rows hold only while she gets less than the offered rules would give her, so
    # that no other offer is within what her evaluation errs by
    return min([value, *(worth - 2 * game.evaluation for worth in reached)])


def revealed(position: Position, found: list[Deviation]) -> Fraction:
    """What agents get for sure, weighted, by rules with which she attains OPT."""
    reached = [reply(position, [d.rule], position.user, 1)[0] for d in found]
    require(
        min(reached, default=position.optimum) == position.optimum,
        "deviations: a rule does not let her attain OPT",
    )
    clear = [d for d in found if position.unique or separates(position, d.rule)]
    unclear = [d for d in found if d not in clear]
    rule, ties = informed(position.game), position.game.ties
    return secured(position, clear, rule, ties) + secured(
        position, unclear, rule, "any"
    )


def told(position: Position, d: Deviation, part: dict[str, Any]) -> Fraction:
    """What an agent gets for sure by a script: the least of U_i over outcomes that are
    obedient after x_A and each of his words, by weak duality.
    """
    game, user, his = position.game, position.user, position.agents[d.agent.name]
    x_user, acts, (message, *more) = game.user_observations, game.actions, d.rule
    script = not more and all(not then for _, _, then in message)
    require(script, "secures: only for what is told at once")
    words = [word for word, _, _ in message]
    marginal = entries(part["marginal"], "secures", x_user, game.agent_observations)
    kappa = entries(part["obedience"], "secures", x_user, words, acts, acts)
    nonnegative(kappa.values(), "secures")
    require(marginal.keys() == position.mass.keys(), "secures: expected every point")
    steps = len(words) * len(user) * len(acts)
    affordable(steps, position.bits, "what a script secures")
    for word, likely, _ in message:
        for x, o, a in (key for key in user if key[1] in likely):
            gains = (
                kappa.get((x, word, a, b), 0) * (user[x, o, a] - user[x, o, b])
                for b in acts
            )
            require(
                sum(gains, marginal[x, o]) <= his[x, o, a],
                f"secures: more than {d.agent.name} has at {(x, o, a)}",
            )
    return total(marginal.values())


def secured(
    position: Position, found: list[Deviation], rule: Rule, ties: str
) -> Fraction:
    """What the deviating agents get for sure, weighted: the user best-responds to
    `rule` and breaks ties as stated.
    """
    if ties in ("belief", "order"):
        together = combined(position, found)
        return reply(position, [rule], together, -1, first=ties == "order")[1]
    sign = 1 if ties == "favour-speaker" else -1
    gains = (
        d.multiplier * reply(position, [rule], position.agents[d.agent.name], sign)[1]
        for d in found
    )
    return total(gains)
