"""The example of docs/explanation/decisions.md, "When she picks": a best-AI user who picked after
she has seen her own observation would refute G3, and an equilibrium that the kernel accepts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

import verifier.api as vf
from tests.games import Table, informed_game
from verifier.game.model import Conversation, Game, Payoff
from verifier.game.response import best_actions_at, signal_distribution, values
from verifier.game.rules import Signal
from verifier.theory.alignment import hull
from verifier.theory.equilibria.equilibrium import CommonRule
from verifier.theory.guarantees.guarantee import Guarantee

F = Fraction
LEFT, RIGHT = ("left", "L"), ("right", "R")
STATES = {LEFT: "left chance", RIGHT: "right chance"}


def utility(left: int, right: int) -> Table:
    return {"go": [left, right, -4], "stay": [0, 0, 0]}


def example() -> Game:
    points = list(product(("left", "right"), ("L", "R", "N")))
    return informed_game(
        ("left", "right"),
        ("L", "R", "N"),
        ("left chance", "right chance", "none"),
        {(*point, STATES.get(point, "none")): F(1, 6) for point in points},
        utility(1, 2),
        {"one": (utility(6, 5), None), "two": (utility(-4, -1), None)},
        conversation=Conversation(agent_alphabet=2),
    )


def tell(chances: Mapping[str, Fraction]) -> Signal:
    """Two words: the probability of the first at each observation."""
    return {x: {w: p for w, p in (("w", q), ("v", 1 - q)) if p} for x, q in chances.items()}


def only(observation: str) -> Signal:
    return tell({x: F(x == observation) for x in ("L", "R", "N")})


SILENCE = tell(dict.fromkeys(("L", "R", "N"), F(1)))


def payoffs(game: Game, signals: Sequence[Signal], deviator: int, after: bool) -> list[Fraction]:
    """Hers and the agents' payoffs where ties, also between agents, go to the deviator.

    With `after` she picks at each of her observations; else once, on average.
    """
    tables: list[Payoff] = [game.user_payoff, *game.agent_payoffs.values()]
    mine = tables[1 + deviator]
    found = [  # agent -> her observation -> payoffs
        {x_user: [F(0)] * len(tables) for x_user in game.user_support} for _ in signals
    ]
    for n, signal in enumerate(signals):
        for user_type, chances in signal_distribution(game, [signal]).items():
            his = values(game, mine, user_type, chances)
            action = max(best_actions_at(game, user_type, chances), key=his.__getitem__)
            sums = found[n][user_type[0]]
            for k, table in enumerate(tables):
                sums[k] += values(game, table, user_type, chances)[action]
    groups = [[x] for x in game.user_support] if after else [list(game.user_support)]
    total = [F(0)] * len(tables)
    for group in groups:
        options = [
            [sum(column) for column in zip(*(of[x] for x in group), strict=True)] for of in found
        ]
        best = max(options, key=lambda option: (option[0], option[1 + deviator]))
        total = [t + F(b) for t, b in zip(total, best, strict=True)]
    return total


def deviations() -> list[Signal]:
    """All signals of two words with probabilities in sixths."""
    shares = [F(n, 6) for n in range(7)]
    return [tell(dict(zip(("L", "R", "N"), p, strict=True))) for p in product(shares, repeat=3)]


def most(game: Game, signals: Sequence[Signal], deviator: int, after: bool) -> Fraction:
    found = []
    for signal in deviations():
        profile = [signal if n == deviator else s for n, s in enumerate(signals)]
        found.append(payoffs(game, profile, deviator, after)[1 + deviator])
    return max(found)


def test_the_kernel_accepts_that_all_tell_r() -> None:
    game = example()
    found = vf.verify(game, ["best-ai"])
    finding = found.report.findings[Guarantee.BEST_AI]
    assert found.verdicts == {"best-ai": "proved"}
    assert hull(game).epsilon == 0
    assert finding.bound.value == F(1, 3)
    assert isinstance(finding.equilibrium, CommonRule)
    assert finding.equilibrium.rules["one"] == finding.equilibrium.rules["two"]
    assert {answer.when for answer in finding.equilibrium.rules["one"].messages[0]} >= {("R",)}
    assert finding.equilibrium.user_utility == F(1, 3)
    everybody = [only("R"), only("R")]
    for n, now in enumerate((F(5, 6), F(-1, 6))):
        assert payoffs(game, everybody, n, after=False)[1 + n] == now
        assert most(game, everybody, n, after=False) == now


def test_it_is_none_if_she_picks_after_she_has_seen() -> None:
    game = example()
    assert payoffs(game, [only("L"), only("R")], 0, after=True)[1] == 1 + F(5, 6)


def test_and_g3_is_false_then() -> None:
    game = example()
    profile = [only("L"), SILENCE]
    for n, now in enumerate((F(1), F(-2, 3))):
        found = payoffs(game, profile, n, after=True)
        assert (found[0], found[1 + n]) == (F(1, 6), now)
        assert most(game, profile, n, after=True) == now
    assert most(game, profile, 1, after=False) > F(-2, 3), "she picks first: agent two wins"
