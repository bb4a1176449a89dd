"""Rare remarks: what a `bayes` user has in every equilibrium because no agent would gain
by adding a remark to what he says (theory.md 5.7, 5.10).

The certificate brings who would break her indifference, the remarks that count, what
stays best for her by long shifts, and multipliers. Here all indifferences are listed,
and all that she could do is covered.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import Any, NamedTuple

from verifier.kernel.core.bound import Deviation, combined, revealed
from verifier.kernel.core.game import Payoff, Position
from verifier.kernel.core.margins import NEVER, TOWARDS, Never, towards, unused
from verifier.kernel.reader.document import (
    Option,
    affordable,
    entries,
    nonnegative,
    readable,
    require,
    total,
)

TIE = {
    "user_observation": str,
    "best": [str],
    "possible": [str],
    "action": str,
}
NUMBERS = [(str, Fraction)]
KEPT = {
    "agent": str,
    "instead": str,
    "remarks": NUMBERS,
    "direction": Option(NUMBERS),
}
LEAF = {
    "user_observation": str,
    "plays": [(int, str)],
    "obedience": [(int, str, Fraction)],
}
CROSSING = {
    "gain": Fraction,
    "multipliers": NUMBERS,
    "within": [(int, str, Fraction)],
}
SHIFT = {
    "direction": NUMBERS,
    "weights": NUMBERS,
    "crossings": [TIE | CROSSING],
}
PROGRAM = {
    "steady": Option([SHIFT], []),
    "remarks": [{"agent": str, "likelihoods": NUMBERS}],
    "directions": [(str, str, Fraction)],
    "kept": [TIE | KEPT],
    "deviations": NUMBERS,
    "marginal": [(str, str, Fraction)],
    "leaves": [LEAF],
}
SHAPE = {
    "never": Option(NEVER),
    "shifts": [(str, [str], Fraction)],
    "ties": [TIE | {"multipliers": NUMBERS}],
    "towards": Option([TOWARDS]),
    "program": Option(PROGRAM),
}


class Tie(NamedTuple):
    """After x the actions `best` are best, and `possible` may be the case; she takes
    `action`.
    """

    x: str
    best: tuple[str, ...]
    possible: tuple[str, ...]
    action: str


def remarks(
    position: Position, part: dict[str, Any], found: list[Deviation]
) -> Fraction:
    """What she has in every equilibrium."""
    game = position.game
    plain = game.rounds == game.user_alphabet == 1 and game.agent_alphabet is None
    require(plain, "remarks: only for one round, a silent user and a rich alphabet")
    require(not game.gamma, "remarks: agents who leave gains alone leave remarks alone")
    never = unused(position, part["never"], found) if part["never"] else set()
    left = indifferent(position, part, never)
    readable(
        (part["towards"] is None) != (part["program"] is None),
        "remarks: expected either towards or a program",
    )
    if part["program"] is not None:
        shifts = part["program"]["steady"]
        firm = not left and game.ties != "any"
        require(firm or not shifts, "steady: she may break ties against an agent")
        after = steady(position, shifts, never)
        return proved(position, part["program"], found, left, after)
    require(not left, "remarks: she may be indifferent in an equilibrium")
    towards(position, part["towards"], never)
    return position.optimum


def occurring(position: Position) -> list[str]:
    """The agent observations that have a point."""
    return [
        o
        for o in position.game.agent_observations
        if any(o == z for _, z in position.mass)
    ]


def subsets(items: Sequence[str], least: int) -> Iterator[tuple[str, ...]]:
    for size in range(least, len(items) + 1):
        yield from combinations(items, size)


def ties(position: Position, never: Never) -> Iterator[Tie]:
    """Her indifferences, but where one of the best actions would be worse than another
    wherever they differ.
    """
    acts, user = position.game.actions, position.user
    first = position.game.ties == "order"
    for x in position.users:
        after = [o for z, o in position.mass if z == x]
        steps = 2 ** min(len(acts) + len(after), 40) * len(acts) ** 2 * len(after)
        affordable(steps, position.bits, "her indifferences")
        for possible in subsets(after, 1):
            for best in subsets(acts, 2):
                gaps = [
                    [user[x, o, a] - user[x, o, b] for o in possible]
                    for a, b in combinations(best, 2)
                ]
                if all(not any(g) or min(g) < 0 < max(g) for g in gaps):
                    yield from (
                        Tie(x, best, possible, a)
                        for a in (best[:1] if first else best)
                        if (x, a) not in never
                    )


def strict(
    position: Position,
    tie: Tie,
    row: Mapping[str, Fraction],
    numbers: list[list[Any]],
) -> bool:
    """By Farkas' lemma the row is nowhere negative at the tie; whether it is positive."""
    x, _, possible, action = tie
    others = [c for c in position.game.actions if c != action]
    given = entries(numbers, "multipliers", others)
    nonnegative((m for c, m in given.items() if c not in tie.best), "multipliers")
    values = [
        row[o] - total(m * gap(position, tie, o, c) for c, m in given.items())
        for o in possible
    ]
    require(min(values) >= 0, f"remarks: no proof at {(x, *tie.best, *possible)}")
    return any(values)


def gap(position: Position, tie: Tie, o: str, other: str) -> Fraction:
    return position.user[tie.x, o, tie.action] - position.user[tie.x, o, other]


def key(entry: dict[str, Any]) -> Tie:
    best, possible = tuple(entry["best"]), tuple(entry["possible"])
    return Tie(entry["user_observation"], best, possible, entry["action"])


def indifferent(position: Position, part: dict[str, Any], never: Never) -> list[Tie]:
    """The ties that an equilibrium may have: by small shifts of all that agents say they
    would gain something at the others, and lose at none.
    """
    occur = occurring(position)
    for name, order, weight in part["shifts"]:
        readable(name in position.agents, "shifts: an unknown agent")
        readable(sorted(order) == sorted(occur), "shifts: an order of other things")
        require(weight >= 0, "shifts: a negative weight")
        measurable(position, name, {o: n for n, o in enumerate(order)})
    given = {key(entry): entry["multipliers"] for entry in part["ties"]}
    readable(len(given) == len(part["ties"]), "ties: a tie appears twice")
    found = list(ties(position, never))
    readable(given.keys() <= {*found}, "ties: an unknown tie")
    steps = len(found) * len(occur) * (len(part["shifts"]) + 1)
    affordable(steps * len(position.game.actions), position.bits, "her indifferences")
    return [
        tie
        for tie in found
        if not strict(
            position, tie, gains(position, tie, part["shifts"]), given.get(tie, [])
        )
    ]


def gains(position: Position, tie: Tie, shifts: list[list[Any]]) -> dict[str, Fraction]:
    """What agents gain by shifts at a tie, weighted, at least."""
    after = [
        (weight, position.agents[name], resolved(position, tie, order))
        for name, order, weight in shifts
    ]
    return {
        o: total(
            w * (min(his[tie.x, o, b] for b in left) - his[tie.x, o, tie.action])
            for w, his, left in after
        )
        for o in tie.possible
    }


def resolved(position: Position, tie: Tie, order: list[str]) -> list[str]:
    """What she may take after a shift: of the tied actions those that are best at the
    first observation that is possible, of these those at the second, and so on.
    """
    left = list(tie.best)
    for o in (o for o in order if o in tie.possible):
        most = max(position.user[tie.x, o, a] for a in left)
        left = [a for a in left if position.user[tie.x, o, a] == most]
    return left


def steady(
    position: Position, shifts: list[dict[str, Any]], never: Never
) -> list[set[str]]:
    """Sets of observations, at first of all: if she were told that the case is in one of
    them, what she does on path would still be best.

    Each is where a long shift ends. If she did something else on the way, those who can
    shift so would gain.
    """
    acts, occur = position.game.actions, occurring(position)
    found = [{*occur}]
    for shift in shifts:
        weights = shift["weights"]
        nonnegative((w for _, w in weights), "weights")
        turns = len(weights) + len(found) * len(acts) + len(position.users) // 20
        steps = len(position.user) * len(acts) * turns
        affordable(steps, position.bits, "a long shift")
        told = [read(position, name, shift["direction"], occur) for name, _ in weights]
        readable(told != [], "weights: expected somebody who shifts")
        ahead = told[0]
        level = [
            j for j, some in enumerate(found) if len({ahead[o] for o in some}) == 1
        ]
        given = {key(entry): entry for entry in shift["crossings"]}
        for x, (a, b) in product(position.users, permutations(acts, 2)):
            tie = Tie(x, (b,), tuple(o for z, o in position.mass if z == x), a)
            if (x, a) in never:
                continue
            require(tie in given, f"a long shift may turn her from {a} to {b} at {x}")
            entry = given[tie]
            within = entries(entry["within"], "within", level, acts)
            gain = entry["gain"]
            nonnegative([gain, *within.values()], "within")
            row = gains(position, tie, [[name, [], gain * w] for name, w in weights])
            for o in row:
                row[o] += ahead[o] * gap(position, tie, o, b)
                row[o] -= total(
                    m * gap(position, tie, o, c)
                    for (j, c), m in within.items()
                    if o in found[j]
                )
            strict(position, tie, row, entry["multipliers"])
        found.append({o for o in occur if ahead[o] == max(ahead.values())})
    return found


def proved(
    position: Position,
    part: dict[str, Any],
    found: list[Deviation],
    left: list[Tie],
    after: list[set[str]],
) -> Fraction:
    """The value of the multipliers, after checking that agents can count on the remarks
    and that no column overshoots, whatever she does after them.
    """
    occur, still = occurring(position), {*left}
    listed = [
        (r["agent"], read(position, r["agent"], r["likelihoods"], occur))
        for r in part["remarks"]
    ]
    known = all(key(e) in still and e["instead"] in e["best"] for e in part["kept"])
    readable(known, "kept: she is not indifferent there")
    for name in {name for name, _ in listed}:
        together = {o: total(m[o] for n, m in listed if n == name) for o in occur}
        if len({*together.values()}) > 1:  # else he makes one of these remarks always
            unbroken(position, part, name, together, left)
    given = entries(part["deviations"], "deviations", [d.agent.name for d in found])
    nonnegative(given.values(), "deviations")
    weighted = [
        d._replace(multiplier=given.get(d.agent.name, Fraction(0))) for d in found
    ]
    marginal = entries(
        part["marginal"],
        "marginal",
        position.game.user_observations,
        position.game.agent_observations,
    )
    require(marginal.keys() == position.mass.keys(), "marginal: expected every point")
    rows = combined(position, weighted)
    column = {k: position.user[k] - rows[k] - marginal[k[:2]] for k in position.user}
    known = all(leaf["user_observation"] in position.users for leaf in part["leaves"])
    readable(known, "leaves: an unknown observation")
    for leaf in part["leaves"]:
        steps = (len(listed) + len(after)) * len(occur) * len(position.game.actions)
        affordable(steps + len(leaf["obedience"]), position.bits, "a leaf")
        affordable(len(position.mass) // 10, 0, "a leaf")
        suffices(position, leaf, column, listed, after)
    for x in position.users:
        plays = [
            dict(leaf["plays"])
            for leaf in part["leaves"]
            if leaf["user_observation"] == x
        ]
        whole = covered(position, plays, {})
        require(whole, f"leaves: not all that she may do after {x}")
    return total(marginal.values()) + revealed(position, weighted)


def read(
    position: Position, name: str, numbers: list[list[Any]], occur: list[str]
) -> Mapping[str, Fraction]:
    """How likely a remark is, up to a factor: the same in every cell of the agent."""
    readable(name in position.agents, "remarks: an unknown agent")
    likely = entries(numbers, "likelihoods", occur)
    readable(len(likely) == len(occur), "likelihoods: expected all that occurs")
    nonnegative(likely.values(), "likelihoods")
    measurable(position, name, likely)
    return likely


def measurable(position: Position, name: str, vector: Mapping[str, Any]) -> None:
    affordable(len(position.game.agent_observations), 0, "what an agent sees")
    (agent,) = (a for a in position.game.agents if a.name == name)
    told = [[vector[o] for o in cell if o in vector] for cell in agent.sees]
    same = all(value == values[0] for values in told for value in values)
    require(same, f"remarks: {name} does not see so much")


def unbroken(
    position: Position,
    part: dict[str, Any],
    name: str,
    together: Mapping[str, Fraction],
    left: list[Tie],
) -> None:
    """At every tie all remarks together speak for what she does instead; where she is
    free to break ties he has a direction that breaks them all for what she does.
    """
    game, free = position.game, position.game.ties in ("any", "belief")
    steps = len(left) * len(game.actions) ** 2 * len(together) + len(part["kept"])
    affordable(steps + len(part["directions"]), position.bits, "ties that remarks keep")
    given = {(key(e), e["agent"], e["instead"]): e for e in part["kept"]}
    readable(len(given) == len(part["kept"]), "kept: an entry appears twice")
    named = entries(
        part["directions"], "directions", position.agents, game.agent_observations
    )
    direction = {o: named.get((name, o), Fraction(0)) for o in together}
    measurable(position, name, direction)
    for tie in left:
        for b in (b for b in tie.best if b != tie.action):
            entry = given.get((tie, name, b), {"remarks": [], "direction": None})
            gaps = {o: gap(position, tie, o, b) for o in tie.possible}
            against = {o: -together[o] * g for o, g in gaps.items()}
            strict(position, tie, against, entry["remarks"])
            towards = {o: direction[o] * g for o, g in gaps.items()}
            require(
                not free or strict(position, tie, towards, entry["direction"] or []),
                f"remarks: {name} may not count on them at a tie",
            )


def covered(
    position: Position, leaves: list[dict[int, str]], plays: dict[int, str]
) -> bool:
    """Whether all that she may do, if it begins so, is in one of the leaves."""
    affordable(10 * len(leaves) + 10, 0, "what the leaves cover")
    if any(leaf.items() <= plays.items() for leaf in leaves):
        return True
    if not leaves:
        return False
    n = next(n for n in leaves[0] if n not in plays)
    return all(
        covered(
            position, [leaf for leaf in leaves if leaf.get(n, a) == a], plays | {n: a}
        )
        for a in position.game.actions
    )


def suffices(
    position: Position,
    leaf: dict[str, Any],
    column: Payoff,
    listed: list[tuple[str, Mapping[str, Fraction]]],
    after: list[set[str]],
) -> None:
    """Nothing overshoots if she does this on path and after some of the remarks, and
    after the others what is worst. Negative numbers are those of long shifts.
    """
    acts, user, x = position.game.actions, position.user, leaf["user_observation"]
    plays = dict(leaf["plays"])
    known = plays.keys() <= {*range(len(listed) + 1)} and {*plays.values()} <= {*acts}
    readable(known and len(plays) == len(leaf["plays"]), "leaves: unknown, or twice")
    require(0 in plays, "leaves: expected what she does on path")
    beyond = range(1 - len(after), 0)
    obedience = entries(leaf["obedience"], "leaves", {*plays, *beyond}, acts)
    nonnegative(obedience.values(), "leaves")
    for o in (o for z, o in position.mass if z == x):
        left = column[x, o, plays[0]]
        for n, (name, likely) in enumerate(listed, 1):
            his = position.agents[name]
            worst = min(his[x, o, b] for b in ([plays[n]] if n in plays else acts))
            left += likely[o] * (worst - his[x, o, plays[0]])
        left -= total(
            m
            * (listed[n - 1][1][o] if n > 0 else o in after[-n])
            * (user[x, o, plays[max(n, 0)]] - user[x, o, b])
            for (n, b), m in obedience.items()
        )
        require(left >= 0, f"the multipliers overshoot at {(x, o, *plays.items())}")
