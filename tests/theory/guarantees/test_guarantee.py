"""Hypotheses hold where they should, and fail with a witness that a reader can check.

theory.md 4.1, 4.2, 4.3.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Literal

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.games import Table, games, informed_game, profiles, simple_game
from tests.oracles import sign_of
from verifier.game.model import NOTHING, Conversation, Game, Ties
from verifier.game.response import value_of
from verifier.game.rules import separates
from verifier.game.writer import write
from verifier.theory.alignment import hull
from verifier.theory.benchmark import optimum
from verifier.theory.guarantees.guarantee import (
    Fails,
    Guarantee,
    Holds,
    Setting,
    deviation_payoff,
    full_information,
)
from verifier.theory.guarantees.quantal import (
    deviation_loss,
    quantal_deviation_payoff,
    span,
    total_variation,
)
from verifier.theory.quantal import reply_to
from verifier.theory.verdict import Verdict, examine, setting_of

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)
HALVES = {"l": F(1, 2), "r": F(1, 2)}
MATCH = {"left": [1, 0], "right": [0, 1]}


def setting(
    game: Game, guarantee: Guarantee = Guarantee.BAYES, tolerance: Fraction | None = None
) -> Setting:
    nearest = hull(game)
    claimed = nearest.epsilon if tolerance is None else tolerance
    return setting_of(game, guarantee, nearest, claimed)


def witness(
    game: Game, hypothesis: str, guarantee: Guarantee = Guarantee.BAYES
) -> dict[str, object]:
    found = setting(game, guarantee).hypotheses[hypothesis]
    assert isinstance(found, Fails)
    return dict(found.witness)


def holds(game: Game, hypothesis: str, guarantee: Guarantee = Guarantee.BAYES) -> bool:
    return isinstance(setting(game, guarantee).hypotheses[hypothesis], Holds)


# hull


def test_hull_holds_from_the_distance_on_and_fails_with_the_signed_measure() -> None:
    game = simple_game(HALVES, MATCH, {"biased": {"left": [3, 2], "right": [0, 1]}})
    assert hull(game).epsilon == 1
    for guarantee in Guarantee:
        assert setting(game, guarantee, F(1)).hypotheses["hull"] == Holds({"epsilon": "1"})
        found = setting(game, guarantee, F(99, 100)).hypotheses["hull"]
        assert isinstance(found, Fails)
        assert (found.witness["epsilon"], found.witness["tolerance"]) == ("1", "99/100")
        measure = found.witness["measure"]
        assert isinstance(measure, list)
        masses = {(a, y): F(m) for a, y, m in measure}
        gap = sum(
            m * (game.utility[pair] - game.agents[0].utility[pair]) for pair, m in masses.items()
        )
        assert (sum(masses.values()), gap) == (0, 1)
        assert sum(map(abs, masses.values())) <= 1


# learning


def test_learning_holds_for_an_agent_who_can_say_everything() -> None:
    game = simple_game(HALVES, MATCH, {"aligned": MATCH})
    found = setting(game)
    assert {name: type(entry) for name, entry in found.hypotheses.items()} == dict.fromkeys(
        ["hull", "learning", "identical"], Holds
    )
    assert [d.agent for d in found.deviations] == ["aligned"]
    assert found.benchmark == 1


def test_learning_fails_where_the_alphabet_is_too_small() -> None:
    """Three states with three best actions, and an agent with two messages: TEAM 2/3 of OPT 1."""
    user = {f"a{n}": [int(n == m) for m in range(3)] for n in range(3)}
    game = simple_game(
        {f"y{n}": F(1, 3) for n in range(3)},
        user,
        {"aligned": user},
        conversation=Conversation(1, 1, 2),
    )
    found = witness(game, "learning")
    assert (found["agent"], found["team"], found["optimum"], found["user_observation"]) == (
        "aligned",
        "2/3",
        "1",
        NOTHING,
    )
    cell, best = found["cell"], found["best_actions"]
    assert isinstance(cell, list) and isinstance(best, dict)
    assert len(cell) == 2
    assert best == {y: [y.replace("y", "a")] for y in cell}
    assert setting(game).deviations == ()
    longer = replace(game, conversation=Conversation(2, 1, 2))
    assert holds(longer, "learning")


def test_learning_fails_where_only_a_question_would_help() -> None:
    """Her observation says which of two bits matters: unasked, two messages are too few."""
    observations = ("00", "01", "10", "11")
    joint = {
        (x, o, f"{o[k]}"): F(1, 8) for k, x in enumerate(("first", "second")) for o in observations
    }
    user = {"zero": [1, 0], "one": [0, 1]}
    agents = {"aligned": (user, None)}
    silent = Conversation(1, 1, 2)
    game = informed_game(
        ("first", "second"), observations, ("0", "1"), joint, user, agents, conversation=silent
    )
    assert witness(game, "learning")["team"] == "3/4"
    assert holds(replace(game, conversation=Conversation(1, 2, 2)), "learning")


def xor(names: tuple[str, ...] = ("first", "second")) -> Game:
    """Agent `first` sees one bit, `second` the other; the best action is their XOR, and everyone
    has her utility.
    """
    observations = ("00", "01", "10", "11")
    sees = {
        "first": (("00", "01"), ("10", "11")),
        "second": (("00", "10"), ("01", "11")),
        "both": None,
    }
    joint = {(NOTHING, o, "same" if o[0] == o[1] else "different"): F(1, 4) for o in observations}
    user = {"say same": [1, 0], "say different": [0, 1]}
    return informed_game(
        (NOTHING,),
        observations,
        ("same", "different"),
        joint,
        user,
        {name: (user, sees[name]) for name in names},
    )


def test_learning_fails_for_split_observations() -> None:
    """theory.md 7.1: alone nobody can help, although both are perfectly aligned."""
    game = xor()
    found = witness(game, "learning")
    assert (found["team"], found["optimum"]) == ("1/2", "1")
    cell, best = found["cell"], found["best_actions"]
    assert isinstance(cell, list) and isinstance(best, dict)
    assert tuple(cell) in next(agent.sees for agent in game.agents if agent.name == found["agent"])
    assert sorted(best.values()) == [["say different"], ["say same"]]
    assert setting(game).deviations == ()


def test_an_agent_who_sees_both_bits_can_teach_and_alone_deviates() -> None:
    found = setting(xor(("first", "second", "both")))
    assert [d.agent for d in found.deviations] == ["both"]
    assert found.benchmark == 1


def test_split_observations_leave_the_best_ai_with_what_is_common() -> None:
    """The common coarsening of the supporters' partitions is what each of them can offer."""
    game = xor()
    found = setting(game, Guarantee.BEST_AI)
    assert found.benchmark == F(1, 2)
    alone = setting(xor(("both",)), Guarantee.BEST_AI)
    assert alone.benchmark == 1


# identical


DUPLICATES = {"one": [2, 0], "twin": [2, 0], "safe": [1, 1]}
QUARREL = {
    "hates one": {"one": [-8, -10], "twin": [12, 10], "safe": [1, 1]},
    "hates twin": {"one": [12, 10], "twin": [-8, -10], "safe": [1, 1]},
}


def test_identical_fails_for_ties_under_any_where_the_agents_disagree() -> None:
    found = witness(simple_game(HALVES, DUPLICATES, QUARREL), "identical")
    assert found["tied_actions"] == ["one", "twin"]
    assert found["worst_for"] == {"hates one": ["one"], "hates twin": ["twin"]}
    assert (found["user_observation"], found["cell"]) == (NOTHING, ["l"])


@pytest.mark.parametrize("ties", [Ties.BELIEF, Ties.FAVOUR_SPEAKER, Ties.ORDER])
def test_identical_holds_under_the_other_tie_rules(ties: Ties) -> None:
    assert holds(simple_game(HALVES, DUPLICATES, QUARREL, ties=ties), "identical")


def test_identical_holds_under_any_where_the_agents_agree_on_the_worst() -> None:
    """Both hate the same action: one response is worst for both, and the proof needs no more."""
    agree = dict.fromkeys(("a", "b"), QUARREL["hates one"])
    assert holds(simple_game(HALVES, DUPLICATES, agree), "identical")


def test_identical_holds_for_one_supporter_and_for_unique_best_actions() -> None:
    alone = simple_game(HALVES, DUPLICATES, {"hates one": QUARREL["hates one"]})
    assert holds(alone, "identical")
    unique: Table = {"one": [2, 0], "twin": [F(19, 10), 0], "safe": [1, 1]}
    assert holds(simple_game(HALVES, unique, QUARREL), "identical")


def test_ties_where_nothing_ever_happens_do_not_matter() -> None:
    """The two actions tie only in a state of probability 0."""
    user = {"one": [1, 2], "twin": [0, 2]}
    rows = {"a": {"one": [1, 5], "twin": [0, 0]}, "b": {"one": [1, 0], "twin": [0, 5]}}
    assert holds(simple_game({"sure": 1, "never": 0}, user, rows), "identical")


# anonymous


def test_anonymous_fails_under_any_where_best_responses_differ_and_holds_otherwise() -> None:
    game = simple_game(HALVES, DUPLICATES, QUARREL)
    found = witness(game, "anonymous", Guarantee.BEST_AI)
    assert found["worst_for"] == {"hates one": ["one"], "hates twin": ["twin"]}
    for ties in (Ties.BELIEF, Ties.FAVOUR_SPEAKER, Ties.ORDER):
        assert holds(replace(game, ties=ties), "anonymous", Guarantee.BEST_AI)
    clear = simple_game(HALVES, MATCH, {"a": MATCH, "b": MATCH})
    assert holds(clear, "anonymous", Guarantee.BEST_AI)


def tied_in_one_state(words: int | Literal["rich"]) -> Game:
    """In x each agent prefers another of two best actions, which are not the same to her in y."""
    user: Table = {"a": [1, 0, 0], "b": [1, 1, 0], "c": [0, 0, 1]}
    rows: dict[str, Table] = {
        "one": {**user, "a": [2, 0, 0]},
        "two": {**user, "a": [0, 0, 0]},
    }
    thirds = dict.fromkeys("xyz", F(1, 3))
    return simple_game(thirds, user, rows, conversation=Conversation(1, 1, words))


@pytest.mark.parametrize("words", [2, 3, "rich"])
def test_more_words_do_not_make_anonymous_fail(words: int | Literal["rich"]) -> None:
    """With two words x and y are pooled, and b is her only best action: so with more."""
    game = tied_in_one_state(words)
    found = setting(game, Guarantee.BEST_AI)
    assert found.hypotheses["anonymous"] == Holds()
    assert {len(d.rule.messages[0]) for d in found.deviations} == {2}


@pytest.mark.slow
@settings(often, max_examples=100)
@given(data=st.data())
def test_anonymous_that_holds_still_does_with_more_words(data: st.DataObject) -> None:
    game = data.draw(games(min_agents=2, ties=Ties.ANY, rich=False, max_letters=2))
    note(write(game))
    few = setting(game, Guarantee.BEST_AI)
    assume(isinstance(few.hypotheses["anonymous"], Holds))
    alphabets: list[int | Literal["rich"]] = [3, "rich"]
    for words in alphabets:
        talk = replace(game.conversation, agent_alphabet=words)
        more = setting(replace(game, conversation=talk), Guarantee.BEST_AI)
        if more.benchmark == few.benchmark:
            assert isinstance(more.hypotheses["anonymous"], Holds)


def test_a_tie_that_a_small_change_breaks_is_no_conflict() -> None:
    """On the left the twins a, b divide the agents, but c ties with them and is better if the right
    is possible. On the right only the twins d, e tie; once they divide the agents, it fails.
    """
    user: Table = {"a": [1, 0], "b": [1, 0], "c": [1, F(1, 2)], "d": [0, 1], "e": [0, 1]}
    one: Table = {**user, "a": [2, 0], "b": [0, 0]}
    two: Table = {**user, "a": [0, 0], "b": [2, 0]}
    game = simple_game(HALVES, user, {"one": one, "two": two})
    assert setting(game, Guarantee.BEST_AI).hypotheses["anonymous"] == Holds(nearby=True)
    one = {**one, "d": [0, 2], "e": [0, 0]}
    two = {**two, "d": [0, 0], "e": [0, 2]}
    divided = setting(simple_game(HALVES, user, {"one": one, "two": two}), Guarantee.BEST_AI)
    failing = divided.hypotheses["anonymous"]
    assert isinstance(failing, Fails) and failing.conflict is not None
    assert failing.conflict.lasting


@pytest.mark.slow
@settings(often, max_examples=150)
@given(data=st.data())
def test_where_anonymous_holds_nothing_is_refuted(data: st.DataObject) -> None:
    """Her utility is the mean of theirs; with words enough G3 is then proved, by the bound alone.

    All utilities are small whole numbers, so that much ties.
    """
    states, actions = "xyz", "abcd"[: data.draw(st.integers(2, 4))]
    alphabets: list[int | Literal["rich"]] = [2, 3, "rich"]
    words = data.draw(st.sampled_from(alphabets))
    table = st.fixed_dictionaries(
        {a: st.lists(st.integers(0, 1), min_size=3, max_size=3) for a in actions}
    )
    user, more = data.draw(table), data.draw(table)
    pairs = {a: list(zip(user[a], more[a], strict=True)) for a in actions}
    rows: dict[str, Table] = {
        "one": {a: [u + m for u, m in pairs[a]] for a in actions},
        "two": {a: [u - m for u, m in pairs[a]] for a in actions},
    }
    thirds = dict.fromkeys(states, F(1, 3))
    game = simple_game(thirds, dict(user), rows, conversation=Conversation(1, 1, words))
    note(write(game))
    finding = examine(game, [Guarantee.BEST_AI]).findings[Guarantee.BEST_AI]
    holds = isinstance(finding.setting.hypotheses["anonymous"], Holds)
    assert finding.verdict is not Verdict.REFUTED or not holds
    if words == "rich" and holds:
        assert finding.verdict in (Verdict.PROVED, Verdict.VACUOUS)


# approximate learning


def test_delta_is_zero_with_a_rich_alphabet_and_the_spread_with_none() -> None:
    game = simple_game(
        {"l": F(1, 4), "m": F(1, 2), "r": F(1, 4)},
        {"a": [0, 1, 3], "b": [0, 0, 0]},
        {"x": {"a": [0, 0, 0], "b": [0, 0, 1]}},
    )
    assert setting(game, Guarantee.QUANTAL).hypotheses["learning"] == Holds({"delta": "0"})
    mute = replace(game, conversation=Conversation(1, 1, 1))
    assert setting(mute, Guarantee.QUANTAL).hypotheses["learning"] == Holds({"delta": "3"})
    two = replace(game, conversation=Conversation(1, 1, 2))
    assert setting(two, Guarantee.QUANTAL).hypotheses["learning"] == Holds({"delta": "1"})


def brute_delta(game: Game, cells: tuple[tuple[str, ...], ...], words: int) -> Fraction:
    """The least spread of E[u(a, y) | x_A, x_B] inside a word, over all ways to say one of `words`
    words in each cell.
    """
    best: Fraction | None = None
    for said in product(range(words), repeat=len(cells)):
        spreads = [F(0)]
        for x, word, action in product(game.user_support, range(words), game.actions):
            inside = [
                o
                for cell, w in zip(cells, said, strict=True)
                if w == word
                for o in cell
                if (x, o) in game.probability
            ]
            means = [game.user_payoff[x, o, action] / game.probability[x, o] for o in inside]
            if means:
                spreads.append(max(means) - min(means))
        best = max(spreads) if best is None else min(best, max(spreads))
    assert best is not None
    return best


@settings(often, max_examples=25)
@given(game=games(private=True, max_agents=2, max_agent_observations=4, rich=False))
def test_delta_is_the_least_over_all_scripts(game: Game) -> None:
    note(write(game))
    alphabet = game.conversation.agent_alphabet
    assert alphabet != "rich"
    found = setting(game, Guarantee.QUANTAL)
    words = min(alphabet**game.conversation.rounds, len(game.agent_observations))
    deltas = {agent.name: brute_delta(game, agent.sees, words) for agent in game.agents}
    assert found.deltas == deltas
    assert found.hypotheses["learning"] == Holds(
        {"delta": str(max(deltas[name] for name in found.hull.supporters))}
    )


@settings(often, max_examples=60)
@given(data=st.data())
def test_a_script_secures_what_is_said_whatever_the_others_say(data: st.DataObject) -> None:
    game = data.draw(games(min_agents=2, max_rounds=1, silent=True))
    game = replace(
        game, quantal=replace(game.quantal, eta=data.draw(st.sampled_from([F(1), F(5)])))
    )
    note(write(game))
    profile, found = data.draw(profiles(game)), setting(game, Guarantee.QUANTAL)
    for agent, deviation in zip(game.agents, found.deviations, strict=True):
        cells = {x: cell[0] for cell in deviation.rule.leaves() for x in cell}
        script = {x: {cells[x]: F(1)} for x in game.agent_observations}
        said = [script if name == agent.name else profile[name] for name in profile]
        least = quantal_deviation_payoff(game, found, agent.name)
        assert sign_of(reply_to(game, game.agent_payoff(agent.name), said), least) >= 0
        widest = total_variation(game, found.deltas[agent.name]) * span(agent)
        assert sign_of(widest, deviation_loss(game, found, agent.name)) >= 0


def test_what_a_script_leaves_open_is_counted_point_by_point() -> None:
    """Nothing is lost where he has the same whatever she does, or where her values shift alike."""
    hers = {"a": [2, 3, 0, 0], "b": [0, 1, 1, 3]}
    his = {"a": [1, 1, 1, 0], "b": [0, 3, 1, 2]}
    states = {y: F(1, 4) for y in ("y0", "y1", "y2", "y3")}
    game = simple_game(states, hers, {"agent": his})
    sees = (("y0", "y1"), ("y2", "y3"))
    game = replace(game, agents=(replace(game.agents[0], sees=sees),))
    # a - b is 2, 2 in one cell and -1, -3 in the other; his range at y3 is 2
    expected = total_variation(game, F(1)) * F(2, 4)
    assert sign_of(deviation_loss(game, setting(game, Guarantee.QUANTAL), "agent"), expected) == 0


# deviations


@often
@given(game=games(max_agent_observations=4))
def test_deviations_attain_the_benchmark(game: Game) -> None:
    note(write(game))
    for guarantee in (Guarantee.BAYES, Guarantee.BEST_AI):
        found = setting(game, guarantee)
        assert all(value_of(game, d.rule) == found.benchmark for d in found.deviations)
        assert isinstance(found.benchmark, F)
        assert found.benchmark <= optimum(game)
        if guarantee is Guarantee.BEST_AI:
            assert set(found.hull.supporters) <= {d.agent for d in found.deviations}
    assert setting(game).benchmark == optimum(game)


def responses(game: Game) -> list[dict[tuple[str, str], str]]:
    """All of her fully informed best responses."""
    best = game.best_actions
    return [dict(zip(best, choice, strict=True)) for choice in product(*best.values())]


def gain(game: Game, agent: str, response: dict[tuple[str, str], str]) -> Fraction:
    utility = next(a.utility for a in game.agents if a.name == agent)
    return sum((p * utility[response[x, o], y] for (x, o, y), p in game.joint.items()), F(0))


@pytest.mark.parametrize("ties", list(Ties))
def test_a_rule_that_leaves_ties_open_to_others_secures_only_the_worst(ties: Ties) -> None:
    """Safe is best in both states, in one of them risky is as good: with one letter the agent gives
    her OPT by silence, but whoever tells her the state can have the tie broken against him."""
    rows = {"safe": [1, 1], "risky": [1, 0]}
    likes = {"safe": [1, 1], "risky": [0, 0]}
    game = simple_game(HALVES, rows, {"x": likes}, ties=ties, conversation=Conversation(1, 1, 1))
    (deviation,) = setting(game).deviations
    assert deviation.ties is Ties.ANY
    assert deviation_payoff(game, deviation) == F(1, 2)
    (clear,) = setting(replace(game, conversation=Conversation(1, 1, 2))).deviations
    assert clear.ties is ties


@often
@given(game=games(rich=True))
def test_what_revealing_secures_is_the_extreme_over_all_best_responses(game: Game) -> None:
    note(write(game))
    for deviation in setting(game).deviations:
        gains = [gain(game, deviation.agent, response) for response in responses(game)]
        expected = max(gains) if deviation.ties is Ties.FAVOUR_SPEAKER else min(gains)
        if deviation.ties is Ties.ORDER:
            first = {point: best[0] for point, best in game.best_actions.items()}
            expected = gain(game, deviation.agent, first)
        assert deviation_payoff(game, deviation) == expected
        assert deviation.response == full_information(game)
        assert deviation.ties is (
            game.ties
            if game.has_unique_best_actions or separates(game, deviation.rule)
            else Ties.ANY
        )


@pytest.mark.slow
@often
@given(game=games(rich=True, partitioned=False, ties=Ties.ANY))
def test_identical_under_any_is_one_response_worst_for_all_supporters(game: Game) -> None:
    """Against enumeration of every best response to full information."""
    note(write(game))
    found = setting(game)
    assert isinstance(found.hypotheses["learning"], Holds)
    least = {
        name: min(gain(game, name, r) for r in responses(game)) for name in found.hull.supporters
    }
    common = any(
        all(gain(game, name, r) == low for name, low in least.items()) for r in responses(game)
    )
    assert isinstance(found.hypotheses["identical"], Holds) == common


@often
@given(game=games())
def test_unique_best_actions_make_responses_identical(game: Game) -> None:
    if game.has_unique_best_actions:
        assert holds(game, "identical")


# which nearest mixture


@pytest.mark.parametrize("turned", [False, True])
def test_of_several_nearest_mixtures_one_has_the_largest_team(turned: bool) -> None:
    """Both agents want what she wants, and one sees nothing: he is not needed, whoever is first."""
    game = simple_game(HALVES, MATCH, {"seer": MATCH, "blind": MATCH})
    seer, blind = game.agents[0], replace(game.agents[1], sees=(("l", "r"),))
    agents = (blind, seer) if turned else (seer, blind)
    report = examine(replace(game, agents=agents), [Guarantee.BEST_AI])
    assert report.alignment.simplex.supporters == ("seer",)
    assert report.findings[Guarantee.BEST_AI].claimed_bound == report.benchmarks.team == 1
