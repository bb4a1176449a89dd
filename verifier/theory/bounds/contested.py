"""Contested margins: when every equilibrium gives the Bayesian user OPT (theory.md 5.5).

For each agent observation it asks for weights of agents who can tell it from the rest, and who
together, wherever she is indifferent between two best actions, prefer the one that is better there.
Pairs of which the worse action is in no equilibrium need not be contested; which actions that are
follows from the rows of the outcome program. Both questions are linear programs: what Farkas says
of a pair of actions is linear in the weights as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from verifier.game.model import Game, Ties
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.guarantees.guarantee import Setting

Pair = tuple[str, str, str]
"""x_A, the action that is better at an agent observation, the other."""

PAYOFF_BITS = 2_000
"""Most bits of a payoff in integers for which margins or remarks are looked for: the multipliers
that prove them are several times as long, and the kernel reads numbers of 4,000 digits.
"""


@dataclass(frozen=True)
class Never:
    """Actions that no equilibrium has at a user observation, with multipliers that prove it."""

    actions: tuple[tuple[str, str], ...]
    agents: Mapping[str, Fraction]
    marginal: Mapping[tuple[str, str], Fraction]
    obedience: Mapping[Pair, Fraction]


@dataclass(frozen=True)
class Towards:
    """The weights of those who contest every margin towards an agent observation, and why they do.

    `indifferent` multiplies her indifference between two actions, `best` what she has more by the
    first of them than by a third.
    """

    observation: str
    weights: Mapping[str, Fraction]
    indifferent: Mapping[Pair, Fraction]
    best: Mapping[tuple[str, str, str, str], Fraction]


@dataclass(frozen=True)
class Margins:
    """The proof that every equilibrium gives her OPT; `never` is None where it needs none."""

    never: Never | None
    towards: tuple[Towards, ...]


def contested_margins(game: Game, setting: Setting, effort: Effort) -> Margins | None:
    """The proof of theory.md 5.5, or None where the theorem does not apply."""
    talk = game.conversation
    if not (talk.rich and talk.one_shot) or game.gamma or not game.has_unique_best_actions:
        return None
    if game.payoff_bits > PAYOFF_BITS:
        return None
    towards = _towards(game, frozenset(), effort)
    if towards is not None:
        return Margins(None, towards)
    never = never_played(game, setting, effort)
    if never is None:
        return None
    towards = _towards(game, frozenset(never.actions), effort)
    return None if towards is None else Margins(never, towards)


def contested_by_each(
    game: Game, never: frozenset[tuple[str, str]], effort: Effort
) -> tuple[Towards, ...] | None:
    """Weights for every agent observation by themselves, or None where one is not contested."""
    return _contested(game, [[o] for o in _possible(game)], never, effort)


def _possible(game: Game) -> tuple[str, ...]:
    """The agent observations of positive probability."""
    return tuple(o for o in game.agent_observations if any(o == x for _, x in game.points))


def _towards(
    game: Game, never: frozenset[tuple[str, str]], effort: Effort
) -> tuple[Towards, ...] | None:
    """Weights for every agent observation; under some tie rules they must be the same for all."""
    possible = _possible(game)
    apart = game.ties in (Ties.ORDER, Ties.FAVOUR_SPEAKER) or len(possible) <= 2
    groups = [[o] for o in possible] if apart else [list(possible)]
    return _contested(game, groups, never, effort)


def _contested(
    game: Game, groups: Sequence[Sequence[str]], never: frozenset[tuple[str, str]], effort: Effort
) -> tuple[Towards, ...] | None:
    """Weights for all agent observations, the same within each group."""
    found: list[Towards] = []
    for group in groups:
        program = _program(game, group, never)
        answer = effort.solve(program) if program.costs else None
        if not isinstance(answer, Optimal):
            return None
        margins = {key: value / game.grain for key, value in answer.primal.items()}
        found += (_read(observation, margins) for observation in group)
    return tuple(found)


def _read(at: str, primal: Mapping[Key, Fraction]) -> Towards:
    def part(kind: str) -> dict[tuple[str, ...], Fraction]:
        return {
            key[2:]: value
            for key, value in primal.items()
            if isinstance(key, tuple) and key[:2] == (kind, at) and value
        }

    weights = {
        key[1]: value
        for key, value in primal.items()
        if isinstance(key, tuple) and key[0] == "weight" and value
    }
    indifferent = {(x, a, b): v for (x, a, b), v in part("indifferent").items()}
    best = {(x, a, b, c): v for (x, a, b, c), v in part("best").items()}
    return Towards(at, weights, indifferent, best)


def _program(game: Game, group: Sequence[str], never: frozenset[tuple[str, str]]) -> Program:
    """Weights and multipliers that contest every margin towards these agent observations."""
    program = Program(Goal.MINIMISE)
    able = [
        agent.name
        for agent in game.agents
        if all(_alone(game, cell, at) for at in group for cell in agent.sees)
    ]
    for name in able:
        program.column(("weight", name), 1)
    for at in group:
        for pair in _pairs(game, at, never):
            _add_pair(program, game, able, at, pair)
    return program


def _alone(game: Game, cell: Sequence[str], at: str) -> bool:
    """Whether the cell holds no agent observation of positive probability besides this one."""
    return at not in cell or all(o == at or o not in cell for _, o in game.points)


def _pairs(game: Game, at: str, never: frozenset[tuple[str, str]]) -> Iterator[Pair]:
    """The pairs of actions whose margin must be contested, the better one first."""
    hers = game.whole_user_payoff
    for x in game.user_support:
        for pair in combinations(game.actions, 2) if (x, at) in game.probability else ():
            a, b = sorted(pair, key=lambda action: -hers[x, at, action])
            if (x, b) not in never or hers[x, at, a] == hers[x, at, b]:
                yield x, a, b


def _add_pair(program: Program, game: Game, able: Sequence[str], at: str, pair: Pair) -> None:
    """Where both are best, the first is worth more to the weighted agents; none is, if they tie."""
    x, a, b = pair
    hers, theirs = game.whole_user_payoff, game.whole_agent_payoffs
    program.column(("indifferent", at, *pair), free=True)
    others = [c for c in game.actions if c not in (a, b)]
    for c in others:
        program.column(("best", at, *pair, c))
    contest = able if hers[x, at, a] > hers[x, at, b] else ()
    for o in (o for z, o in game.points if z == x):
        row: dict[Key, Number] = {
            ("weight", name): theirs[name][x, o, a] - theirs[name][x, o, b] for name in contest
        }
        row["indifferent", at, *pair] = hers[x, o, b] - hers[x, o, a]
        for c in others:
            row["best", at, *pair, c] = hers[x, o, c] - hers[x, o, a]
        program.row(("margin", at, *pair, o), row, Sense.AT_LEAST, 1 if o == at else 0)


def never_played(game: Game, setting: Setting, effort: Effort) -> Never | None:
    """The actions that no equilibrium has, by one program for all; None if it finds none.

    Multipliers that prove it of one action and of another add up to some that prove it of both.
    """
    program = Program(Goal.MAXIMISE)
    agents = [deviation.agent for deviation in setting.deviations]
    best = [(*point, actions[0]) for point, actions in game.best_actions.items()]
    secured: dict[Key, Number] = {}
    for name in agents:
        program.column(("agent", name))
        secured["agent", name] = sum(game.whole_agent_payoffs[name][key] for key in best)
    for point in game.points:
        program.column(("marginal", *point), free=True)
        secured["marginal", *point] = 1
    for x in game.user_support:
        for a in game.actions:
            program.column(("never", x, a), 1)
            program.row(("most", x, a), {("never", x, a): 1}, Sense.AT_MOST, 1)
            for b in game.actions:
                if a != b:
                    program.column(("obedience", x, a, b))
    for key in game.whole_user_payoff:
        program.row(("play", *key), _play_row(game, agents, key), Sense.AT_MOST)
    program.row("secured", secured, Sense.AT_LEAST)
    answer = effort.solve(program)
    return _read_never(game, agents, answer.primal) if isinstance(answer, Optimal) else None


def _play_row(game: Game, agents: Sequence[str], key: tuple[str, str, str]) -> dict[Key, Number]:
    x, o, a = key
    hers = game.whole_user_payoff
    row: dict[Key, Number] = {
        ("agent", name): game.whole_agent_payoffs[name][key] for name in agents
    }
    row |= {("obedience", x, a, b): hers[key] - hers[x, o, b] for b in game.actions if b != a}
    return row | {("marginal", x, o): 1, ("never", x, a): game.probability[x, o] / game.grain}


def _read_never(game: Game, agents: Sequence[str], primal: Mapping[Key, Fraction]) -> Never | None:
    acts, grain = game.actions, game.grain
    never = [(x, a) for x in game.user_support for a in acts if primal["never", x, a]]
    if not never:
        return None
    least = min(primal["never", *entry] for entry in never)
    obedience = {
        (x, a, b): primal["obedience", x, a, b] / least
        for x in game.user_support
        for a in acts
        for b in acts
        if a != b and primal["obedience", x, a, b]
    }
    return Never(
        tuple(never),
        {name: primal["agent", name] / least for name in agents},
        {point: primal["marginal", *point] * grain / least for point in game.points},
        obedience,
    )
