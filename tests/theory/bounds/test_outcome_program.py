"""bound*: valid, at least the paper's, and proved by its multipliers (theory.md 5.2, 5.3, 5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, Table, games, rationals, simple_game
from tests.oracles import sign_of
from verifier.errors import SizeError
from verifier.game.model import Conversation, Game, Ties
from verifier.game.reader import load
from verifier.game.response import best_response_flow, value_of
from verifier.game.writer import write
from verifier.numbers import enclose
from verifier.solve import exact, smt
from verifier.solve.effort import Effort
from verifier.solve.exponential import Base, Decided, ExponentialSum, QuotientSum, sign
from verifier.solve.program import Answer, Infeasible, Optimal, Program
from verifier.theory.alignment import hull
from verifier.theory.benchmark import optimum, quantal_value
from verifier.theory.bounds.outcome_program import Bound, bound
from verifier.theory.guarantees.guarantee import (
    Deviation,
    Guarantee,
    Setting,
    deviation_payoff,
)
from verifier.theory.guarantees.quantal import quantal_deviation_payoff
from verifier.theory.verdict import examine, setting_of

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)
RATIONAL = [Guarantee.BAYES, Guarantee.BEST_AI]


def setting(game: Game, guarantee: Guarantee) -> Setting:
    nearest = hull(game)
    return setting_of(game, guarantee, nearest, nearest.epsilon)


@pytest.mark.slow
@often
@given(game=games())
def test_never_below_the_paper_and_never_above_an_equilibrium(game: Game) -> None:
    note(write(game))
    for finding in examine(game).findings.values():
        if finding.paper_bound is not None:
            assert sign_of(finding.bound.value, finding.paper_bound) >= 0
        if finding.equilibrium is not None:
            assert sign_of(finding.bound.value, finding.equilibrium.user_utility) <= 0


@pytest.mark.slow
@pytest.mark.parametrize("guarantee", list(Guarantee))
@settings(often, max_examples=12)
@given(game=games())
def test_z3_agrees_on_every_program(guarantee: Guarantee, game: Game) -> None:
    note(write(game))
    seen: list[tuple[Program, Answer]] = []

    def solve(program: Program) -> Answer:
        answer = exact.solve(program)
        seen.append((program, answer))
        return answer

    bound(game, setting(game, guarantee), Effort(solve))
    assert seen
    for program, answer in seen:
        opinion = smt.solve(program)
        assert opinion == (
            smt.Unsatisfiable()
            if isinstance(answer, Infeasible)
            else smt.Optimum(_optimal(answer).value)
        )


def _optimal(answer: Answer) -> Optimal:
    assert isinstance(answer, Optimal)
    return answer


def column(game: Game, found: Bound, point: tuple[str, str], action: str) -> Fraction:
    """The left side of proofs/FORMAT.md's inequality, from the utilities."""
    x_user, _ = point
    multipliers = found.multipliers
    total = multipliers.marginal[point]
    for (x, chosen, other), kappa in multipliers.obedience.items():
        if x == x_user and chosen == action:
            total += kappa * (
                game.user_payoff[(*point, action)] - game.user_payoff[(*point, other)]
            )
    return total + sum(
        (w * game.agent_payoff(name)[(*point, action)] for name, w in multipliers.agents.items()),
        F(0),
    )


def responses(game: Game, deviation: Deviation, ties: Ties) -> Iterator[dict[tuple[str, str], str]]:
    """Every pure fully informed best response, or only the first one; for rules of full
    information.
    """
    assert all(len(cell) == 1 for cell in deviation.response.leaves())
    best = game.best_actions
    tied = [actions[:1] if ties is Ties.ORDER else actions for actions in best.values()]
    return (dict(zip(best, choice, strict=True)) for choice in product(*tied))


def secured(game: Game, found: Bound) -> Fraction:
    """The deviation payoffs together, less gamma each, weighted by the multipliers.

    By enumeration of the user's responses.
    """
    weights = found.multipliers.agents
    together = [d for d in found.deviations if d.ties in (Ties.BELIEF, Ties.ORDER)]
    total = F(0)
    if together:
        total += min(
            sum((weights[d.agent] * gain(game, d.agent, response) for d in together), F(0))
            for response in responses(game, together[0], together[0].ties)
        )
    for deviation in found.deviations:
        if deviation not in together:
            gains = [
                gain(game, deviation.agent, response)
                for response in responses(game, deviation, deviation.ties)
            ]
            total += weights[deviation.agent] * (
                max if deviation.ties is Ties.FAVOUR_SPEAKER else min
            )(gains)
    return total - game.gamma * sum(weights.values())


def gain(game: Game, agent: str, response: dict[tuple[str, str], str]) -> Fraction:
    return sum(
        (game.agent_payoff(agent)[(*point, action)] for point, action in response.items()), F(0)
    )


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@settings(often, max_examples=20)
@given(game=games())
def test_multipliers_prove_the_bound(ties: Ties, game: Game) -> None:
    """Signs, every printed inequality, and the value: sum of pi plus what the deviations secure."""
    game = replace_ties(game, ties)
    note(write(game))
    found = bound(game, setting(game, Guarantee.BAYES), Effort())
    multipliers = found.multipliers
    assert set(multipliers.marginal) == set(game.points)
    assert all(
        value >= 0 for value in (*multipliers.obedience.values(), *multipliers.agents.values())
    )
    for point, action in product(game.points, game.actions):
        assert column(game, found, point, action) <= game.user_payoff[(*point, action)]
    proved = sum(multipliers.marginal.values(), secured(game, found))
    assert isinstance(found.value, Fraction)
    assert found.value == min(proved, optimum(game))


@pytest.mark.slow
@settings(often, max_examples=25)
@given(game=games(max_agent_observations=4))
def test_multipliers_prove_the_bound_for_the_best_ai(game: Game) -> None:
    note(write(game))
    game, found = game, bound(game, setting(game, Guarantee.BEST_AI), Effort())
    assert all(
        value >= 0
        for value in (*found.multipliers.obedience.values(), *found.multipliers.agents.values())
    )
    for point, action in product(game.points, game.actions):
        assert column(game, found, point, action) <= game.user_payoff[(*point, action)]
    assert isinstance(found.value, Fraction)
    assert found.value <= min([optimum(game), *(value_of(game, d.rule) for d in found.deviations)])
    if game.ties in (Ties.ANY, Ties.FAVOUR_SPEAKER):
        weights = found.multipliers.agents
        total = sum((weights[d.agent] * deviation_payoff(game, d) for d in found.deviations), F(0))
        assert found.value <= sum(found.multipliers.marginal.values(), total)


def replace_ties(game: Game, ties: Ties) -> Game:
    return replace(game, ties=ties)


def announcements(game: Game) -> Iterator[dict[str, int]]:
    """Every deterministic public announcement of x_B, as labels."""
    size = len(game.agent_observations)
    return (
        dict(zip(game.agent_observations, labels, strict=True))
        for labels in product(range(size), repeat=size)
    )


def obedient_outcomes(game: Game) -> Iterator[dict[tuple[str, str], str]]:
    """Outcomes of every announcement with every pure best response: (x_A, x_B) -> action."""
    for said in announcements(game):
        situations: dict[tuple[str, int], list[str]] = {}
        for x_user, x_agent in game.points:
            situations.setdefault((x_user, said[x_agent]), []).append(x_agent)
        tied = [
            game.optimal_actions(x_user, tuple(cell)) for (x_user, _), cell in situations.items()
        ]
        for choice in product(*tied):
            acts = dict(zip(situations, choice, strict=True))
            yield {
                (x_user, x_agent): acts[x_user, said[x_agent]] for x_user, x_agent in game.points
            }


def two_senders(ties: Ties = Ties.ANY) -> st.SearchStrategy[Game]:
    return games(
        min_agents=2,
        max_agents=2,
        partitioned=False,
        rich=True,
        silent=True,
        max_rounds=1,
        ties=ties,
    )


@pytest.mark.slow
@pytest.mark.parametrize("ties", [Ties.ANY, Ties.FAVOUR_SPEAKER])
@often
@given(data=st.data())
def test_obedient_outcomes_that_no_agent_would_leave_are_above_the_bound(
    ties: Ties, data: st.DataObject
) -> None:
    """Full information, silent user, k = 2: announcements, and mixtures of two, that give each
    agent what revealing secures.
    """
    game = data.draw(two_senders(ties))
    note(write(game))
    lowest = bound(game, setting(game, Guarantee.BAYES), Effort()).value
    assert isinstance(lowest, Fraction)
    full = [
        dict(zip(game.best_actions, c, strict=True)) for c in product(*game.best_actions.values())
    ]
    end = max if ties is Ties.FAVOUR_SPEAKER else min
    least = {
        agent.name: end(gain(game, agent.name, response) for response in full)
        for agent in game.agents
    }

    def worth(outcome: dict[tuple[str, str], str]) -> tuple[Fraction, ...]:
        user = sum((game.user_payoff[(*point, action)] for point, action in outcome.items()), F(0))
        return (user, *(gain(game, name, outcome) for name in least))

    found = sorted({worth(outcome) for outcome in obedient_outcomes(game)})
    share = data.draw(st.sampled_from([F(1, 2), F(1, 3), F(3, 4)]))
    mixed = [
        tuple(share * a + (1 - share) * b for a, b in zip(one, two, strict=True))
        for one in found
        for two in found
    ]
    stays = [
        v[0]
        for v in (*found, *mixed)
        if all(u >= low for u, low in zip(v[1:], least.values(), strict=True))
    ]
    assert all(value >= lowest for value in stays)
    if game.has_unique_best_actions:
        assert optimum(game) in stays


def test_opposed_advocates_bound_is_attained_by_an_obedient_outcome() -> None:
    """7/10: three tenths convicted at random keeps both sides at what revealing secures.

    In one round their contest goes further, to full revelation (theory.md 5.5).
    """
    game = load(INSTANCES / "classics/opposed_advocates.toml")
    assert bound(game, setting(game, Guarantee.BAYES), Effort()).value == 1
    longer = replace(game, conversation=replace(game.conversation, rounds=2))
    assert bound(longer, setting(longer, Guarantee.BAYES), Effort()).value == F(7, 10)


def test_the_constant_two_is_tight() -> None:
    """theory.md 7.2: a safe action, one a state worth 2 eps more; agents value both alike."""
    eps = F(1, 10)
    user: Table = {"safe": [1, 1], "left": [1 + 2 * eps, -5], "right": [-5, 1 + 2 * eps]}
    agent: Table = {
        "safe": [1 + eps] * 2,
        "left": [1 + eps, -5 - eps],
        "right": [-5 - eps, 1 + eps],
    }
    game = simple_game({"l": F(1, 2), "r": F(1, 2)}, user, {"one": agent, "two": agent})
    assert hull(game).epsilon == eps
    found = bound(game, setting(game, Guarantee.BAYES), Effort())
    assert found.value == 1 == optimum(game) - 2 * eps


def test_no_deviation_leaves_what_she_knows_alone() -> None:
    """An agent with one letter secures nothing: obedience alone leaves her NOINFO."""
    game = simple_game(
        {"l": F(1, 3), "r": F(2, 3)},
        {"a": [1, 0], "b": [0, 1]},
        {"x": {"a": [1, 0], "b": [0, 1]}},
        conversation=Conversation(1, 1, 1),
    )
    found = bound(game, setting(game, Guarantee.BAYES), Effort())
    assert (found.deviations, found.value) == ((), F(2, 3))


def test_the_best_ai_proves_no_more_than_what_the_offered_rule_is_worth() -> None:
    """Each of two agents wants another of two duplicate actions, so one offers TEAM = 2/3."""
    user = {"one": [1, 0], "twin": [1, 0], "other": [0, 1]}
    rows = {
        "a": {"one": [1, 1], "twin": [0, 0], "other": [0, 0]},
        "b": {"one": [0, 0], "twin": [1, 1], "other": [0, 0]},
    }
    prior, mute = {"l": F(2, 3), "r": F(1, 3)}, Conversation(1, 1, 1)
    game = simple_game(prior, user, rows, ties=Ties.FAVOUR_SPEAKER, conversation=mute)
    placed = setting(game, Guarantee.BEST_AI)
    assert [deviation_payoff(game, deviation) for deviation in placed.deviations] == [1, 1]
    found = bound(game, placed, Effort())
    assert (found.value, optimum(game)) == (F(2, 3), F(1))
    assert sum(found.multipliers.marginal.values()) + sum(found.multipliers.agents.values()) >= F(
        2, 3
    )


def test_too_large_a_program_is_refused_with_its_size() -> None:
    game = load(INSTANCES / "classics/prosecutor.toml")
    with pytest.raises(
        SizeError,
        match=(
            r"would have 16 coefficients \(2 observation pairs, 2 actions, 1 agents\), the limit"
            r" is 15"
        ),
    ):
        bound(game, setting(game, Guarantee.BAYES), Effort(program_limit=15))


def test_anonymous_responses_are_a_polytope() -> None:
    """Two tied actions at one cell: two columns, one row; under `order` only the first is left."""
    game = simple_game({"s": 1}, {"a": [1], "b": [1]}, {"x": {"a": [0], "b": [1]}})
    rule = setting(game, Guarantee.BAYES).deviations[0].response
    assert {a for _, a in best_response_flow(game, "nothing", rule, Ties.BELIEF).leaves} == {
        "a",
        "b",
    }
    assert {a for _, a in best_response_flow(game, "nothing", rule, Ties.ORDER).leaves} == {"a"}


# quantal


def sixty_digits(value: QuotientSum) -> Fraction:
    """The number by plain decimal arithmetic at 80 digits: good to 60 where exponents are small."""
    with localcontext() as context:
        context.prec = 80
        growth = Decimal(1) if value.base == "e" else Decimal(value.base).ln()

        def number(x: Fraction) -> Decimal:
            return Decimal(x.numerator) / Decimal(x.denominator)

        def total(part: ExponentialSum) -> Decimal:
            return sum(
                (number(c) * (number(q) * growth).exp() for q, c in part.coefficients.items()),
                Decimal(0),
            )

        return F(
            sum(
                (total(above) / total(below) for above, below in value.quotients),
                number(value.constant),
            )
        )


def agrees(value: QuotientSum) -> None:
    """The exact sign against sixty digits; what they cannot tell from 0 must be 0 or tiny."""
    found, reference = sign(value), sixty_digits(value)
    assert isinstance(found, Decided)
    if abs(reference) > F(1, 10**50):
        assert found.sign == (1 if reference > 0 else -1)
    else:
        assert found.sign == 0


@often
@given(game=games())
def test_quantal_bound_lies_below_the_informed_reply(game: Game) -> None:
    note(write(game))
    game, placed = game, setting(game, Guarantee.QUANTAL)
    found, informed = bound(game, placed, Effort()), quantal_value(game)
    assert isinstance(found.value, QuotientSum)
    assert enclose(found.value).lower <= enclose(informed).upper
    assert sign_of(found.value, informed) <= 0
    agrees(found.value - informed)
    assert not found.multipliers.obedience
    for point, action in product(game.points, game.actions):
        assert column(game, found, point, action) <= game.user_payoff[(*point, action)]


@pytest.mark.slow
@often
@given(game=games(claims=False))
def test_quantal_bound_is_the_dual_value_in_sixty_digits(game: Game) -> None:
    note(write(game))
    game, placed = game, setting(game, Guarantee.QUANTAL)
    found = bound(game, placed, Effort())
    assert isinstance(found.value, QuotientSum)
    total = sum(found.multipliers.marginal.values(), F(0))
    for name, weight in found.multipliers.agents.items():
        assert weight >= 0
        total += weight * sixty_digits(quantal_deviation_payoff(game, placed, name))
    assert abs(sixty_digits(found.value) - total) < F(1, 10**50)


@pytest.mark.slow
@often
@given(game=games(), claim=rationals(0, 1))
def test_quantal_verdict_comparisons_agree_with_sixty_digits(game: Game, claim: Fraction) -> None:
    finding = examine(game, [Guarantee.QUANTAL], claim).findings[Guarantee.QUANTAL]
    assert isinstance(finding.bound.value, QuotientSum)
    assert isinstance(finding.claimed_bound, QuotientSum)
    agrees(finding.bound.value - finding.claimed_bound)


@pytest.mark.slow
@pytest.mark.parametrize("base", ["e", 2, 3])
@often
@given(data=st.data())
def test_signs_of_random_quotients_agree_with_sixty_digits(base: Base, data: st.DataObject) -> None:
    exponents = rationals(-2, 2)
    above = st.dictionaries(exponents, rationals(-2, 2), min_size=1, max_size=3)
    below = st.dictionaries(exponents, st.integers(1, 3).map(F), min_size=1, max_size=3)
    pairs = data.draw(
        st.lists(st.tuples(above.map(ExponentialSum), below.map(ExponentialSum)), max_size=3)
    )
    value = QuotientSum(base, data.draw(rationals()), tuple(pairs))
    agrees(value)
    agrees(value - value)
    ends = enclose(value)
    assert ends.lower <= ends.upper
    assert ends.lower - F(1, 10**50) <= sixty_digits(value) <= ends.upper + F(1, 10**50)


@pytest.mark.parametrize(("shift", "expected"), [(F(0), 0), (F(1, 10**45), 1), (F(-1, 10**45), -1)])
def test_a_sign_hidden_behind_forty_digits_is_decided(shift: Fraction, expected: int) -> None:
    """(e^2 - 1) / (e + 1) - (e - 1) is 0, but only algebra says so."""
    quotient = (ExponentialSum({F(2): F(1), F(0): F(-1)}), ExponentialSum({F(1): F(1), F(0): F(1)}))
    difference = (ExponentialSum({F(1): F(-1), F(0): F(1)}), ExponentialSum({F(0): F(1)}))
    found = sign(QuotientSum("e", shift, (quotient, difference)))
    assert isinstance(found, Decided)
    assert found.sign == expected


@settings(often, max_examples=15)
@given(game=games(min_agents=1, max_agents=1, rich=True, partitioned=False, claims=False))
def test_a_perfectly_aligned_agent_guarantees_the_quantal_value(game: Game) -> None:
    """One agent with her utility and everything to say: U(mu) >= QR is u(mu) >= QR."""
    aligned = replace(game, agents=(replace(game.agents[0], utility=game.utility),))
    found = bound(aligned, setting(aligned, Guarantee.QUANTAL), Effort())
    assert sign_of(found.value, quantal_value(aligned)) == 0
