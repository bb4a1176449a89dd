"""Random games at an exactly known hull distance, and best-response dynamics on each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from verifier.dynamics.comparison import Comparison, comparison
from verifier.dynamics.offer import Offers
from verifier.dynamics.trajectory import Ending, Start, Trajectory, starting, trajectory
from verifier.errors import SolverError
from verifier.game.model import Game, Ties
from verifier.rng import Draws
from verifier.solve.effort import Effort
from verifier.sweep.family import RandomFamily
from verifier.theory.alignment import hull

STEPS = (Fraction(0), Fraction(1, 1000), Fraction(1, 20))
"""The steps that a challenger offers above the best rival, beside utilities from 0 to 1."""

MOVES = 500


@dataclass(frozen=True)
class Setting:
    """A kind of game, with its exact hull distance.

    `drawn` is the family that the game comes from before the user's utility is moved.
    """

    name: str
    title: str
    drawn: str
    distance: Fraction


SETTINGS = (
    Setting("inside", "in the hull", "near-hull", Fraction(0)),
    Setting("near", "1/20 from the hull", "uniform", Fraction(1, 20)),
    Setting("far", "3/10 from the hull", "uniform", Fraction(3, 10)),
    Setting("biased", "3/10 away, by a shared bias", "shared-bias", Fraction(3, 10)),
)


def drawn_game(setting: Setting, agents: int, seed: int, number: int) -> Game:
    """The game of a setting and a number: 3 states, 3 actions, at the setting's hull distance.


    The user's utility is moved along the line from the nearest mixture through the one that was
    drawn. On that line the hull distance grows in proportion: the witness of the drawn one keeps
    every mixture away all along it.
    """
    family = RandomFamily(setting.drawn, agents=agents, ties=Ties.FAVOUR_SPEAKER)
    if setting.drawn == "shared-bias":
        family = replace(family, bias=Fraction(1, 2), distance=Fraction(1, 4))
    game = family.game(seed, number)
    found = hull(game)
    if setting.distance == found.epsilon:
        return replace(game, tolerance=None)
    if not found.epsilon:  # drawn on the hull itself: there is no direction away from it
        return drawn_game(setting, agents, seed, number + 1_000_000)
    factor = setting.distance / found.epsilon
    user = {
        (a, y): nearest + factor * (value - nearest)
        for (a, y), value in game.utility.items()
        for nearest in [
            sum(
                (found.weights[agent.name] * agent.utility[a, y] for agent in game.agents),
                found.offsets[y],
            )
        ]
    }
    return replace(game, utility=user, tolerance=None)


def contest(setting: Setting, agents: int, seed: int, number: int) -> dict[str, Any]:
    """The record of one game: its comparison, and the dynamics from every start with every step."""
    return played(drawn_game(setting, agents, seed, number), seed, number)


def played(game: Game, seed: int, number: int) -> dict[str, Any]:
    """The record of a game that is at hand."""
    offers = Offers(game, Effort())
    known = comparison(offers)
    values = known.best_ai_values.intervals if known.best_ai_values is not None else ()
    return {
        "game": number,
        "epsilon": str(known.epsilon),
        "no_information": str(known.no_information),
        "team": str(known.team),
        "alone": str(known.best_alone[1]),
        "paper_bound": None if known.paper_bound is None else str(known.paper_bound),
        "certified_bound": str(known.certified_bound),
        "worst_equilibrium": str(values[0][0]) if values else None,
        "best_equilibrium": str(values[-1][1]) if values else None,
        "runs": [
            _run(found, start, step, order, known)
            for found, start, step, order in _trajectories(offers, seed, number)
        ],
    }


def _trajectories(
    offers: Offers, seed: int, number: int
) -> Iterator[tuple[Trajectory, Start, Fraction, str]]:
    for step in STEPS:
        for start in Start:
            first = starting(offers, start, number)
            yield trajectory(offers, first, step, MOVES), start, step, "round-robin"
        first = starting(offers, Start.RANDOM, number)
        yield (
            trajectory(offers, first, step, MOVES, Draws("contest", seed, number)),
            Start.RANDOM,
            step,
            "random",
        )


def _run(
    found: Trajectory, start: Start, step: Fraction, order: str, known: Comparison
) -> dict[str, Any]:
    worths = [state.offer.worth for state in found.lasting]
    rest = known.at_rest(step)
    if found.ending is Ending.EQUILIBRIUM and rest is not None and worths[0] < rest:
        raise SolverError(
            f"{known}: a trajectory came to rest at {worths[0]}, below {rest}: the theorem or the"
            " program is wrong"
        )
    return {
        "start": str(start),
        "step": str(step),
        "order": order,
        "ending": str(found.ending),
        "moves": len(found.moves),
        "cycle": len(worths) if found.ending is Ending.CYCLE else None,
        "least": str(min(worths)),
        "mean": str(sum(worths, Fraction(0)) / len(worths)),
    }
