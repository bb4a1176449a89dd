"""One sender: known values, concavification by hand, obedience, and prices that no belief beats
(theory.md 6.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, games, simple_game
from verifier.errors import SizeError
from verifier.game.model import NOTHING, Cell, Conversation, Game, Ties, Utility
from verifier.game.reader import load
from verifier.game.response import signal_distribution
from verifier.game.writer import write
from verifier.report.persuasion import persuasion_lines
from verifier.solve import smt
from verifier.solve.effort import Effort
from verifier.solve.exact import solve
from verifier.solve.program import Answer, Optimal, Program
from verifier.theory.deviations.persuasion import (
    Plan,
    attained,
    column_payoffs,
    subproblem_of,
    user_strategies,
)
from verifier.theory.equilibria.optimal_signal import Persuasion, persuade

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)


def lone(game: Game) -> Persuasion:
    return persuade(game, game.agents[0], Effort())


def two_state(max_states: int = 2, max_actions: int = 3) -> st.SearchStrategy[Game]:
    return games(
        max_states=max_states,
        max_actions=max_actions,
        max_agents=1,
        private=False,
        partitioned=False,
    )


def test_prosecutor() -> None:
    """Kamenica and Gentzkow (2011): 60 percent are convicted although 70 percent are innocent."""
    found = lone(load(INSTANCES / "classics/prosecutor.toml"))
    assert found.value == F(3, 5)
    assert found.worst.user_utility == found.best.user_utility == F(7, 10)
    sends = {(cell, strategy): p for (cell, strategy), p in found.worst.sends.items()}
    assert sends[("guilty",), ("convict",)] == 1
    assert sends[("innocent",), ("convict",)] == F(3, 7)
    assert sends[("innocent",), ("acquit",)] == F(4, 7)
    assert sum(found.dual_prices.values()) == F(3, 5)


def beliefs_that_matter(game: Game, prior: Fraction) -> list[Fraction]:
    """Probabilities of the second state where the user's best action can change, the ends, and the
    prior.
    """
    first, second = game.states
    found = {F(0), F(1), prior}
    for a, b in product(game.actions, repeat=2):
        left = game.utility[a, first] - game.utility[b, first]
        right = game.utility[a, second] - game.utility[b, second]
        if left != right and 0 <= (crossing := left / (left - right)) <= 1:
            found.add(crossing)
    return sorted(found)


def expected(game: Game, utility: Utility, q: Fraction, action: str) -> Fraction:
    first, second = game.states
    return (1 - q) * utility[action, first] + q * utility[action, second]


def sender_value(game: Game, q: Fraction) -> Fraction:
    """The sender's most preferred among the user's best actions at belief q."""
    values = {a: expected(game, game.utility, q, a) for a in game.actions}
    best = [a for a, value in values.items() if value == max(values.values())]
    return max(expected(game, game.agents[0].utility, q, a) for a in best)


@pytest.mark.slow
@settings(often, max_examples=60)
@given(game=two_state())
def test_two_states_against_concavification(game: Game) -> None:
    """The value is the concave closure of the sender's value over beliefs, at the prior: the best
    chord between breakpoints.
    """
    note(write(game))
    assume(len(game.states) == 2)
    points = beliefs_that_matter(game, prior_of(game))
    assert lone(game).value == concavified(game, {q: sender_value(game, q) for q in points})


def prior_of(game: Game) -> Fraction:
    """The probability of the second of two states."""
    return game.joint.get((NOTHING, game.states[1], game.states[1]), F(0))


def concavified(game: Game, values: Mapping[Fraction, Fraction]) -> Fraction:
    """The most at the prior on a chord between beliefs with these values."""
    prior, chords = prior_of(game), [values[prior_of(game)]]
    for low, high in product([q for q in values if q < prior], [q for q in values if q > prior]):
        weight = (prior - low) / (high - low)
        chords.append((1 - weight) * values[low] + weight * values[high])
    return max(chords)


@pytest.mark.slow
@settings(often, max_examples=150)
@given(game=two_state(), data=st.data())
def test_under_order_an_action_counts_where_it_comes_first(game: Game, data: st.DataObject) -> None:
    """At or next to a belief he has what the first of her best actions there gives him."""
    assume(len(game.states) == 2 and 0 < prior_of(game) < 1)
    small = st.integers(0, 1).map(Fraction)  # many ties and duplicates
    utility = {key: data.draw(small) for key in game.utility}
    game = replace(game, utility=utility, ties=Ties.ORDER)
    note(write(game))

    def first_at(q: Fraction) -> str:
        values = [expected(game, game.utility, q, a) for a in game.actions]
        return game.actions[values.index(max(values))]

    points = beliefs_that_matter(game, prior_of(game))
    between = [(low + high) / 2 for low, high in pairwise(points)]
    values = {
        q: max(
            expected(game, game.agents[0].utility, q, first_at(near))
            for near in [q, *between[max(n - 1, 0) : n + 1]]
        )
        for n, q in enumerate(points)
    }
    found = lone(game)
    assert found.value == concavified(game, values)
    assert found.approached


DUPLICATES = {"sedan": [1, 0], "coupe": [1, 0], "jeep": [0, 1]}


@pytest.mark.parametrize(
    ("ties", "value", "hers", "kind"),
    [
        (Ties.ORDER, F(0), F(2, 3), "value"),
        (Ties.ANY, F(2, 3), F(1), "value (if she breaks ties in his favour)"),
        (Ties.FAVOUR_SPEAKER, F(2, 3), F(1), "value"),
    ],
)
def test_a_duplicate_counts_if_she_may_take_it(
    ties: Ties, value: Fraction, hers: Fraction, kind: str
) -> None:
    """He likes one of two actions that are the same to her, and cannot bear the other."""
    his = {"sedan": [-3, -3], "coupe": [2, -5], "jeep": [0, 0]}
    game = simple_game({"sun": F(1, 3), "snow": F(2, 3)}, DUPLICATES, {"coupe maker": his})
    found = lone(replace(game, ties=ties))
    assert (found.value, found.worst.user_utility) == (value, hers)
    assert any(line.startswith(f"  {kind}  ") for line in persuasion_lines(found))


def check_plan(game: Game, found: Persuasion, plan: Plan) -> None:
    """A signal that the user obeys, worth what it says to both."""
    cells = list(found.dual_prices)
    for cell in cells:
        assert sum(p for (c, _), p in plan.sends.items() if c == cell) == 1
    assert min(plan.sends.values()) > 0
    user = agent = F(0)
    for strategy in plan.messages:
        told = {cell: p for (cell, s), p in plan.sends.items() if s == strategy}
        for x_user, chosen in zip(game.user_support, strategy, strict=True):
            worth = {a: mixture(game, game.utility, x_user, told, a) for a in game.actions}
            assert worth[chosen] == max(worth.values())
            user += worth[chosen]
            agent += mixture(game, found.agent.utility, x_user, told, chosen)
    assert (user, agent) == (plan.user_utility, found.value)


def mixture(
    game: Game, utility: Utility, x_user: str, weights: dict[Cell, Fraction], action: str
) -> Fraction:
    """sum of p(x_A, x_B, y) weight(x_B) f(action, y), straight from the joint distribution."""
    total = F(0)
    for (x, o, y), p in game.joint.items():
        if x == x_user:
            total += (
                p * sum((w for cell, w in weights.items() if o in cell), F(0)) * utility[action, y]
            )
    return total


@often
@given(game=games(max_agents=1))
def test_optimal_plans_are_obeyed_and_ordered_for_the_user(game: Game) -> None:
    note(write(game))
    found = lone(game)
    check_plan(game, found, found.worst)
    check_plan(game, found, found.best)
    assert found.worst.user_utility <= found.best.user_utility


def value_at(game: Game, weights: dict[Cell, Fraction]) -> Fraction:
    """What a message that each cell sends with these probabilities is worth to the agent, ties in
    its favour.
    """
    total = F(0)
    for x_user in game.user_support:
        worth = {a: mixture(game, game.utility, x_user, weights, a) for a in game.actions}
        best = [a for a, value in worth.items() if value == max(worth.values())]
        total += max(mixture(game, game.agents[0].utility, x_user, weights, a) for a in best)
    return total


@often
@given(game=games(max_agents=1))
def test_no_belief_is_worth_more_than_its_price(game: Game) -> None:
    """Every message with sending probabilities on a grid; the prices of all cells together are the
    optimal value.
    """
    note(write(game))
    found = lone(game)
    assert sum(found.dual_prices.values(), F(0)) == found.value
    for odds in product(range(4), repeat=len(found.dual_prices)):
        weights = {cell: F(odd, 3) for cell, odd in zip(found.dual_prices, odds, strict=True)}
        assert value_at(game, weights) <= sum(
            (w * found.dual_prices[cell] for cell, w in weights.items()), F(0)
        )


@pytest.mark.slow
@settings(often, max_examples=12)
@given(game=games(max_agents=1))
def test_z3_agrees_on_value_and_on_the_users_share(game: Game) -> None:
    note(write(game))
    seen: list[tuple[Program, Answer]] = []

    def recording(program: Program) -> Answer:
        seen.append((program, solve(program)))
        return seen[-1][1]

    persuade(game, game.agents[0], Effort(recording))
    solved = [(program, answer) for program, answer in seen if isinstance(answer, Optimal)]
    assert len(solved) >= 6  # a mixture and prices, three times
    for program, answer in solved:
        assert smt.solve(program) == smt.Optimum(answer.value)


@often
@given(game=games(max_agents=1, max_agent_observations=3))
def test_no_announcement_is_worth_more(game: Game) -> None:
    """Every deterministic announcement of the agent's cells, ties in its favour."""
    note(write(game))
    found = lone(game)
    cells: Sequence[Cell] = list(found.dual_prices)
    for labels in product(range(len(cells)), repeat=len(cells)):
        messages = [
            {c: F(1) for c, n in zip(cells, labels, strict=True) if n == label}
            for label in set(labels)
        ]
        assert sum((value_at(game, message) for message in messages), F(0)) <= found.value


@pytest.mark.slow
@often
@given(game=games(max_agents=1, ties=Ties.ORDER))
def test_attained_under_order_means_that_she_strictly_prefers_what_comes_first(game: Game) -> None:
    note(write(game))
    game, found = game, lone(game)
    for plan in (found.worst, found.best):
        follows = True
        for strategy in plan.messages:
            told = {cell: p for (cell, s), p in plan.sends.items() if s == strategy}
            for x_user, chosen in zip(game.user_support, strategy, strict=True):
                heard = any(x == x_user and any(o in cell for cell in told) for x, o in game.points)
                worth = [mixture(game, game.utility, x_user, told, a) for a in game.actions]
                follows &= not heard or game.actions[worth.index(max(worth))] == chosen
        assert attained(game, plan) is follows
        for ties in (Ties.ANY, Ties.BELIEF, Ties.FAVOUR_SPEAKER):
            assert attained(replace(game, ties=ties), plan)


@pytest.mark.parametrize(
    ("order", "follows"), [(("convict", "acquit"), True), (("acquit", "convict"), False)]
)
def test_the_judge_convicts_at_one_half_only_if_conviction_comes_first(
    order: tuple[str, str], follows: bool
) -> None:
    user = {"acquit": [1, 0], "convict": [0, 1]}
    sender = {"acquit": [0, 0], "convict": [1, 1]}
    prior = {"innocent": F(7, 10), "guilty": F(3, 10)}
    game = simple_game(
        prior,
        {a: user[a] for a in order},
        {"prosecutor": {a: sender[a] for a in order}},
        ties=Ties.ORDER,
    )
    assert attained(game, lone(game).worst) is follows


def test_an_indifferent_agent_may_say_nothing_or_everything() -> None:
    """Every plan is optimal for it: the user gets NOINFO = 2/3 from the worst and OPT = 1 from the
    best.
    """
    user = {"left": [1, 0], "right": [0, 1]}
    found = lone(
        simple_game({"l": F(1, 3), "r": F(2, 3)}, user, {"idle": {"left": [2, 2], "right": [2, 2]}})
    )
    assert (found.value, found.worst.user_utility, found.best.user_utility) == (F(2), F(2, 3), F(1))


def test_an_agent_who_sees_nothing_leaves_her_prior_choice() -> None:
    game = load(INSTANCES / "classics/prosecutor.toml")
    blind = replace(game, agents=(replace(game.agents[0], sees=(("innocent", "guilty"),)),))
    found = lone(blind)
    assert (found.value, found.worst.user_utility) == (F(0), F(7, 10))


def test_too_many_actions_are_refused_with_their_number() -> None:
    actions = [f"a{n}" for n in range(600)]
    game = simple_game({"s": 1}, {a: [0] for a in actions}, {"x": {a: [0] for a in actions}})
    with pytest.raises(SizeError, match=r"360000 coefficients .* 600 x 600 actions.*--program-lim"):
        lone(game)


def test_the_conversation_does_not_matter_to_one_sender_and_a_silent_user() -> None:
    game = load(INSTANCES / "classics/prosecutor.toml")
    assert lone(replace(game, conversation=Conversation(3, 1, 2))).value == F(3, 5)


def test_programs_beyond_the_limit_are_refused_before_work() -> None:
    game = load(INSTANCES / "classics/private_threshold.toml")
    with pytest.raises(
        SizeError,
        match=r"would have 16 coefficients .*the limit is 15; raise it with --program-limit",
    ):
        persuade(game, game.agents[0], Effort(program_limit=15))


def test_a_program_is_refused_before_anything_of_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its columns alone would take gigabytes where strategies and cells are in the thousands."""

    def made(*_: object) -> None:
        raise AssertionError("a program was begun")

    monkeypatch.setattr("verifier.theory.deviations.persuasion.Program", made)
    game = load(INSTANCES / "classics/prosecutor.toml")
    found = subproblem_of(game, game.agents[0], signal_distribution(game, []))
    strategies = user_strategies(game, found)
    with pytest.raises(
        SizeError, match=r"would have 8 coefficients \(2 user strategies, 2 cells\)"
    ):
        column_payoffs(found, strategies, found.user_payoff, Effort(program_limit=7))
    assert len(column_payoffs(found, strategies, found.user_payoff, Effort(program_limit=8))) == 4


def test_payoffs_are_counted_before_they_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    path = INSTANCES / "classics/prosecutor.toml"
    for module, said in (
        (
            "verifier.theory.deviations.persuasion",
            "the persuasion problem of prosecutor would have 8 payoffs",
        ),
        ("verifier.game.model", "the payoffs would have 8 entries"),
    ):
        game = load(path)
        with monkeypatch.context() as changed, pytest.raises(SizeError, match=said):
            changed.setattr(f"{module}.MAX_PAYOFFS", 7)
            persuade(game, game.agents[0])
