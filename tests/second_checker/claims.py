"""Claims about a game, but those about an equilibrium."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from tests.second_checker.game import HULLS, Agent, Game, Shares, Table, Weights
from tests.second_checker.play import Answer, Place, Talk, read_rule, rules_digest
from tests.second_checker.quantal import (
    Quantity,
)
from tests.second_checker.reading import (
    ONE,
    ZERO,
    Json,
    Records,
    keys,
    listing,
    need,
    number,
    quoted,
    readable,
    records,
    text,
)
from tests.second_checker.team import common_cells, team_value


@dataclass
class Facts:
    """What the claims of a certificate have shown, for the conclusion."""

    hull: dict[str, tuple[Fraction, Shares]] = field(default_factory=dict)
    optimum: Fraction | None = None
    teams: dict[tuple[str, ...], Fraction] = field(default_factory=dict)
    every: dict[str, Fraction | Quantity] = field(default_factory=dict)
    some: dict[str, Fraction | Quantity] = field(default_factory=dict)
    none: set[tuple[str, str]] = field(default_factory=set)
    exists: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)


def kind(game: Game) -> str:
    """Return what equilibria are called."""
    return f"equilibrium up to gains of {game.gamma}" if game.gamma else "equilibrium"


def names_of(agents: list[Agent]) -> str:
    """Quote the names of agents."""
    return ", ".join(quoted(agent.name) for agent in agents)


def hull_distance(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `hull distance`."""
    keys(claim, "claim,distance,weights,offset,witness", "hull,state_offsets")
    hull = text(claim.get("hull", "simplex"))
    readable(hull in HULLS, "no such hull")
    distance, offset = number(claim["distance"]), number(claim["offset"])
    weights = {name: w for (name,), w in records(claim["weights"], game.names).items()}
    witness = records(claim["witness"], game.actions, game.states)
    need(set(weights) == set(game.names), "the weights are not of all agents")
    need(min(weights.values()) >= 0, "a weight below 0")
    need(hull != "simplex" or sum(weights.values()) == 1, "no mixture")
    added = {y: c for (y,), c in records(claim.get("state_offsets", []), game.states).items()}
    need(hull == "state-offset" or not added, "constants of states are for a state-offset")
    for pair in product(game.actions, game.states):
        constant = offset + added.get(pair[1], ZERO)
        mixed = sum((weights[agent.name] * agent.table[pair] for agent in game.agents), constant)
        need(abs(mixed - game.table[pair]) <= distance, f"the mixture misses {pair}")
    need(sum(witness.values(), ZERO) == 0, "the masses do not sum to 0")
    for state in game.states if hull == "state-offset" else ():
        mass = sum((m for (_, y), m in witness.items() if y == state), ZERO)
        need(mass == 0, f"the masses do not sum to 0 in {state}")
    need(sum(map(abs, witness.values()), ZERO) <= 1, "the masses are too large")

    def at(table: Table) -> Fraction:
        return sum((m * table[pair] for pair, m in witness.items()), ZERO)

    hers = at(game.table)
    need(hull == "simplex" or hers >= distance, "the witness is too small for her")
    for agent in game.agents:
        apart = hers - at(agent.table) >= distance if hull == "simplex" else at(agent.table) <= 0
        need(apart, f"the witness is too near {agent.name}")
    facts.hull[hull] = distance, weights
    mixture = ", ".join(f"{w} {quoted(name)}" for name, w in weights.items() if w > 0)
    nearest = mixture or "of no agent"
    return f"the hull distance is {distance} ({hull}; nearest mixture {nearest})"


def optimum(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `optimum`."""
    value = number(keys(claim, "claim,value")["value"])
    need(value == game.optimum, f"OPT is {game.optimum}")
    facts.optimum = value
    return f"OPT is {value}"


def no_information(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `no information`."""
    value = number(keys(claim, "claim,value")["value"])
    worth = Talk(game, []).is_worth()
    need(value == worth, "NOINFO is another number")
    return f"NOINFO is {worth}"


def team(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `team`."""
    keys(claim, "claim,agents,value")
    agents = [game.agent(name) for name in listing(claim["agents"])]
    order = [game.names.index(agent.name) for agent in agents]
    need(agents and order == sorted(set(order)), "the agents are not in the order of the instance")
    value = number(claim["value"])
    need(value == team_value(game, agents), "TEAM is another number")
    facts.teams[tuple(agent.name for agent in agents)] = value
    return f"TEAM of {names_of(agents)} is {value}"


def conflict(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `conflict`."""
    keys(claim, "claim,agents,apart,together", "rule")
    agents = [game.agent(name) for name in listing(claim["agents"])]
    need(agents and len({agent.name for agent in agents}) == len(agents), "agents, none twice")
    near = ""
    if "rule" in claim:
        rule = read_rule(game, min(agents, key=game.agents.index), claim["rule"])
        told = f"the rule {rules_digest(claim['rule'])}"
        if duplicates_divide(game, agents, Talk(game, [rule])):
            near = ", and so it is by every rule near it that they can all offer"
    else:
        rule = [[Answer(x, {x: ONE}, None) for x in game.agents_see]]
        told = "full information"
    talk = Talk(game, [rule])
    apart, together = number(claim["apart"]), number(claim["together"])
    need(apart == sum((talk.respond(agent.weights)[1] for agent in agents), ZERO), "apart")
    total = mixed_weights(game, [(ONE, agent.weights) for agent in agents])
    need(together == talk.respond(total)[1], "together")
    need(apart < together, "no conflict")
    return (
        f"no best response to {told} is worst for all of {names_of(agents)}: "
        f"they get {apart} at the worst for each, {together} at the worst for all{near}"
    )


def duplicates_divide(game: Game, agents: list[Agent], talk: Talk) -> bool:
    """Tell whether she asks nothing, and somewhere only duplicates tie, none worst for all."""
    cells = common_cells(game, agents)

    def in_each(seen: str, action: str) -> tuple[Fraction, ...]:
        points = [[(seen, x) for x in cell if (seen, x) in game.chance] for cell in cells]
        return tuple(sum((game.weights[*p, action] for p in part), ZERO) for part in points)

    def divided(seen: str, place: Place) -> bool:
        worth = talk.worth(seen, place, game.weights)
        best = [n for n, w in enumerate(worth) if w == max(worth)]
        first, *others = (in_each(seen, game.actions[n]) for n in best)
        if any(other != first for other in others):
            return False
        theirs = [talk.worth(seen, place, agent.weights) for agent in agents]
        worst = [{n for n in best if his[n] == min(his[m] for m in best)} for his in theirs]
        return not set.intersection(*worst)

    def ends(place: Place) -> list[Place] | None:
        """List where a conversation without a question may end."""
        options = talk.options(place)
        if len(options) > 1:
            return None
        found = [] if options else [place]
        for follower in options[0] if options else []:
            more = ends(follower)
            if more is None:
                return None
            found += more
        return found

    places = {seen: ends(talk.start(seen)) for seen in game.seen}
    if any(found is None for found in places.values()):
        return False
    return any(divided(seen, place) for seen, found in places.items() for place in found or [])


def mixed_weights(game: Game, terms: list[tuple[Fraction, Weights]]) -> Weights:
    """Return a weighted sum of W."""
    return {
        where: sum((w * weights[where] for w, weights in terms), ZERO) for where in game.weights
    }


def read_marginal(game: Game, value: Any) -> Records:
    """Read one pi for every point."""
    found = records(value, game.user_sees, game.agents_see)
    need(set(found) == set(game.points), "one pi for every point, and no other")
    return found


def read_obedience(game: Game, value: Any) -> Records:
    """Read multipliers kappa."""
    found = records(value, game.user_sees, game.actions, game.actions)
    need(all(k >= 0 for k in found.values()), "a kappa is below 0")
    return found


def read_asking(game: Game, value: Any) -> Weights:
    """Read multipliers phi; return what they add to the inequality."""
    phi = records(value, game.user_sees, game.user_sees, game.actions, game.actions)
    need(all(p >= 0 for p in phi.values()), "a phi is below 0")
    adds, points = dict.fromkeys(game.weights, ZERO), set(game.points)
    for x, other in {(x, other) for x, other, _, _ in phi}:
        sums = {
            a: sum((p for key, p in phi.items() if key[:3] == (x, other, a)), ZERO)
            for a in game.actions
        }
        often, *more = sums.values()
        need(all(each == often for each in more), f"at {x!r} she would not ask as often")
        for known in (known for seen, known in game.points if seen == x):
            need((other, known) in points, f"{other!r} and {known!r} are no point")
            for a in game.actions:
                adds[x, known, a] += sums[a] * game.weights[x, known, a]
                for b in game.actions:
                    lost = phi.get((x, other, a, b), ZERO) * game.weights[x, known, b]
                    adds[other, known, a] -= lost
    return adds


def check_inequality(
    game: Game,
    pi: Records,
    kappa: Records,
    terms: list[tuple[Fraction, Weights]],
    right: Fraction,
) -> None:
    """Check pi + kappa G + the terms <= right W_u, for every point and action."""
    for seen, known in game.points:
        for a in game.actions:
            left = pi[seen, known] + sum((w * f[seen, known, a] for w, f in terms), ZERO)
            for (x, taken, other), k in kappa.items():
                if x == seen and taken == a:
                    left += k * (game.weights[seen, known, a] - game.weights[seen, known, other])
            need(
                left <= right * game.weights[seen, known, a],
                f"the inequality fails at {seen!r}, {known!r}, {a!r}",
            )
