"""One agent: his optimal plans as equilibria, against programs written from the definition
(theory.md 6.2).
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, ROOT, games, informed_game, signals, simple_game
from tests.oracles import (
    USER,
    best_actions,
    best_value,
    counted_on,
    obedient,
    persuasion_value,
    possible_cells,
    situations,
    supremum,
    user_value,
    worth,
)
from verifier.game.model import Alphabet, Conversation, Game, Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Sense
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.single_sender import single_sender_equilibria
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)
KIND = (Ties.FAVOUR_SPEAKER, Ties.BELIEF)
KNOWN = tomllib.loads((ROOT / "tests/known_answers.toml").read_text(encoding="utf-8"))
ALONE = sorted(
    path
    for path, known in KNOWN.items()
    if "classics" in path and len(known.get("persuade", {})) == 1
)


def found_in(game: Game) -> tuple[SignalEquilibrium, SignalEquilibrium] | None:
    return single_sender_equilibria(game, Effort())


def alone(*, ties: Ties | None = None, rich: bool | None = True) -> st.SearchStrategy[Game]:
    return games(max_agents=1, max_rounds=1, silent=True, ties=ties, rich=rich, max_letters=2)


@pytest.mark.parametrize("path", ALONE)
def test_known_answers(path: str) -> None:
    game = load(ROOT / path)
    found, known = found_in(game), KNOWN[path]["persuade"][game.agents[0].name]
    assert found is not None
    worst, best = found
    ends = {"user_utility_worst": worst.user_utility, "user_utility_best": best.user_utility}
    for key, value in ends.items():
        assert value == F(known[key])
    assert {e.agent_utilities[game.agents[0].name] for e in found} == {F(known["value"])}


def test_there_are_known_answers() -> None:
    assert {"instances/classics/prosecutor.toml", "instances/classics/splitting.toml"} <= set(ALONE)


def test_the_prosecutor_and_his_signal() -> None:
    found = found_in(load(INSTANCES / "classics/prosecutor.toml"))
    assert found is not None
    for equilibrium in found:
        assert (equilibrium.kind, equilibrium.picked, equilibrium.user_utility) == (
            "optimal plan",
            None,
            F(7, 10),
        )
        told = equilibrium.signals["prosecutor"]
        assert told["innocent"] == {"acquit": F(4, 7), "convict": F(3, 7)}
        assert told["guilty"] == {"convict": F(1)}
        assert equilibrium.response == {
            ("nothing", "acquit"): "acquit",
            ("nothing", "convict"): "convict",
        }


def reference(game: Game, goal: Goal) -> Fraction:
    """Her least or greatest utility in plans that give him the most, less gamma, ties in his
    favour.
    """
    letters = game.conversation.agent_alphabet
    words = None if letters == "rich" else letters**game.conversation.rounds
    (agent,) = game.agents
    most, values = persuasion_value(game, agent, [], words), []
    for program, payoffs in obedient(game, agent.sees, [], words):
        his = {key: expected_payoffs[agent.name] for key, expected_payoffs in payoffs.items()}
        program.row("no deviation gains", his, Sense.AT_LEAST, most - game.gamma)
        values.append(
            best_value(
                program,
                {key: expected_payoffs[USER] for key, expected_payoffs in payoffs.items()},
                goal,
            )
        )
    reached = [value for value in values if value is not None]
    return min(reached) if goal is Goal.MINIMISE else max(reached)


@pytest.mark.slow
@pytest.mark.parametrize("gamma", [F(0), F(1, 10)])
@often
@given(game=alone(ties=Ties.FAVOUR_SPEAKER))
def test_worst_and_best_against_a_program_from_the_definition(gamma: Fraction, game: Game) -> None:
    game = replace(game, gamma=gamma)
    note(write(game))
    found = found_in(game)
    assert found is not None
    assert [e.user_utility for e in found] == [
        reference(game, Goal.MINIMISE),
        reference(game, Goal.MAXIMISE),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("gamma", [F(0), F(1, 10)])
@pytest.mark.parametrize("rich", [True, False])
@often
@given(game=alone(ties=Ties.FAVOUR_SPEAKER, rich=None))
def test_the_bound_is_his_worst_optimal_plan_or_less(
    rich: bool, gamma: Fraction, game: Game
) -> None:
    """It is that plan where no two actions are the same to her and ties can be broken by a little:
    here only that it is no more is tested, for all games.
    """
    letters: Alphabet = "rich" if rich else 2
    talk = replace(game.conversation, agent_alphabet=letters)
    game = replace(game, gamma=gamma, conversation=talk)
    assume(rich or len(game.actions) ** len({x for x, _ in game.points}) <= 4)
    note(write(game))
    lower = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES].bound.value
    assert isinstance(lower, Fraction) and lower <= reference(game, Goal.MINIMISE)


def test_three_voters_and_a_politician() -> None:
    """He needs two of three votes: the vote is strictly followed nearby, so his worst optimal plan
    is the bound, and the interval is one number.
    """
    votes = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    worth = {"bad": (F(-3, 4), F(-1, 2), F(-1, 4)), "good": (F(1, 4), F(1, 2), F(3, 4))}
    weights = [(worth["bad"][2 - n], worth["good"][2 - n]) for n in range(3)]
    user, likes = {}, {}
    for vote in votes:
        name = "".join("ny"[v] for v in vote)
        user[name] = [sum((v * weights[n][y] for n, v in enumerate(vote)), F(0)) for y in (0, 1)]
        likes[name] = [int(sum(vote) > 1)] * 2
    game = simple_game({"bad": F(7, 10), "good": F(3, 10)}, user, {"politician": likes})
    for guarantee in (Guarantee.BAYES, Guarantee.BEST_AI):
        finding = examine(game, [guarantee]).findings[guarantee]
        assert finding.equilibrium is not None
        assert finding.bound.value == finding.equilibrium.user_utility == F(3, 20)


@pytest.mark.slow
@often
@given(game=alone(ties=Ties.BELIEF))
def test_under_belief_an_optimal_plan_can_be_followed(game: Game) -> None:
    """theory.md 6.2: two messages with the same posterior are worth the same to both."""
    game = replace(game, gamma=F(0))
    note(write(game))
    found = found_in(game)
    assert found is not None
    assert (
        reference(game, Goal.MINIMISE)
        <= found[0].user_utility
        <= found[1].user_utility
        <= reference(game, Goal.MAXIMISE)
    )


@settings(often, max_examples=15)
@given(game=alone(ties=Ties.FAVOUR_SPEAKER, rich=False))
def test_few_messages_against_all_sets_of_strategies(game: Game) -> None:
    assume(len(game.actions) ** len({x for x, _ in game.points}) <= 4)
    note(write(game))
    found = found_in(game)
    assert found is not None
    assert [e.user_utility for e in found] == [
        reference(game, Goal.MINIMISE),
        reference(game, Goal.MAXIMISE),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(game=games(max_agents=1))
def test_what_is_found_is_a_plan_that_she_follows(ties: Ties, game: Game) -> None:
    game = replace(game, ties=ties)
    note(write(game))
    found = found_in(game)
    assume(found is not None)
    assert found is not None
    assert found[0].user_utility <= found[1].user_utility
    (agent,) = game.agents
    for equilibrium in found:
        signal = equilibrium.signals[agent.name]
        assert all(sum(says.values()) == 1 and min(says.values()) > 0 for says in signal.values())
        assert all(signal[x] == signal[cell[0]] for cell in agent.sees for x in cell)
        told = situations(game, [signal])
        letters = game.conversation.agent_alphabet
        words = {word for says in signal.values() for word in says}
        assert letters == "rich" or len(words) <= letters**game.conversation.rounds
        assert set(equilibrium.response) == set(told)
        for t, masses in told.items():
            best = best_actions(game, masses)
            assert equilibrium.response[t] in (best[:1] if ties is Ties.ORDER else best)
        assert equilibrium.user_utility == user_value(game, [signal])
        has = sum(
            (
                worth(game, agent.utility, masses)[equilibrium.response[t]]
                for t, masses in told.items()
            ),
            F(0),
        )
        (held,) = equilibrium.deviation_bounds
        assert equilibrium.agent_utilities == {agent.name: has}
        assert held.value <= has + game.gamma


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(data=st.data())
def test_no_randomised_rule_beats_the_optimal_plan(ties: Ties, data: st.DataObject) -> None:
    """Any rule of three messages, with what he can count on at ties, is worth at most the plan,
    plus gamma.
    """
    game = data.draw(alone(ties=ties))
    note(write(game))
    (agent,), found = game.agents, found_in(game)
    if found is None:
        assert ties in (Ties.ORDER, Ties.BELIEF)
        return
    rule = data.draw(signals(game, agent, 3))
    for equilibrium in found:
        assert (
            counted_on(game, agent.utility, [rule])
            <= equilibrium.agent_utilities[agent.name] + game.gamma
        )


@pytest.mark.slow
@often
@given(
    game=alone(ties=Ties.ORDER).filter(lambda game: len(possible_cells(game, game.agents[0])) <= 2)
)
def test_under_order_the_agent_has_exactly_the_supremum_or_none_is_shown(game: Game) -> None:
    game = replace(game, gamma=F(0))
    note(write(game))
    found = found_in(game)
    for equilibrium in found or ():
        assert equilibrium.agent_utilities[game.agents[0].name] == supremum(
            game, game.agents[0], []
        )


@pytest.mark.parametrize(
    ("order", "shown"), [(("acquit", "convict"), False), (("convict", "acquit"), True)]
)
def test_under_order_a_supremum_that_is_not_attained_is_no_equilibrium(
    order: tuple[str, ...], shown: bool
) -> None:
    """The judge who acquits when in doubt is never convinced by exactly 1/2."""
    user, sender = {"acquit": [1, 0], "convict": [0, 1]}, {"acquit": [0, 0], "convict": [1, 1]}
    prior = {"innocent": F(7, 10), "guilty": F(3, 10)}
    game = simple_game(
        prior,
        {a: user[a] for a in order},
        {"prosecutor": {a: sender[a] for a in order}},
        ties=Ties.ORDER,
    )
    assert (found_in(game) is not None) is shown


def test_an_indifferent_agent_may_say_nothing_or_everything() -> None:
    rows = {"left": [1, 0], "right": [0, 1]}
    game = simple_game(
        {"l": F(1, 3), "r": F(2, 3)}, rows, {"idle": {"left": [2, 2], "right": [2, 2]}}
    )
    found = found_in(game)
    assert found is not None
    assert [e.user_utility for e in found] == [F(2, 3), F(1)]
    mute = found_in(replace(game, conversation=Conversation(1, 1, 1)))
    assert mute is not None
    assert [e.user_utility for e in mute] == [F(2, 3), F(2, 3)]


@pytest.mark.parametrize(
    ("letters", "his", "hers"),
    [(1, F(0), F(7, 10)), (2, F(3, 5), F(7, 10)), ("rich", F(3, 5), F(7, 10))],
)
def test_a_prosecutor_of_few_words(letters: Alphabet, his: Fraction, hers: Fraction) -> None:
    game = replace(
        load(INSTANCES / "classics/prosecutor.toml"), conversation=Conversation(1, 1, letters)
    )
    found = found_in(game)
    assert found is not None
    assert [(e.agent_utilities["prosecutor"], e.user_utility) for e in found] == [(his, hers)] * 2


def test_twins_of_the_user_may_be_used_against_a_deviator() -> None:
    """Under `any` she does him good where he keeps to a rule and harm where he leaves it: so even
    silence is an equilibrium.
    """
    user, likes = (
        {"one": [1, 0], "twin": [1, 0], "safe": [0, 1]},
        {"one": [2, 2], "twin": [0, 0], "safe": [1, 1]},
    )
    game = simple_game({"l": F(2, 3), "r": F(1, 3)}, user, {"agent": likes})
    found = found_in(game)
    assert found is not None
    assert [e.user_utility for e in found] == [F(2, 3), F(1)]
    assert supremum(game, game.agents[0], []) == F(2, 3)
    favoured = found_in(replace(game, ties=Ties.FAVOUR_SPEAKER))
    assert favoured is not None
    assert [e.user_utility for e in favoured] == [F(2, 3), F(2, 3)]
    assert {e.agent_utilities["agent"] for e in favoured} == {F(2)}


def test_names_that_join_to_the_same_words() -> None:
    """A user with two observations: ("a", "b / a") and ("a / b", "a") are different strategies, and
    both are told.
    """
    users = ("left", "right")
    joint = {(user, f"{user} {y}", f"{user} {y}"): F(1, 4) for user in users for y in ("x", "y")}
    rows = {"a": [1, 0, 0, 1], "b": [0, 0, 0, 0], "a / b": [0, 1, 0, 0], "b / a": [0, 0, 1, 0]}
    states = tuple(key[1] for key in joint)
    sees = (("left x", "right x"), ("left y", "right y"))
    found = found_in(informed_game(users, states, states, joint, rows, {"sender": (rows, sees)}))
    assert found is not None
    for equilibrium in found:
        assert equilibrium.user_utility == equilibrium.agent_utilities["sender"] == 1
        assert all(sum(says.values()) == 1 for says in equilibrium.signals["sender"].values())
