"""Raising the bound for a user who picks the best AI, piece by piece: offers that would
be picked (theory.md 6.5).

In an equilibrium in which she has v no agent gains by offering her a rule worth more
than v. Two offers of an agent, worth at least `low` and `high` to her, can be mixed: at
every v between them he gets at least what the line between them says.
"""

from fractions import Fraction
from typing import Any

from verifier.kernel.document import entries, require
from verifier.kernel.inequality import dual_value
from verifier.kernel.instance import Agent
from verifier.kernel.play import Payoff, Position

OFFER = [{"strategy": [str], "sends": [(str, Fraction)], "nudge": [(str, Fraction)]}]
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
    require(
        not pieces or game.agent_alphabet is None,
        "bound.pieces: offers need a rich alphabet",
    )
    for piece in pieces:
        low, high, start = value, piece["upper"], piece["from"]
        require(
            low < high and start >= 0,
            "bound.pieces: expected rising ends and a nonnegative multiplier",
        )
        rows, constant = dict.fromkeys(position.user, Fraction(0)), start * low
        for offer in piece["offers"]:
            weight, name = offer["multiplier"], offer["agent"]
            require(
                weight >= 0 and name in agents,
                f"bound.pieces: {name!r:.40} is unknown, or a multiplier is negative",
            )
            ends = [
                offered(position, agents[name], offer[end]) for end in ("low", "high")
            ]
            require(
                ends[0][0] >= low and ends[1][0] >= high,
                f"bound.pieces: {name} does not offer the user enough",
            )
            slope = (ends[1][1] - ends[0][1]) / (high - low)
            constant += weight * (ends[0][1] - slope * low - game.gamma)
            for key, worth in position.agents[name].items():
                rows[key] += weight * (worth - slope * position.user[key])
        reached = dual_value(position, piece, rows, 1 - start) + constant
        require(
            reached >= high, f"bound.pieces: up to {high} is claimed, {reached} follows"
        )
        value = high
    return value


def offered(
    position: Position, agent: Agent, offer: list[dict[str, Any]]
) -> tuple[Fraction, Fraction]:
    """What signals as near as one likes to this one are worth to the user, and surely
    give the agent.

    A nudge adds a little of each message where she strictly prefers what it recommends,
    except to actions that are always the same to her; what then remains of a cell is
    told.
    """
    cells = {
        cell[0]: [point for point in position.mass if point[1] in cell]
        for cell in agent.sees
    }
    value, secured, sent = Fraction(0), Fraction(0), dict.fromkeys(cells, Fraction(0))
    for message in offer:
        require(
            len(message["strategy"]) == len(position.users),
            "bound.offer: expected one action for every user observation",
        )
        sends, nudge = (
            {c: p for (c,), p in entries(message[key], "bound.offer", cells).items()}
            for key in ("sends", "nudge")
        )
        require(
            min([*sends.values(), *nudge.values()], default=Fraction(0)) >= 0,
            "bound.offer: a negative probability",
        )
        for c, p in sends.items():
            sent[c] += p
        for x, chosen in zip(position.users, message["strategy"], strict=True):
            here = {
                c: [point for point in points if point[0] == x]
                for c, points in cells.items()
            }
            gained = told(
                position,
                agent,
                chosen,
                [
                    (points, sends.get(c, 0), nudge.get(c, 0))
                    for c, points in here.items()
                ],
            )
            value, secured = value + gained[0], secured + gained[1]
    whole = all(p == 1 for c, p in sent.items() if cells[c])
    require(
        whole,
        f"bound.offer: the probabilities of {agent.name}'s messages do not sum to 1",
    )
    return value, secured


def told(
    position: Position, agent: Agent, chosen: str, seen: list[Any]
) -> tuple[Fraction, Fraction]:
    """One message at one user observation: she takes what it recommends, or what is
    always the same to her.
    """
    game, his = position.game, position.agents[agent.name]
    require(chosen in game.actions, f"bound.offer: {chosen!r:.40} is not an action")

    def worth(table: Payoff, action: str) -> list[Fraction]:
        return [
            sum((table[*point, action] for point in points), Fraction(0))
            for points, _, _ in seen
        ]

    def often(values: list[Fraction], column: int) -> Fraction:
        return sum(
            (value * cell[column] for value, cell in zip(values, seen, strict=True)),
            Fraction(0),
        )

    best = worth(position.user, chosen)
    twins = [a for a in game.actions if worth(position.user, a) == best]
    for a in game.actions:
        slack = [
            left - right
            for left, right in zip(best, worth(position.user, a), strict=True)
        ]
        good = a in twins or (often(slack, 1) >= 0 and often(slack, 2) > 0)
        require(good, f"bound.offer: told {chosen!r:.40}, she may take {a!r:.40}")
    gives = [
        often(worth(his, a), 1) for a in (twins[:1] if game.ties == "order" else twins)
    ]
    return often(best, 1), max(gives) if game.ties == "favour-speaker" else min(gives)
