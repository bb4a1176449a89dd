"""What is known of equilibria where none is exhibited (theory.md 6.7)."""

from __future__ import annotations

from enum import StrEnum

from verifier.game.model import Game, Ties
from verifier.theory.bounds.outcome_program import Bound
from verifier.theory.equilibria.equilibrium import Exhibited
from verifier.theory.guarantees.guarantee import Guarantee


class Existence(StrEnum):
    """What is known of equilibria where none is exhibited, in words."""

    THEOREM = "an equilibrium exists, as there is one agent, but none is exhibited"
    NO_OUTCOME = "no equilibrium exists: no outcome satisfies what every equilibrium does"
    EMPTY_LIST = "no equilibrium exists: the list of the values of all equilibria is empty"
    UNKNOWN = "no equilibrium is known"


def existence(game: Game, guarantee: Guarantee, bound: Bound, found: Exhibited) -> Existence | None:
    """What is known of equilibria; None where one is exhibited.

    With one agent there is an equilibrium, for the quantal user and where ties may go his way. No
    outcome satisfies the rows of every equilibrium where these prove more than OPT, or exclude all
    that a user who picks could be offered.
    """
    if found.worst is not None:
        return None
    values, his = found.best_ai_values, game.ties in (Ties.ANY, Ties.FAVOUR_SPEAKER)
    if len(game.agents) == 1 and (guarantee is Guarantee.QUANTAL or his):
        return Existence.THEOREM
    if bound.emptiness is not None or bound.excluded is not None:
        return Existence.NO_OUTCOME
    if values is not None and values.complete and not values.intervals:
        return Existence.EMPTY_LIST
    return Existence.UNKNOWN
