"""OPT, NOINFO, TEAM and QR against brute force over all rules and strategies (theory.md 3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import games, informed_game, rationals, simple_game
from verifier.errors import SizeError
from verifier.game.model import NOTHING, Agent, Alphabet, Cell, Conversation, Game
from verifier.game.rules import Rule
from verifier.game.writer import write
from verifier.numbers import enclose
from verifier.solve.effort import Effort
from verifier.theory.benchmark import _Rectangles, no_information, optimum, quantal_value, team

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)


def expectation(game: Game, x_user: str, observations: Sequence[str], action: str) -> Fraction:
    """sum of p(x_A, x_B, y) u(action, y) over the observations, straight from the joint
    distribution.
    """
    rows = game.joint.items()
    return sum(
        (p * game.utility[action, y] for (x, o, y), p in rows if x == x_user and o in observations),
        F(0),
    )


def alone(game: Game, x_user: str, observations: Sequence[str]) -> Fraction:
    return max(expectation(game, x_user, observations, action) for action in game.actions)


def opt(game: Game) -> Fraction:
    return sum(
        (alone(game, x, [o]) for x in game.user_observations for o in game.agent_observations), F(0)
    )


def noinfo(game: Game) -> Fraction:
    return sum((alone(game, x, game.agent_observations) for x in game.user_observations), F(0))


def maps(keys: Sequence[object], size: int) -> Iterator[dict[object, int]]:
    return (
        dict(zip(keys, values, strict=True)) for values in product(range(size), repeat=len(keys))
    )


def value_given(game: Game, x_user: str, words: Mapping[Cell, object]) -> Fraction:
    """What she gets when each cell of the agent leads to one word."""
    grouped: dict[object, list[str]] = {}
    for cell, word in words.items():
        grouped.setdefault(word, []).extend(cell)
    return sum((alone(game, x_user, observations) for observations in grouped.values()), F(0))


def brute_one_round(game: Game, cells: Sequence[Cell], questions: int, alphabet: int) -> Fraction:
    """All agent rules (message, cell) -> letter and all user strategies x_A -> message."""
    best = None
    for rule in maps([(m, cell) for m in range(questions) for cell in cells], alphabet):
        for asks in maps(game.user_observations, questions):
            value = F(0)
            for x in game.user_observations:
                value += value_given(game, x, {cell: rule[asks[x], cell] for cell in cells})
            best = value if best is None else max(best, value)
    assert best is not None
    return best


def brute_two_silent_rounds(game: Game, cells: Sequence[Cell], alphabet: int) -> Fraction:
    return max(
        sum(
            (
                value_given(game, x, {c: (one[c], two[c]) for c in cells})
                for x in game.user_observations
            ),
            F(0),
        )
        for one in maps(cells, alphabet)
        for two in maps(cells, alphabet)
    )


def check_protocol(
    game: Game, rule: Rule, inside: Cell, cells: Sequence[Cell], rounds: int
) -> None:
    """The rule fits rounds and alphabets and says nothing that the agent does not see."""
    assert rounds >= 1
    assert 1 <= len(rule.messages) <= game.conversation.user_alphabet
    for message in rule.messages:
        assert sorted(x for answer in message for x in answer.when) == sorted(inside)
        alphabet = game.conversation.agent_alphabet
        assert alphabet == "rich" or len(message) <= alphabet
        for answer in message:
            assert answer.when
            assert all(
                set(cell) <= set(answer.when) or not set(cell) & set(answer.when) for cell in cells
            )
            if answer.then is not None:
                check_protocol(game, answer.then, answer.when, cells, rounds - 1)


def worth(game: Game, x_user: str, rule: Rule) -> Fraction:
    """What she gets at x_A by the best way through the rule."""
    return max(
        sum(
            (
                alone(game, x_user, a.when) if a.then is None else worth(game, x_user, a.then)
                for a in message
            ),
            F(0),
        )
        for message in rule.messages
    )


def teams(game: Game) -> Iterator[tuple[tuple[Cell, ...], Fraction]]:
    for agent in game.agents:
        found = team(game, agent.sees)
        check_protocol(
            game, found.rule, game.agent_observations, agent.sees, game.conversation.rounds
        )
        assert (
            sum((worth(game, x, found.rule) for x in game.user_observations), F(0)) == found.value
        )
        assert found.cells == agent.sees
        yield agent.sees, found.value


@pytest.mark.slow
@often
@given(game=games(max_agent_observations=4))
def test_no_information_team_and_optimum_are_in_order_and_rules_attain_team(game: Game) -> None:
    note(write(game))
    assert optimum(game) == opt(game)
    assert no_information(game) == noinfo(game)
    for _, value in teams(game):
        assert noinfo(game) <= value <= opt(game)


def poor(
    questions: int, alphabet: Alphabet, rounds: int = 1, observations: int = 3
) -> st.SearchStrategy[Game]:
    made = games(private=True, max_agents=2, max_agent_observations=observations, claims=False)
    return made.map(
        lambda game: replace(game, conversation=Conversation(rounds, questions, alphabet))
    )


@pytest.mark.slow
@pytest.mark.parametrize(("questions", "alphabet"), [(1, 1), (1, 2), (2, 1), (2, 2)])
@settings(often, max_examples=15)
@given(data=st.data())
def test_team_is_the_best_of_all_one_round_rules(
    questions: int, alphabet: int, data: st.DataObject
) -> None:
    game = data.draw(poor(questions, alphabet))
    note(write(game))
    for cells, value in teams(game):
        assert value == brute_one_round(game, cells, questions, alphabet)


@pytest.mark.slow
@settings(often, max_examples=12)
@given(game=poor(1, 2, rounds=2, observations=5))
def test_team_is_the_best_of_all_silent_two_round_rules(game: Game) -> None:
    note(write(game))
    for cells, value in teams(game):
        assert value == brute_two_silent_rounds(game, cells, 2)


@settings(often, max_examples=20)
@given(game=poor(2, 2, rounds=2, observations=5), data=st.data())
def test_no_protocol_of_two_rounds_beats_team(game: Game, data: st.DataObject) -> None:
    """A random strategy of both sides over two rounds with questions, all of it at once."""
    cells = game.agents[0].sees
    bit = st.integers(0, 1)
    value = F(0)
    first = {(m, c): data.draw(bit) for m in range(2) for c in cells}
    second = {(m, n, c): data.draw(bit) for m in range(2) for n in range(2) for c in cells}
    for x in game.user_observations:
        m, then = data.draw(bit), [data.draw(bit), data.draw(bit)]
        value += value_given(
            game, x, {c: (first[m, c], second[m, then[first[m, c]], c]) for c in cells}
        )
    assert value <= team(game, cells).value


@settings(often, max_examples=15)
@given(game=poor(2, 2, rounds=2, observations=4))
def test_telling_all_agrees_with_the_recursion(game: Game) -> None:
    """Where two answers of two messages can name every cell the shortcut is taken; the recursion
    finds the same value.
    """
    for agent in game.agents:
        assert _Rectangles(game, agent.sees, Effort()).solve().value == team(game, agent.sees).value


@settings(often, max_examples=20)
@given(
    game=games(rich=False, max_agents=1, max_agent_observations=4, max_rounds=1),
    more=st.integers(0, 2),
)
def test_more_rounds_and_messages_never_hurt(game: Game, more: int) -> None:
    talk = game.conversation
    assert talk.agent_alphabet != "rich"
    bigger = [
        replace(talk, rounds=talk.rounds + 1),
        replace(talk, user_alphabet=talk.user_alphabet + 1),
        replace(talk, agent_alphabet=talk.agent_alphabet + 1),
        replace(talk, agent_alphabet="rich"),
    ]
    cells = game.agents[0].sees
    before = team(game, cells).value
    assert team(replace(game, conversation=bigger[more]), cells).value >= before
    assert team(replace(game, conversation=bigger[-1]), cells).value >= before


@settings(often, max_examples=15)
@given(game=games(max_agents=1))
def test_team_is_the_optimum_when_everything_can_be_said(game: Game) -> None:
    revealing = replace(game, conversation=Conversation(1, 1, "rich"))
    assert team(revealing, tuple((x,) for x in game.agent_observations)).value == opt(game)


def asking(rounds: int, questions: int, alphabet: Alphabet) -> Game:
    """x_A names one of two bits of x_B, and only that bit matters: two messages suffice if she
    speaks first.
    """
    states = ("left 0", "left 1", "right 0", "right 1")
    users, observations = ("left", "right"), ("00", "01", "10", "11")
    joint = {}
    for x, o in product(users, observations):
        bit = o[0] if x == "left" else o[1]
        joint[x, o, f"{x} {bit}"] = F(1, 8)
    user = {"zero": [1, 0, 1, 0], "one": [0, 1, 0, 1]}
    talk = Conversation(rounds, questions, alphabet)
    return informed_game(
        users, observations, states, joint, user, {"aligned": (user, None)}, conversation=talk
    )


@pytest.mark.parametrize(
    ("rounds", "questions", "alphabet", "value"),
    [
        (1, 1, 1, "1/2"),
        (1, 1, 2, "3/4"),
        (1, 2, 2, "1"),
        (1, 1, 3, "7/8"),
        (1, 1, 4, "1"),
        (2, 1, 2, "1"),
        (1, 2, 1, "1/2"),
    ],
)
def test_she_must_speak_first(rounds: int, questions: int, alphabet: int, value: str) -> None:
    game = asking(rounds, questions, alphabet)
    assert [found for _, found in teams(game)] == [F(value)]
    if rounds == 1:
        assert brute_one_round(game, game.agents[0].sees, questions, alphabet) == F(value)


def test_a_partition_hides_what_the_agent_does_not_see() -> None:
    game = asking(1, 1, "rich")
    first_bit = Agent("first", game.utility, (("00", "01"), ("10", "11")))
    parity = Agent("parity", game.utility, (("00", "11"), ("01", "10")))
    assert [value for _, value in teams(replace(game, agents=(first_bit, parity)))] == [
        F(3, 4),
        F(1, 2),
    ]


def test_team_says_how_large_it_would_be() -> None:
    game = simple_game(
        {f"s{n}": F(1, 9) for n in range(9)},
        {"a": [0] * 9},
        {"b": {"a": [0] * 9}},
        conversation=Conversation(1, 1, 8),
    )
    with pytest.raises(
        SizeError, match=r"up to \d+ splits, the limit is 10; raise it with --protocol-limit"
    ):
        team(game, game.agents[0].sees, Effort(protocol_limit=10))


def quantal_reference(game: Game) -> Decimal:
    """QR in 60 digits, straight from its definition."""
    with localcontext() as context:
        context.prec = 60

        def number(x: Fraction) -> Decimal:
            return Decimal(x.numerator) / Decimal(x.denominator)

        total = Decimal(0)
        growth = Decimal(1) if game.quantal.base == "e" else Decimal(game.quantal.base).ln()
        for x, o in product(game.user_observations, game.agent_observations):
            mass = sum((p for key, p in game.joint.items() if key[:2] == (x, o)), F(0))
            if not mass:
                continue
            means = [expectation(game, x, [o], a) / mass for a in game.actions]
            odds = [(number(game.quantal.eta * g) * growth).exp() for g in means]
            total += (
                number(mass)
                * sum(number(g) * w for g, w in zip(means, odds, strict=True))
                / sum(odds)
            )
        return total


@often
@given(game=games(max_agents=1), power=rationals(1, 3))
def test_quantal_value_encloses_sixty_digit_arithmetic(game: Game, power: Fraction) -> None:
    game = replace(game, quantal=replace(game.quantal, eta=power))
    ends = enclose(quantal_value(game))
    reference = F(quantal_reference(game))
    slack = F(1, 10**50)
    assert ends.lower - slack <= reference <= ends.upper + slack
    assert ends.upper - ends.lower <= F(2, 10**12)
    assert ends.upper <= opt(game) + F(2, 10**12)
    assert reference <= opt(game) + slack


def test_quantal_value_with_ties_is_rational() -> None:
    """Two equal actions: she tosses a coin whatever eta is."""
    game = simple_game({"s": 1}, {"a": [F(1, 3)], "b": [F(1, 3)]}, {"agent": {"a": [0], "b": [0]}})
    assert enclose(quantal_value(game)).exact == F(1, 3)
    assert game.user_observations == (NOTHING,)
