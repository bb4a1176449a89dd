"""Raising the bound for a user who picks the best AI, piece by piece: offers that would
be picked (theory.md 6.5).

In an equilibrium in which she has v no agent gains by offering her a rule worth more
than v. Two offers of an agent, worth at least `low` and `high` to her, can be mixed: at
every v between them he gets at least what the line between them says.
"""

from fractions import Fraction
from operator import mul, sub
from typing import Any

from verifier.kernel.core.bound import dual_value
from verifier.kernel.core.game import Payoff, Point, Position
from verifier.kernel.reader.document import (
    affordable,
    entries,
    nonnegative,
    readable,
    require,
    total,
)
from verifier.kernel.reader.instance import Agent

OFFER = [
    {"strategy": [str], "sends": [(str, Fraction)], "perturbation": [(str, Fraction)]}
]
SHAPE = {
    "upper": Fraction,
    "offers": [{"agent": str, "multiplier": Fraction, "low": OFFER, "high": OFFER}],
    "from": Fraction,
    "marginal": [(str, str, Fraction)],
    "obedience": [(str, str, str, Fraction)],
}


def climb(
    position: Position, value: Fraction, pieces: list[dict[str, Any]]
) -> Fraction:
    """The bound after all pieces: in none of them can an equilibrium lie."""
    game, agents = position.game, {agent.name: agent for agent in position.game.agents}
    rich = game.agent_alphabet is None
    require(rich or not pieces, "pieces: offers need a rich alphabet")
    for piece in pieces:
        low, high, start = value, piece["upper"], piece["from"]
        require(low < high, "pieces: expected rising ends")
        nonnegative(
            [start, *(offer["multiplier"] for offer in piece["offers"])], "pieces"
        )
        rows, constant = dict.fromkeys(position.user, Fraction(0)), start * low
        for offer in piece["offers"]:
            weight, name = offer["multiplier"], offer["agent"]
            readable(name in agents, f"pieces: {name!r:.40} is not an agent")
            (least, left), (most, right) = (
                offered(position, agents[name], offer[end]) for end in ("low", "high")
            )
            require(
                least >= low and most >= high,
                f"pieces: {name} does not offer the user enough",
            )
            slope = (right - left) / (high - low)
            constant += weight * (left - slope * low - game.gamma)
            for key, worth in position.agents[name].items():
                rows[key] += weight * (worth - slope * position.user[key])
        reached = dual_value(position, piece, rows, 1 - start) + constant
        require(reached >= high, f"pieces: up to {high} is claimed, {reached} follows")
        value = high
    return value


def offered(
    position: Position, agent: Agent, offer: list[dict[str, Any]]
) -> tuple[Fraction, Fraction]:
    """What signals as near as one likes to this one are worth to the user, and surely
    give the agent.

    A perturbation adds a little of each message where she strictly prefers what it recommends,
    except to actions that are always the same to her; what then remains of a cell is
    told.
    """
    cells = [cell[0] for cell in agent.sees]
    own = {o: cell[0] for cell in agent.sees for o in cell}
    points: dict[tuple[str, str], list[Point]] = {}
    for x, o in position.mass:
        points.setdefault((x, own[o]), []).append((x, o))
    size = len(position.users) * len(cells) + len(position.mass)
    steps = 3 * len(offer) * size * len(position.game.actions)
    affordable(steps, position.bits, "the offers")
    value, secured, sent = Fraction(0), Fraction(0), dict.fromkeys(cells, Fraction(0))
    for message in offer:
        sends, mixed = (
            entries(message[key], "offer", cells) for key in ("sends", "perturbation")
        )
        nonnegative([*sends.values(), *mixed.values()], "offer")
        for c, p in sends.items():
            sent[c] += p
        whole = len(message["strategy"]) == len(position.users)
        require(whole, "offer: expected one action for every user observation")
        for x, chosen in zip(position.users, message["strategy"], strict=True):
            seen = [points.get((x, c), []) for c in cells]
            often = (
                [given.get(c, Fraction(0)) for c in cells] for given in (sends, mixed)
            )
            hers, his = told(position, agent, chosen, seen, *often)
            value, secured = value + hers, secured + his
    whole = all(sent[c] == 1 for _, c in points)
    require(whole, f"offer: {agent.name}'s probabilities do not sum to 1")
    return value, secured


def told(
    position: Position,
    agent: Agent,
    chosen: str,
    seen: list[list[Point]],
    likely: list[Fraction],
    more: list[Fraction],
) -> tuple[Fraction, Fraction]:
    """One message at one user observation: she takes what it recommends, or what is
    always the same to her.
    """
    game, his = position.game, position.agents[agent.name]
    readable(chosen in game.actions, f"offer: {chosen!r:.40} is not an action")

    def worth(table: Payoff, action: str) -> list[Fraction]:
        return [total(table[*h, action] for h in part) for part in seen]

    def often(values: list[Fraction], weights: list[Fraction]) -> Fraction:
        return total(map(mul, values, weights))

    best = worth(position.user, chosen)
    same = [a for a in game.actions if worth(position.user, a) == best]
    for a in game.actions:
        lost = list(map(sub, best, worth(position.user, a)))
        strict = often(lost, likely) >= 0 and often(lost, more) > 0
        require(
            a in same or strict, f"offer: told {chosen!r:.40}, she may take {a!r:.40}"
        )
    first = 1 if game.ties == "order" else None
    gives = [often(worth(his, a), likely) for a in same[:first]]
    chosen_for = max if game.ties == "favour-speaker" else min
    return often(best, likely), chosen_for(gives)
