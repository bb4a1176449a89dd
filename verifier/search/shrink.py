"""Shrinking of a game by single steps that keep a property, until no step does.

This is delta debugging (Zeller and Hildebrandt, Simplifying and isolating failure-inducing input,
2002) with steps of its own: fewer agents, states, actions, observations or words, a simpler prior,
smaller numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import chain, product
from math import gcd, lcm

from verifier.game.model import Agent, Game, Utility
from verifier.search.shrink_users import one_prior, steps_of_users
from verifier.search.size import size, tables_of
from verifier.search.space import compositions

PRIOR_LIMIT = 60
"""Most priors of one denominator and support that are tried."""

Keeps = Callable[[Game], bool]


def shrink(game: Game, keeps: Keeps) -> Game:
    """The game at a local minimum: it has the property, and no smaller game one step on has.

    Steps come in the order of `steps`. Domain: `keeps` is true of `game` itself. The search ends,
    as the size falls with every step.
    """
    while True:
        smaller = next((step for step in steps(game) if keeps(step)), None)
        if smaller is None:
            return game
        game = smaller


def steps(game: Game) -> Iterator[Game]:
    """All smaller games that are one step away: fewer things first, then smaller numbers.

    A game of several users under one rule stays one.
    """
    here = size(game)
    if game.population:
        alike = one_prior(game.people)
        found = steps_of_users(game.people, partial(_any_of, _REST if alike else _SAME_PRIOR))
    else:
        found = _any_of((_fewer_agents, *_REST), game)
    return (step for step in found if size(step) < here)


def _any_of(ways: Sequence[Callable[[Game], Iterator[Game]]], game: Game) -> Iterator[Game]:
    return chain.from_iterable(way(game) for way in ways)


def _fewer_agents(game: Game) -> Iterator[Game]:
    for n in range(len(game.agents)) if len(game.agents) > 1 else ():
        yield replace(game, agents=game.agents[:n] + game.agents[n + 1 :])


def _fewer_actions(game: Game) -> Iterator[Game]:
    for gone in game.actions if len(game.actions) > 1 else ():
        kept = {key for key in game.utility if key[0] != gone}
        yield _with_tables(
            replace(game, actions=tuple(a for a in game.actions if a != gone)), _only(game, kept)
        )


def _fewer_states(game: Game) -> Iterator[Game]:
    for gone in game.states if len(game.states) > 1 else ():
        smaller = _given(game, lambda place, gone=gone: place[2] != gone)  # type: ignore[misc]
        if smaller is not None:
            kept = {key for key in game.utility if key[1] != gone}
            yield _with_tables(
                replace(smaller, states=tuple(y for y in game.states if y != gone)),
                _only(game, kept),
            )


def _fewer_observations(game: Game) -> Iterator[Game]:
    """The game without one observation of the user or of the agents, if no state is lost."""
    for gone in game.user_observations:
        smaller = _given(game, lambda place, gone=gone: place[0] != gone)  # type: ignore[misc]
        if smaller is not None and len({y for *_, y in smaller.joint}) == len(game.states):
            yield smaller
    for gone in game.agent_observations:
        smaller = _given(game, lambda place, gone=gone: place[1] != gone)  # type: ignore[misc]
        if smaller is not None and len({y for *_, y in smaller.joint}) == len(game.states):
            yield smaller


def _given(game: Game, stays: Callable[[tuple[str, str, str]], bool]) -> Game | None:
    """The game conditional on part of the prior's support; None if no probability is left.

    Observations of probability 0 go.
    """
    left = {place: p for place, p in game.joint.items() if stays(place)}
    total = sum(left.values(), Fraction(0))
    if not total:
        return None
    hers, theirs = {x for x, _, _ in left}, {x for _, x, _ in left}
    agents = tuple(replace(agent, sees=_within(agent, theirs)) for agent in game.agents)
    return replace(
        game,
        user_observations=tuple(x for x in game.user_observations if x in hers),
        agent_observations=tuple(x for x in game.agent_observations if x in theirs),
        joint={place: p / total for place, p in left.items()},
        agents=agents,
    )


def _within(agent: Agent, theirs: set[str]) -> tuple[tuple[str, ...], ...]:
    cells = (tuple(x for x in cell if x in theirs) for cell in agent.sees)
    return tuple(cell for cell in cells if cell)


def _fewer_words(game: Game) -> Iterator[Game]:
    talk = game.conversation
    if isinstance(talk.agent_alphabet, int) and talk.agent_alphabet > 1:
        yield replace(game, conversation=replace(talk, agent_alphabet=talk.agent_alphabet - 1))


def _simpler_priors(game: Game) -> Iterator[Game]:
    """Priors on the same support, or on one place fewer, the smallest denominator first."""
    places = list(game.joint)
    common = lcm(*(p.denominator for p in game.joint.values()))
    supports = [places, *([p for p in places if p != gone] for gone in places)]
    for prior_denominator in range(1, min(common, 12) + 1):
        for support in supports if len(places) > 1 else [places]:
            for count, weights in enumerate(
                compositions(prior_denominator, len(support))
                if len(support) <= prior_denominator
                else ()
            ):
                if count == PRIOR_LIMIT:
                    break
                yield from _reweighted(
                    game, dict(zip(support, weights, strict=True)), prior_denominator
                )


def _reweighted(
    game: Game, weights: Mapping[tuple[str, str, str], int], prior_denominator: int
) -> Iterator[Game]:
    """The game with this prior, if every state and observation still has some probability."""
    full = all(
        len({place[n] for place in weights}) == len(names) for n, names in enumerate(_sides(game))
    )
    if full:
        yield replace(
            game,
            joint={place: Fraction(weight, prior_denominator) for place, weight in weights.items()},
        )


def _sides(game: Game) -> tuple[tuple[str, ...], ...]:
    return game.user_observations, game.agent_observations, game.states


def _coarser(game: Game) -> Iterator[Game]:
    """Utilities and gamma as whole numbers: in the same proportions, then rounded."""
    tables = tables_of(game)
    values = [v for table in tables for v in table.values()] + [game.gamma]
    common = lcm(*(v.denominator for v in values))
    factor = gcd(*(int(v * common) for v in values)) or 1
    yield _scaled(game, tables, Fraction(common, factor))
    widest = max((abs(v) for v in values), default=Fraction(0)) or Fraction(1)
    for top in range(1, 7):
        share = Fraction(top) / widest
        rounded = [
            {key: Fraction(round(v * share)) for key, v in table.items()} for table in tables
        ]
        coarse = _scaled(game, tables, share).gamma
        yield _with_tables(
            replace(game, gamma=Fraction(round(coarse)) if coarse else coarse), rounded
        )
        if len(rounded) > 2:
            yield _with_tables(replace(game, gamma=coarse), [*rounded[:-1], _completed(rounded)])


def _completed(tables: list[dict[tuple[str, str], Fraction]]) -> dict[tuple[str, str], Fraction]:
    """The last agent's table with which the user's is the average of all agents'."""
    user, *agents = tables
    others = agents[:-1]
    return {
        key: len(agents) * value - sum((t[key] for t in others), Fraction(0))
        for key, value in user.items()
    }


def _scaled(game: Game, tables: list[Utility], factor: Fraction) -> Game:
    return _with_tables(
        replace(game, gamma=game.gamma * factor),
        [{key: v * factor for key, v in table.items()} for table in tables],
    )


def _smaller_gamma(game: Game) -> Iterator[Game]:
    if game.gamma:
        whole = Fraction(game.gamma.numerator // game.gamma.denominator)
        for gamma in (Fraction(1), whole, game.gamma - Fraction(1, game.gamma.denominator)):
            if 0 < gamma < game.gamma or gamma.denominator < game.gamma.denominator:
                yield replace(game, gamma=gamma)


def _smaller_numbers(game: Game) -> Iterator[Game]:
    """Utilities nearer to zero: some parties' entries of one action and state, or all of a state.

    The latter is a shift that makes one action worth 0 to everybody.
    """
    tables = tables_of(game)
    for key in game.utility:
        now = [table[key] for table in tables]
        for changed in product(*map(_nearer_zero, now)):
            if list(changed) != now:
                yield _with_tables(
                    game, [{**table, key: v} for table, v in zip(tables, changed, strict=True)]
                )
    for y in game.states:
        for a in game.actions:
            yield _with_tables(game, [_shifted(table, y, table[a, y]) for table in tables])


def _nearer_zero(value: Fraction) -> list[Fraction]:
    """The numbers 0, one unit of the denominator nearer to zero, and the number itself."""
    if value == 0:
        return [value]
    unit = Fraction(1 if value > 0 else -1, value.denominator)
    return list(dict.fromkeys([Fraction(0), value - unit, value]))


def _shifted(table: Utility, state: str, by: Fraction) -> dict[tuple[str, str], Fraction]:
    return {(a, y): v - by if y == state else v for (a, y), v in table.items()}


def _only(game: Game, kept: set[tuple[str, str]]) -> list[dict[tuple[str, str], Fraction]]:
    return [{key: v for key, v in table.items() if key in kept} for table in tables_of(game)]


def _with_tables(game: Game, tables: list[dict[tuple[str, str], Fraction]]) -> Game:
    user, *agents = tables
    new = tuple(
        replace(agent, utility=table) for agent, table in zip(game.agents, agents, strict=True)
    )
    return replace(game, utility=user, agents=new)


_REST = (
    _fewer_states,
    _fewer_actions,
    _fewer_observations,
    _fewer_words,
    _simpler_priors,
    _coarser,
    _smaller_gamma,
    _smaller_numbers,
)
"""The steps that leave the agents."""

_SAME_PRIOR = (_fewer_actions, _fewer_words, _coarser, _smaller_gamma, _smaller_numbers)
"""Those of them that leave the prior and what is observed."""
