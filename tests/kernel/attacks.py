"""The best that a forger can do: rules at random, and the cheapest prices under looser laws than
the game's own; conversations at random, and the bounds of others.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from tests.conversations import profiles
from tests.games import games, informed_game, signals
from tests.kernel.building import Certificate, certificate
from tests.oracles import user_value
from verifier.certificate import equilibrium_certificate
from verifier.evidence import conversation_bounds, conversations_of
from verifier.game.model import Agent, Alphabet, Conversation, Game, Ties
from verifier.game.response import (
    SignalDistribution,
    best_actions_at,
    expected,
    signal_distribution,
)
from verifier.game.rules import Profile, Signal, common_coarsening
from verifier.solve.effort import Effort
from verifier.theory.deviations.deviation import (
    DeviationBound,
    Knowledge,
    MessageSetBound,
    SubproblemBound,
    message_set_bound,
)
from verifier.theory.deviations.dominance import dominated_actions
from verifier.theory.deviations.persuasion import (
    Subproblem,
    independent_types,
    subproblem_of,
    user_strategies,
)
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import (
    ConversationBound,
    OutcomeBound,
    obedient_outcome_bound,
    worth_without,
)
from verifier.theory.judgements.history_bound import HistoryBound, history_bound
from verifier.theory.play import play

F = Fraction


@st.composite
def contested_games(draw: st.DrawFn) -> Game:
    """Two states, up to three actions, few numbers: ties, twins and conflicts are likely,
    indifference is not.
    """
    dice = random.Random(draw(st.integers(0, 2**32)))
    states, actions = ("s", "t"), ("a", "b", "c")[: dice.choice([2, 3, 3])]
    users = dice.choice([("x",), ("x",), ("x", "z")])
    weights = {(x, y, y): dice.choice([1, 1, 2, 3]) for x in users for y in states}
    joint = {key: F(weight, sum(weights.values())) for key, weight in weights.items()}

    def table() -> dict[str, list[int]]:
        rows = {a: [dice.choice([-1, 0, 1, 2]) for _ in states] for a in actions}
        return rows | ({actions[-1]: rows["a"]} if dice.random() < 0.3 else {})

    agents = {}
    for n in range(dice.choice([1, 2, 2])):
        agents[f"i{n}"] = (table(), [states] if dice.random() < 0.15 else None)
    letters: Alphabet = dice.choice(["rich", "rich", 2, 1])
    talk = Conversation(dice.choice([1, 1, 2]), dice.choice([1, 1, 2]), letters)
    game = informed_game(
        users,
        states,
        states,
        joint,
        table(),
        agents,
        ties=dice.choice(list(Ties)),
        conversation=talk,
    )
    return replace(game, gamma=dice.choice([F(0), F(0), F(0), F(1, 4)]))


def _words(game: Game) -> int:
    letters = game.conversation.agent_alphabet
    return 2 if letters == "rich" else min(2, letters**game.conversation.rounds)


def _dominated(
    draw: st.DrawFn, loose: Game, subproblem: Subproblem
) -> dict[tuple[int, str], Mapping[str, Fraction]]:
    """What the loose tie rule passes over, and perhaps one action more, with some action left for
    every type.
    """
    actions = loose.actions
    passed: dict[tuple[int, str], Mapping[str, Fraction]] = {}
    if draw(st.booleans()):
        passed |= dominated_actions(loose, subproblem, Effort())
    if draw(st.booleans()):
        n = draw(st.integers(0, len(subproblem.types) - 1))
        passed[n, draw(st.sampled_from(actions))] = {draw(st.sampled_from(actions)): F(1)}
    full = [n for n in range(len(subproblem.types)) if all((n, a) in passed for a in actions)]
    return {key: mixture for key, mixture in passed.items() if key[0] not in full}


def _option(
    draw: st.DrawFn,
    loose: Game,
    subproblem: Subproblem,
    passed: Mapping[tuple[int, str], Mapping[str, Fraction]],
    floor: Fraction,
) -> MessageSetBound:
    """Prices for all strategies that are left, or for some of them."""
    followed = user_strategies(loose, subproblem, passed)
    only = None
    if draw(st.booleans()) and draw(st.booleans()):
        most = draw(st.integers(1, min(len(followed), 2)))
        only = tuple(
            draw(st.lists(st.sampled_from(followed), min_size=1, max_size=most, unique=True))
        )
    return message_set_bound(
        loose,
        subproblem,
        passed,
        Effort(),
        strategies=only,
        worst_duplicates=draw(st.booleans()),
        floor_price=floor,
    )


def _deviation_bound(
    draw: st.DrawFn, loose: Game, agent: Agent, distribution: SignalDistribution, floor: Fraction
) -> DeviationBound:
    ways: list[Sequence[SignalDistribution]] = [
        list(independent_types(agent, distribution)),
        [{t: seen} for t, seen in distribution.items()],
    ]
    parts = draw(st.sampled_from(ways))
    priced = []
    for part in parts:
        subproblem = subproblem_of(loose, agent, part)
        passed = _dominated(draw, loose, subproblem)
        priced.append(
            SubproblemBound(
                subproblem.types, passed, (_option(draw, loose, subproblem, passed, floor),)
            )
        )
    likely = Knowledge.OWN_OBSERVATION if parts is ways[0] else Knowledge.USER_TYPE
    knowledge = draw(
        st.sampled_from([likely, likely, likely, Knowledge.OWN_OBSERVATION, Knowledge.USER_TYPE])
    )
    return DeviationBound(agent.name, knowledge, floor, tuple(priced), True)


def _spoken(draw: st.DrawFn, game: Game, picks: bool) -> dict[str, Signal]:
    """Any signals; of agents of whom she picks one often the same for all."""
    if not picks or draw(st.integers(0, 2)) == 0:
        return {agent.name: draw(signals(game, agent, _words(game), 2)) for agent in game.agents}
    shared = common_coarsening(game, [agent.sees for agent in game.agents])
    signal = draw(signals(game, replace(game.agents[0], sees=shared), _words(game), 2))
    return {agent.name: signal for agent in game.agents}


def _picked(draw: st.DrawFn, game: Game, spoken: Mapping[str, Signal]) -> str:
    """An agent, more often than not one whose signal is worth most to her."""
    worth = {name: user_value(game, [signal]) for name, signal in spoken.items()}
    best = [name for name in spoken if worth[name] == max(worth.values())]
    return draw(st.sampled_from([*3 * best, *spoken]))


@st.composite
def forgeries(draw: st.DrawFn) -> tuple[Game, Certificate]:
    """A game, and a certificate of rules that need not be an equilibrium, as good as it can be made
    to look.
    """
    game = draw(contested_games())
    guarantee = draw(st.sampled_from([Guarantee.BAYES, Guarantee.BEST_AI]))
    picks = guarantee is Guarantee.BEST_AI and len(game.agents) > 1
    loose = replace(game, ties=draw(st.sampled_from([game.ties, Ties.ANY, Ties.ORDER])))
    spoken = _spoken(draw, game, picks)
    picked = _picked(draw, game, spoken) if picks else None
    told = signal_distribution(loose, [spoken[picked]] if picked else list(spoken.values()))
    response = {
        t: draw(st.sampled_from(best_actions_at(loose, t, seen, game.ties)))
        for t, seen in told.items()
    }
    floor = draw(st.sampled_from([F(0), F(0), F(1, 2), F(1), F(3)]))
    held = tuple(
        _deviation_bound(
            draw,
            loose,
            agent,
            signal_distribution(
                loose, [] if picks else [s for n, s in spoken.items() if n != agent.name]
            ),
            floor,
        )
        for agent in game.agents
    )
    utilities = {
        name: expected(payoff, told, response) for name, payoff in loose.agent_payoffs.items()
    }
    utility = expected(loose.user_payoff, told, response)
    shown = SignalEquilibrium("forged", spoken, response, utility, utilities, held, {}, picked)
    return game, json.loads(equilibrium_certificate(game, guarantee, shown).text)


def _moved(draw: st.DrawFn, bound: ConversationBound) -> ConversationBound:
    """The same bound, or one that is cheaper than it can be."""
    if draw(st.booleans()):
        return bound
    if isinstance(bound, HistoryBound):
        return HistoryBound(bound.value, _other_plans(draw, bound))
    floor = bound.floor_price * draw(st.sampled_from([F(1), F(1), F(0), F(2)]))
    less = draw(st.sampled_from([F(0), F(1, 8), F(-1, 8)]))
    marginal = {point: value + less for point, value in bound.marginal.items()}
    kept = {} if draw(st.booleans()) and draw(st.booleans()) else bound.obedience
    return OutcomeBound(bound.value, floor, marginal, kept)


def _other_plans(
    draw: st.DrawFn, bound: HistoryBound
) -> dict[tuple[str, ...], dict[tuple[str, ...], Fraction]]:
    """The plans of a bound, some with other weights, some for another choice, some left out."""
    shares = st.sampled_from([F(1), F(1), F(1), F(0), F(1, 2), F(2), F(-1)])
    plans = {
        after: {record: t * draw(shares) for record, t in plan.items()}
        for after, plan in bound.instead.items()
        if draw(st.integers(0, 5))
    }
    if len(plans) > 1 and draw(st.booleans()):
        first, *others = plans
        plans[first], plans[others[-1]] = plans[others[-1]], plans[first]
    return plans


def _bound(draw: st.DrawFn, game: Game, agent: Agent, profile: Profile) -> ConversationBound:
    """A bound on what an agent gets by another rule, of one of the two kinds."""
    if draw(st.booleans()):
        return history_bound(game, profile, agent, Effort())
    least = worth_without(game, profile, agent.name)
    return obedient_outcome_bound(game, agent, least, Effort())


@st.composite
def conversation_forgeries(draw: st.DrawFn) -> tuple[Game, Profile, Certificate]:
    """A game, conversation rules, and a certificate that they are an equilibrium, with bounds that
    may be those of other rules.
    """
    game = draw(
        st.one_of(
            contested_games(),
            games(max_agents=2, max_agent_observations=2, max_states=2, max_actions=2),
        )
    )
    profile, other = draw(profiles(game)), draw(profiles(game))
    held = {
        agent.name: _moved(draw, _bound(draw, game, agent, draw(st.sampled_from([profile, other]))))
        for agent in game.agents
    }
    claim = {
        "claim": "equilibrium",
        "user": str(Guarantee.BAYES),
        "utility": str(play(game, profile).user_utility),
        "rules": conversations_of(game, profile),
        "response": [],
        "deviation_bounds": conversation_bounds(held),
    }
    return game, profile, certificate(game, claim)
