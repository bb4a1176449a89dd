"""The smallest game in which one rule for all users tells them nothing (theory.md 1.8), among all
games of its shape with small whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest

import verifier.api as vf
from tests.games import ROOT

F = Fraction
Difference = tuple[int, int]
"""By how much the second action is better than the first, in each of two states."""

DIFFERENCES: list[Difference] = list(product((-1, 0, 1), (-1, 0, 1)))
PRIORS = [(F(1, 2), F(1, 2)), (F(1, 3), F(2, 3)), (F(2, 3), F(1, 3))]
TASTES = ROOT / "instances/populations/opposite_tastes.toml"


def mixed(user: Difference, one: Difference, two: Difference) -> bool:
    """Whether a user by herself has hull distance 0: hers is a mixture of two agents' utilities.

    Utilities are 0 for the first action, so the constant is 0, too. With numbers up to 1 the
    weights are among these.
    """
    weights = [F(n, 4) for n in range(5)] + [F(1, 3), F(2, 3)]
    return any(
        all(w * a + (1 - w) * b == c for a, b, c in zip(one, two, user, strict=True))
        for w in weights
    )


def alone(user: Difference, prior: Sequence[Fraction]) -> Fraction:
    return max(F(0), sum((p * d for p, d in zip(prior, user, strict=True)), F(0)))


def informed(user: Difference, prior: Sequence[Fraction]) -> Fraction:
    return sum((p * max(0, d) for p, d in zip(prior, user, strict=True)), F(0))


def file(
    prior: Sequence[Fraction], users: Sequence[Difference], agents: Sequence[Difference]
) -> str:
    """The file with these users, in equal shares, and agents."""
    lines = [
        'format = 1\ntitle = "small"\nstates = ["y", "z"]\nactions = ["a", "b"]',
        f'prior = {{ y = "{prior[0]}", z = "{prior[1]}" }}',
    ]
    for kind, parties in (("users", users), ("agents", agents)):
        for n, (y, z) in enumerate(parties):
            lines += [f'[[{kind}]]\nname = "{kind} {n}"', "utility.a = { y = 0, z = 0 }"]
            lines += [f"utility.b = {{ y = {y}, z = {z} }}"]
            lines += ['share = "1/2"'] if kind == "users" else []
    return "\n".join([*lines, "[claim]", "tolerance = 0", ""])


def candidates() -> Iterator[tuple[Sequence[Fraction], Sequence[Difference], Sequence[Difference]]]:
    """All games up to names in which each user has something to learn, and distance 0."""
    for prior, users in product(PRIORS, combinations_with_replacement(DIFFERENCES, 2)):
        if all(informed(user, prior) > alone(user, prior) for user in users):
            for agents in combinations_with_replacement(DIFFERENCES, 2):
                if all(mixed(user, *agents) for user in users):
                    yield prior, users, agents


@pytest.mark.slow
def test_opposite_tastes_are_the_only_ones() -> None:
    """In every other game of this size each equilibrium under one rule tells users something."""
    opposite, found = ((-1, 1), (1, -1)), []
    for prior, users, agents in candidates():
        verified = vf.verify(vf.load(file(prior, users, agents)), "bayes")["bayes"]
        silent = sum((alone(user, prior) for user in users), F(0)) / 2
        if (users, agents) == (opposite, opposite):
            assert verified.verdict == "refuted"
            assert verified.finding.equilibrium is not None
            assert verified.finding.equilibrium.user_utility == silent
            found.append(prior)
        else:
            assert isinstance(verified.finding.bound.value, Fraction)
            assert verified.finding.bound.value > silent, (prior, users, agents)
    assert found == PRIORS


def test_the_shipped_game_is_one_of_them() -> None:
    game = vf.load(TASTES)
    first, second = game.actions
    differences = [
        tuple(int(utility[second, y] - utility[first, y]) for y in game.states)
        for utility in (game.utility, *(agent.utility for agent in game.agents))
    ]
    assert differences == [(-1, 1, 1, -1), (-1, 1, -1, 1), (1, -1, 1, -1)]
    assert sum(1 for _ in candidates()) == 57
