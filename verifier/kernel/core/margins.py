"""Contested margins: every equilibrium gives a `bayes` user OPT (theory.md 5.5).

If it did not, some agent could gain by saying a little more. The certificate brings the
weights of the agents who would, and why they would wherever she hesitates.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

from verifier.kernel.core.bound import Deviation, combined, dual_value, revealed
from verifier.kernel.core.game import Position
from verifier.kernel.reader.document import (
    Option,
    affordable,
    entries,
    nonnegative,
    readable,
    require,
    total,
)

NEVER = {
    "actions": [(str, str)],
    "deviations": [(str, Fraction)],
    "marginal": [(str, str, Fraction)],
    "obedience": [(str, str, str, Fraction)],
}
TOWARDS = {
    "observation": str,
    "weights": [(str, Fraction)],
    "indifferent": [(str, str, str, Fraction)],
    "best": [(str, str, str, str, Fraction)],
}
SHAPE = {"never": Option(NEVER), "towards": [TOWARDS]}
Never = set[tuple[str, str]]  # (x_A, action)


def margins(
    position: Position, part: dict[str, Any], found: list[Deviation]
) -> Fraction:
    """OPT, if whatever she does not know is contested."""
    game = position.game
    plain = game.rounds == game.user_alphabet == 1 and game.agent_alphabet is None
    require(plain, "margins: only for one round, a silent user and a rich alphabet")
    require(not game.gamma, "margins: agents who leave gains alone contest nothing")
    require(position.unique, "margins: two actions are best at a point")
    never = unused(position, part["never"], found) if part["never"] else set()
    weights = towards(position, part["towards"], never)
    alike = all(weight == weights[0] for weight in weights)
    kept = game.ties in ("order", "favour-speaker") or len(weights) <= 2
    require(alike or kept, "margins: other ties might turn against him who breaks some")
    return position.optimum


def unused(position: Position, part: dict[str, Any], found: list[Deviation]) -> Never:
    """The actions that no equilibrium has, by the rows of the outcome program."""
    game = position.game
    never = {(x, a) for x, a in part["actions"]}
    known = all(x in position.users and a in game.actions for x, a in never)
    readable(known, "never: an unknown observation or action")
    given = entries(part["deviations"], "never", [d.agent.name for d in found])
    nonnegative(given.values(), "never")
    weighted = [
        d._replace(multiplier=given.get(d.agent.name, Fraction(0))) for d in found
    ]
    rows = {
        (x, o, a): value + (position.mass[x, o] if (x, a) in never else 0)
        for (x, o, a), value in combined(position, weighted).items()
    }
    least = dual_value(position, part, rows, Fraction(0)) + revealed(position, weighted)
    require(least >= 0, "never: an equilibrium may have these actions")
    return never


def towards(
    position: Position, parts: list[dict[str, Any]], never: Never
) -> list[Mapping[str, Fraction]]:
    """The weights for each observation of a point, towards which all is contested."""
    named = {entry["observation"]: entry for entry in parts}
    whole = len(named) == len(parts) and named.keys() == {o for _, o in position.mass}
    require(whole, "towards: expected each observation of a point once")
    return [contested(position, entry, never) for entry in named.values()]


def contested(
    position: Position, part: dict[str, Any], never: Never
) -> Mapping[str, Fraction]:
    """The weights of agents who can tell the observation from the rest: wherever she is
    indifferent between two best actions, together they prefer the one that is better there.
    """
    game, at, user = position.game, part["observation"], position.user
    acts, users = game.actions, game.user_observations
    given = entries(part["weights"], "weights", position.agents)
    nonnegative(given.values(), "weights")
    weights = {name: weight for name, weight in given.items() if weight}
    for agent in (agent for agent in game.agents if agent.name in weights):
        alone = all(
            at not in cell or not any(o in cell and o != at for _, o in position.mass)
            for cell in agent.sees
        )
        require(alone, f"margins: {agent.name} cannot tell {at} from the rest")
    theta = entries(part["indifferent"], "indifferent", users, acts, acts)
    kappa = entries(part["best"], "best", users, acts, acts, acts)
    nonnegative(kappa.values(), "best")
    steps = len(user) * len(acts) * (len(acts) + len(weights))
    affordable(steps, position.bits, "contested margins")
    for x in (x for x, o in position.mass if o == at):
        for pair in combinations(acts, 2):
            a, b = sorted(pair, key=lambda act: -user[x, at, act])
            same = user[x, at, a] == user[x, at, b]
            if (x, b) in never and not same:
                continue
            for o in (o for z, o in position.mass if z == x):
                wanted = total(
                    w * (position.agents[n][x, o, a] - position.agents[n][x, o, b])
                    for n, w in weights.items()
                )
                lost = total(
                    kappa.get((x, a, b, c), 0) * (user[x, o, a] - user[x, o, c])
                    for c in acts
                )
                even = theta.get((x, a, b), 0) * (user[x, o, a] - user[x, o, b])
                left = (0 if same else wanted) - lost - even
                require(
                    left > 0 if o == at else left >= 0,
                    f"margins: {(x, a, b)} is not contested towards {at}",
                )
    return weights
