"""Raising the bound for a user who picks the best AI, piece by piece: offers that would
be picked (theory.md 6.5).

In an equilibrium in which she has v no agent gains by offering her a rule worth more
than v. Two offers of an agent, worth at least `low` and `high` to her, can be mixed: at
every v between them he gets at least what the line between them says.
"""

from collections.abc import Callable
from fractions import Fraction
from operator import mul, sub
from typing import Any

from verifier.kernel.core.bound import ASKING, dual_value
from verifier.kernel.core.game import Cell, Payoff, Point, Position, fits
from verifier.kernel.core.prices import OBEYED, Block
from verifier.kernel.core.rule import hear
from verifier.kernel.reader.document import (
    Option,
    affordable,
    entries,
    length,
    nonnegative,
    readable,
    require,
    total,
)
from verifier.kernel.reader.instance import Agent

OFFER = [
    {
        "asked": Option([str], []),
        "strategy": [str],
        "sends": [(str, Fraction)],
        "perturbation": [(str, Fraction)],
    }
]
HEAD = {
    "upper": Fraction,
    "offers": [{"agent": str, "multiplier": Fraction, "low": OFFER, "high": OFFER}],
}
SHAPE = (
    HEAD
    | ASKING
    | {
        "from": Fraction,
        "marginal": [(str, str, Fraction)],
        "obedience": [(str, str, str, Fraction)],
    }
)
OPTION = {
    "strategies": Option([[str]]),
    "from": Fraction,
    "prices": [(str, Fraction)],
    "reasons": [OBEYED],
}
DOMINATED = Option([(int, str, str, Fraction)], [])
RECEIVED = HEAD | {
    "winners": [{"agent": str, "dominated": DOMINATED, "options": [OPTION]}]
}

Piece = dict[str, Any]
Enough = dict[str, Fraction | None]  # None: whatever his offer is worth to her
Proves = Callable[[Piece, Payoff, Fraction], Fraction]
"""What rows prove of outcomes worth at least a bound to her, given a piece."""


def raised(
    position: Position, value: Fraction, part: dict[str, Any], tops: dict[str, Fraction]
) -> Fraction:
    """The bound after all pieces, and then after those about whom she hears; `tops` as
    in `climb`.
    """
    pieces, received = part["pieces"], part["received"]

    def obedient(piece: Piece, rows: Payoff, low: Fraction) -> Fraction:
        start: Fraction = piece["from"]
        nonnegative([start], "pieces")
        return dual_value(position, piece, rows, 1 - start) + start * low

    value = climb(position, value, pieces, obedient, tops)
    if not received:
        return value
    return climb(position, value, received, winning(position), tops)


def winning(position: Position) -> Proves:
    """The least over whose rule she hears and his sets of messages, by prices.

    An outcome of his rule is one of every agent who sees at least as much. She may mix:
    what she then has and they have are the same mixtures of what each part gives, and
    each part is worth the same to her. So all parts count with the same rows.
    """
    game, agents = position.game, {agent.name: agent for agent in position.game.agents}
    quiet = game.user_alphabet == 1 or len(position.users) == 1
    require(quiet, "winners: a user who speaks could tell the agent what she has seen")
    faced = [(t[0], seen) for t, seen in hear(position, []).items()]
    freely = game._replace(ties="favour-speaker")  # she breaks ties in any way

    def proves(piece: Piece, rows: Payoff, low: Fraction) -> Fraction:
        found, partitions = list[Fraction](), list[tuple[Cell, ...]]()
        for winner in piece["winners"]:
            name, options = winner["agent"], winner["options"]
            readable(name in agents, f"winners: {name!r:.40} is not an agent")
            partitions.append(agents[name].sees)
            given = [option["strategies"] for option in options]
            block = Block(position, agents[name], faced, Fraction(0))
            never = block.dominated(winner["dominated"])
            good = game.ties == "order" or not never
            require(good, "winners: she may take a dominated action")
            for option, only in zip(options, block.covered(given, never), strict=True):
                start = option["from"]
                nonnegative([start], "winners")
                lost = {
                    h: row - (1 - start) * position.user[h] for h, row in rows.items()
                }
                bits = position.bits + length(lost.values())
                here = position._replace(game=freely, agents={name: lost}, bits=bits)
                priced = Block(here, agents[name], faced, Fraction(0)).price(
                    option, only
                )
                found.append(start * low - priced)
        for agent in game.agents:
            wider = [set(cell) for cell in agent.sees]
            heard_of = any(
                all(any(cell >= set(c) for cell in wider) for c in cells)
                for cells in partitions
            )
            require(heard_of, f"winners: the offers of {agent.name} are left out")
        return min(found)

    return proves


def climb(
    position: Position,
    value: Fraction,
    pieces: list[Piece],
    proves: Proves,
    tops: dict[str, Fraction],
) -> Fraction:
    """The bound after all pieces: in none of them can an equilibrium lie, nor at their
    ends, if it is given what agents can offer her at most (ties favour the speaker).
    Then who alone can offer her more than the others wins by any offer that is worth as
    much as all of theirs.
    """
    names = [agent.name for agent in position.game.agents]
    for piece in pieces:
        low, high = value, piece["upper"]
        rising = low < high or (low == high and len(tops) > 0)
        require(rising, "pieces: expected rising ends")
        most = {n: max((tops[m] for m in tops if m != n), default=high) for n in names}
        enough: Enough = {n: top for n, top in most.items() if top <= low}
        if len(names) == 1:
            enough = dict.fromkeys(names)
        rows, constant = promised(position, piece["offers"], low, high, enough)
        reached = proves(piece, rows, low) + constant
        beyond = reached > high or (reached == high and not tops)
        require(beyond, f"pieces: up to {high} is claimed, {reached} follows")
        value = high
    return value


def promised(
    position: Position,
    offers: list[dict[str, Any]],
    low: Fraction,
    high: Fraction,
    enough: Enough,
) -> tuple[Payoff, Fraction]:
    """What the agents' payoffs, weighted, less a multiple of hers sum to, and the least of
    that in an equilibrium worth `low` to `high` to her. An offer need be worth no more
    than what is `enough` for him.
    """
    game, agents = position.game, {agent.name: agent for agent in position.game.agents}
    nonnegative([offer["multiplier"] for offer in offers], "pieces")
    rows, constant = dict.fromkeys(position.user, Fraction(0)), Fraction(0)
    bits = position.bits
    for offer in offers:
        weight, name = offer["multiplier"], offer["agent"]
        readable(name in agents, f"pieces: {name!r:.40} is not an agent")
        said = questions(position, offer["low"]), questions(position, offer["high"])
        good = said[0].keys() == said[1].keys()
        require(good, f"pieces: {name} has offers with other questions")
        both = [said[0][asked] | told for asked, told in said[1].items()]
        late = 0  # answers before it is clear which signal she has asked for
        while late < game.rounds and len(both) > game.user_alphabet ** (late + 1):
            late += 1
        require(late < game.rounds, "offer: more questions than she has")
        then = game._replace(rounds=game.rounds - late)
        fit = all(fits(then, list(words)) for words in both)
        require(fit, f"pieces: {name} has fewer words")
        (least, left), (most, right) = (
            offered(position, agents[name], offer[end]) for end in ("low", "high")
        )
        suffices = enough.get(name, high)
        require(
            (least >= low and most >= high)
            or (name in enough and (suffices is None or min(least, most) >= suffices)),
            f"pieces: {name} does not offer the user enough",
        )
        slope = (right - left) / (high - low) if low < high else Fraction(0)
        constant += weight * (left - slope * low - game.gamma)
        bits += length([weight, slope])
        affordable(2 * len(rows), bits, "the offers")
        for key, worth in position.agents[name].items():
            rows[key] += weight * (worth - slope * position.user[key])
    return rows, constant


def questions(
    position: Position, offer: list[dict[str, Any]]
) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """The observations at which she asks for a signal, one question each, and what it
    recommends.
    """
    affordable(len(offer) * len(position.users), 0, "the offers")
    found: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for message in offer:
        asked = tuple(message["asked"]) or position.users
        found.setdefault(asked, set()).add(tuple(message["strategy"]))
    once = sorted(x for asked in found for x in asked) == sorted(position.users)
    require(once, "offer: expected every user observation in one question")
    return found


def offered(
    position: Position, agent: Agent, offer: list[dict[str, Any]]
) -> tuple[Fraction, Fraction]:
    """What signals as near as one likes to this one are worth to the user, and surely
    give the agent.

    A perturbation adds a little of each message where she strictly prefers what it recommends,
    except to actions that are always the same to her; what then remains of a cell is
    told. With few words or several questions nothing may remain. Where ties favour him
    none is needed. No other question is better for her, and this one not only as good.
    """
    cells = [cell[0] for cell in agent.sees]
    own = {o: cell[0] for cell in agent.sees for o in cell}
    points: dict[tuple[str, str], list[Point]] = {}
    for x, o in position.mass:
        points.setdefault((x, own[o]), []).append((x, o))
    game, asks = position.game, list(questions(position, offer))
    size = len(position.users) * len(cells) + len(position.mass)
    chances = [p for m in offer for key in ("sends", "perturbation") for _, p in m[key]]
    bits = position.bits + length(chances)
    affordable(6 * len(offer) * size * len(game.actions), bits, "the offers")
    value, secured = Fraction(0), Fraction(0)
    sent, added = ({(q, c): Fraction(0) for q in asks for c in cells} for _ in "pd")
    worth = {(x, q): [Fraction(0)] * 2 for x in position.users for q in asks}
    for message in offer:
        asked = tuple(message["asked"]) or position.users
        sends, mixed = (
            entries(message[key], "offer", cells) for key in ("sends", "perturbation")
        )
        nonnegative([*sends.values(), *mixed.values()], "offer")
        for c in cells:
            sent[asked, c] += sends.get(c, 0)
            added[asked, c] += mixed.get(c, 0)
        whole = len(message["strategy"]) == len(asked)
        require(whole, "offer: expected one action for every user observation")
        chosen = dict(zip(asked, message["strategy"], strict=True))
        for x in position.users:
            seen = [points.get((x, c), []) for c in cells]
            often = [
                [given.get(c, Fraction(0)) for c in cells] for given in (sends, mixed)
            ]
            if x in chosen:
                hers, his = told(position, agent, chosen[x], seen, *often)
                value, secured = value + hers, secured + his
            if len(asks) > 1:
                gets = [worths(position.user, seen, a) for a in game.actions]
                for n, weights in enumerate(often):
                    worth[x, asked][n] += max(total(map(mul, g, weights)) for g in gets)
    favoured = game.ties == "favour-speaker"
    freely = (game.agent_alphabet is None and len(asks) == 1) or favoured
    real = {c for _, c in points}
    whole = all(
        sent[q, c] == 1 and (added[q, c] == 1 or freely) for q in asks for c in real
    )
    require(whole, f"offer: {agent.name}'s probabilities do not sum to 1")
    for (x, q), (instead, more) in worth.items():
        most, strictly = next(worth[x, asked] for asked in asks if x in asked)
        better = most > instead or (most == instead and (favoured or strictly > more))
        require(x in q or better, f"offer: at {x!r:.40} she may ask something else")
    return value, secured


def worths(table: Payoff, seen: list[list[Point]], action: str) -> list[Fraction]:
    """What an action is worth, by what the agent sees."""
    return [total(table[*h, action] for h in part) for part in seen]


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

    def often(values: list[Fraction], weights: list[Fraction]) -> Fraction:
        return total(map(mul, values, weights))

    favoured = game.ties == "favour-speaker"
    best = worths(position.user, seen, chosen)
    same = [a for a in game.actions if worths(position.user, seen, a) == best]
    for a in game.actions:
        lost = list(map(sub, best, worths(position.user, seen, a)))
        strict = often(lost, likely) >= 0 and (favoured or often(lost, more) > 0)
        require(
            a in same or strict, f"offer: told {chosen!r:.40}, she may take {a!r:.40}"
        )
    first = 1 if game.ties == "order" else None
    gives = [often(worths(his, seen, a), likely) for a in same[:first]]
    has = min(gives)
    if favoured:  # with few words two messages may become one, and be taken as told
        few = game.agent_alphabet is not None
        has = often(worths(his, seen, chosen), likely) if few else max(gives)
    return often(best, likely), has
