"""The quantal user: exponential sums for what she gets and what a deviation secures
(theory.md 4.2).
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import product

from verifier.kernel.core.bound import Deviation
from verifier.kernel.core.game import Payoff, Point, Position, fits, partitions
from verifier.kernel.core.rule import Rule, Seen, ends, hear, inside
from verifier.kernel.quantal.exponential import Quotient, Sum
from verifier.kernel.reader.document import affordable, readable, require, total
from verifier.kernel.reader.instance import Agent


def informed(position: Position, payoff: Payoff) -> list[Quotient]:
    """The expectation of `payoff` when she learns x_B and takes a with probability ~
    base^(eta E[u(a, y) | x_A, x_B]).
    """
    return [reply(position, payoff, x, {o: Fraction(1)}) for x, o in position.mass]


def told(position: Position, payoff: Payoff, rules: Iterable[Rule]) -> list[Quotient]:
    """The same when she learns what these rules say, besides x_A."""
    heard = hear(position, rules).items()
    return [reply(position, payoff, key[0], seen) for key, seen in heard]


def reply(position: Position, payoff: Payoff, x: str, seen: Seen) -> Quotient:
    """What she gets where x_A = x and this is said, times the probability of that."""
    here = [((x, o), p) for o, p in seen.items()]
    eta = position.game.eta / total(p * position.mass[h] for h, p in here)
    above, below = Sum(), Sum()
    for a in position.game.actions:
        power = eta * total(p * position.user[*h, a] for h, p in here)
        worth = total(p * payoff[*h, a] for h, p in here)
        above[power] = above.get(power, Fraction(0)) + worth
        below[power] = below.get(power, Fraction(0)) + 1
    return above, below


def variation(position: Position, cells: Iterable[Iterable[str]]) -> Fraction:
    """delta: how much E[u(a, y) | x_A, x_B] varies inside a cell, at most."""
    delta = Fraction(0)
    for cell in map(list, cells):
        for x in position.users:
            inside = [(x, o) for o in cell if (x, o) in position.mass]
            for a in position.game.actions if inside else ():
                means = [position.user[*h, a] / position.mass[h] for h in inside]
                delta = max(delta, max(means) - min(means))
    return delta


def scripted(position: Position, rule: Rule) -> Fraction:
    """The delta of a rule that asks nothing of the user."""
    quiet = all(len(node) <= 1 for node in inside(rule))
    require(quiet, "a quantal user follows a script: one message per round")
    return variation(position, ends(rule))


def least_variation(position: Position, agent: Agent) -> Fraction:
    """The least delta of any rule of this agent."""
    if fits(position.game, agent.sees):
        return variation(position, agent.sees)
    few = len(agent.sees) <= 8
    readable(few, "too large: the kernel finds the least delta for up to 8 cells")
    affordable(4140 * len(position.user), position.bits, "the least delta")
    words = (position.game.agent_alphabet or 1) ** position.game.rounds
    return min(
        variation(position, [sum(part, ()) for part in way])
        for way in partitions(agent.sees, words)
    )


def loss(position: Position, delta: Fraction, scale: Fraction) -> list[Quotient]:
    """-scale * tanh(eta delta / 2), for base e; the same with base^ for another base."""
    zero, one, power = Fraction(0), Fraction(1), position.game.eta * delta
    if power == 0:
        return []
    return [({power: -scale, zero: scale}, {power: one, zero: one})]


def turned(position: Position, rule: Rule) -> dict[Point, Fraction]:
    """D of a script at every point: how much a difference of two E[u(a, y) | x_A, x_B]
    changes, at most, from there to another point at which the same is said.
    """
    acts = position.game.actions
    found = dict.fromkeys(position.mass, Fraction(0))
    for cell, x in product(ends(rule), position.users):
        inside = [(x, o) for o in cell if (x, o) in position.mass]
        steps = len(inside) ** 2 * len(acts)
        affordable(steps, position.bits, "what a script leaves open")
        g = {h: [position.user[*h, a] / position.mass[h] for a in acts] for h in inside}
        for h, other in product(inside, repeat=2):
            moves = [there - here for here, there in zip(g[h], g[other], strict=True)]
            found[h] = max(found[h], max(moves) - min(moves))
    return found


def losses(position: Position, found: list[Deviation]) -> list[Quotient]:
    """What the deviating agents lose at most, weighted, by what their scripts leave
    open: at every point the range of what they may have there, times tanh(eta D / 4).
    """
    scales: dict[Fraction, Fraction] = {}
    for d in found:
        payoff = position.agents[d.agent.name]
        for h, change in turned(position, d.rule).items():
            has = [payoff[*h, a] for a in position.game.actions]
            more = d.multiplier * (max(has) - min(has))
            scales[change] = scales.get(change, Fraction(0)) + more
    return [q for D, scale in scales.items() for q in loss(position, D / 2, scale)]


def span(agent: Agent) -> Fraction:
    values = [value for row in agent.utility.values() for value in row.values()]
    return max(values) - min(values)
