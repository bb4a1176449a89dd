"""What a certificate may claim, and the one check of each claim (proofs/FORMAT.md)."""

from fractions import Fraction
from itertools import product
from typing import Any

from verifier.kernel import inequality, quantal
from verifier.kernel.document import Wrong, count, entries, one_of, rational, table
from verifier.kernel.equilibrium import equilibrium
from verifier.kernel.instance import Game
from verifier.kernel.play import Position, common_cells, study, team

GUARANTEES, VERDICTS = ("bayes", "quantal", "best-ai"), ("proved", "vacuous", "refuted")


def check(certificate: Any, game: Game, expected: dict[str, str]) -> str:
    """Accepts by returning the sentence that was proved. Raises Wrong or Unreadable otherwise.

    `expected` holds what the command line asks for: guarantee, verdict or tolerance.
    """
    keys = ("format", "instance", "guarantee", "ties", "verdict", "tolerance", "claimed_bound", "hull")
    part = table(certificate, "certificate", keys, ("bound", "equilibrium"))
    count(part["format"], "format", 1, 1)
    guarantee, verdict = one_of(part["guarantee"], "guarantee", GUARANTEES), one_of(part["verdict"], "verdict", VERDICTS)
    wanted = {"instance": game.digest(), "ties": game.ties, **{k: v for k, v in expected.items() if k != "tolerance"}}
    for key, value in wanted.items():
        if part[key] != value:
            raise Wrong(f"{key}: the certificate is for {part[key]!r}, not for {value!r}")
    needed = {"proved": {"bound", "equilibrium"}, "vacuous": {"bound"}, "refuted": {"equilibrium"}}[verdict]
    if needed != {"bound", "equilibrium"} & part.keys():
        raise Wrong(f"a certificate of {verdict!r} brings exactly {sorted(needed)}")
    position = study(game)
    weights, epsilon = hull(game, part["hull"])
    tolerance = epsilon if game.tolerance is None else game.tolerance
    if "tolerance" in expected:
        tolerance = rational(expected["tolerance"], "--tolerance")
    if tolerance < 0 or rational(part["tolerance"], "tolerance") != tolerance:
        raise Wrong(f"tolerance: the certificate is for {part['tolerance']}, the claim is {tolerance}")
    if guarantee == "quantal":
        claim = quantal.claim(position, weights, tolerance)
        quantal.encloses(position, part["claimed_bound"], "claimed_bound", claim)
        if "bound" in part:
            quantal.bound(position, part["bound"], claim)
        if "equilibrium" in part:
            equilibrium(position, guarantee, part["equilibrium"])
        if verdict == "refuted":  # every equilibrium that is exhibited for this user gives her QR
            raise Wrong("verdict: QR is never below the claimed bound")
        return f"{verdict}: a quantal user gets at least {part['claimed_bound']['lower']} in every equilibrium"
    claimed = benchmark(position, guarantee, weights) - 2 * tolerance
    if rational(part["claimed_bound"], "claimed_bound") != claimed:
        raise Wrong(f"claimed_bound: {part['claimed_bound']} is stated, the claim is {claimed}")
    exhibited = equilibrium(position, guarantee, part["equilibrium"]) if "equilibrium" in part else None
    if verdict == "refuted":
        if exhibited is None or exhibited >= claimed:
            raise Wrong(f"verdict: the equilibrium gives the user {exhibited}, not less than {claimed}")
        return f"refuted: an equilibrium gives the user {exhibited}, less than the claimed {claimed}"
    proved = inequality.bound(position, guarantee, part["bound"])
    if proved < claimed:
        raise Wrong(f"bound: {proved} does not reach the claimed bound {claimed}")
    if exhibited is not None and exhibited < proved:
        raise Wrong(f"the equilibrium at {exhibited} contradicts the bound {proved}")
    return f"{verdict}: the user gets at least {proved} (claimed: {claimed}) in every equilibrium under ties = {game.ties}"


def benchmark(position: Position, guarantee: str, weights: dict[str, Fraction]) -> Fraction:
    """OPT for `bayes`; for `best-ai` TEAM, of a rule that every agent of positive weight can follow."""
    if guarantee == "bayes":
        return position.optimum
    game = position.game
    return team(position, common_cells(game, [agent for agent in game.agents if weights[agent.name]]))


def hull(game: Game, value: Any) -> tuple[dict[str, Fraction], Fraction]:
    """Weights and hull distance: the mixture shows that it is at most epsilon, the signed measure that it is at least."""
    part = table(value, "hull", ("epsilon", "weights", "offset", "witness"))
    names = [agent.name for agent in game.agents]
    epsilon, offset = rational(part["epsilon"], "hull.epsilon"), rational(part["offset"], "hull.offset")
    weights = {key[0]: weight for key, weight in entries(part["weights"], "hull.weights", names).items()}
    if set(weights) != set(names) or min(weights.values()) < 0 or sum(weights.values()) != 1:
        raise Wrong("hull.weights: expected a nonnegative weight for every agent, summing to 1")
    for a, y in product(game.actions, game.states):
        mixture = sum((weights[agent.name] * agent.utility[a][y] for agent in game.agents), offset)
        if abs(mixture - game.utility[a][y]) > epsilon:
            raise Wrong(f"hull: the mixture misses the user's utility at {(a, y)} by more than {epsilon}")
    measure = entries(part["witness"], "hull.witness", game.actions, game.states)
    if sum(measure.values()) != 0 or sum(map(abs, measure.values())) > 1:
        raise Wrong("hull.witness: expected total mass 0 and norm at most 1")
    for agent in game.agents:
        gaps = (m * (game.utility[a][y] - agent.utility[a][y]) for (a, y), m in measure.items())
        if sum(gaps, Fraction(0)) < epsilon:
            raise Wrong(f"hull.witness: it does not keep {agent.name} at distance {epsilon}")
    return weights, epsilon
