"""How close play comes to what it would be if she knew all, though she may be told more than this.

For a quantal user of base e it follows from her expected squared error; for a Bayesian user it is a
linear program: how often she can take another action than the best. theory.md 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from verifier.game.model import Agent, Game
from verifier.numbers import Enclosure
from verifier.solve.effort import USUAL, Effort
from verifier.theory.bounds.announcement import extreme_outcome


@dataclass(frozen=True)
class SquareRoot:
    """The square root of a nonnegative fraction."""

    square: Fraction

    def enclose(self, digits: int = 12) -> Enclosure:
        """Ends that are multiples of 10^-digits, one unit apart; exact where it is a fraction."""
        above, below = isqrt(self.square.numerator), isqrt(self.square.denominator)
        root = Fraction(above, below)
        if root * root == self.square:
            return Enclosure(root, root, root)
        scale = 10**digits
        lower = Fraction(isqrt(self.square.numerator * scale**2 // self.square.denominator), scale)
        return Enclosure(lower, lower + Fraction(1, scale), None)


def quantal_closeness(game: Game, square: Fraction) -> SquareRoot | None:
    """The most by which a quantal user's play differs from what it would be if she knew all.

    It is a total variation, eta sqrt(square / 8) for base e, where `square` is the expected squared
    error of her estimates, summed over the actions, before she is told more. None for another base,
    whose logarithm is irrational. theory.md 4.5.
    """
    if game.quantal.base != "e":
        return None
    return SquareRoot(game.quantal.eta**2 * square / 8)


def bayesian_closeness(game: Game, agent: Agent, effort: Effort = USUAL) -> Fraction | None:
    """The most often that a Bayesian user errs whom the agent tells all that he can.

    Others may tell her more. It is the greatest total variation between an outcome after this
    deviation and the one in which she knows all. None where the agent has too few words for his
    cells, and where best actions are not unique. Raises SizeError for a program above the effort's
    limits. theory.md 4.5.
    """
    if not game.has_unique_best_actions or not game.conversation.conveys(len(agent.sees)):
        return None
    right = {
        (*point, a): game.probability[point] if a in game.best_actions[point] else Fraction(0)
        for point in game.points
        for a in game.actions
    }
    return 1 - extreme_outcome(game, agent, right, effort).value
