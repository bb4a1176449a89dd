"""All equilibria among listed signals against a brute force that shares no code, z3 and Gambit
(theory.md 6.11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.games import Table, games, simple_game
from tests.theory.restricted.listed import Names, classic, listed, utilities
from verifier.game.model import Agent, Game, Ties
from verifier.game.rules import Signal
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.restricted.game import pure_choices
from verifier.theory.restricted.normal_form import Choices

F = Fraction
often = settings(max_examples=60, deadline=None, derandomize=True)
models = pytest.mark.parametrize("model", [Guarantee.BAYES, Guarantee.BEST_AI])

Vector = tuple[Fraction, ...]

# An independent brute force: dictionaries of words, every response spelled out


def heard(game: Game, signals: Sequence[Signal]) -> dict[Names, dict[tuple[str, str], Fraction]]:
    """(x_A, words) -> (x_B, y) -> probability."""
    told: dict[Names, dict[tuple[str, str], Fraction]] = {}
    for (x_user, x, y), p in game.joint.items():
        for words in product(*(signal[x] for signal in signals)):
            mass = p
            for word, signal in zip(words, signals, strict=True):
                mass *= signal[x][word]
            told.setdefault((x_user, *words), {})[x, y] = mass
    return told


def mean(
    seen: Mapping[tuple[str, str], Fraction],
    utility: Mapping[tuple[str, str], Fraction],
    action: str,
) -> Fraction:
    return sum((p * utility[action, y] for (_, y), p in seen.items()), F(0))


def added(one: Vector, other: Vector) -> Vector:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def responses(game: Game, signals: Sequence[Signal]) -> tuple[Fraction, list[Vector]]:
    """Her value, and the agents' payoffs under each of her pure best responses, the first actions
    first.
    """
    value, totals = F(0), [(F(0),) * len(game.agents)]
    for seen in heard(game, signals).values():
        worth = [mean(seen, game.utility, a) for a in game.actions]
        best = [a for a, w in zip(game.actions, worth, strict=True) if w == max(worth)]
        value += max(worth)
        options = [tuple(mean(seen, agent.utility, a) for agent in game.agents) for a in best]
        totals = list(dict.fromkeys(added(t, o) for t, o in product(totals, options)))
        if len(totals) > 30:
            reject()
    return value, totals


def outcomes(
    game: Game, signals: Sequence[Signal], model: Guarantee
) -> tuple[Fraction, list[Vector]]:
    """As `responses`, for either model."""
    if model is Guarantee.BAYES:
        return responses(game, signals)
    alone = [responses(game, [signal]) for signal in signals]
    top = max(value for value, _ in alone)
    return top, [vector for value, vectors in alone if value == top for vector in vectors]


def reaches(vectors: Sequence[Vector], bounds: Vector) -> bool:
    """Whether a mixture of at most two vectors reaches both bounds: enough for two agents, for a
    quadrant meets an edge.
    """
    for p, q in product(vectors, repeat=2):
        least, most = F(0), F(1)  # the weight of q
        for a, b, bound in zip(p, q, bounds, strict=True):
            if a == b:
                most = most if a >= bound else F(-1)
            elif b > a:
                least = max(least, (bound - a) / (b - a))
            else:
                most = min(most, (a - bound) / (a - b))
        if least <= most:
            return True
    return False


def chosen(game: Game, choices: Choices, names: Names) -> list[Signal]:
    return [choices[agent.name][name] for agent, name in zip(game.agents, names, strict=True)]


def table(
    game: Game, choices: Choices, model: Guarantee
) -> dict[Names, tuple[Fraction, list[Vector]]]:
    lists = [choices[agent.name] for agent in game.agents]
    return {names: outcomes(game, chosen(game, choices, names), model) for names in product(*lists)}


def deviations(game: Game, choices: Choices, names: Names) -> Iterator[tuple[int, Names]]:
    for i, agent in enumerate(game.agents):
        for other in choices[agent.name]:
            yield i, (*names[:i], other, *names[i + 1 :])


def brute_force(game: Game, choices: Choices, model: Guarantee) -> dict[Names, Fraction]:
    """Under `any`, `favour-speaker` and `order`, for two agents."""
    cells = table(game, choices, model)
    end: Callable[..., Fraction] = max if game.ties is Ties.FAVOUR_SPEAKER else min
    first = game.ties is Ties.ORDER
    found = {}
    for names, (value, vectors) in cells.items():
        bounds = [F(-100)] * len(game.agents)
        for i, other in deviations(game, choices, names):
            options = cells[other][1][:1] if first else cells[other][1]
            bounds[i] = max(bounds[i], end(vector[i] for vector in options) - game.gamma)
        if reaches(vectors[:1] if first else vectors, tuple(bounds)):
            found[names] = value
    return found


@st.composite
def noisy(draw: st.DrawFn, game: Game, agent: Agent) -> Signal:
    """A signal of one or two words that may be drawn by chance."""
    signal = {}
    for cell in agent.sees:
        share = draw(st.sampled_from([F(0), F(1), F(1, 2), F(1, 3), F(3, 7)]))
        says = {word: p for word, p in (("yes", share), ("no", 1 - share)) if p}
        signal.update(dict.fromkeys(cell, says))
    return {x: signal[x] for x in game.agent_observations}


@st.composite
def listed_games(
    draw: st.DrawFn, ties: Ties, agents: tuple[int, int] = (2, 2), gamma: bool = False
) -> tuple[Game, Choices]:
    """A small game with the pure signals of every agent and a noisy one."""
    game = draw(
        games(
            max_rounds=1,
            silent=True,
            rich=True,
            ties=ties,
            min_agents=agents[0],
            max_agents=agents[1],
            max_actions=3,
            max_agent_observations=3,
        )
    )
    pure = pure_choices(game)
    game = replace(game, gamma=draw(st.sampled_from([F(0), F(0), F(1, 3)])) if gamma else F(0))
    choices = {}
    for agent in game.agents:
        names = draw(
            st.lists(st.sampled_from(list(pure[agent.name])), min_size=1, max_size=3, unique=True)
        )
        choices[agent.name] = {name: pure[agent.name][name] for name in names} | {
            "noisy": draw(noisy(game, agent))
        }
    return game, choices


@pytest.mark.slow
@models
@pytest.mark.parametrize("ties", [Ties.ANY, Ties.FAVOUR_SPEAKER, Ties.ORDER])
@often
@given(data=st.data())
def test_the_equilibria_are_those_of_the_brute_force(
    ties: Ties, model: Guarantee, data: st.DataObject
) -> None:
    game, choices = data.draw(listed_games(ties, gamma=True))
    expected = brute_force(game, choices, model)
    found = listed(game, choices, model)
    assert utilities(found) == expected
    assert found.profiles == len(choices["agent 0"]) * len(choices["agent 1"])


@pytest.mark.slow
@models
@often
@given(data=st.data())
def test_the_utilities_are_those_of_a_best_response(model: Guarantee, data: st.DataObject) -> None:
    """Some mixture of pure best responses gives both agents at least what is reported, and some at
    most.
    """
    game, choices = data.draw(listed_games(Ties.ANY))
    for equilibrium in listed(game, choices, model).found:
        value, vectors = outcomes(
            game, chosen(game, choices, tuple(equilibrium.profile.values())), model
        )
        assert equilibrium.user_utility == value
        reported = tuple(equilibrium.agent_utilities.values())
        for signs in product([1, -1], repeat=2):
            turned = [
                tuple(s * v for s, v in zip(signs, vector, strict=True)) for vector in vectors
            ]
            assert reaches(turned, tuple(s * v for s, v in zip(signs, reported, strict=True)))


# Ties by belief: z3 looks for one function of her belief


def by_belief(
    game: Game, signals: Sequence[Signal], agent: Agent, tau: dict[Any, dict[str, Any]]
) -> Any:
    """The agent's payoff when she mixes by `tau`, which grows by the beliefs that are met for the
    first time.
    """
    z3 = pytest.importorskip("z3")
    terms = [z3.RealVal(0)]
    for (x_user, *_), seen in heard(game, signals).items():
        mass = {
            y: sum((p for (_, state), p in seen.items() if state == y), F(0)) for y in game.states
        }
        posterior = (x_user, *(p / sum(mass.values()) for p in mass.values()))
        worth = {a: mean(seen, game.utility, a) for a in game.actions}
        best = [a for a in game.actions if worth[a] == max(worth.values())]
        weights = tau.setdefault(posterior, {a: z3.Real(f"tau {len(tau)} {a}") for a in best})
        terms += [weights[a] * z3.RealVal(str(mean(seen, agent.utility, a))) for a in best]
    return z3.Sum(terms)


def listened(game: Game, signals: list[Signal], model: Guarantee) -> list[Signal]:
    if model is Guarantee.BAYES:
        return signals
    return [max(signals, key=lambda signal: responses(game, [signal])[0])]


def supported(game: Game, choices: Choices, names: Names, model: Guarantee) -> bool:
    z3 = pytest.importorskip("z3")
    tau: dict[Any, dict[str, Any]] = {}
    solver = z3.Solver()
    for i, other in deviations(game, choices, names):
        here, there = (
            by_belief(game, listened(game, chosen(game, choices, n), model), game.agents[i], tau)
            for n in (names, other)
        )
        solver.add(here + z3.RealVal(str(game.gamma)) >= there)
    for weights in tau.values():
        solver.add(z3.Sum(list(weights.values())) == 1, *(w >= 0 for w in weights.values()))
    return bool(solver.check() == z3.sat)


def half(share: Fraction) -> Signal:
    """Tells the state with this probability, and otherwise a word that means nothing."""
    return {
        y: {word: p for word, p in ((y, share), (f"hm {share}", 1 - share)) if p}
        for y in ("y0", "y1")
    }


COIN: Mapping[str, Signal] = {
    "silent": half(F(0)),
    "tell all": half(F(1)),
    "half": half(F(1, 2)),
    "third": half(F(1, 3)),
    "trick": {"y0": {"y0": F(1, 2), "y1": F(1, 2)}, "y1": {"y1": F(1)}},
    "other trick": {"y0": {"y0": F(1)}, "y1": {"y0": F(1, 3), "y1": F(2, 3)}},
}
"""What may be said about a fair coin; many of these leave the user with the belief 1/2."""


@st.composite
def coins(draw: st.DrawFn) -> tuple[Game, Choices]:
    """The user guesses a fair coin, or takes a prize that is as good when she knows nothing: three
    ways to break a tie.
    """
    rows = st.fixed_dictionaries(
        {
            a: st.lists(st.integers(-2, 2), min_size=2, max_size=2)
            for a in ("heads", "tails", "prize")
        }
    )
    user: Table = {"heads": [1, 0], "tails": [0, 1], "prize": [F(1, 2), F(1, 2)]}
    agents = {f"agent {n}": draw(rows) for n in range(draw(st.integers(1, 2)))}
    game = simple_game({"y0": F(1, 2), "y1": F(1, 2)}, user, agents, ties=Ties.BELIEF)
    lists = st.lists(st.sampled_from(sorted(COIN)), min_size=2, max_size=4, unique=True)
    return game, {agent: {name: COIN[name] for name in draw(lists)} for agent in agents}


@pytest.mark.slow
@models
@settings(often, max_examples=40)
@given(case=coins() | listed_games(Ties.BELIEF, gamma=True))
def test_ties_by_belief_are_what_one_function_of_her_belief_supports(
    model: Guarantee, case: tuple[Game, Choices]
) -> None:
    game, choices = case
    found = {tuple(e.profile.values()) for e in listed(game, choices, model).found}
    profiles = product(*(choices[agent.name] for agent in game.agents))
    assert found == {names for names in profiles if supported(game, choices, names, model)}


@models
def test_a_threat_that_contradicts_her_belief(model: Guarantee) -> None:
    """At belief 1/2 she says y1 with probability t: silence is worth t to the agent, the trick 3/4,
    half the truth 1/4 + t/2.

    So nobody tells half the truth, unless she may take t = 1 after it and t = 0 after silence.
    """
    game = simple_game(
        {"y0": F(1, 2), "y1": F(1, 2)},
        {"y0": [1, 0], "y1": [0, 1]},
        {"agent": {"y0": [0, 0], "y1": [1, 1]}},
    )
    choices = {"agent": {name: COIN[name] for name in ("silent", "half", "trick")}}
    assert set(utilities(listed(game, choices, model))) == {("silent",), ("half",), ("trick",)}
    assert set(utilities(listed(replace(game, ties=Ties.BELIEF), choices, model))) == {
        ("silent",),
        ("trick",),
    }


@pytest.mark.slow
@models
@often
@given(data=st.data())
def test_stricter_tie_rules_have_fewer_equilibria(model: Guarantee, data: st.DataObject) -> None:
    game, choices = data.draw(listed_games(Ties.ANY, (1, 3)))
    free = utilities(listed(game, choices, model)).items()
    for ties in (Ties.ORDER, Ties.FAVOUR_SPEAKER, Ties.BELIEF):
        assert utilities(listed(replace(game, ties=ties), choices, model)).items() <= free


# Gambit


def gambit_equilibria(game: Game, choices: Choices, model: Guarantee) -> dict[Names, Vector]:
    """The pure equilibria that Gambit finds in the agents' strategic game, with their payoffs; ties
    by order.
    """
    gambit = pytest.importorskip("pygambit", reason="Gambit has no wheel; it is an optional peer")
    lists = [list(choices[agent.name]) for agent in game.agents]
    form = gambit.Game.new_table([len(names) for names in lists])
    for numbers in product(*(range(len(names)) for names in lists)):
        names = tuple(lists[i][n] for i, n in enumerate(numbers))
        _, vectors = outcomes(game, chosen(game, choices, names), model)
        for player, value in zip(form.players, vectors[0], strict=True):
            form[numbers][player] = gambit.Rational(value.numerator, value.denominator)
    found = {}
    for profile in gambit.nash.enumpure_solve(form).equilibria:
        played = [
            [n for n, strategy in enumerate(player.strategies) if profile[strategy] == 1]
            for player in form.players
        ]
        names = tuple(lists[i][n] for i, (n,) in enumerate(played))
        found[names] = tuple(F(str(profile.payoff(player))) for player in form.players)
    return found


@pytest.mark.slow
@models
@often
@given(data=st.data())
def test_gambit_finds_the_same_equilibria(model: Guarantee, data: st.DataObject) -> None:
    game, choices = data.draw(listed_games(Ties.ORDER, (1, 3)))
    found = {
        tuple(e.profile.values()): tuple(e.agent_utilities.values())
        for e in listed(game, choices, model).found
    }
    assert found == gambit_equilibria(game, choices, model)


@models
@pytest.mark.parametrize("name", ["prosecutor_and_defender", "two_prosecutors"])
@pytest.mark.parametrize("actions", [("convict", "acquit"), ("acquit", "convict")])
def test_gambit_agrees_on_the_shipped_games(
    name: str, actions: tuple[str, ...], model: Guarantee
) -> None:
    game, choices = classic(name, *actions)
    found = {
        tuple(e.profile.values()): tuple(e.agent_utilities.values())
        for e in listed(game, choices, model).found
    }
    assert found == gambit_equilibria(game, choices, model)
