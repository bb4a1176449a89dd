"""The example of docs/explanation/decisions.md, "Ties between questions": a bound that the kernel
accepts under `order` would be false of a user who chooses between tied questions by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import pytest

import verifier.api as vf
from tests.games import Table, informed_game
from verifier.game.model import Conversation, Game, Ties
from verifier.game.response import best_actions_at, values
from verifier.theory.guarantees.guarantee import Guarantee

F = Fraction
USERS, OBSERVATIONS, WORDS = ("first", "second", "third"), ("e1", "e2", "N"), (0, 1)
STATES = {("first", "e1"): "1", ("second", "e2"): "2", ("third", "e1"): "3", ("third", "e2"): "4"}

Asked = dict[str, Fraction]
"""The probability of the first word, by observation, after one question."""
Payoffs = dict[str, list[Fraction]]
"""Hers and the agents' payoffs by her observation, after one question."""


def utility(*go: int) -> Table:
    return {"go": [*go, -9], "stay": [0] * 5}


def example(ties: Ties) -> Game:
    points = list(product(USERS, OBSERVATIONS))
    return informed_game(
        USERS,
        OBSERVATIONS,
        ("1", "2", "3", "4", "else"),
        {(*point, STATES.get(point, "else")): F(1, 9) for point in points},
        utility(1, 1, 0, 0),
        {"one": (utility(0, 2, 2, 0), None), "two": (utility(2, 0, 0, 2), None)},
        ties=ties,
        conversation=Conversation(user_alphabet=2, agent_alphabet=2),
    )


def after(game: Game, x_user: str, answers: Asked) -> list[Fraction]:
    """What she and the agents get at x_user after one question; she takes first best actions."""
    tables = [game.user_payoff, *game.agent_payoffs.values()]
    total = [F(0)] * len(tables)
    for word in WORDS:
        chances = {x: abs(word - p) for x, p in answers.items() if p != word}
        if chances:
            (action,) = best_actions_at(game, (x_user, ""), chances, Ties.ORDER)
            gained = [values(game, table, (x_user, ""), chances)[action] for table in tables]
            total = [t + g for t, g in zip(total, gained, strict=True)]
    return total


def payoff(rule: Sequence[Payoffs], deviator: int) -> Fraction:
    """The deviator's payoff if she asks at the third thing what she asks where he gains: agent one
    gains at the second, agent two at the first.
    """
    best = {x: max(rule, key=lambda of: (of[x][0], of[x][1 + deviator])) for x in USERS}
    assert len({of["third"][0] for of in rule}) == 1, "she gains nothing there by any question"
    best["third"] = best["second" if deviator == 0 else "first"]
    return sum((best[x][x][1 + deviator] for x in USERS), F(0))


@pytest.mark.parametrize(("ties", "bound"), [(Ties.ORDER, F(1, 9)), (Ties.BELIEF, F(0))])
def test_the_bound_that_the_kernel_accepts(ties: Ties, bound: Fraction) -> None:
    found = vf.verify(example(ties), ["best-ai"])
    assert found.guarantees["best-ai"].reply is not None
    assert found.verdicts == {"best-ai": "proved"}
    assert found.report.findings[Guarantee.BEST_AI].bound.value == bound


def test_by_name_she_may_get_less() -> None:
    game = example(Ties.ORDER)
    pooled = {"e1": F(1), "e2": F(1), "N": F(0)}
    same = [after(game, x, pooled) for x in USERS]
    now = [sum(column, F(0)) for column in zip(*same, strict=True)]
    assert now == [0, F(2, 9), F(2, 9)]
    shares = [F(0), F(1, 10), F(1, 9), F(1, 2), F(1)]
    answers = [dict(zip(OBSERVATIONS, p, strict=True)) for p in product(shares, repeat=3)]
    asked = [{x: after(game, x, one) for x in USERS} for one in answers]
    for deviator in (0, 1):
        most = max(payoff(rule, deviator) for rule in product(asked, repeat=2))
        assert most == now[1 + deviator]
