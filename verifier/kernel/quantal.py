"""The quantal user: exponential sums for what she gets and what a deviation secures
(theory.md 4.2).
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verifier.kernel import exponential
from verifier.kernel.document import fit, readable, require
from verifier.kernel.inequality import allowed, combined, deviations, dual_value
from verifier.kernel.instance import Agent
from verifier.kernel.play import (
    Cell,
    Payoff,
    Point,
    Position,
    Rule,
    fits,
    leaves,
    partitions,
)

Quantity = tuple[Fraction, list[exponential.Quotient]]  # constant + sum of quotients


def means(position: Position, point: Point) -> dict[str, Fraction]:
    return {
        a: position.user[*point, a] / position.mass[point]
        for a in position.game.actions
    }


def informed(position: Position, payoff: Payoff) -> list[exponential.Quotient]:
    """The expectation of `payoff` when she learns x_B and takes a with probability ~
    base^(eta E[u(a, y) | x_A, x_B]).
    """
    return [reply(position, payoff, [point]) for point in position.mass]


def uninformed(position: Position, payoff: Payoff) -> list[exponential.Quotient]:
    """The same when she learns nothing but x_A."""
    return [
        reply(position, payoff, [point for point in position.mass if point[0] == x])
        for x in position.users
    ]


def reply(
    position: Position, payoff: Payoff, inside: Sequence[Point]
) -> exponential.Quotient:
    """What she gets at these points, which she cannot tell apart, times their
    probability.
    """
    mass = sum((position.mass[point] for point in inside), Fraction(0))
    above: exponential.Sum = {}
    below: exponential.Sum = {}
    for a in position.game.actions:
        power = (
            position.game.eta
            * sum((position.user[*point, a] for point in inside), Fraction(0))
            / mass
        )
        above[power] = above.get(power, Fraction(0)) + sum(
            (payoff[*point, a] for point in inside), Fraction(0)
        )
        below[power] = below.get(power, Fraction(0)) + 1
    return above, below


def variation(position: Position, cells: Sequence[Cell]) -> Fraction:
    """delta: how much E[u(a, y) | x_A, x_B] varies inside a cell, at most."""
    known = {point: means(position, point) for point in position.mass}
    inside = [
        [known[x, o] for o in cell if (x, o) in known]
        for cell in cells
        for x in position.users
    ]
    ranges = [
        [g[a] for g in together]
        for together in inside
        if together
        for a in position.game.actions
    ]
    return max(max(values) - min(values) for values in ranges)


def scripted(position: Position, rule: Rule) -> Fraction:
    """The delta of a rule that asks nothing of the user."""

    def silent(rule: Rule) -> bool:
        return len(rule) == 1 and all(
            then is None or silent(then) for _, then in rule[0]
        )

    require(
        silent(rule),
        "a quantal user follows a script, so a rule has one message per round",
    )
    return variation(position, leaves(rule))


def least_variation(position: Position, agent: Agent) -> Fraction:
    """The least delta of any rule of this agent."""
    if fits(position.game, agent.sees):
        return variation(position, agent.sees)
    readable(
        len(agent.sees) <= 8,
        "too large: the kernel finds the least delta of poor alphabets up to 8 cells",
    )
    ways = partitions(
        agent.sees, (position.game.agent_alphabet or 1) ** position.game.rounds
    )
    return min(variation(position, [sum(part, ()) for part in way]) for way in ways)


def loss(
    position: Position, delta: Fraction, scale: Fraction
) -> list[exponential.Quotient]:
    """-scale * tanh(eta delta / 2), for base e; the same with base^ for another base."""
    power = position.game.eta * delta
    return (
        [
            (
                {power: -scale, Fraction(0): scale},
                {power: Fraction(1), Fraction(0): Fraction(1)},
            )
        ]
        if power
        else []
    )


def span(agent: Agent) -> Fraction:
    values = [value for row in agent.utility.values() for value in row.values()]
    return max(values) - min(values)


def claim(
    position: Position, weights: dict[str, Fraction], tolerance: Fraction
) -> Quantity:
    """QR - 2 tolerance - span tanh(eta delta / 2), with the least delta that every
    agent of positive weight reaches.

    Where the instance claims OPT, OPT - 2 tolerance.
    """
    if position.game.target == "optimum":
        return position.optimum - 2 * tolerance, []
    used = [agent for agent in position.game.agents if weights[agent.name]]
    delta = max(least_variation(position, agent) for agent in used)
    lost = loss(
        position,
        delta,
        sum((weights[agent.name] * span(agent) for agent in used), Fraction(0)),
    )
    return -2 * tolerance, informed(position, position.user) + lost


def encloses(position: Position, value: Any, where: str, quantity: Quantity) -> None:
    """Checks that stated ends hold the quantity between them, a billionth apart at
    most.
    """
    part = fit(value, {"lower": Fraction, "upper": Fraction}, where)
    (low, high), (constant, quotients), base = (
        (part["lower"], part["upper"]),
        quantity,
        position.game.base,
    )
    below, above = exponential.enclose(constant, quotients, base, 128)
    near = low <= below and above <= high and high - low <= Fraction(1, 10**9)
    tight = low == high and exponential.is_zero(constant - low, quotients, base)
    require(
        near or tight, f"{where}: [{low}, {high}] does not enclose what follows tightly"
    )


def negated(quotients: Sequence[exponential.Quotient]) -> list[exponential.Quotient]:
    return [({q: -c for q, c in above.items()}, below) for above, below in quotients]


def missed(
    position: Position,
    claimed: Quantity,
    got: Sequence[exponential.Quotient],
    bits: int,
) -> bool:
    """Whether what she gets is less than what is claimed."""
    lower, _ = exponential.enclose(
        claimed[0], claimed[1] + negated(got), position.game.base, bits
    )
    return lower > 0


def bound(
    position: Position, part: dict[str, Any], claimed: Quantity, bits: int
) -> None:
    """Checks that the multipliers prove the claim, by the exact sign of an exponential
    sum (theory.md 8.1).
    """
    found, base = deviations(position, part), position.game.base
    require(not part["obedience"], "bound.obedience: a quantal user obeys nothing")
    payoff = combined(position, found)
    total = dual_value(position, part, payoff) - allowed(position, found)
    lost = [
        term
        for d in found
        for term in loss(
            position, scripted(position, d.rule), d.multiplier * span(d.agent)
        )
    ]
    encloses(
        position,
        part["value"],
        "bound.value",
        (total, informed(position, payoff) + lost),
    )
    if claimed[
        1
    ]:  # both have the user's own sum, over the same denominators: it is taken off at once
        payoff = {key: value - position.user[key] for key, value in payoff.items()}
    excess = (
        informed(position, payoff) + lost + negated(claimed[1][len(position.mass) :])
    )
    settled = exponential.enclose(total - claimed[0], excess, base, bits)[0] > 0
    require(
        settled or exponential.is_zero(total - claimed[0], excess, base),
        "bound: it does not reach the claimed bound",
    )
