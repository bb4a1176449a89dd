"""The conclusion: what a theorem promises, and what the claims say of the promise."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.second_checker.cells import Quotient
from tests.second_checker.claims import Facts, kind, names_of
from tests.second_checker.game import Game, Shares
from tests.second_checker.quantal import Quantity, informed, least_delta, loss, read_ends
from tests.second_checker.reading import (
    ONE,
    ZERO,
    RefusedError,
    count,
    from_text,
    keys,
    need,
    number,
    readable,
    text,
)

MEANINGS = {
    "proved": "holds in every KIND, and there is one",
    "vacuous": "holds in every KIND, if there is one",
    "refuted": "fails in an KIND",
}
"""Verdict -> what it means."""

USERS = ("bayes", "best-ai", "quantal")


def bracketed(number: Any) -> str:
    """Write a number, in brackets if it depends on parameters."""
    return f"({number})" if isinstance(number, Quotient) else str(number)


def promised(
    game: Game, guarantee: str, weights: Shares, tolerance: Fraction, facts: Facts
) -> tuple[str, Quantity]:
    """Return the benchmark's name and the number that a guarantee claims."""
    agents = [agent for agent in game.agents if weights[agent.name] > 0]
    always_optimum = game.target == "optimum" or not agents
    if guarantee == "quantal" and always_optimum:
        return "OPT", Quantity(game.base, game.optimum - 2 * tolerance)
    if guarantee == "bayes" or always_optimum:
        need(facts.optimum is not None, "the claim about OPT is missing")
        return "OPT", Quantity(game.base, game.optimum - 2 * tolerance)
    if guarantee == "best-ai":
        team_of = tuple(agent.name for agent in agents)
        need(team_of in facts.teams, "the claim about TEAM is missing")
        value = Quantity(game.base, facts.teams[team_of] - 2 * tolerance)
        return f"TEAM of {names_of(agents)}", value
    delta = max(least_delta(game, agent) for agent in agents)
    span = sum((weights[agent.name] * agent.span for agent in agents), ZERO)
    value = informed(game, game.weights).plus(Quantity(game.base, -2 * tolerance))
    return "QR - span loss(delta)", value.plus(loss(game, delta), -span).simplified()


def conclude(game: Game, data: Any, options: dict[str, str], facts: Facts) -> str:
    """Check the conclusion of a certificate."""
    keys(data, "verdict,guarantee,tolerance,claimed", "precision")
    precision = count(data.get("precision", 4096))
    verdict, guarantee = text(data["verdict"]), text(data["guarantee"])
    need(verdict in MEANINGS, f"no verdict {verdict!r}")
    need(guarantee in USERS, f"no guarantee {guarantee!r}")
    need(options.get("guarantee", guarantee) == guarantee, "another guarantee is expected")
    need(options.get("verdict", verdict) == verdict, "another verdict is expected")
    hull = options.get("hull", game.hull)
    if hull not in facts.hull:
        raise RefusedError("the claim about the hull distance is missing")
    distance, weights = facts.hull[hull]
    tolerance = distance if game.tolerance is None else game.tolerance
    if "tolerance" in options:
        tolerance = from_text(options["tolerance"])
    need(tolerance >= 0, "the tolerance is below 0")
    need(number(data["tolerance"]) == tolerance, f"the tolerance is {tolerance}")
    if guarantee == "best-ai":
        tolerance = max(tolerance, game.evaluation)
    benchmark, claimed = promised(game, guarantee, weights, tolerance, facts)
    if guarantee == "quantal":
        written = read_ends(data["claimed"], claimed, "what is claimed")
        readable("claimed" not in options, "a claimed number that need not be rational")
        readable(1 <= precision <= 65_536, "too large: the precision, or below 1")
    else:
        need(number(data["claimed"]) == claimed.constant, f"claimed is {claimed.constant}")
        if "claimed" in options:
            expected = from_text(options["claimed"])
            need(expected == claimed.constant, "another number is expected to be claimed")
        written = str(claimed.constant)

    def above(value: Fraction | Quantity) -> int:
        exact = value if isinstance(value, Quantity) else Quantity(game.base, value)
        return exact.plus(claimed, -ONE).sign(precision)

    if verdict == "refuted":
        need(guarantee in facts.some, "the claim about an equilibrium is missing")
        need(above(facts.some[guarantee]) < 0, "she does not get less than is claimed")
    else:
        need(guarantee in facts.every, "the claim about every equilibrium is missing")
        need(above(facts.every[guarantee]) >= 0, "the bound does not reach what is claimed")
        shown = guarantee in facts.some or guarantee in facts.exists
        need(verdict == "vacuous" or shown, "no equilibrium is known")
    meaning = MEANINGS[verdict].replace("KIND", kind(game))
    if guarantee in facts.empty:
        meaning = meaning.replace("if there is one", "of which there is none")
    return (
        f"{verdict}: {benchmark} - 2 * {bracketed(tolerance)} = {written}, "
        f"claimed for the {guarantee} user, {meaning}"
    )
