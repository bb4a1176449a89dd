"""Remarks that agents could add: where they raise the bound, and that no equilibrium is below it.

theory.md 5.7.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from benchmarks.random_games import closed
from benchmarks.random_games import random_game as reference_game
from tests.games import INSTANCES, Table, games, profiles, simple_game
from verifier.certificate import certificate
from verifier.checker import Kernel, ask
from verifier.game.model import Conversation, Game, Target, Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.numbers import rational
from verifier.solve.effort import DIRECT, Effort
from verifier.solve.exact import solve
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.alignment import hull
from verifier.theory.benchmark import meets, no_information, optimum
from verifier.theory.bounds.extreme_beliefs import After, extreme_beliefs
from verifier.theory.bounds.indifference import Shift, Tie, difference, indifference
from verifier.theory.bounds.outcome_program import bound
from verifier.theory.bounds.rare_remarks import RemarkBound, remark_bound
from verifier.theory.bounds.remark_program import RemarkSearch, occurring
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.signals import judge
from verifier.theory.verdict import examine, setting_of

F = Fraction
THIRDS = {"x": F(1, 3), "y": F(1, 3), "z": F(1, 3)}


def remarks(game: Game, goal: Fraction | None = None) -> RemarkBound | None:
    setting = setting_of(game, Guarantee.BAYES, hull(game), F(0))
    goal = optimum(game) if goal is None else goal
    return remark_bound(game, setting, F(-(10**6)), goal, goal, Effort())


def rows(game: Game) -> Fraction:
    """What the outcome program alone proves."""
    found = bound(game, setting_of(game, Guarantee.BAYES, hull(game), F(0)), Effort()).value
    assert isinstance(found, Fraction)
    return found


def two_ways() -> Game:
    """Ties of both kinds: at some she may break either way, at others not."""
    hers: Table = {"a": [2, 1, 3], "b": [1, 3, 0]}
    one: Table = {"a": [1, 3, 2], "b": [2, 3, 1]}
    two: Table = {"a": [0, 1, 1], "b": [1, 3, 2]}
    return simple_game(THIRDS, hers, {"one": one, "two": two})


def test_an_editor_has_as_much_as_her_worst_equilibrium() -> None:
    game = load(INSTANCES / "guarantees/print_or_hold.toml")
    found = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    assert found.equilibrium is not None and found.bound.remarks is not None
    assert found.equilibrium.user_utility == found.bound.value == F(8, 3)
    assert rows(game) == 2


def test_rivals_who_both_like_a_drug_to_be_sold_give_her_all_that_there_is() -> None:
    game = load(INSTANCES / "guarantees/drug_sponsors.toml")
    found = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES].bound
    assert found.value == optimum(game) == F(4, 5) > rows(game) == F(17, 25)
    assert found.remarks is not None and found.remarks.proof is not None
    likelihoods = [n for made in found.remarks.proof.remarks for n in made.likelihoods.values()]
    assert max(n.denominator for n in likelihoods) < 1000, "numbers that people can read"


@pytest.mark.parametrize("number", [81, 169])
def test_cases_are_divided_by_what_matters_where_she_would_have_too_little(number: int) -> None:
    """By the remarks in the order in which they were found these proofs have over 500 cases."""
    draw = random.Random("1 (2, 3, 3)")
    game = [reference_game(draw, 2, 3, 3) for _ in range(number + 1)][-1]
    finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    assert finding.bound.remarks is not None and finding.bound.remarks.proof is not None
    assert len(finding.bound.remarks.proof.leaves) < 100
    assert closed(game, finding)


def never_attained(ties: Ties = Ties.ORDER) -> Game:
    """Her worst equilibrium is worth 9, and so is the least upper bound of what remarks prove."""
    states = {"y0": F(5, 19), "y1": F(7, 19), "y2": F(7, 19)}
    hers: Table = {"a0": [1, 9, 9], "a1": [2, 0, 0], "a2": [9, 10, 1]}
    one: Table = {"a0": [10, 9, 4], "a1": [0, 1, 2], "a2": [8, 0, 2]}
    two: Table = {"a0": [4, 10, 9], "a1": [6, 8, 8], "a2": [7, 6, 3]}
    return simple_game(states, hers, {"one": one, "two": two}, ties=ties)


@pytest.mark.parametrize("ties", [Ties.ANY, Ties.ORDER])
def test_a_small_likelihood_leaves_a_gap_in_proportion_to_it(ties: Ties) -> None:
    game = never_attained(ties)
    setting = setting_of(game, Guarantee.BAYES, hull(game), F(0))
    gaps = []
    for bits in (35, 40, 50):
        found = remark_bound(game, setting, rows(game), F(9), F(9), Effort(near_bits=bits))
        assert found is not None and 9 - found.value > 0
        gaps.append((9 - found.value) * 2**bits)
    assert max(gaps) < min(gaps) * F(1001, 1000)
    halves = remark_bound(game, setting, rows(game), F(9), F(9), Effort(near_bits=0))
    assert halves is not None and halves.value == F(457, 57)


def test_a_bound_next_to_the_worst_equilibrium_is_shown_and_no_other() -> None:
    game = never_attained()
    finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    assert finding.equilibrium is not None and finding.equilibrium.user_utility == 9
    assert 0 < 9 - rational(finding.bound.value) < F(1, 2**30)
    at_once = examine(game, [Guarantee.BAYES], effort=DIRECT).findings[Guarantee.BAYES]
    assert at_once.bound.value == rows(game) == F(131, 19)


def test_the_kernel_accepts_a_claim_next_to_the_worst_equilibrium(tmp_path: Path) -> None:
    game = never_attained()
    claimed = 9 - F(1, 2**33)
    tolerance = (optimum(game) - claimed) / 2
    game = replace(game, target=Target.OPTIMUM, tolerance=tolerance)
    path, place = tmp_path / "game.toml", tmp_path / "certificate.json"
    path.write_text(write(game), encoding="utf-8")
    finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    made = certificate(game, finding)
    assert made is not None and finding.verdict == "proved"
    place.write_text(made.text, encoding="utf-8")
    reply = ask(place, path, (), made.line)
    assert reply.accepted and f"= {claimed}, claimed for the bayes user" in reply.text


def test_next_to_nothing_is_measured_by_what_it_is_worth_to_know_everything() -> None:
    game = never_attained()
    spread = optimum(game) - no_information(game)
    assert meets(game, F(9), F(9)) and meets(game, F(9), 9 + spread / 2**30)
    assert not meets(game, F(9), 9 + spread / 2**29)


@pytest.mark.parametrize("ties", Ties)
def test_remarks_raise_what_the_outcome_program_proves(ties: Ties) -> None:
    game = replace(two_ways(), ties=ties)
    found = remarks(game)
    assert found is not None and found.value > rows(game)
    assert all(
        rational(e.user_utility) >= found.value
        for e in exhibit(game, Guarantee.BAYES, Effort()).equilibria
    )


def test_a_bound_that_decides_nothing_is_not_proved() -> None:
    """The rows prove the claim, and remarks do not prove as much as the goal."""
    game = two_ways()
    setting, goal = setting_of(game, Guarantee.BAYES, hull(game), F(0)), optimum(game)
    raised = remark_bound(game, setting, rows(game), goal, goal, DIRECT)
    assert raised is not None and rows(game) < raised.value < goal
    assert remark_bound(game, setting, rows(game), goal, rows(game), DIRECT) is None
    met = remark_bound(game, setting, rows(game), raised.value, rows(game), DIRECT)
    assert met is not None and met.value == raised.value


@given(
    game=games(min_states=2, min_agents=2, max_user_observations=2, claims=False), some=st.data()
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_remarks_prove_more_than_the_ceiling(game: Game, some: st.DataObject) -> None:
    found = indifference(game, frozenset(), Effort())
    assume(found is not None)
    assert found is not None
    setting = setting_of(game, Guarantee.BAYES, hull(game), F(0))
    names = some.draw(st.frozensets(st.sampled_from([agent.name for agent in game.agents])))
    search = RemarkSearch(game, setting, found.left, names, Effort())
    for bits in (0, 3):
        highest, best = search.ceiling(never, bits), search.best(never, bits)
        if best is not None:
            assert highest is not None and best.value <= highest


def never(_: Fraction) -> bool:
    """No bound is enough."""
    return False


def test_where_ties_are_free_an_agent_needs_a_direction() -> None:
    proofs = {ties: remarks(replace(two_ways(), ties=ties)) for ties in Ties}
    for ties, found in proofs.items():
        assert found is not None and found.proof is not None
        assert bool(found.ties.left) == (ties is not Ties.ORDER)
        needs = ties in (Ties.ANY, Ties.BELIEF)
        assert bool(found.proof.directions) == needs
        assert all((kept.direction is not None) == needs for kept in found.proof.kept)


def test_under_order_she_takes_the_first_of_the_best() -> None:
    game = replace(two_ways(), ties=Ties.ORDER)
    found = indifference(game, frozenset(), Effort())
    assert found is not None
    assert {tie.action for tie in found.multipliers} == {"a"}
    free = indifference(replace(game, ties=Ties.ANY), frozenset(), Effort())
    assert free is not None and {tie.action for tie in free.multipliers} == {"a", "b"}


def test_whoever_breaks_a_tie_gains_so_that_no_equilibrium_has_one() -> None:
    hers: Table = {"a": [2, 0, 0], "b": [1, 3, 1]}
    one: Table = {"a": [2, 3, 2], "b": [3, 3, 2]}
    two: Table = {"a": [3, 1, 2], "b": [0, 2, 1]}
    game = simple_game(THIRDS, hers, {"one": one, "two": two})
    found = remarks(game)
    assert found is not None and found.proof is None and not found.ties.left
    assert found.value == optimum(game) == 2 > rows(game)


def test_two_who_speak_at_once_have_ties_at_which_remarks_do_not_count() -> None:
    """An equilibrium worth 25/6: without its ties every one would be worth 5."""
    states = {"y0": F(1, 2), "y1": F(1, 2)}
    hers: Table = {"a0": [7, 1], "a1": [1, 4], "a2": [8, 0]}
    his: Table = {"a0": [6, 3], "a1": [2, 1], "a2": [1, 1]}
    theirs: Table = {"a0": [8, 10], "a1": [4, 1], "a2": [9, 8]}
    game = simple_game(states, hers, {"one": his, "two": theirs})
    found = remarks(game)
    assert found is None or found.value <= F(25, 6)


@pytest.mark.parametrize(
    "talk", [Conversation(rounds=2), Conversation(user_alphabet=2), Conversation(agent_alphabet=2)]
)
def test_the_protocol_must_be_one_round_of_any_words(talk: Conversation) -> None:
    assert remarks(replace(two_ways(), conversation=talk)) is None


def test_gains_that_are_left_alone_leave_remarks_alone() -> None:
    assert remarks(replace(two_ways(), gamma=F(1, 100))) is None


def random_game(draw: random.Random) -> Game:
    """Three states, whole numbers, any tie rule: often several actions are best at a point."""
    actions = ["a", "b", "c"][: draw.choice([2, 3])]

    def table() -> Table:
        return {a: [draw.randint(0, 3) for _ in THIRDS] for a in actions}

    game = simple_game(THIRDS, table(), {"one": table(), "two": table()})
    return replace(game, ties=draw.choice(list(Ties)))


def test_the_kernel_accepts_what_remarks_prove(tmp_path: Path) -> None:
    draw, path, accepted = random.Random(5), tmp_path / "game.toml", 0
    place = tmp_path / "certificate.json"
    with Kernel() as kernel:
        for _ in range(150):
            game = replace(random_game(draw), tolerance=F(0))  # what the rows do not prove
            bound = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES].bound
            if bound.remarks is None:
                continue
            tolerance = max(F(0), (optimum(game) - bound.remarks.value) / 2)
            game = replace(game, tolerance=tolerance)
            path.write_text(write(game), encoding="utf-8")
            finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
            made = certificate(game, finding)
            assert made is not None
            place.write_text(made.text, encoding="utf-8")
            reply = kernel(place, path, (), made.line)
            assert reply.accepted, reply.text
            accepted += 1
    assert accepted > 5


@pytest.mark.slow
def test_the_kernel_accepts_bounds_next_to_the_worst_equilibria_of_random_games(
    tmp_path: Path,
) -> None:
    draw, path, accepted = random.Random(2), tmp_path / "game.toml", 0
    place = tmp_path / "certificate.json"

    def table() -> Table:
        return {a: [draw.randint(0, 10) for _ in THIRDS] for a in ("a", "b", "c")}

    with Kernel() as kernel:
        for _ in range(60):
            ties = draw.choice([Ties.ANY, Ties.ORDER])
            game = simple_game(THIRDS, table(), {"one": table(), "two": table()}, ties=ties)
            finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
            if finding.equilibrium is None or finding.bound.remarks is None:
                continue
            value, worst = finding.bound.remarks.value, rational(finding.equilibrium.user_utility)
            assert value <= worst
            if value == worst or not meets(game, value, worst):
                continue
            claim = replace(game, target=Target.OPTIMUM, tolerance=(optimum(game) - value) / 2)
            path.write_text(write(claim), encoding="utf-8")
            made = certificate(claim, examine(claim, [Guarantee.BAYES]).finding(Guarantee.BAYES))
            assert made is not None
            place.write_text(made.text, encoding="utf-8")
            reply = kernel(place, path, (), made.line)
            assert reply.accepted, reply.text
            accepted += 1
    assert accepted > 2


def test_a_remark_is_about_what_its_agent_sees() -> None:
    game = two_ways()
    blind = replace(game.agents[1], sees=(("x", "y"), ("z",)))
    found = remarks(replace(game, agents=(game.agents[0], blind)))
    assert found is not None and found.proof is not None
    for remark in found.proof.remarks:
        assert remark.agent == "one" or remark.likelihoods["x"] == remark.likelihoods["y"]


@given(game=games(min_states=2, max_user_observations=1, private=False))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_ties_are_those_that_some_belief_has(game: Game) -> None:
    """At the extreme beliefs of what she does, she is indifferent; each such tie is looked at."""
    found = indifference(game, frozenset(), Effort())
    assume(found is not None)
    assert found is not None
    for x in game.user_support:
        after = After(game, x)
        for extreme in extreme_beliefs(after, [], 10_000) or ():
            possible = [o for o, p in zip(after.observations, extreme.belief, strict=True) if p]
            if len(extreme.best) > 1:
                tie = Tie(x, tuple(extreme.best), tuple(possible), extreme.best[0])
                assert tie in found.multipliers


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_no_equilibrium_is_below_what_remarks_prove(data: st.DataObject) -> None:
    game = data.draw(games(min_states=2, min_agents=2, max_user_observations=2, claims=False))
    game = replace(game, conversation=Conversation(), gamma=F(0))
    note(write(game))
    found = remarks(game)
    assume(found is not None)
    assert found is not None
    known = exhibit(game, Guarantee.BAYES, Effort()).equilibria
    assert all(rational(e.user_utility) >= found.value for e in known)
    for _ in range(3):
        shown = judge(game, data.draw(profiles(game, words=3)), Effort())
        assert (
            not isinstance(shown, SignalEquilibrium) or rational(shown.user_utility) >= found.value
        )


def positive_at_once(game: Game, shifts: dict[Shift, dict[Tie, dict[str, int]]]) -> set[Tie]:
    """The ties at which weighted shifts gain something and nowhere lose, by one program: multiples
    of her differences are taken off the gains, and something is left.
    """
    program, found = Program(Goal.MAXIMISE), {tie for at in shifts.values() for tie in at}
    for shift in shifts:
        program.column(shift)
    for tie in found:
        others = [c for c in game.actions if c != tie.action]
        program.column(("gain", tie), 1)
        program.row(("most", tie), {("gain", tie): 1}, Sense.AT_MOST, 1)
        for c in others:
            program.column((tie, c), free=c in tie.best)
        total: dict[Key, Number] = {("gain", tie): -1}
        for o in tie.possible:
            row: dict[Key, Number] = {shift: at[tie][o] for shift, at in shifts.items()}
            row |= {(tie, c): -difference(game, tie, o, c) for c in others}
            program.row((tie, o), row, Sense.AT_LEAST)
            total |= {key: total.get(key, 0) + value for key, value in row.items()}
        program.row((tie, "in sum"), total, Sense.AT_LEAST)
    answer = solve(program)
    assert isinstance(answer, Optimal)
    return {tie for tie in found if answer.primal["gain", tie]}


def gain(game: Game, tie: Tie, shift: Shift, o: str) -> int:
    """The least that an agent gains by a shift at a tie, where an observation is the case."""
    x, hers, left = tie.user_observation, game.whole_user_payoff, list(tie.best)
    for first in shift.order:
        if first in tie.possible:
            left = [a for a in left if hers[x, first, a] == max(hers[x, first, b] for b in left)]
    his = game.whole_agent_payoffs[shift.agent]
    return min(his[x, o, a] for a in left) - his[x, o, tie.action]


@given(game=games(min_states=2, max_user_observations=2, private=False))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_ties_left_are_those_of_one_program_for_all_weights(game: Game) -> None:
    found = indifference(game, frozenset(), Effort())
    assume(found is not None)
    assert found is not None
    orders = list(permutations([o for o in game.agent_observations if o in occurring(game)]))
    told = [a.name for a in game.agents if all(len({*c} & {*orders[0]}) <= 1 for c in a.sees)]
    shifts = {
        shift: {tie: {o: gain(game, tie, shift, o) for o in tie.possible} for tie in found.extremes}
        for shift in (Shift(name, order) for name in told for order in orders)
    }
    if shifts:
        assert {*found.extremes} - {*found.left} == positive_at_once(game, shifts)
    for tie, multipliers in found.multipliers.items():
        rest = {
            o: sum((w * shifts[shift][tie][o] for shift, w in found.shifts.items()), F(0))
            - sum((m * difference(game, tie, o, c) for c, m in multipliers.items()), F(0))
            for o in tie.possible
        }
        assert all(m >= 0 or c in tie.best for c, m in multipliers.items())
        assert min(rest.values()) >= 0 and (sum(rest.values()) > 0) == (tie not in found.left)
