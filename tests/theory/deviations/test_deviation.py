"""Deviation bounds: exact suprema, dual prices that prove them, hand-made games (theory.md 6.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, Table, games, profiles, simple_game
from tests.oracles import (
    counted_on,
    persuasion_value,
    possible_cells,
    situations,
    supremum,
    worth,
)
from verifier.game.model import Agent, Cell, Conversation, Game, Ties
from verifier.game.reader import load
from verifier.game.response import signal_distribution
from verifier.game.rules import Signal
from verifier.game.writer import write
from verifier.solve import smt
from verifier.solve.effort import Effort
from verifier.solve.exact import solve
from verifier.solve.program import Answer, Optimal, Program
from verifier.theory.deviations.deviation import (
    DeviationBound,
    Knowledge,
    MessageSetBound,
    SubproblemBound,
    deviation_bound,
    surely_content,
)
from verifier.theory.deviations.persuasion import subproblem_of, user_strategies
from verifier.theory.equilibria.optimal_signal import persuade

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)


def oracle(game: Game, others: Sequence[Signal] = (), agent: Agent | None = None) -> DeviationBound:
    """The oracle for the first agent, or another one."""
    return deviation_bound(
        game, agent or game.agents[0], signal_distribution(game, others), Effort()
    )


@st.composite
def against_others(
    draw: st.DrawFn,
    *,
    cells: int = 2,
    ties: Sequence[Ties] = tuple(Ties),
    most: int = 2,
    rich: bool | None = True,
    private: bool | None = None,
) -> tuple[Game, list[Signal]]:
    """A game whose first agent has at most so many possible cells, a silent user, and what the
    other agents say.
    """
    game = draw(
        games(
            min_agents=1, max_agents=most, silent=True, max_rounds=1, rich=rich, private=private
        ).filter(lambda game: len(possible_cells(game, game.agents[0])) <= cells)
    )
    game = replace(game, ties=draw(st.sampled_from(ties)))
    return game, list(draw(profiles(game)).values())[1:]


KIND = (Ties.FAVOUR_SPEAKER, Ties.BELIEF)


# Values


@pytest.mark.slow
@pytest.mark.parametrize("ties", KIND)
@often
@given(game=games(max_agents=1, silent=True, rich=True))
def test_one_sender_alone_is_persuasion(ties: Ties, game: Game) -> None:
    note(write(game))
    kind = replace(game, ties=ties)
    found = oracle(kind)
    assert found.exact and found.knowledge is Knowledge.OWN_OBSERVATION and found.floor_price == 0
    assert found.value == persuade(kind, kind.agents[0], Effort()).value


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@settings(often, max_examples=40)
@given(data=st.data())
def test_two_cells_against_concavification(ties: Ties, data: st.DataObject) -> None:
    """Any prior, private user observations, any signals of another agent: the concave envelope
    under each tie rule.
    """
    game, others = data.draw(against_others(ties=[ties]))
    note(write(game))
    found, exactly = oracle(game, others), supremum(game, game.agents[0], others)
    assert found.value >= exactly
    if found.exact:
        assert found.value == exactly
    if ties in KIND:
        assert found.exact


@pytest.mark.slow
@often
@given(data=st.data())
def test_three_cells_against_a_program_from_the_definition(data: st.DataObject) -> None:
    game, others = data.draw(against_others(cells=3, ties=KIND))
    note(write(game))
    assert oracle(game, others).value == persuasion_value(game, game.agents[0], others)


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@settings(often, max_examples=15)
@given(data=st.data())
def test_no_signal_on_a_grid_is_worth_more(ties: Ties, data: st.DataObject) -> None:
    """Two messages with halves, and two nearly sure ones: what he can count on never beats the
    prices.
    """
    game, others = data.draw(against_others(cells=3, ties=[ties]))
    note(write(game))
    agent, found = game.agents[0], oracle(game, others)
    shares = [F(0), F(1, 2), F(1, 20), F(19, 20), F(1)]
    for odds in product(shares, repeat=len(agent.sees)):
        signal = {
            x: {word: p for word, p in (("yes", odd), ("no", 1 - odd)) if p}
            for cell, odd in zip(agent.sees, odds, strict=True)
            for x in cell
        }
        assert counted_on(game, agent.utility, [*others, signal]) <= found.value


@often
@given(data=st.data())
def test_messages_that_are_functions_of_the_state_split_the_game(data: st.DataObject) -> None:
    """The other agent names a cell of a partition: in each cell a separate envelope, at the
    posterior there.
    """
    game = data.draw(
        games(
            min_agents=2,
            max_agents=2,
            private=False,
            partitioned=False,
            rich=True,
            silent=True,
            claims=False,
        )
    )
    note(write(game))
    game = replace(game, ties=Ties.FAVOUR_SPEAKER)
    alone = data.draw(st.sampled_from(game.states))
    named = {x: {"it is" if x == alone else "it is not": F(1)} for x in game.states}
    total = F(0)
    for part in ([alone], [y for y in game.states if y != alone]):
        here = {(x, o, y): p for (x, o, y), p in game.joint.items() if y in part}
        mass = sum(here.values(), F(0))
        if mass:
            inside = replace(game, joint={key: p / mass for key, p in here.items()})
            total += mass * supremum(inside, inside.agents[0], [])
    assert oracle(game, [named]).value == total


def prosecutor(ties: Ties, order: Sequence[str] = ("acquit", "convict")) -> Game:
    user, sender = {"acquit": [1, 0], "convict": [0, 1]}, {"acquit": [0, 0], "convict": [1, 1]}
    prior = {"innocent": F(7, 10), "guilty": F(3, 10)}
    return simple_game(
        prior, {a: user[a] for a in order}, {"prosecutor": {a: sender[a] for a in order}}, ties=ties
    )


@pytest.mark.parametrize("ties", list(Ties))
@pytest.mark.parametrize("order", [("acquit", "convict"), ("convict", "acquit")])
def test_the_prosecutor_comes_as_near_to_3_5_as_he_likes(ties: Ties, order: Sequence[str]) -> None:
    found = oracle(prosecutor(ties, order))
    assert (found.value, found.exact) == (F(3, 5), True)


def test_the_other_report_leaves_less_to_conceal() -> None:
    """Another report is right in 2 of 3 cases: "guilty" makes guilt 6/13 likely, "innocent" 3/17.

    After "guilty" (13/30 of the time) he convicts with probability 2 * 6/13, after "innocent"
    (17/30) with 2 * 3/17, if he knows the report. He does not; his messages reach both types at
    once.
    """
    game = prosecutor(Ties.FAVOUR_SPEAKER)
    other = {"innocent": {"g": F(1, 3), "i": F(2, 3)}, "guilty": {"g": F(2, 3), "i": F(1, 3)}}
    two = replace(game, agents=(*game.agents, replace(game.agents[0], name="other")))
    knowing = F(13, 30) * F(12, 13) + F(17, 30) * F(6, 17)
    found = oracle(two, [other])
    assert found.value == supremum(two, two.agents[0], [other]) == F(9, 20)
    assert F(3, 10) < found.value < knowing == F(3, 5)


TWINS: Table = {"acquit": [1, 0], "jail": [0, 1], "fine": [0, 1]}
LIKES: Table = {"acquit": [0, 0], "jail": [1, 0], "fine": [0, F(1, 2)]}


@pytest.mark.parametrize(
    ("ties", "value"),
    [
        (Ties.ANY, F(3, 20)),
        (Ties.BELIEF, F(3, 10)),
        (Ties.FAVOUR_SPEAKER, F(3, 10)),
        (Ties.ORDER, F(3, 10)),
    ],
)
def test_among_twins_she_takes_the_worse_one_for_him(ties: Ties, value: Fraction) -> None:
    """At guilt q >= 1/2 `jail` gives him 1 - q, `fine` q/2, and she may take either: the minimum is
    q/2 up to q = 2/3.

    The envelope of min(1 - q, q/2) at q = 3/10 is 3/20, from the line q/2. If ties favour him it is
    3/10, by full pooling of 1/2 with 0; `order` has `jail` before `fine`, so there he gets 1 - q.
    """
    game = simple_game(
        {"innocent": F(7, 10), "guilty": F(3, 10)}, TWINS, {"sender": LIKES}, ties=ties
    )
    found = oracle(game)
    assert (found.value, found.exact) == (value, True)
    assert supremum(game, game.agents[0], []) == value


def test_order_matters_between_twins() -> None:
    """With `fine` first he gets q/2 wherever she does not acquit."""
    user, likes = ({a: rows[a] for a in ("acquit", "fine", "jail")} for rows in (TWINS, LIKES))
    game = simple_game(
        {"innocent": F(7, 10), "guilty": F(3, 10)}, user, {"sender": likes}, ties=Ties.ORDER
    )
    assert oracle(game).value == supremum(game, game.agents[0], []) == F(3, 20)


@pytest.mark.parametrize(
    ("ties", "order", "value"),
    [
        (Ties.FAVOUR_SPEAKER, ("acquit", "convict", "harsh"), F(3, 10)),
        (Ties.ANY, ("acquit", "convict", "harsh"), F(0)),
        (Ties.ORDER, ("acquit", "convict", "harsh"), F(0)),
        (Ties.ORDER, ("acquit", "harsh", "convict"), F(3, 10)),
        (Ties.ORDER, ("harsh", "convict", "acquit"), F(3, 10)),
    ],
)
def test_a_weakly_dominated_action_counts_only_where_it_comes_first(
    ties: Ties, order: Sequence[str], value: Fraction
) -> None:
    """`harsh` is as good as `convict` where guilt is certain and worse elsewhere: nothing makes her
    strictly prefer it.
    """
    user = {"acquit": [1, 0], "convict": [0, 1], "harsh": [-1, 1]}
    likes = {"acquit": [0, 0], "convict": [0, 0], "harsh": [1, 1]}
    game = simple_game(
        {"innocent": F(7, 10), "guilty": F(3, 10)},
        {a: user[a] for a in order},
        {"sender": {a: likes[a] for a in order}},
        ties=ties,
    )
    assert oracle(game).value == supremum(game, game.agents[0], []) == value


# Few messages


@pytest.mark.slow
@pytest.mark.parametrize("letters", [1, 2])
@settings(often, max_examples=20)
@given(data=st.data())
def test_few_messages_against_all_sets_of_strategies(letters: int, data: st.DataObject) -> None:
    """One type that he faces, ties in his favour: at most so many strategies are ever followed."""
    game, _ = data.draw(
        against_others(cells=3, ties=KIND, most=1, private=data.draw(st.booleans()))
    )
    assume(len(game.actions) ** len({x for x, _ in game.points}) <= 4)
    note(write(game))
    poor = replace(game, conversation=Conversation(1, 1, letters))
    found = oracle(poor)
    assert found.value <= oracle(game).value
    blind = oracle(
        replace(poor, agents=(replace(poor.agents[0], sees=(poor.agent_observations,)),))
    )
    assert blind.value <= found.value
    if found.exact and len(found.subproblems) == 1:
        assert found.value == persuasion_value(game, game.agents[0], [], words=letters)


def test_two_rounds_of_two_words_are_four_messages() -> None:
    """Three states, an action for each, all of which the sender likes told: two messages are too
    few, four are enough.
    """
    rows = {f"a{n}": [F(int(n == m)) for m in range(3)] for n in range(3)}
    game = simple_game(
        {f"y{n}": F(1, 3) for n in range(3)}, rows, {"sender": rows}, ties=Ties.BELIEF
    )
    expected_payoffs = {(1, 1): F(1, 3), (1, 2): F(2, 3), (2, 2): F(1), (1, 3): F(1)}
    for (rounds, letters), value in expected_payoffs.items():
        found = oracle(replace(game, conversation=Conversation(rounds, 1, letters)))
        assert (found.value, found.exact) == (value, True)


# Who knows what


@pytest.mark.slow
@often
@given(game=games(min_agents=1, max_agents=1, private=True, rich=True))
def test_a_user_who_speaks_is_granted_to_the_agent(game: Game) -> None:
    """Then every type is a block of its own, and the value is the sum of what he gets from each."""
    note(write(game))
    asked = replace(game, conversation=Conversation(1, 2, "rich"), ties=Ties.BELIEF)
    silent = replace(game, conversation=Conversation(1, 1, "rich"), ties=Ties.BELIEF)
    found = oracle(asked)
    assert found.value >= oracle(silent).value
    if len({x_user for x_user, _ in game.points}) == 1:
        assert found.knowledge is Knowledge.OWN_OBSERVATION
        return
    assert found.knowledge is Knowledge.USER_TYPE and not found.exact
    total = F(0)
    for x_user in game.user_observations:
        here = {key: p for key, p in game.joint.items() if key[0] == x_user}
        if here:  # not rescaled: payoffs are linear in the masses
            total += persuasion_value(replace(silent, joint=here), game.agents[0], [])
    assert found.value == total


@often
@given(data=st.data())
def test_what_is_enough_is_never_understated(data: st.DataObject) -> None:
    """With `enough` the oracle may stop early, but never above `enough` unless the value is."""
    game, others = data.draw(against_others(rich=None))
    enough = data.draw(st.sampled_from([F(-1), F(0), F(1, 2), F(1)]))
    plain = oracle(game, others)
    early = deviation_bound(
        game, game.agents[0], signal_distribution(game, others), Effort(), enough
    )
    assert early.value >= plain.value
    assert (early.value <= enough) == (plain.value <= enough)


# Prices


def check_prices(game: Game, agent: Agent, others: Sequence[Signal], found: DeviationBound) -> None:
    """proofs/FORMAT.md, deterrence: every inequality, from the joint distribution."""
    own = found.knowledge is Knowledge.OWN_OBSERVATION
    everything = {
        cell: situations(game, others, {x: F(x in cell) for x in game.agent_observations})
        for cell in agent.sees
    }
    types = {t for here in everything.values() for t in here}
    assert sorted(t for block in found.subproblems for t in block.types) == sorted(types)
    total = F(0)
    for block in found.subproblems:
        cells = [cell for cell in agent.sees if any(t in everything[cell] for t in block.types)]
        if own:
            assert not any(
                t in everything[cell] for cell in cells for t in types - set(block.types)
            )
        tables = [
            {
                (cell, n, a): worth(game, utility, everything[cell].get(t, {}))[a]
                for cell in cells
                for n, t in enumerate(block.types)
                for a in game.actions
            }
            for utility in (game.utility, agent.utility)
        ]
        check_never(game, cells, block, tables[0])
        for message_set in block.message_sets:
            check_option(game, cells, block, message_set, tables)
        total += max(
            sum(message_set.dual_prices.values(), F(0)) for message_set in block.message_sets
        )
    assert total == found.value


Worth = dict[tuple[Cell, int, str], Fraction]


def check_never(game: Game, cells: Sequence[Cell], block: SubproblemBound, hers: Worth) -> None:
    if block.dominated:
        assert game.ties in (Ties.ANY, Ties.ORDER)
    for (n, a), mixture in block.dominated.items():
        assert a not in mixture and min(mixture.values()) > 0 and sum(mixture.values()) == 1
        for cell in cells:
            assert sum(share * hers[cell, n, b] for b, share in mixture.items()) >= hers[cell, n, a]
        if game.ties is Ties.ANY:
            assert any((n, b) not in block.dominated for b in mixture)
        else:
            assert any(game.actions.index(b) < game.actions.index(a) for b in mixture)


def check_option(
    game: Game,
    cells: Sequence[Cell],
    block: SubproblemBound,
    message_set: MessageSetBound,
    tables: Sequence[Worth],
) -> None:
    hers, his = tables
    assert set(message_set.dual_prices) == set(cells)
    assert min(message_set.multipliers.values(), default=F(0)) >= 0
    assert min(message_set.duplicate_weights.values(), default=F(0)) >= 0
    kept = [
        [a for a in game.actions if (n, a) not in block.dominated] for n in range(len(block.types))
    ]
    for s, cell in product(message_set.strategies or product(*kept), cells):
        total = F(0)
        for n, a in enumerate(s):
            reply = {
                b: theta
                for b in game.actions
                if (theta := message_set.duplicate_weights.get((s, n, b), F(0)))
            }
            if reply:
                assert game.ties is Ties.ANY and sum(reply.values()) == 1
                assert all(hers[c, n, b] == hers[c, n, a] for b in reply for c in cells)
            total += sum(
                (theta * his[cell, n, b] for b, theta in (reply or {a: F(1)}).items()), F(0)
            )
            for b in game.actions:
                total += message_set.multipliers.get((s, n, b), F(0)) * (
                    hers[cell, n, a] - hers[cell, n, b]
                )
        assert total <= message_set.dual_prices[cell]


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(data=st.data())
def test_the_prices_prove_the_value(ties: Ties, data: st.DataObject) -> None:
    game = replace(data.draw(games(max_agents=2)), ties=ties)
    note(write(game))
    others = list(data.draw(profiles(game)).values())[1:]
    check_prices(game, game.agents[0], others, oracle(game, others))


@pytest.mark.slow
@often
@given(data=st.data())
def test_with_few_messages_every_set_of_strategies_is_covered(data: st.DataObject) -> None:
    game, others = data.draw(against_others(rich=False))
    words = game.conversation.agent_alphabet
    assert isinstance(words, int)
    for block in oracle(game, others).subproblems:
        kept = [
            [a for a in game.actions if (n, a) not in block.dominated]
            for n in range(len(block.types))
        ]
        covered = [
            None if message_set.strategies is None else set(message_set.strategies)
            for message_set in block.message_sets
        ]
        for chosen in combinations(product(*kept), min(words, len(list(product(*kept))))):
            assert any(only is None or set(chosen) <= only for only in covered)


@settings(often, max_examples=12)
@given(data=st.data())
def test_z3_agrees_on_every_program(data: st.DataObject) -> None:
    game, others = data.draw(against_others(cells=3, rich=None))
    note(write(game))
    seen: list[tuple[Program, Answer]] = []

    def recording(program: Program) -> Answer:
        seen.append((program, solve(program)))
        return seen[-1][1]

    deviation_bound(game, game.agents[0], signal_distribution(game, others), Effort(recording))
    for program, answer in seen[:10]:
        opinion = smt.solve(program)
        assert opinion == (
            smt.Optimum(answer.value) if isinstance(answer, Optimal) else smt.Unsatisfiable()
        )


def test_the_shipped_advocates() -> None:
    """Alone the prosecutor convicts 3/5 and the defender nobody; against full revelation neither
    changes anything.
    """
    game = load(INSTANCES / "classics/opposed_advocates.toml")
    told = {x: {x: F(1)} for x in game.agent_observations}
    assert [oracle(game, [], agent).value for agent in game.agents] == [F(3, 5), F(1)]
    assert [oracle(game, [told], agent).value for agent in game.agents] == [F(3, 10), F(7, 10)]


@often
@given(case=against_others(cells=3), data=st.data())
def test_who_is_surely_content_has_what_the_program_says(
    case: tuple[Game, list[Signal]], data: st.DataObject
) -> None:
    """Under every tie rule, and whatever is granted: no bound is above what he has."""
    game, others = case
    agent, distribution = game.agents[0], signal_distribution(game, others)
    subproblem = subproblem_of(game, agent, distribution)
    strategy = data.draw(st.sampled_from(user_strategies(game, subproblem)))
    assume(surely_content(subproblem, strategy))
    has = subproblem.grain * sum(
        subproblem.agent_payoff[cell, n, a]
        for cell in subproblem.cells
        for n, a in enumerate(strategy)
    )
    for knowledge in Knowledge:
        found = deviation_bound(game, agent, distribution, Effort(), knowledge=knowledge)
        assert found.value <= has


def test_an_opponent_is_surely_content_with_silence_and_a_friend_is_not() -> None:
    """Whatever she learns is bad for the one and good for the other."""
    odds, hers = {"wet": F(3, 4), "dry": F(1, 4)}, {"stay": [1, 0], "go": [0, 1]}
    opposed = {"stay": [0, 1], "go": [1, 0]}
    game = simple_game(odds, hers, {"friend": hers, "opponent": opposed})
    for agent, expected in zip(game.agents, (False, True), strict=True):
        subproblem = subproblem_of(game, agent, signal_distribution(game, []))
        assert surely_content(subproblem, ("stay",)) == expected
