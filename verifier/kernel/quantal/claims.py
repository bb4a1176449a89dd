"""The claims about a quantal user; what she gets are exponential sums (theory.md 4.2)."""

from fractions import Fraction
from math import ceil
from typing import Any

from verifier.kernel.core.bound import SHAPE as BOUND
from verifier.kernel.core.bound import combined, deviations, proved
from verifier.kernel.core.claims import HEAD, Check, Found, digest, kind
from verifier.kernel.core.equilibrium import DEVIATION, deviation
from verifier.kernel.core.game import Position
from verifier.kernel.core.rule import RULES, read_rules
from verifier.kernel.quantal.exponential import Quotient, enclose, is_positive, is_zero
from verifier.kernel.quantal.user import (
    informed,
    least_variation,
    loss,
    losses,
    scripted,
    span,
    told,
)
from verifier.kernel.reader.document import fit, require, total

Quantity = tuple[Fraction, list[Quotient]]  # constant + sum of quotients
ENDS = {"lower": Fraction, "upper": Fraction}


def between(position: Position, name: str, part: Any, quantity: Quantity) -> str:
    """Checks that stated ends hold the quantity between them, a billionth apart at
    most, and says them.
    """
    ends, base = fit(part, ENDS, name), position.game.base
    low, high = ends["lower"], ends["upper"]
    size = sum(ceil(abs(c)) for n, _ in quantity[1] for c in n.values())
    below, above = enclose(*quantity, base, 128 + size.bit_length())
    near = low <= below and above <= high and high - low <= Fraction(1, 10**9)
    tight = low == high and is_zero(quantity[0] - low, quantity[1], base)
    require(
        near or tight, f"{name}: [{low}, {high}] does not enclose what follows tightly"
    )
    return str(low) if low == high else f"between {low} and {high}"


def value(position: Position, part: dict[str, Any]) -> Found:
    found = (Fraction(0), informed(position, position.user))
    return None, found, f"QR is {between(position, 'value', part['value'], found)}"


def every_equilibrium(position: Position, part: dict[str, Any]) -> Found:
    """The outcome program, with what the agents' scripts secure (theory.md 5.4)."""
    found = deviations(position, "quantal", part)
    require(not part["obedience"], "obedience: a quantal user obeys nothing")
    payoff = combined(position, found)
    for d in found:
        scripted(position, d.rule)
    value = proved(position, part, found, payoff)
    quantity = value, informed(position, payoff) + losses(position, found)
    least = between(position, "at least", part["at least"], quantity)
    said = (
        f"every {kind(position.game)} gives the quantal user at least a number that is"
        f" {least}"
    )
    return "quantal", quantity, said


def some_equilibrium(position: Position, part: dict[str, Any]) -> Found:
    """No agent can change what she does, or he does not care."""
    game, given = position.game, part["rules"]
    rules = read_rules(game, given) if given else {}
    clear = [name for name, rule in rules.items() if not scripted(position, rule)]
    for agent in game.agents:
        cares = any(
            len({row[state] for row in agent.utility.values()}) > 1
            for state in game.states
        )
        stays = set(clear) - {agent.name} or len(agent.sees) == 1 or not cares
        require(
            bool(stays), f"rules: {agent.name} cares what she does, and may change it"
        )
    found = (
        informed(position, position.user)
        if clear
        else told(position, position.user, rules.values())
    )
    gets = between(position, "utility", part["utility"], (Fraction(0), found))
    how = f"by the rules {digest(given)}" if given else "if all are silent"
    said = f"an {kind(game)} gives the quantal user {gets}, {how}"
    return "quantal", (Fraction(0), found), said


def no_equilibrium(position: Position, part: dict[str, Any]) -> Found:
    """By another rule an agent gains more than gamma."""
    name, shown = part["agent"], digest(part["rules"])
    now, after = (
        (Fraction(0), told(position, position.agents[name], rules.values()))
        for rules in deviation(position.game, part)
    )
    has = between(position, "at most", part["at most"], now)
    gets = between(position, "deviating", part["deviating"], after)
    more = now[0] + position.game.gamma, now[1]
    gains = reaches(position, after, more, 4096, strictly=True)
    require(gains, f"deviation: {name} has {has}, and gets only {gets} by deviating")
    said = (
        f"the rules {shown} are no {kind(position.game)} with the quantal user:"
        f" {name!r} has {has}, and gets {gets} by deviating"
    )
    return ("quantal", shown), None, said


def existence(position: Position, part: dict[str, Any]) -> Found:
    """One agent: some rule gives him most."""
    only = len(position.game.agents) == 1
    require(only, "existence: with the quantal user known for one agent")
    return "quantal", None, f"an {kind(position.game)} with the quantal user exists"


def claimed(
    position: Position, weights: dict[str, Fraction], tolerance: Fraction
) -> Quantity:
    """QR - 2 tolerance - span tanh(eta delta / 2), with the least delta that every
    agent of positive weight reaches; OPT - 2 tolerance where the instance claims OPT,
    or no agent has a positive weight.
    """
    used = [agent for agent in position.game.agents if weights[agent.name]]
    if position.game.target == "optimum" or not used:
        return position.optimum - 2 * tolerance, []
    delta = max(least_variation(position, agent) for agent in used)
    spans = total(weights[agent.name] * span(agent) for agent in used)
    return -2 * tolerance, [
        *informed(position, position.user),
        *loss(position, delta, spans),
    ]


def reaches(
    position: Position, more: Quantity, less: Quantity, bits: int, strictly: bool
) -> bool:
    """Whether one quantity is more than the other; equal will do unless `strictly`."""
    minus = [({q: -c for q, c in n.items()}, d) for n, d in less[1]]
    gap, base = (more[0] - less[0], [*more[1], *minus]), position.game.base
    return is_positive(*gap, base, bits) or (not strictly and is_zero(*gap, base))


CLAIMS: dict[str, tuple[dict[str, Any], Check]] = {
    "quantal value": (HEAD | {"user": str, "value": ENDS}, value),
    "every equilibrium": (
        HEAD | {"user": str, "at least": ENDS} | BOUND,
        every_equilibrium,
    ),
    "equilibrium": (
        HEAD | {"user": str, "utility": ENDS, "rules": RULES},
        some_equilibrium,
    ),
    "existence": (HEAD | {"user": str}, existence),
    "no equilibrium": (
        HEAD | {"user": str, "at most": ENDS, "deviating": ENDS} | DEVIATION,
        no_equilibrium,
    ),
}
