"""A certificate is a list of claims, each with its evidence, and what follows from them
(proofs/FORMAT.md).
"""

from fractions import Fraction
from typing import Any

from verifier.kernel.core import claims
from verifier.kernel.core.claims import Facts, kind, listed, stated
from verifier.kernel.core.game import Position, study
from verifier.kernel.quantal import claims as quantal
from verifier.kernel.reader.document import (
    Exact,
    Option,
    fit,
    rational,
    readable,
    require,
)
from verifier.kernel.reader.instance import Game

CONCLUSION = {
    "verdict": str,
    "guarantee": str,
    "tolerance": Fraction,
    "claimed": Any,
    "precision": Option(int, 4096),
}
SHAPE = {
    "format": int,
    "game": str,
    "parameters": Option({str: Any}),
    "user": Option(str),
    "claims": [Any],
    "conclusion": Option(CONCLUSION),
}
MEANING = {
    "proved": "holds in every {}, and there is one",
    "vacuous": "holds in every {}, {}",
    "refuted": "fails in an {}",
}
USERS = ("bayes", "quantal", "best-ai")


def check(certificate: Any, game: Game, asked: dict[str, str]) -> str:
    """Accepts by returning the sentences that are proved; raises WrongError or
    UnreadableError otherwise.

    `asked` holds what the command line expects: values of parameters, guarantee,
    verdict, tolerance or claimed bound.
    """
    if game.cell is not None:
        from verifier.kernel.parameters.moving import insert  # loaded with the game

        certificate = insert(certificate, game)
    part, digest = fit(certificate, SHAPE, "certificate"), game.digest
    require(
        part["game"] == digest,
        f"game: the certificate is for {part['game']!r:.80}, not for {digest}",
    )
    values = {*asked.pop("at", "").split(", ")} - {*game.at.split(", "), ""}
    require(
        not values,
        f"parameters: they are {game.at or 'none'}, not {sorted(values)!a:.60}",
    )
    position, facts, said = study(game), dict[tuple[str, Any], Any](), list[str]()
    for entry in part["claims"]:
        key, fact, sentence = claim(position, entry)
        readable(key not in facts, f"claims: {key} comes twice")
        facts[key] = fact
        said.append(sentence)
    readable(bool(said), "claims: expected at least one")
    if part["conclusion"] is not None:
        said.insert(0, conclude(position, part["conclusion"], facts, asked))
    else:
        readable(not asked, f"conclusion: there is none to be {asked}")
    at = f" at {game.at}" if game.at else ""
    return f"{game.title[:200]!a}{game.whose}{at} ({digest[:19]}): {'; '.join(said)}"


def claim(position: Position, entry: Any) -> tuple[Any, Any, str]:
    """One claim, by the function for its kind."""
    known = entry if isinstance(entry, dict) else {}
    name, user = str(known.get("claim")), known.get("user")
    kinds = quantal.CLAIMS if user == "quantal" else claims.CLAIMS
    readable(name in kinds, f"claim: {name!r:.40} is not one of {', '.join(kinds)}")
    shape, checked = kinds[name]
    readable("user" not in shape or user in USERS, f"user: {user!r:.40} is not one")
    exact(position.game, user)
    whom, fact, sentence = checked(position, fit(entry, shape, name))
    return (name, whom), fact, sentence


def exact(game: Game, user: Any) -> None:
    """What a quantal user gets is no quotient of polynomials; and users who each pick an
    agent are not one who picks before she knows who she is.
    """
    good = user != "quantal" or game.cell is None
    readable(good, "user: a quantal user has no place in a cell")
    apart = user != "best-ai" or not game.people
    readable(apart, "user: each of several users picks an agent for herself")


def conclude(
    position: Position, part: dict[str, Any], facts: Facts, asked: dict[str, str]
) -> str:
    """What a theorem promises holds in every equilibrium, or fails in one."""
    game, verdict, user = position.game, part["verdict"], part["guarantee"]
    readable(verdict in MEANING, f"verdict: {verdict!r:.40} is not one")
    readable(user in USERS, f"guarantee: {user!r:.40} is not one")
    exact(game, user)
    for key in asked.keys() & {"verdict", "guarantee"}:
        wanted = asked[key]
        require(part[key] == wanted, f"{key}: it is {part[key]}, not {wanted!a:.40}")

    def fact(name: str, whom: Any = None) -> Any:
        require((name, whom) in facts, f"claims: {name!r} is missing to conclude")
        return facts[name, whom]

    distance, weights = fact("hull distance", asked.get("hull", game.hull))
    tolerance = distance if game.tolerance is None else game.tolerance
    tolerance = rational(asked.get("tolerance", tolerance), "--tolerance")
    stated("tolerance", part["tolerance"], tolerance)
    require(tolerance >= 0, "tolerance: expected a nonnegative number")
    if user == "best-ai":
        tolerance = max(tolerance, game.evaluation)
    used = tuple(agent.name for agent in game.agents if weights[agent.name])
    informed = user == "bayes" or game.target == "optimum" or not used
    benchmark = "OPT" if informed else f"TEAM of {listed(used)}"
    if user == "quantal":
        readable("claimed" not in asked, "--claimed: for a quantal user not rational")
        claimed = quantal.claimed(position, weights, tolerance)
        number = quantal.between(position, "claimed", part["claimed"], claimed)
        benchmark = "OPT" if informed else "QR - span loss(delta)"
    else:
        claimed = fact("optimum") if informed else fact("team", used)
        claimed -= 2 * tolerance
        number = str(claimed)
        for value in (part["claimed"], asked.get("claimed", claimed)):
            stated("claimed", rational(value, "claimed"), claimed)

    def reaches(more: Any, less: Any, strictly: bool) -> bool:
        if user == "quantal":
            bits = part["precision"]
            return quantal.reaches(position, more, less, bits, strictly)
        return bool(more > less if strictly else more >= less)

    if verdict == "refuted":
        below = reaches(claimed, fact("equilibrium", user), strictly=True)
        require(below, f"verdict: what she gets is not below the claimed {number}")
    else:
        above = reaches(fact("every equilibrium", user), claimed, strictly=False)
        require(above, f"at least: it does not reach the claimed {number}")
    if verdict == "proved" and ("existence", user) not in facts:
        fact("equilibrium", user)
    none = ("nonexistence", user) in facts
    known = "of which there is none" if none else "if there is one"
    eps = f"({tolerance})" if isinstance(tolerance, Exact) else tolerance
    return (
        f"{verdict}: {benchmark} - 2 * {eps} = {number}, claimed for the {user}"
        f" user, {MEANING[verdict].format(kind(game), known)}"
    )
