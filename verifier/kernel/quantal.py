"""The quantal user: exponential sums for what she gets and what a deviation secures (theory.md 4, G2)."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verifier.kernel import exponential
from verifier.kernel.document import Unreadable, Wrong, count, rational, table
from verifier.kernel.inequality import combined, dual_value, read_deviations
from verifier.kernel.instance import Agent
from verifier.kernel.play import Cell, Payoff, Point, Position, Rule, fits, leaves, partitions

Quantity = tuple[Fraction, list[exponential.Quotient]]  # constant + sum of quotients


def informed(position: Position, payoff: Payoff) -> list[exponential.Quotient]:
    """The expectation of `payoff` when she learns x_B and takes a with probability ~ base^(eta E[u(a, y) | x_A, x_B])."""
    found = []
    for x, o in position.points:
        above: exponential.Sum = {}
        below: exponential.Sum = {}
        for a, g in means(position, (x, o)).items():
            power = position.game.eta * g
            above[power] = above.get(power, Fraction(0)) + payoff[x, o, a]
            below[power] = below.get(power, Fraction(0)) + 1
        found.append((above, below))
    return found


def means(position: Position, point: Point) -> dict[str, Fraction]:
    return {a: position.user[*point, a] / position.mass[point] for a in position.game.actions}


def variation(position: Position, cells: Sequence[Cell]) -> Fraction:
    """delta: how much E[u(a, y) | x_A, x_B] varies inside a cell, at most."""
    known, widest = {point: means(position, point) for point in position.points}, Fraction(0)
    for cell in cells:
        for x in position.game.user_observations:
            inside = [known[x, o] for o in cell if (x, o) in known]
            ranges = [max(g[a] for g in inside) - min(g[a] for g in inside) for a in position.game.actions if inside]
            widest = max([widest, *ranges])
    return widest


def scripted(position: Position, rule: Rule) -> Fraction:
    """The delta of a rule that asks nothing of the user."""

    def silent(rule: Rule) -> bool:
        return len(rule) == 1 and all(then is None or silent(then) for _, then in rule[0])

    if not silent(rule):
        raise Wrong("bound.deviations: a quantal user follows a script, so a rule has one message per round")
    return variation(position, leaves(rule))


def least_variation(position: Position, agent: Agent) -> Fraction:
    """The least delta of any rule of this agent."""
    game = position.game
    if fits(game, agent.sees):
        return variation(position, agent.sees)
    if len(agent.sees) > 8:
        raise Unreadable("too large: the kernel finds the least delta of poor alphabets up to 8 cells")
    ways = partitions(agent.sees, (game.agent_alphabet or 1) ** game.rounds)
    return min(variation(position, [tuple(o for cell in part for o in cell) for part in way]) for way in ways)


def loss(position: Position, delta: Fraction, scale: Fraction) -> list[exponential.Quotient]:
    """-scale * tanh(eta delta / 2), for base e; the same with base^ for another base."""
    power = position.game.eta * delta
    return [({power: -scale, Fraction(0): scale}, {power: Fraction(1), Fraction(0): Fraction(1)})] if power else []


def span(agent: Agent) -> Fraction:
    values = [value for row in agent.utility.values() for value in row.values()]
    return max(values) - min(values)


def encloses(position: Position, value: Any, where: str, quantity: Quantity) -> None:
    """Checks that stated rational ends hold the quantity between them, a billionth apart at most."""
    part = table(value, where, ("lower", "upper"))
    low, high = rational(part["lower"], where), rational(part["upper"], where)
    constant, quotients = quantity
    below, above = exponential.enclose(constant, quotients, position.game.base, 128)
    tight = low == high and exponential.is_zero(constant - low, quotients, position.game.base)
    if not tight and not (low <= below and above <= high and high - low <= Fraction(1, 10**9)):
        raise Wrong(f"{where}: [{low}, {high}] does not enclose what follows tightly")


def claim(position: Position, weights: dict[str, Fraction], tolerance: Fraction) -> Quantity:
    """QR - 2 tolerance - span tanh(eta delta / 2), with the least delta that every agent of positive weight reaches."""
    used = [agent for agent in position.game.agents if weights[agent.name]]
    delta = max(least_variation(position, agent) for agent in used)
    lost = loss(position, delta, sum((weights[agent.name] * span(agent) for agent in used), Fraction(0)))
    return -2 * tolerance, informed(position, position.user) + lost


def bound(position: Position, value: Any, claimed: Quantity) -> None:
    """Checks that the multipliers prove the claim, by the exact sign of an exponential sum (theory.md 8)."""
    part = table(value, "bound", ("value", "deviations", "marginal", "obedience", "precision"))
    deviations = read_deviations(part["deviations"], "bound.deviations", position.game)
    total = dual_value(position, part, deviations, obey=False)
    proved = informed(position, combined(position, deviations))
    for d in deviations:
        agent = position.game.agent(d.agent)
        proved += loss(position, scripted(position, d.rule), d.multiplier * span(agent))
    encloses(position, part["value"], "bound.value", (total, proved))
    bits = count(part["precision"], "bound.precision", 0, 65_536)
    constant, lost = claimed
    more = [*proved, *(({q: -c for q, c in above.items()}, below) for above, below in lost)]
    base = position.game.base
    if exponential.sign(total - constant, more, base, bits) != 1 and not exponential.is_zero(total - constant, more, base):
        raise Wrong("bound: the multipliers do not reach the claimed bound")
