"""Asking as at another observation: rows that outcomes satisfy where she may speak (theory.md 5.9).

Whatever the rules are, at x_A she may ask what she would ask at another observation, and do what
suits x_A best where she would do a there. What she has is worth at least as much to her. What she
would have is convex in the outcome, so that there is a column for each a.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations, product

from verifier.game.model import Game
from verifier.solve.program import AT_LEAST, Key, Number, Program

Asking = Mapping[tuple[str, str, str, str], Fraction]
"""(x_A, another x_A, a, b) -> the multiplier of b where she would do a at the other."""


def may_ask(game: Game) -> bool:
    """Whether she has several observations and questions, and every point is possible."""
    seen = len(game.user_support)
    whole = len(game.points) == seen * len({x for _, x in game.points})
    return whole and seen > 1 and not game.conversation.silent


def add_asking(program: Program, game: Game) -> None:
    """Adds the rows to a program over outcomes with columns ("play", x_A, x_B, action)."""
    hers, acts = game.whole_user_payoff, game.actions
    observed = tuple(dict.fromkeys(x for _, x in game.points))
    for own, other in permutations(game.user_support, 2):
        asks: dict[Key, Number] = {
            ("play", own, x, a): hers[own, x, a] for x, a in product(observed, acts)
        }
        for a in acts:
            told = ("told", own, other, a)
            program.column(told, free=True)
            asks[told] = -1
            for b in acts:
                row: dict[Key, Number] = {("play", other, x, a): -hers[own, x, b] for x in observed}
                program.row(("asking", own, other, a, b), {**row, told: 1}, AT_LEAST)
        program.row(("asks", own, other), asks, AT_LEAST)


def asking_of(dual: Mapping[Key, Fraction], sign: int = 1) -> Asking:
    """The multipliers of the rows that are not 0, times a sign."""
    return {
        (str(key[1]), str(key[2]), str(key[3]), str(key[4])): sign * m
        for key, m in dual.items()
        if isinstance(key, tuple) and key[0] == "asking" and m
    }
