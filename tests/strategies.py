"""Random and hand-made games for the tests: exact, small, in the order and form that the instance reader gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from verifier.game.game import NOTHING, Agent, Alphabet, Conversation, Game, Quantal, Ties, Utility

ROOT = Path(__file__).resolve().parent.parent
INSTANCES = ROOT / "instances"

Table = Mapping[str, Sequence[int | Fraction]]
"""action -> one utility per state, in state order."""

SILENT = Conversation(1, 1, "rich")


def rationals(least: int = -2, most: int = 2, denominators: Sequence[int] = (1, 1, 1, 2, 3)) -> st.SearchStrategy[Fraction]:
    """Small rationals; integers are likely, so that ties are."""
    return st.builds(
        lambda n, d, fine: Fraction(n) if d == 1 else min(Fraction(most), Fraction(n) + Fraction(fine, d)),
        st.integers(least, most),
        st.sampled_from(denominators),
        st.integers(0, 2),
    )


def utilities(actions: Sequence[str], states: Sequence[str]) -> st.SearchStrategy[Utility]:
    """One rational for every action and state."""
    return st.fixed_dictionaries({(a, y): rationals() for a in actions for y in states})


@st.composite
def partitions(draw: st.DrawFn, observations: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """A partition, cells and members in the order of `observations`; the finest is the simplest."""
    labels = {x: draw(st.integers(0, n)) for n, x in enumerate(observations)}
    cells: dict[int, list[str]] = {}
    for n, x in enumerate(observations):
        cells.setdefault(n if draw(st.booleans()) else labels[x], []).append(x)
    return tuple(sorted((tuple(cell) for cell in cells.values()), key=lambda cell: observations.index(cell[0])))


@st.composite
def joints(
    draw: st.DrawFn, users: Sequence[str], agents: Sequence[str], states: Sequence[str]
) -> dict[tuple[str, str, str], Fraction]:
    """A distribution over (user observation, agent observation, state): positive entries only, in instance order."""
    keys = [(x, o, y) for x in users for o in agents for y in states]
    masses = draw(st.lists(st.integers(0, 3), min_size=len(keys), max_size=len(keys)).filter(any))
    return {key: Fraction(mass, sum(masses)) for key, mass in zip(keys, masses, strict=True) if mass}


@st.composite
def priors(draw: st.DrawFn, states: Sequence[str]) -> dict[tuple[str, str, str], Fraction]:
    """The agents see the state and the user sees nothing; some states may have probability 0."""
    masses = draw(st.lists(st.integers(0, 4), min_size=len(states), max_size=len(states)).filter(any))
    return {(NOTHING, y, y): Fraction(m, sum(masses)) for y, m in zip(states, masses, strict=True) if m}


@st.composite
def games(
    draw: st.DrawFn,
    *,
    max_states: int = 3,
    max_actions: int = 3,
    min_agents: int = 1,
    max_agents: int = 3,
    max_user_observations: int = 2,
    max_agent_observations: int = 3,
    max_rounds: int = 2,
    max_letters: int = 3,
    private: bool | None = None,
    partitioned: bool = True,
    rich: bool | None = None,
    silent: bool | None = None,
    ties: Ties | None = None,
    claims: bool = True,
) -> Game:
    """A game within these bounds.

    `private`: the user sees something and the agents see other things than the state (None: either). `rich`, `silent`: the
    agents' alphabet is rich, the user is silent (None: either). `ties`: that rule (None: any of the four).
    """
    states = tuple(f"y{n}" for n in range(draw(st.integers(1, max_states))))
    actions = tuple(f"a{n}" for n in range(draw(st.integers(1, max_actions))))
    apart = draw(st.booleans()) if private is None else private
    users, agents = (NOTHING,), states
    if apart:
        users = tuple(f"x{n}" for n in range(draw(st.integers(1, max_user_observations))))
        agents = tuple(f"o{n}" for n in range(draw(st.integers(1, max_agent_observations))))
    joint = draw(joints(users, agents, states) if apart else priors(states))
    senders = tuple(
        Agent(
            f"agent {n}",
            draw(utilities(actions, states)),
            draw(partitions(agents)) if partitioned and draw(st.booleans()) else tuple((x,) for x in agents),
        )
        for n in range(draw(st.integers(min_agents, max_agents)))
    )
    free = draw(st.booleans()) if rich is None else rich
    alphabet: Alphabet = "rich" if free else draw(st.integers(1, max_letters))
    quiet = draw(st.booleans()) if silent is None else silent
    talk = Conversation(draw(st.integers(1, max_rounds)), 1 if quiet else draw(st.integers(1, max_letters)), alphabet)
    return Game(
        title="a random game",
        source=None,
        notes=None,
        states=states,
        actions=actions,
        user_observations=users,
        agent_observations=agents,
        joint=joint,
        utility=draw(utilities(actions, states)),
        agents=senders,
        conversation=talk,
        ties=ties or draw(st.sampled_from(Ties)),
        quantal=Quantal(draw(st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(10)])), draw(st.sampled_from(["e", 2, 3]))),
        tolerance=draw(st.none() | rationals(0, 1)) if claims else None,
    )


def table(rows: Table, states: Sequence[str]) -> dict[tuple[str, str], Fraction]:
    """A utility from rows of numbers."""
    return {(a, y): Fraction(value) for a, row in rows.items() for y, value in zip(states, row, strict=True)}


def simple_game(
    prior: Mapping[str, Fraction | int],
    user: Table,
    agents: Mapping[str, Table],
    *,
    ties: Ties = Ties.ANY,
    conversation: Conversation = SILENT,
    eta: Fraction | int = 10,
    tolerance: Fraction | None = None,
) -> Game:
    """A game in which every agent sees the state and the user sees nothing."""
    joint = {(NOTHING, y, y): Fraction(p) for y, p in prior.items() if p}
    return informed_game((NOTHING,), tuple(prior), tuple(prior), joint, user, {name: (rows, None) for name, rows in agents.items()},
                         ties=ties, conversation=conversation, eta=eta, tolerance=tolerance)  # fmt: skip


def informed_game(
    users: tuple[str, ...],
    observations: tuple[str, ...],
    states: tuple[str, ...],
    joint: Mapping[tuple[str, str, str], Fraction],
    user: Table,
    agents: Mapping[str, tuple[Table, tuple[tuple[str, ...], ...] | None]],
    *,
    ties: Ties = Ties.ANY,
    conversation: Conversation = SILENT,
    eta: Fraction | int = 10,
    tolerance: Fraction | None = None,
) -> Game:
    """A game with observations of its own; each agent comes with her partition, None for all singletons."""
    finest = tuple((x,) for x in observations)
    return Game(
        title="a small game",
        source=None,
        notes=None,
        states=states,
        actions=tuple(user),
        user_observations=users,
        agent_observations=observations,
        joint=joint,
        utility=table(user, states),
        agents=tuple(Agent(name, table(rows, states), sees or finest) for name, (rows, sees) in agents.items()),
        conversation=conversation,
        ties=ties,
        quantal=Quantal(Fraction(eta), "e"),
        tolerance=tolerance,
    )
