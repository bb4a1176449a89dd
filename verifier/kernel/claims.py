"""What a certificate may claim, and the one check of each claim (proofs/FORMAT.md)."""

from fractions import Fraction
from itertools import product
from typing import Any

from verifier.kernel import inequality, pieces, quantal, signals
from verifier.kernel.document import (
    affordable,
    entries,
    fit,
    length,
    rational,
    readable,
    require,
)
from verifier.kernel.equilibrium import equilibrium, quantal_equilibrium
from verifier.kernel.instance import Game
from verifier.kernel.play import Position, common_cells, study, team

HULL = {
    "epsilon": Fraction,
    "weights": [(str, Fraction)],
    "offset": Fraction,
    "witness": [(str, str, Fraction)],
}
HEAD = {"format": int, "instance": str, "guarantee": str, "ties": str, "verdict": str}
CLAIM = {**HEAD, "tolerance": Fraction, "claimed_bound": Any, "hull": HULL}
SHAPE = {
    "proved": {**CLAIM, "bound": Any, "equilibrium": Any},
    "vacuous": {**CLAIM, "bound": Any},
    "refuted": {**CLAIM, "equilibrium": Any},
    "equilibrium": {**HEAD, "equilibrium": Any},
    "no equilibrium": {**HEAD, "deviation": signals.DEVIATION},
}


def check(certificate: Any, game: Game, expected: dict[str, str]) -> str:
    """Accepts by returning the sentence that is proved; raises WrongError or
    UnreadableError otherwise.

    `expected` holds what the command line asks for: guarantee, verdict, tolerance or
    claimed bound.
    """
    verdict = (
        str(certificate.get("verdict")) if isinstance(certificate, dict) else "none"
    )
    readable(
        verdict in SHAPE, f"verdict: {verdict!r:.40} is not one of {', '.join(SHAPE)}"
    )
    part = fit(certificate, SHAPE[verdict], "certificate")
    guarantee = part["guarantee"]
    readable(part["format"] == 1, "format: expected 1")
    readable(
        guarantee in ("bayes", "quantal", "best-ai"),
        f"guarantee: {guarantee!r:.40} is not one",
    )
    for key, wanted in {
        **expected,
        "instance": game.digest(),
        "ties": game.ties,
    }.items():
        good = part.get(key) == wanted or (
            key in ("tolerance", "claimed") and "tolerance" in part
        )  # numbers: see below
        require(
            good,
            f"{key}: the certificate is for {part.get(key)!r:.80}, not for"
            f" {wanted!r:.80}",
        )
    position = study(game)
    return (
        claim(position, part, expected)
        if verdict in ("proved", "vacuous", "refuted")
        else profile(position, part)
    )


def profile(position: Position, part: dict[str, Any]) -> str:
    """A profile of rules is an equilibrium, or is not."""
    guarantee, gamma = part["guarantee"], position.game.gamma
    if part["verdict"] == "equilibrium":
        shown = part["equilibrium"]
        if guarantee == "quantal":
            quantal_equilibrium(position, shown)
            got = (
                "QR" if shown["kind"] == "full revelation" else "what silence gives her"
            )
        else:
            got = str(equilibrium(position, guarantee, shown))
        return (
            f"equilibrium: the {guarantee} user gets {got}, and no agent gains more"
            f" than {gamma}"
        )
    agent, before, after = signals.gains(position, guarantee, part["deviation"])
    return (
        f"no equilibrium: with the {guarantee} user {agent} has at most {before}, and gets"
        f" at least {after} by deviating"
    )


def claim(position: Position, part: dict[str, Any], expected: dict[str, str]) -> str:
    """A guarantee holds in every equilibrium, or fails in one."""
    game, guarantee, verdict = position.game, part["guarantee"], part["verdict"]
    weights, epsilon = hull(game, part["hull"])
    tolerance = epsilon if game.tolerance is None else game.tolerance
    tolerance = rational(expected.get("tolerance", tolerance), "--tolerance")
    good = part["tolerance"] == tolerance >= 0
    require(
        good,
        f"tolerance: the certificate is for {part['tolerance']}, the claim is"
        f" {tolerance}",
    )
    if guarantee == "quantal":
        readable(
            "claimed" not in expected,
            "--claimed: a quantal user's bound is not rational",
        )
        return quantal_user(position, part, quantal.claim(position, weights, tolerance))
    claimed, kind = (
        benchmark(position, guarantee, weights) - 2 * tolerance,
        equilibria(game),
    )
    asked = rational(expected.get("claimed", claimed), "--claimed")
    require(
        asked == claimed, f"claimed: the certificate is for {claimed}, not for {asked}"
    )
    stated = rational(part["claimed_bound"], "claimed_bound")
    require(
        stated == claimed, f"claimed_bound: {stated} is stated, the claim is {claimed}"
    )
    shown = (
        equilibrium(position, guarantee, part["equilibrium"])
        if "equilibrium" in part
        else None
    )
    if verdict == "refuted":
        require(
            shown is not None and shown < claimed,
            f"verdict: the equilibrium's {shown} is not below the claimed {claimed}",
        )
        return (
            f"refuted: the {guarantee} user gets {shown} in an {kind}, less than the"
            f" claimed {claimed}"
        )
    lower = fit(part["bound"], inequality.SHAPE, "bound")
    proved, value = (
        inequality.bound(position, guarantee, lower),
        rational(lower["value"], "bound.value"),
    )
    if "pieces" in lower:
        require(
            guarantee == "best-ai",
            "bound.pieces: only for a user who picks the best AI",
        )
        proved = pieces.climb(
            position, proved, fit(lower["pieces"], [pieces.SHAPE], "bound.pieces")
        )
    require(value == proved, f"bound.value: {value} is stated, {proved} follows")
    require(
        proved >= claimed, f"bound: {proved} does not reach the claimed bound {claimed}"
    )
    require(
        shown is None or shown >= proved,
        f"equilibrium: its {shown} contradicts the bound {proved}",
    )
    return (
        f"{verdict}: the {guarantee} user gets at least {proved} (claimed {claimed}) in"
        f" every {kind}, ties = {game.ties}"
    )


def equilibria(game: Game) -> str:
    return f"equilibrium up to gains of {game.gamma}" if game.gamma else "equilibrium"


def quantal_user(
    position: Position, part: dict[str, Any], claimed: quantal.Quantity
) -> str:
    kind, least = equilibria(position.game), part["claimed_bound"]
    quantal.encloses(position, part["claimed_bound"], "claimed_bound", claimed)
    if part["verdict"] == "refuted":
        got = quantal_equilibrium(position, part["equilibrium"])
        require(
            quantal.missed(position, claimed, got, 4096),
            "verdict: what she gets is not below the claimed bound",
        )
        return (
            f"refuted: the quantal user gets less than the claimed {least['upper']} in"
            f" an {kind}"
        )
    shape = {key: part for key, part in inequality.SHAPE.items() if key != "pieces?"}
    lower = fit(part["bound"], {**shape, "precision": int}, "bound")
    bits, powers = lower["precision"], len(position.mass) * len(position.game.actions)
    readable(
        0 <= bits <= 65_536 and bits * powers <= 1_000_000,
        "bound.precision: expected 0 to 65536 bits, fewer if large",
    )
    quantal.bound(position, lower, claimed, bits)
    if part["verdict"] == "proved":
        quantal_equilibrium(position, part["equilibrium"])
    proved = lower["value"]["lower"]
    return (
        f"{part['verdict']}: the quantal user gets at least {proved} (claimed"
        f" {least['lower']}) in every {kind}"
    )


def benchmark(
    position: Position, guarantee: str, weights: dict[str, Fraction]
) -> Fraction:
    """OPT for `bayes` or where the instance claims it; for `best-ai` TEAM, of a rule
    that every agent of positive weight can follow."""
    used = [agent for agent in position.game.agents if weights[agent.name]]
    informed = guarantee == "bayes" or position.game.target == "optimum"
    return (
        position.optimum
        if informed
        else team(position, common_cells(position.game, used))
    )


def hull(game: Game, part: dict[str, Any]) -> tuple[dict[str, Fraction], Fraction]:
    """Weights and hull distance: the mixture shows that it is at most epsilon, the
    signed measure that it is at least.
    """
    names, epsilon, offset = (
        [agent.name for agent in game.agents],
        part["epsilon"],
        part["offset"],
    )
    weights = {
        key[0]: weight
        for key, weight in entries(part["weights"], "hull.weights", names).items()
    }
    convex = (
        len(weights) == len(names)
        and min(weights.values()) >= 0
        and sum(weights.values()) == 1
    )
    require(
        convex,
        "hull.weights: expected a nonnegative weight for every agent, summing to 1",
    )
    measure = entries(part["witness"], "hull.witness", game.actions, game.states)
    steps = (len(game.actions) * len(game.states) + len(measure)) * len(names)
    bits = length([*weights.values(), offset, epsilon, *measure.values()])
    affordable(steps, bits, "the hull distance")
    for a, y in product(game.actions, game.states):
        mixture = sum(
            (weights[agent.name] * agent.utility[a][y] for agent in game.agents), offset
        )
        near = abs(mixture - game.utility[a][y]) <= epsilon
        require(
            near,
            f"hull: the mixture misses the user's utility at {(a, y)} by more than"
            f" {epsilon}",
        )
    small = sum(measure.values()) == 0 and sum(map(abs, measure.values())) <= 1
    require(small, "hull.witness: expected total mass 0 and norm at most 1")
    for agent in game.agents:
        gap = sum(
            (
                m * (game.utility[a][y] - agent.utility[a][y])
                for (a, y), m in measure.items()
            ),
            Fraction(0),
        )
        require(
            gap >= epsilon,
            f"hull.witness: it does not keep {agent.name} at distance {epsilon}",
        )
    return weights, epsilon
