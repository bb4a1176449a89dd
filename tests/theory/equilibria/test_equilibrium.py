"""Exhibited equilibria survive every pure deviation, message by message (theory.md 6.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Literal

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, games, informed_game, simple_game
from tests.oracles import sign_of
from verifier.game.model import NOTHING, Agent, Game, Quantal, Ties, Utility
from verifier.game.model import Conversation as Protocol
from verifier.game.reader import load
from verifier.game.response import value_of
from verifier.game.rules import Rule
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.solve.exponential import QuotientSum
from verifier.theory.benchmark import no_information, optimum, quantal_value, team
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.equilibrium import (
    CommonRule,
    Exhibited,
    FullRevelation,
    Indifference,
    exhibit,
    rational_utility,
)
from verifier.theory.equilibria.single_sender import OptimalConversation
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationEquilibrium

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)

Words = Mapping[str, int]
"""What an agent says at each agent observation: one round, a silent user."""


def exhibited(game: Game, guarantee: Guarantee = Guarantee.BAYES) -> Exhibited:
    return exhibit(game, guarantee, Effort())


def revealed(
    game: Game, guarantee: Guarantee = Guarantee.BAYES
) -> FullRevelation | CommonRule | None:
    """The equilibrium in which so much is told that nobody's deviation matters."""
    told = [
        e
        for e in exhibited(game, guarantee).equilibria
        if isinstance(e, FullRevelation | CommonRule)
    ]
    assert len(told) <= 1
    return told[0] if told else None


def words(rule: Rule) -> Words:
    """The messages of a one-round rule against a silent user."""
    (answers,) = rule.messages
    assert all(answer.then is None for answer in answers)
    return {x: n for n, answer in enumerate(answers) for x in answer.when}


def pure_deviations(game: Game, agent: Agent) -> Iterator[Words]:
    """Every map from what the agent sees to as many messages as it sees cells."""
    for said in product(range(len(agent.sees)), repeat=len(agent.sees)):
        yield {x: word for cell, word in zip(agent.sees, said, strict=True) for x in cell}


def best_replies(game: Game, x_user: str, observations: list[str]) -> list[str]:
    """Her best actions when she knows x_A and that x_B is one of these, straight from the joint
    distribution.
    """
    rows = [(y, p) for (x, o, y), p in game.joint.items() if x == x_user and o in observations]
    worth = {a: sum((p * game.utility[a, y] for y, p in rows), F(0)) for a in game.actions}
    return [a for a in game.actions if worth[a] == max(worth.values())]


def outcomes(
    game: Game, profile: list[Words], speaker: Agent | None = None
) -> Iterator[dict[tuple[str, str], str]]:
    """All outcomes of play that the tie rule allows: she hears every word, and best-responds to her
    posterior.
    """
    situations: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for x_user, x_agent in game.points:
        situations.setdefault((x_user, tuple(said[x_agent] for said in profile)), []).append(
            x_agent
        )
    choices = []
    for (x_user, _), observations in situations.items():
        best = best_replies(game, x_user, observations)
        if game.ties is Ties.ORDER:
            best = best[:1]
        if game.ties is Ties.FAVOUR_SPEAKER and speaker is not None:
            gains = {
                a: payoff(game, speaker.utility, {(x_user, o): a for o in observations})
                for a in best
            }
            best = [a for a in best if gains[a] == max(gains.values())]
        choices.append(best)
    for chosen in product(*choices):
        acts = dict(zip(situations, chosen, strict=True))
        yield {(x, o): acts[x, tuple(said[o] for said in profile)] for x, o in game.points}


def payoff(game: Game, utility: Utility, outcome: Mapping[tuple[str, str], str]) -> Fraction:
    return sum(
        (p * utility[outcome[x, o], y] for (x, o, y), p in game.joint.items() if (x, o) in outcome),
        F(0),
    )


def one_shot(ties: Ties | None = None, agents: int = 2) -> st.SearchStrategy[Game]:
    return games(
        min_agents=agents, max_agents=agents, rich=True, silent=True, max_rounds=1, ties=ties
    )


@pytest.mark.slow
@settings(often, max_examples=40)
@given(game=one_shot())
def test_no_deviation_from_revelation_gains_where_best_actions_are_unique(game: Game) -> None:
    note(write(game))
    assume(game.has_unique_best_actions)
    found = revealed(game)
    if found is None:
        assert min(team(game, agent.sees).value for agent in game.agents) < optimum(game)
        return
    assert isinstance(found, FullRevelation)
    profile = [words(found.rules[agent.name]) for agent in game.agents]
    (outcome,) = outcomes(game, profile)
    assert outcome == dict(found.response)
    assert payoff(game, game.utility, outcome) == found.user_utility == optimum(game)
    for n, agent in enumerate(game.agents):
        for deviation in pure_deviations(game, agent):
            for after in outcomes(game, [*profile[:n], deviation, *profile[n + 1 :]], agent):
                assert payoff(game, agent.utility, after) <= payoff(game, agent.utility, outcome)


@pytest.mark.slow
@pytest.mark.parametrize("ties", [Ties.BELIEF, Ties.FAVOUR_SPEAKER, Ties.ORDER])
@often
@given(data=st.data())
def test_no_deviation_from_revelation_gains_where_best_actions_tie(
    ties: Ties, data: st.DataObject
) -> None:
    """Two agents tell their observations apart: after any deviation she still knows the point."""
    game = data.draw(one_shot(ties))
    note(write(game))
    found = revealed(game)
    assume(found is not None)
    assert isinstance(found, FullRevelation)
    profile = [words(found.rules[agent.name]) for agent in game.agents]
    response = dict(found.response)
    assert payoff(game, game.utility, response) == found.user_utility
    assert response in list(outcomes(game, profile))
    for n, agent in enumerate(game.agents):
        before = payoff(game, agent.utility, response)
        for deviation in pure_deviations(game, agent):
            after = list(outcomes(game, [*profile[:n], deviation, *profile[n + 1 :]], agent))
            if ties is Ties.BELIEF:  # her belief is the same as before, and so is her choice
                assert response in after
            else:
                assert all(payoff(game, agent.utility, outcome) <= before for outcome in after)


@pytest.mark.slow
@often
@given(game=one_shot(ties=Ties.FAVOUR_SPEAKER))
def test_the_best_ai_cannot_be_outbid_under_favour_speaker(game: Game) -> None:
    """A deviating agent is picked only if its rule alone is worth as much to her; she then
    best-responds in its favour.
    """
    note(write(game))
    found = revealed(game, Guarantee.BEST_AI)
    assume(found is not None)
    assert isinstance(found, FullRevelation)
    for agent in game.agents:
        before = payoff(game, agent.utility, found.response)
        for deviation in pure_deviations(game, agent):
            after = next(outcomes(game, [deviation], agent))
            if payoff(game, game.utility, after) >= optimum(game):
                assert payoff(game, agent.utility, after) <= before


@pytest.mark.slow
@often
@given(game=games())
def test_what_is_exhibited_fits_the_game(game: Game) -> None:
    """Worst first, with the kinds that belong to one or several agents."""
    note(write(game))
    for guarantee in Guarantee:
        found = exhibited(game, guarantee)
        if guarantee is not Guarantee.QUANTAL:
            order = [rational_utility(e) for e in found.equilibria]
            assert order == sorted(order)
        assert (found.worst, found.best) == (
            (found.equilibria[0], found.equilibria[-1]) if found.equilibria else (None, None)
        )
        for shown in found.equilibria:
            if isinstance(shown, SignalEquilibrium):
                assert guarantee is not Guarantee.QUANTAL
                assert (len(game.agents) == 1) == (shown.kind == "optimal plan")
                assert shown.picked is None
                continue
            if isinstance(shown, OptimalConversation):
                assert len(game.agents) == 1 and guarantee is not Guarantee.QUANTAL
                assert shown.user_utility == value_of(game, shown.rule)
                continue
            if isinstance(shown, ConversationEquilibrium):
                assert guarantee is not Guarantee.QUANTAL and not game.conversation.one_shot
                assert all(most <= has + game.gamma for has, most in shown.bounds.values())
                continue
            if isinstance(shown, Indifference):
                assert guarantee is Guarantee.QUANTAL
                assert all(
                    len({a.utility[b, y] for b in game.actions}) == 1
                    for a in game.agents
                    for y in game.states
                )
                continue
            assert len(game.agents) >= 2
            assert list(shown.rules) == [agent.name for agent in game.agents]
            if guarantee is Guarantee.QUANTAL:
                assert sign_of(shown.user_utility, quantal_value(game)) == 0
            elif shown.response:
                assert (
                    shown.user_utility
                    == optimum(game)
                    == payoff(game, game.utility, shown.response)
                )
                assert all(
                    action in game.best_actions[point] for point, action in shown.response.items()
                )


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(game=games())
def test_no_equilibrium_gives_more_than_knowing_everything(ties: Ties, game: Game) -> None:
    game = replace(game, ties=ties)
    note(write(game))
    for guarantee in (Guarantee.BAYES, Guarantee.BEST_AI):
        for shown in exhibited(game, guarantee).equilibria:
            assert no_information(game) <= rational_utility(shown) <= optimum(game)


def test_programs_beyond_the_limit_leave_out_what_needs_them() -> None:
    game = load(INSTANCES / "classics/opposed_advocates.toml")
    for guarantee in (Guarantee.BAYES, Guarantee.BEST_AI):
        found = exhibit(game, guarantee, Effort(program_limit=1))
        assert [type(shown) for shown in found.equilibria] == [FullRevelation]
    assert (
        exhibit(
            load(INSTANCES / "classics/prosecutor.toml"),
            Guarantee.BAYES,
            Effort(program_limit=1),
        ).worst
        is None
    )


def test_a_quantal_user_has_no_rational_utility() -> None:
    game = load(INSTANCES / "classics/opposed_advocates.toml")
    (shown,) = exhibited(game, Guarantee.QUANTAL).equilibria
    with pytest.raises(TypeError, match="is not known to be a fraction"):
        rational_utility(shown)


def test_opposed_advocates_both_reveal() -> None:
    found = revealed(load(INSTANCES / "classics/opposed_advocates.toml"))
    assert isinstance(found, FullRevelation)
    assert (found.kind, found.user_utility) == ("full revelation", F(1))


def test_the_prosecutor_alone_has_the_optimal_plan() -> None:
    found = exhibited(load(INSTANCES / "classics/prosecutor.toml"))
    for shown in (found.worst, found.best):
        assert isinstance(shown, SignalEquilibrium)
        assert (shown.kind, shown.user_utility, shown.agent_utilities) == (
            "optimal plan",
            F(7, 10),
            {"prosecutor": F(3, 5)},
        )


def xor() -> Game:
    """Each of two aligned agents sees one bit; the best action is their XOR."""
    observations = ("00", "01", "10", "11")
    joint = {(NOTHING, o, "same" if o[0] == o[1] else "different"): F(1, 4) for o in observations}
    user = {"say same": [1, 0], "say different": [0, 1]}
    sees = {"first": (("00", "01"), ("10", "11")), "second": (("00", "10"), ("01", "11"))}
    return informed_game(
        (NOTHING,),
        observations,
        ("same", "different"),
        joint,
        user,
        {n: (user, cells) for n, cells in sees.items()},
    )


def test_split_observations_have_no_revelation_but_a_common_offer_for_the_best_ai() -> None:
    """Alone each is worth 1/2; both offering nothing is stable, as neither could offer more, unless
    ties favour who deviates.
    """
    assert revealed(xor()) is None
    found = revealed(xor(), Guarantee.BEST_AI)
    assert isinstance(found, CommonRule)
    assert found.user_utility == F(1, 2)
    assert len(set(found.rules.values())) == 1
    assert revealed(replace(xor(), ties=Ties.BELIEF), Guarantee.BEST_AI) == found
    assert revealed(replace(xor(), ties=Ties.FAVOUR_SPEAKER), Guarantee.BEST_AI) is None


def tied_in_one_state(words: int | Literal["rich"] = 2) -> Game:
    """In x two actions are best for her, and each agent prefers another; with b she may pool x, y.

    Two words tell z from the rest, and then b is her only best action.
    """
    user = {"a": [1, 0, 0], "b": [1, 1, 0], "c": [0, 0, 1]}
    rows = {"one": user | {"a": [2, 0, 0]}, "two": user | {"a": [0, 0, 0]}}
    prior = dict.fromkeys("xyz", F(1, 3))
    return simple_game(prior, user, rows, conversation=Protocol(1, 1, words))


def test_a_common_rule_may_be_worth_the_optimum() -> None:
    """Full revelation is not stable, as two words do not tell three states; a pooling rule is,
    since no offer is better than OPT.
    """
    found = revealed(tied_in_one_state(), Guarantee.BEST_AI)
    assert isinstance(found, CommonRule)
    assert found.user_utility == optimum(tied_in_one_state()) == 1
    assert revealed(tied_in_one_state(), Guarantee.BAYES) is None
    assert revealed(replace(tied_in_one_state(), ties=Ties.ORDER), Guarantee.BEST_AI) == found
    favoured = replace(tied_in_one_state(), ties=Ties.FAVOUR_SPEAKER)
    assert revealed(favoured, Guarantee.BEST_AI) is None


def test_two_agents_who_see_most_offer_the_common_rule() -> None:
    """A third who sees nothing does not spoil it: he says nothing."""
    game = tied_in_one_state()
    blind = replace(game.agents[0], name="blind", sees=(("x", "y", "z"),))
    found = revealed(replace(game, agents=(blind, *game.agents)), Guarantee.BEST_AI)
    assert isinstance(found, CommonRule)
    assert found.rules["one"] == found.rules["two"] != found.rules["blind"]
    assert found.user_utility == 1
    alone = replace(game, agents=(blind, game.agents[0]))
    assert revealed(alone, Guarantee.BEST_AI) is None


@pytest.mark.slow
@often
@given(game=games(min_agents=2, ties=Ties.ANY))
def test_agents_who_see_alike_always_have_an_equilibrium_with_a_user_who_picks(game: Game) -> None:
    """Under `any` nobody can better what all offer, in whatever protocol."""
    view = game.agents[0].sees
    alike = replace(game, agents=tuple(replace(agent, sees=view) for agent in game.agents))
    note(write(alike))
    found = revealed(alike, Guarantee.BEST_AI)
    assert found is not None
    assert found.user_utility == team(alike, view).value


def test_one_teacher_among_two_is_not_enough() -> None:
    """The other sees nothing: if the teacher withholds she learns nothing, so revelation is not
    shown to be stable.
    """
    user = {"left": [1, 0], "right": [0, 1]}
    game = simple_game({"l": F(1, 2), "r": F(1, 2)}, user, {"teacher": user, "blind": user})
    blind = replace(game.agents[1], sees=(("l", "r"),))
    assert isinstance(revealed(game), FullRevelation)
    assert revealed(replace(game, agents=(game.agents[0], blind))) is None


def test_silence_worth_the_optimum_is_not_stable_where_best_actions_tie() -> None:
    """Safe is always best, risky as good in one state: who reveals the state may have the tie
    broken for him.
    """
    rows = {"safe": [1, 1], "risky": [1, 0]}
    likes = {"safe": [0, 0], "risky": [1, 0]}
    game = simple_game(
        {"l": F(1, 2), "r": F(1, 2)}, rows, {"a": likes, "b": likes}, conversation=Protocol(1, 1, 1)
    )
    assert revealed(game) is None
    rich = replace(game, conversation=Protocol(1, 1, 2))
    told = revealed(rich)
    assert isinstance(told, FullRevelation)
    assert told.user_utility == 1
    blind = replace(
        game.agents[1], sees=(("l", "r"),)
    )  # then one agent alone separates the states, and may stop doing so
    assert revealed(replace(rich, agents=(game.agents[0], blind))) is None


def test_tied_actions_that_divide_the_agents_have_no_stable_choice_under_favour_speaker() -> None:
    """Whichever twin she takes, the other agent would deviate to have the tie go its way."""
    user = {"one": [1, 0], "twin": [1, 0], "safe": [0, 1]}
    rows = {
        "a": {"one": [2, 0], "twin": [0, 0], "safe": [0, 1]},
        "b": {"one": [0, 0], "twin": [2, 0], "safe": [0, 1]},
    }
    game = simple_game({"l": F(1, 2), "r": F(1, 2)}, user, rows, ties=Ties.FAVOUR_SPEAKER)
    assert revealed(game) is None
    found = revealed(replace(game, ties=Ties.BELIEF))
    assert isinstance(found, FullRevelation)
    assert found.response[NOTHING, "l"] in ("one", "twin")


def guards(*, eta: int, agents: int = 1, cares: int = 0, doors: int = 2) -> Game:
    """She looks for a prize; the guards get `cares` if she opens the first door when it is there,
    and else 0.
    """
    user = {f"open{n}": [int(n == m) for m in range(doors)] for n in range(doors)}
    his = {a: [cares if (a, y) == ("open0", 0) else 0 for y in range(doors)] for a in user}
    prior = {f"door{n}": F(1, doors) for n in range(doors)}
    game = simple_game(prior, user, {f"guard {n}": his for n in range(agents)})
    return replace(game, quantal=Quantal(F(eta), 2))


@pytest.mark.parametrize("agents", [1, 2, 3])
@pytest.mark.parametrize("eta", [1, 3])
def test_guards_who_do_not_care_may_be_silent(agents: int, eta: int) -> None:
    found = exhibited(guards(eta=eta, agents=agents), Guarantee.QUANTAL)
    assert isinstance(found.worst, Indifference)
    assert sign_of(found.worst.user_utility, QuotientSum(2, F(1, 2))) == 0
    assert len(found.equilibria) == (1 if agents == 1 else 2)


def test_a_guard_who_cares_a_little_is_not_indifferent() -> None:
    assert exhibited(guards(eta=1, cares=1), Guarantee.QUANTAL).worst is None


def test_silence_is_first_only_where_it_is_worse() -> None:
    """A game in which a quantal user is better off not knowing: rare, but possible."""
    user: dict[str, list[int | F]] = {"a": [1, 0], "b": [F(9, 10), F(9, 10)], "c": [0, 1]}
    game = simple_game(
        {"l": F(1, 2), "r": F(1, 2)}, user, {n: {a: [0, 0] for a in user} for n in ("g", "h")}
    )
    for eta in range(1, 60):
        found = exhibited(replace(game, quantal=Quantal(F(eta), 2)), Guarantee.QUANTAL)
        assert {type(shown) for shown in found.equilibria} == {Indifference, FullRevelation}
        first, second = (shown.user_utility for shown in found.equilibria)
        assert sign_of(second, first) >= 0


def test_silence_is_the_common_rule_where_it_is_worth_as_much() -> None:
    """Two agents could tell x from the rest, the third could not, and she needs none of it."""
    states = {"x": F(1, 3), "y": F(1, 3), "z": F(1, 3)}
    hers = {"a": [2, 1, 2], "b": [0, 0, 2]}
    game = simple_game(
        states, hers, {name: {"a": [1, 0, 0], "b": [0, 0, 1]} for name in ("one", "two", "three")}
    )
    views = [(("x",), ("y", "z"))] * 2 + [(("x", "z"), ("y",))]
    agents = tuple(replace(a, sees=sees) for a, sees in zip(game.agents, views, strict=True))
    game = replace(game, agents=agents, ties=Ties.ANY)
    assert no_information(game) == optimum(game)
    found = exhibit(game, Guarantee.BEST_AI, Effort()).equilibria
    rules = [e.rules for e in found if isinstance(e, CommonRule)]
    assert rules and all(len({*map(repr, each.values())}) == 1 for each in rules)
