"""What each guarantee promises, before twice the tolerance is taken off (theory.md 4.1 to 4.3).

It depends on the agents of positive weight, and so on which mixtures count: TEAM is that of rules
which all of them can follow, and a quantal user loses by what they cannot tell her. Where no agent
has a positive weight her utility itself is nearly a constant, and each promises OPT (2.3).
"""

from __future__ import annotations

from fractions import Fraction

from verifier.game.model import Game, Target
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import QuotientSum, like
from verifier.theory.alignment import Hull
from verifier.theory.benchmark import optimum, quantal_value
from verifier.theory.guarantees.best_ai import supported_team
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.guarantees.quantal import quantal_loss


def promise(
    game: Game, guarantee: Guarantee, hull: Hull, effort: Effort = USUAL
) -> Fraction | QuotientSum:
    """The benchmark of a guarantee with the weights of this hull, less G2's loss.

    It is OPT where the instance claims OPT for every kind of user. Raises SizeError where TEAM or
    the least delta would take too long.
    """
    always = game.target is Target.OPTIMUM or not hull.supporters
    if guarantee is Guarantee.QUANTAL:
        known = quantal_value(game)
        return like(optimum(game), known) if always else known - quantal_loss(game, hull)
    if guarantee is Guarantee.BAYES or always:
        return optimum(game)
    return supported_team(game, hull, effort).value
