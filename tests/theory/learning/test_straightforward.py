"""What is said is what the two believe, and what is left is what nobody has said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, Table, games, informed_game, signals, simple_game
from verifier import api
from verifier.game.model import Agent, Conversation, Game, Quantal, finest
from verifier.game.response import signal_distribution
from verifier.numbers import enclose
from verifier.theory.benchmark import no_information, optimum
from verifier.theory.guarantees.quantal import variation
from verifier.theory.learning.closeness import SquareRoot, bayesian_closeness, quantal_closeness
from verifier.theory.learning.straightforward import fitting, learning

F = Fraction
often = settings(max_examples=80, deadline=None, derandomize=True)
History = dict[tuple[str, str], list[tuple[Fraction | int, ...]]]


def coins(same: bool) -> Game:
    """Each of the two sees a fair coin; the act pays if they agree, or else by their sum."""
    seen = ("0", "1")
    states = ("00", "01", "10", "11")
    pays = [1, 0, 0, 1] if same else [0, 1, 1, 2]
    table: Table = {"act": pays, "wait": [0, 0, 0, 0]}
    joint = {(y[0], y[1], y): F(1, 4) for y in states}
    return informed_game(seen, seen, states, joint, table, {"agent": (table, None)})


def test_they_agree_and_know_nothing() -> None:
    """Both think 1/2 of two fair coins that agree or not, and may say so for ever."""
    found = learning(coins(True), coins(True).agents[0], rounds=5, steps=4)
    assert [moment.apart for moment in found.moments] == [0] * 6
    assert [moment.error for moment in found.moments] == [F(1, 2)] * 6
    assert found.forecast.weak is False and found.forecast.whole.margin == -F(1, 4)


def test_what_adds_up_is_told_at_once() -> None:
    """The sum of two coins: knowing one is worth the same to whoever knows the other."""
    game = coins(False)
    found = learning(game, game.agents[0], rounds=1, steps=4)
    assert found.forecast.whole.margin == 0
    assert found.forecast.everywhere
    assert [(m.error, m.apart) for m in found.moments] == [(F(1, 2), F(1, 2)), (0, 0)]


def test_the_doctor_and_her_patient() -> None:
    game = api.load(INSTANCES / "conversations/doctor_who_must_ask.toml")
    coarse = learning(game, game.agents[0], rounds=3, steps=2).moments
    assert [m.apart for m in coarse] == [F(13, 36), F(1, 12), 0, 0]
    assert [m.utility for m in coarse] == [F(1, 2), F(2, 3), F(2, 3), F(2, 3)]
    assert learning(game, game.agents[0], steps=4).moments[1].delta == 0


@pytest.mark.parametrize(
    ("words", "actions", "steps"),
    [(1, 2, 1), (3, 2, 1), (4, 2, 2), (8, 2, 2), (9, 2, 3), (8, 3, 2), (7, 1, 7)],
)
def test_steps_are_what_the_words_suffice_for(words: int, actions: int, steps: int) -> None:
    assert fitting(words, actions) == steps


def rounded(
    game: Game, values: Iterable[Fraction], steps: int | None
) -> tuple[Fraction | int, ...]:
    low, high = min(game.utility.values()), max(game.utility.values())
    if steps is None:
        return tuple(values)
    marks = [low + (high - low) * k / steps for k in range(steps)]
    return tuple(max(k for k in range(steps) if marks[k] <= value) for value in values)


def played(game: Game, agent: Agent, hers: int, his: int | None, rounds: int) -> History:
    """By point, what has been said there; found by comparing whole histories of words."""
    cell_of = {x: cell for cell in agent.sees for x in cell}
    said: History = {point: [] for point in game.points}

    def speak(alike: Callable[[tuple[str, str], tuple[str, str]], bool], steps: int | None) -> None:
        before = {point: list(words) for point, words in said.items()}
        for point in game.points:
            peers = [p for p in game.points if alike(p, point) and before[p] == before[point]]
            said[point].append(rounded(game, estimate(game, peers), steps))

    for _ in range(rounds):
        speak(lambda p, q: p[0] == q[0], hers)
        speak(lambda p, q: cell_of[p[1]] == cell_of[q[1]], his)
    return said


def estimate(game: Game, points: Iterable[tuple[str, str]]) -> list[Fraction]:
    points = list(points)
    mass = sum((game.probability[point] for point in points), F(0))
    return [sum((game.user_payoff[(*p, a)] for p in points), F(0)) / mass for a in game.actions]


@often
@given(game=games(private=True, max_agents=1), steps=st.sampled_from([1, 2, 3, 5, None]))
def test_it_is_what_comparing_histories_gives(game: Game, steps: int | None) -> None:
    talk = Conversation(2, 1, "rich") if steps is None else game.conversation
    agent = game.agents[0]
    found = learning(replace(game, conversation=talk), agent, 2, steps)
    assert (found.hers, found.his) == (steps or 1, steps)
    said = played(game, agent, found.hers, found.his, 2)
    hers = {
        q: estimate(game, [p for p in game.points if p[0] == q[0] and said[p] == said[q]])
        for q in game.points
    }
    truth = {point: estimate(game, [point]) for point in game.points}
    away = {p: max(abs(a - b) for a, b in zip(hers[p], truth[p], strict=True)) for p in game.points}
    last = found.moments[-1]
    assert last.error == sum(game.probability[p] * away[p] for p in game.points)
    assert last.worst == max(away.values())
    assert last.utility == sum((game.probability[p] * max(hers[p]) for p in game.points), F(0))
    assert found.moments[0].utility == no_information(game) <= last.utility <= optimum(game)
    if agent.sees == finest(game.agent_observations):
        assert last.untold == last.square


@often
@given(game=games(private=True, max_agents=1), steps=st.sampled_from([1, 2, 3, None]))
def test_agreement_implies_accuracy(game: Game, steps: int | None) -> None:
    """theory.md 13.2, 13.3: the error is at most the variance, and that is at most m h^2 / 4."""
    game = replace(game, conversation=Conversation(2, 1, "rich"))
    found = learning(game, game.agents[0], 2, steps)
    width = (max(game.utility.values()) - min(game.utility.values())) / (steps or 1)
    for number, moment in enumerate(found.moments):
        if moment.substitutes:
            assert moment.untold <= moment.variance
        if number:
            most = 0 if steps is None else len(game.actions) * width**2 / 4
            assert moment.variance <= most
        if steps is None and number and moment.substitutes:
            assert moment.untold == 0


@often
@given(data=st.data())
def test_a_quantal_user_is_as_close_whatever_else_she_hears(data: st.DataObject) -> None:
    """theory.md 4.5: her play against play at the points, to fifty digits."""
    game = data.draw(games(max_agents=2, min_agents=2, claims=False))
    game = replace(game, conversation=Conversation(), quantal=Quantal(F(1), "e"))
    first, second = game.agents
    other = data.draw(signals(game, second))
    moment = learning(game, first, rounds=1).moments[1]
    close = quantal_closeness(game, moment.square)
    assert close is not None
    told = {p: rounded(game, told_by(game, first, p), None) for p in game.points}
    heard: dict[object, dict[tuple[str, str], Fraction]] = {}
    for p in game.points:
        for word, chance in other[p[1]].items():
            heard.setdefault((p[0], told[p], word), {})[p] = chance
    with localcontext() as context:
        context.prec = 50
        far = Decimal(0)
        for chances in heard.values():
            mass = sum((game.probability[p] * c for p, c in chances.items()), F(0))
            mean = [
                sum((c * game.user_payoff[(*p, a)] for p, c in chances.items()), F(0)) / mass
                for a in game.actions
            ]
            for p, chance in chances.items():
                pairs = zip(softmax(mean), softmax(estimate(game, [p])), strict=True)
                apart = sum((abs(a - b) for a, b in pairs), Decimal(0)) / 2
                far += decimal(game.probability[p] * chance) * apart
        assert far <= decimal(enclose(close, 40).upper)


def told_by(game: Game, agent: Agent, point: tuple[str, str]) -> list[Fraction]:
    cell = next(cell for cell in agent.sees if point[1] in cell)
    return estimate(game, [p for p in game.points if p[1] in cell])


def decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def softmax(values: Iterable[Fraction]) -> list[Decimal]:
    powers = [decimal(value).exp() for value in values]
    total = sum(powers, Decimal(0))
    return [power / total for power in powers]


@often
@given(game=games(private=True, max_agents=1, max_rounds=1))
def test_without_a_word_of_hers_delta_is_the_guarantees(game: Game) -> None:
    """Her delta is that of the partition into what he says (theory.md 4.2)."""
    game = replace(game, conversation=Conversation(1, 1, "rich"))
    found = learning(game, game.agents[0]).moments[1]
    parts = [tuple(x for cell in r.his for x in cell) for r in found.rectangles]
    assert found.delta == variation(game, parts)


def test_another_base_has_no_rational_closeness() -> None:
    game = replace(coins(True), quantal=Quantal(F(1), 2))
    moment = learning(game, game.agents[0]).moments[0]
    assert quantal_closeness(game, moment.square) is None
    close = quantal_closeness(replace(game, quantal=Quantal(F(1), "e")), moment.square)
    assert close == SquareRoot(F(1, 32))


@pytest.mark.parametrize(("square", "exact"), [(F(9, 4), F(3, 2)), (F(0), F(0)), (F(2), None)])
def test_roots_lie_between_their_ends(square: Fraction, exact: Fraction | None) -> None:
    ends = SquareRoot(square).enclose(20)
    assert ends.exact == exact
    assert ends.lower**2 <= square <= ends.upper**2
    assert ends.upper - ends.lower == (0 if exact is not None else F(1, 10**20))


@often
@given(data=st.data())
def test_a_bayesian_user_errs_no_more_often_whatever_else_she_is_told(data: st.DataObject) -> None:
    game = data.draw(games(min_agents=2, max_agents=2, claims=False))
    game = replace(game, conversation=Conversation())
    assume(game.has_unique_best_actions)
    first, second = game.agents
    most = bayesian_closeness(game, first)
    assert most is not None
    says = {x: {"|".join(cell): F(1)} for cell in first.sees for x in cell}
    errs = F(0)
    for told, chances in signal_distribution(
        game, [says, data.draw(signals(game, second))]
    ).items():
        here = {(told[0], x): p for x, p in chances.items()}
        values = {
            a: sum((p * game.user_payoff[(*point, a)] for point, p in here.items()), F(0))
            for a in game.actions
        }
        errs += max(
            sum(
                (
                    p * game.probability[point]
                    for point, p in here.items()
                    if a not in game.best_actions[point]
                ),
                F(0),
            )
            for a in game.actions
            if values[a] == max(values.values())
        )
    assert errs <= most


def test_how_often_she_errs() -> None:
    """Told only whether it is y0, she errs at most where she cannot tell y1 from y2."""
    hers: Table = {"a": [3, 0, 0], "b": [0, 2, 1], "c": [0, 1, 3]}
    thirds = dict.fromkeys(("y0", "y1", "y2"), F(1, 3))
    game = simple_game(thirds, hers, {"agent": hers})
    assert bayesian_closeness(game, game.agents[0]) == 0
    sees = replace(game.agents[0], sees=(("y0",), ("y1", "y2")))
    assert bayesian_closeness(replace(game, agents=(sees,)), sees) == F(1, 3)
    few = replace(game, conversation=Conversation(1, 1, 2))
    assert bayesian_closeness(few, few.agents[0]) is None
