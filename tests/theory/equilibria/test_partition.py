"""Partition equilibria against a brute force over all set partitions (theory.md 6.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, Table, games, informed_game, simple_game
from tests.oracles import (
    best_actions,
    persuasion_value,
    possible_cells,
    situations,
    supremum,
    user_value,
    worth,
)
from verifier.game.model import NOTHING, Cell, Conversation, Game, Ties
from verifier.game.reader import load
from verifier.game.rules import Signal, common_coarsening
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.partition import partition_equilibria

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)

Pair = tuple[SignalEquilibrium, SignalEquilibrium] | None


def found_in(game: Game) -> Pair:
    """The worst and the best; plays in which one agent says more inside a cell are left to other
    tests.
    """
    enough = F(
        10**6
    )  # no bound is as high, so the search ends with the partitions if there are any
    found = [e for e in partition_equilibria(game, Effort(), least=enough) if e.kind == "partition"]
    ends = sorted(found, key=lambda equilibrium: equilibrium.user_utility)
    return (ends[0], ends[-1]) if ends else None


def set_partitions(items: Sequence[Cell]) -> Iterator[list[list[Cell]]]:
    if not items:
        yield []
        return
    for rest in set_partitions(items[1:]):
        yield [[items[0]], *rest]
        for n in range(len(rest)):
            yield [*rest[:n], [items[0], *rest[n]], *rest[n + 1 :]]


def atoms(game: Game) -> list[Cell]:
    """The finest cells that all agents can name, without those of probability zero."""
    possible = {x for _, x in game.points}
    cells = common_coarsening(game, [agent.sees for agent in game.agents])
    return [cell for cell in cells if possible.intersection(cell)]


def announced(game: Game, cells: Sequence[Sequence[Cell]]) -> Signal:
    """The signal that names the number of the cell."""
    number = {x: n for n, cell in enumerate(cells) for atom in cell for x in atom}
    return {x: {str(number.get(x, 0)): F(1)} for x in game.agent_observations}


def within(game: Game, cell: Sequence[Cell]) -> Game:
    """The game where the agents' observation lies in the cell; masses as they were, so payoffs add
    up over cells.
    """
    inside = {x for atom in cell for x in atom}
    return replace(game, joint={key: p for key, p in game.joint.items() if key[1] in inside})


def most(game: Game, n: int, cell: Sequence[Cell], words: int | None) -> Fraction:
    """The most that agent n can get in the cell by saying more."""
    inside = within(game, cell)
    agent = inside.agents[n]
    if len(possible_cells(inside, agent)) <= 2 and words is None:
        return supremum(inside, agent, [])
    assert game.ties in (Ties.FAVOUR_SPEAKER, Ties.BELIEF)
    return persuasion_value(inside, agent, [], words=words)


Vectors = list[tuple[Fraction, ...]]


def possible_gains(game: Game, cell: Sequence[Cell], words: int | None) -> Vectors:
    """For each of her pure responses in the cell that the tie rule allows: what each agent could
    gain there at most.
    """
    inside = within(game, cell)
    tops = [most(game, n, cell, words) for n in range(len(game.agents))]
    options = []
    for masses in situations(inside, []).values():
        best = best_actions(inside, masses)
        best = best[:1] if game.ties in (Ties.ORDER, Ties.BELIEF) else best
        options.append(
            [[worth(inside, agent.utility, masses)[a] for agent in game.agents] for a in best]
        )
    sums = [
        [sum(column, F(0)) for column in zip(*chosen, strict=True)] for chosen in product(*options)
    ]
    return [tuple(top - now for top, now in zip(tops, total, strict=True)) for total in sums]


def brute_force(game: Game) -> list[Fraction]:
    """Her utility in every partition equilibrium, ascending.

    She plays pure, as the package supposes; under `belief` the first best action, one function of
    her belief.
    """
    letters = game.conversation.agent_alphabet
    words = None if letters == "rich" else letters**game.conversation.rounds
    values = []
    for cells in set_partitions(atoms(game)):
        if words is not None and len(cells) > words:
            continue
        vectors: Vectors = [tuple(F(0) for _ in game.agents)]
        for cell in cells:
            pairs = product(vectors, possible_gains(game, cell, words))
            vectors = list(
                {tuple(a + b for a, b in zip(one, more, strict=True)) for one, more in pairs}
            )
        if any(max(total) <= game.gamma for total in vectors):
            values.append(user_value(game, [announced(game, cells)]))
    return sorted(values)


def agrees(game: Game) -> None:
    note(write(game))
    found, expected = found_in(game), brute_force(game)
    if found is None:
        assert not expected
        return
    worst, best = found
    assert expected
    assert (worst.user_utility, best.user_utility) == (expected[0], expected[-1])


def two_agents(
    *,
    ties: Ties | None = None,
    private: bool | None = None,
    rich: bool | None = True,
    partitioned: bool = True,
) -> st.SearchStrategy[Game]:
    """Small enough for the brute force; the user is silent."""
    return games(
        min_agents=2,
        max_agents=2,
        max_rounds=1,
        silent=True,
        ties=ties,
        private=private,
        rich=rich,
        partitioned=partitioned,
        max_letters=2,
    )


@pytest.mark.slow
@pytest.mark.parametrize("ties", [Ties.FAVOUR_SPEAKER, Ties.BELIEF])
@settings(often, max_examples=50)
@given(data=st.data())
def test_three_states_against_all_partitions(ties: Ties, data: st.DataObject) -> None:
    agrees(data.draw(two_agents(ties=ties, private=False, partitioned=False)))


@pytest.mark.slow
@pytest.mark.parametrize("ties", [Ties.FAVOUR_SPEAKER, Ties.BELIEF])
@settings(often, max_examples=40)
@given(data=st.data())
def test_different_partitions_and_private_observations(ties: Ties, data: st.DataObject) -> None:
    agrees(data.draw(two_agents(ties=ties)))


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@settings(often, max_examples=40)
@given(data=st.data())
def test_two_cells_under_every_tie_rule(ties: Ties, data: st.DataObject) -> None:
    """Without indifference the tie rules agree; with it, suprema that are not attained count. One
    user observation, so that the oracle is exact in every cell.
    """
    made = games(
        min_agents=2,
        max_agents=2,
        max_states=2,
        max_rounds=1,
        silent=True,
        rich=True,
        ties=ties,
        private=False,
    )
    game = data.draw(made)
    agrees(game)


@pytest.mark.slow
@settings(often, max_examples=20)
@given(data=st.data())
def test_poor_alphabets_name_fewer_cells(data: st.DataObject) -> None:
    """As many cells as messages, and deviations of as many messages."""
    ties = data.draw(st.sampled_from([Ties.FAVOUR_SPEAKER, Ties.BELIEF]))
    game = data.draw(two_agents(ties=ties, private=False, rich=False, partitioned=False))
    agrees(game)


@pytest.mark.slow
@pytest.mark.parametrize("gamma", [F(1, 10), F(1, 2)])
@settings(often, max_examples=30)
@given(data=st.data())
def test_a_gamma_is_a_budget_over_all_cells(gamma: Fraction, data: st.DataObject) -> None:
    ties = data.draw(st.sampled_from([Ties.FAVOUR_SPEAKER, Ties.BELIEF]))
    game = data.draw(two_agents(ties=ties, private=False, partitioned=False))
    agrees(replace(game, gamma=gamma))


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(data=st.data())
def test_what_is_found_is_a_profile_of_the_game(ties: Ties, data: st.DataObject) -> None:
    """Any protocol: all announce one partition, the response is best, the utilities are right and
    no price is exceeded.
    """
    game = data.draw(games(min_agents=2, ties=ties))
    note(write(game))
    for found in found_in(game) or ():
        assert found.kind == "partition" and found.picked is None
        assert list(found.signals) == [agent.name for agent in game.agents]
        signals = list(found.signals.values())
        assert all(signal == signals[0] for signal in signals)
        for agent in game.agents:
            assert all(
                found.signals[agent.name][x] == found.signals[agent.name][cell[0]]
                for cell in agent.sees
                for x in cell
            )
        told = situations(game, signals)
        assert set(found.response) == set(told)
        assert all(found.response[t] in best_actions(game, masses) for t, masses in told.items())
        if ties is Ties.ORDER:
            assert all(
                found.response[t] == best_actions(game, masses)[0] for t, masses in told.items()
            )
        assert found.user_utility == user_value(game, signals)
        for agent, held in zip(game.agents, found.deviation_bounds, strict=True):
            now = sum(
                (
                    worth(game, agent.utility, masses)[found.response[t]]
                    for t, masses in told.items()
                ),
                F(0),
            )
            assert found.agent_utilities[agent.name] == now
            assert held.agent == agent.name and held.value <= now + game.gamma


def test_advocates_hide_nothing_together_but_one_sided_prosecutors_do() -> None:
    """Opposed advocates: whatever is pooled, one of them gains by telling.

    Two prosecutors: each pooled cell tempts.
    """
    found = found_in(load(INSTANCES / "classics/opposed_advocates.toml"))
    assert found is not None
    assert [e.user_utility for e in found] == [1, 1]


def test_a_shared_bias_is_kept_silent() -> None:
    """Both like her to stay where she is: saying nothing and telling all are equilibria, worth 1/2
    and 1.
    """
    user = {"stay": [1, 0], "go": [0, 1]}
    likes = {"stay": [1, 1], "go": [0, 0]}
    game = simple_game(
        {"l": F(1, 2), "r": F(1, 2)}, user, {"one": likes, "two": likes}, ties=Ties.FAVOUR_SPEAKER
    )
    found = found_in(game)
    assert found is not None
    assert [e.user_utility for e in found] == [F(1, 2), F(1)]
    assert brute_force(game) == [F(1, 2), F(1)]


def test_gains_in_two_cells_share_one_budget() -> None:
    """Pooling {y0, y1} and {y2, y3} each leaves a gain of 1/20 to reveal; a gamma of 1/10 covers
    both, 1/20 only one.
    """
    user = {"bet on 0": [2, -3, -9, -9], "bet on 2": [-9, -9, 2, -3], "pass": [0, 0, 0, 0]}
    likes: Table = {
        "bet on 0": [F(1, 5), 0, 0, 0],
        "bet on 2": [0, 0, F(1, 5), 0],
        "pass": [0, 0, 0, 0],
    }
    prior = {f"y{n}": F(1, 4) for n in range(4)}
    game = simple_game(prior, user, {"one": likes, "two": likes}, ties=Ties.FAVOUR_SPEAKER)
    worsts = {}
    for gamma in (F(0), F(1, 20), F(1, 10)):
        found = found_in(replace(game, gamma=gamma))
        assert found is not None
        worsts[gamma] = found[0].user_utility
        assert [e.user_utility for e in found] == [
            brute_force(replace(game, gamma=gamma))[n] for n in (0, -1)
        ]
    assert worsts == {F(0): F(1), F(1, 20): F(1, 2), F(1, 10): F(0)}


def test_agents_who_see_different_bits_share_only_silence() -> None:
    """theory.md 7.1, split observations: the finest common coarsening is trivial, and nobody alone
    gains by his bit.
    """
    observations = ("00", "01", "10", "11")
    joint = {(NOTHING, o, "same" if o[0] == o[1] else "different"): F(1, 4) for o in observations}
    user = {"say same": [1, 0], "say different": [0, 1]}
    sees = {"first": (("00", "01"), ("10", "11")), "second": (("00", "10"), ("01", "11"))}
    game = informed_game(
        (NOTHING,),
        observations,
        ("same", "different"),
        joint,
        user,
        {n: (user, cells) for n, cells in sees.items()},
    )
    found = found_in(replace(game, ties=Ties.FAVOUR_SPEAKER))
    assert found is not None
    assert [e.user_utility for e in found] == [F(1, 2), F(1, 2)]
    assert all(len({*map(tuple, e.signals["first"].values())}) == 1 for e in found)


def test_one_agent_has_no_partition_equilibrium_and_words_may_be_too_few() -> None:
    assert found_in(load(INSTANCES / "classics/prosecutor.toml")) is None
    rows = {f"a{n}": [F(int(n == m)) for m in range(3)] for n in range(3)}
    game = simple_game(
        {f"y{n}": F(1, 3) for n in range(3)},
        rows,
        {"one": rows, "two": rows},
        ties=Ties.FAVOUR_SPEAKER,
    )
    values = {
        letters: found_in(replace(game, conversation=Conversation(1, 1, letters)))
        for letters in (1, 2, 3)
    }
    ends = {letters: found and [e.user_utility for e in found] for letters, found in values.items()}
    assert ends == {1: [F(1, 3)] * 2, 2: None, 3: [F(1), F(1)]}


def test_many_atoms_are_left_alone() -> None:
    states = [f"y{n}" for n in range(13)]
    rows = {"a": [0] * 13}
    game = simple_game({y: F(1, 13) for y in states}, rows, {"one": rows, "two": rows})
    assert found_in(game) is None
