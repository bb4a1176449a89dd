"""Bounds by what the user hears (theory.md 6.17): above every rule, below the bound over outcomes,
and as the kernel computes them; against brute force.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import event, given, note, reject, settings
from hypothesis import strategies as st

from tests.conversations import profiles, rules
from tests.games import INSTANCES, games
from tests.kernel.building import read
from verifier.errors import SizeError
from verifier.evidence import conversation_bounds, conversations_of
from verifier.game.model import Agent, Game
from verifier.game.reader import load
from verifier.game.response import RangeEnd
from verifier.game.rules import Profile
from verifier.game.writer import write
from verifier.kernel.core.game import study
from verifier.kernel.core.histories import SHAPE, granted
from verifier.kernel.core.rule import read_rules
from verifier.kernel.reader.document import WrongError, fit
from verifier.solve.effort import Effort
from verifier.theory.judgements.conversation import obedient_outcome_bound, worth_without
from verifier.theory.judgements.history_bound import HistoryBound, history_bound
from verifier.theory.judgements.pure_rules import pure_rule, pure_rules, quiet_answers, team_answers
from verifier.theory.play import conversation_payoff_end

F = Fraction
often = settings(max_examples=60, deadline=None, derandomize=True)
small = games(
    max_agents=3,
    max_agent_observations=2,
    max_states=2,
    max_actions=3,
    max_rounds=2,
    max_letters=2,
)


def in_the_kernel(game: Game, profile: Profile, agent: Agent, bound: HistoryBound) -> Fraction:
    """What the kernel makes of the plans."""
    position = study(read(write(game)))
    trees = read_rules(position.game, conversations_of(game, profile))
    named = next(a for a in position.game.agents if a.name == agent.name)
    others = [rule for name, rule in trees.items() if name != agent.name]
    (part,) = conversation_bounds({agent.name: bound})
    return granted(position, named, others, fit(part, SHAPE, "a bound"))


@pytest.mark.slow
@often
@given(data=st.data())
def test_no_rule_gives_more_and_the_bound_over_outcomes_is_no_sharper(
    data: st.DataObject,
) -> None:
    game = data.draw(small)
    note(write(game))
    profile, agent = data.draw(profiles(game)), game.agents[0]
    bound = history_bound(game, profile, agent, Effort())
    least = worth_without(game, profile, agent.name)
    ceiling = obedient_outcome_bound(game, agent, least, Effort()).value
    event("sharper" if bound.value < ceiling else "the same")
    assert bound.value <= ceiling
    assert in_the_kernel(game, profile, agent, bound) == bound.value
    payoff = game.agent_payoff(agent.name)
    tried = [*islice(pure_rules(game, agent, 70), 70), data.draw(rules(game, agent))]
    for rule in tried:
        changed = {**profile, agent.name: rule}
        assert conversation_payoff_end(game, changed, payoff, RangeEnd.GREATEST) <= bound.value


@pytest.mark.slow
@often
@given(data=st.data())
def test_whatever_the_plans_the_kernel_s_number_bounds_every_rule(data: st.DataObject) -> None:
    """The weights of a bound for other rules, at random: the kernel refuses, or computes a number
    that no rule exceeds.
    """
    game = data.draw(small)
    note(write(game))
    profile, other, agent = data.draw(profiles(game)), data.draw(profiles(game)), game.agents[0]
    shares = st.sampled_from([F(0), F(1, 2), F(1), F(1), F(3)])
    plans = history_bound(game, data.draw(st.sampled_from([profile, other])), agent, Effort())
    moved = {
        after: {record: share * t for record, t in plan.items()}
        for after, plan in plans.instead.items()
        for share in [data.draw(shares)]
    }
    try:
        value = in_the_kernel(game, profile, agent, HistoryBound(F(0), moved))
    except WrongError:  # the plans are for places that are not there
        reject()
    payoff = game.agent_payoff(agent.name)
    for rule in [*islice(pure_rules(game, agent, 70), 70), data.draw(rules(game, agent))]:
        changed = {**profile, agent.name: rule}
        assert conversation_payoff_end(game, changed, payoff, RangeEnd.GREATEST) <= value


def opponent_alone() -> tuple[Game, Profile]:
    """The debate in which the proponent is silent and the opponent tells what is false."""
    game = load(INSTANCES / "conversations/debate_with_a_reply.toml")
    proponent, opponent = game.agents
    told = team_answers(game, opponent, opponent.sees, Effort())
    assert told is not None
    return game, {
        proponent.name: pure_rule(game, proponent, quiet_answers(game, proponent)),
        opponent.name: pure_rule(game, opponent, told),
    }


def test_it_is_sharper_where_she_would_rather_ask_than_follow() -> None:
    """In this profile nobody gains, which the bound over outcomes does not show."""
    game, profile = opponent_alone()
    has = {
        agent.name: conversation_payoff_end(
            game, profile, game.agent_payoff(agent.name), RangeEnd.GREATEST
        )
        for agent in game.agents
    }
    for agent in game.agents:
        least = worth_without(game, profile, agent.name)
        assert history_bound(game, profile, agent, Effort()).value == has[agent.name]
        assert obedient_outcome_bound(game, agent, least, Effort()).value > has[agent.name]


def test_a_program_beyond_the_limit_is_refused_before_it_is_built() -> None:
    game, profile = opponent_alone()
    with pytest.raises(SizeError, match="the limit is 100"):
        history_bound(game, profile, game.agents[0], Effort(program_limit=100))
