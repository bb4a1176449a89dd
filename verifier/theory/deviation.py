"""The deviation oracle: the most an agent could get by any other rule, with prices that prove it
(theory.md 6).

Given the others' signals the agent faces a user whose *type* is her observation and what the others
say. He persuades her: a linear program over (cell that he sees, strategy of hers), whose dual is a
price per cell. Under `any` and `order` some actions are never his to count on; what the program
then gives is a supremum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from itertools import combinations, product
from math import comb

from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.response import SignalDistribution, UserType
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Infeasible, Key, Optimal, Program, Sense
from verifier.theory.dominance import Mixture, alone_best, dominated_actions, duplicate_actions
from verifier.theory.persuasion import (
    STRATEGY_LIMIT,
    Strategy,
    Subproblem,
    independent_types,
    optimal_answer,
    sent,
    signal_program,
    strategies,
    subproblem_of,
)

OPTION_LIMIT = 200
"""Most sets of messages for which a program is solved where the alphabet is poor."""


class Knows(StrEnum):
    """What a deviating agent is granted to know; the more, the more he can get."""

    OWN = "own observation"
    ALL = "what the user sees"


@dataclass(frozen=True)
class MessageSetOption:
    """The best that he can get from messages that lead to these strategies (None: any), and the
    prices that prove it.

    `sends[cell, strategy]` is the plan, `multipliers[strategy, number of the type, other]` and
    `replies[strategy, number, action]` turn the prices into a proof: what the strategy gives him
    plus what obeying it is worth to her is at most the price, in every cell.
    """

    only: tuple[Strategy, ...] | None
    value: Fraction
    prices: Mapping[Cell, Fraction]
    multipliers: Mapping[tuple[Strategy, int, str], Fraction]
    replies: Mapping[tuple[Strategy, int, str], Fraction]
    sends: Mapping[tuple[Cell, Strategy], Fraction]


@dataclass(frozen=True)
class BlockBound:
    """A block of types, the actions that are passed over there, and its options."""

    types: tuple[UserType, ...]
    never: Mapping[tuple[int, str], Mixture]
    options: tuple[MessageSetOption, ...]

    @property
    def best(self) -> MessageSetOption:
        """The option of largest value."""
        return max(self.options, key=lambda option: option.value)


@dataclass(frozen=True)
class DeviationBound:
    """At most `value` can any rule give the agent, plus `floor` times what the user then gets.

    `exact` says that rules come as near to it as one likes; otherwise it is only a bound.
    """

    agent: str
    knows: Knows
    floor: Fraction
    blocks: tuple[BlockBound, ...]
    exact: bool
    value: Fraction = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "value", sum((block.best.value for block in self.blocks), Fraction(0))
        )


def deviation_bound(
    game: Game,
    agent: Agent,
    distribution: SignalDistribution,
    effort: Effort = USUAL,
    enough: Fraction | None = None,
    *,
    knows: Knows = Knows.OWN,
) -> DeviationBound:
    """The oracle, for an agent against the types that the others' signals leave him.

    Prices that hold under every tie rule are tried first; if they exceed `enough` the tie rule is
    used. A user who speaks could pass on what she has heard, so then the agent is granted what she
    sees; so he is where a block has too many strategies, or where `knows` says so. Raises SizeError
    when a program would have more than `effort.program_limit` coefficients.
    """
    own = (
        knows is Knows.OWN
        and _keeps_silent(game, distribution)
        and _fits(game, agent, distribution)
    )
    parts = (
        list(independent_types(agent, distribution))
        if own
        else [{t: seen} for t, seen in distribution.items()]
    )
    subproblems = [subproblem_of(game, agent, part) for part in parts]
    found = _priced(game, agent, subproblems, effort, strict=False, own=own)
    strict = (enough is None or found.value > enough) and _ties_matter(game, subproblems, found)
    if strict:
        found = _priced(game, agent, subproblems, effort, strict=True, own=own)
    if game.conversation.rich or (enough is not None and found.value <= enough):
        return found
    return _with_few_words(game, subproblems, found, effort, strict=strict)


def _ties_matter(game: Game, subproblems: Sequence[Subproblem], found: DeviationBound) -> bool:
    """Whether the tie rule could take something from what was found: not if all he counts on is
    best alone somewhere.
    """
    if game.ties not in (Ties.ANY, Ties.ORDER):
        return False
    pairs = (
        (subproblem, s)
        for subproblem, block in zip(subproblems, found.blocks, strict=True)
        for _, s in block.best.sends
    )
    return not all(
        alone_best(subproblem, n, a, game.actions)
        for subproblem, s in pairs
        for n, a in enumerate(s)
    )


def _keeps_silent(game: Game, distribution: SignalDistribution) -> bool:
    talk = game.conversation
    alone = talk.rounds == 1 or all(len(t) == 1 for t in distribution)
    return talk.silent or (len(game.user_support) == 1 and alone)


def _fits(game: Game, agent: Agent, distribution: SignalDistribution) -> bool:
    return all(
        len(game.actions) ** len(part) <= STRATEGY_LIMIT
        for part in independent_types(agent, distribution)
    )


def _priced(
    game: Game,
    agent: Agent,
    subproblems: Sequence[Subproblem],
    effort: Effort,
    *,
    strict: bool,
    own: bool,
) -> DeviationBound:
    found = []
    for subproblem in subproblems:
        never = dominated_actions(game, subproblem, effort) if strict else {}
        option = persuade_block(game, subproblem, never, effort, strict=strict)
        found.append(BlockBound(subproblem.types, never, (option,)))
    exact = own and (not strict or all(len(block.types) == 1 for block in found))
    knows = Knows.OWN if own else Knows.ALL
    return DeviationBound(agent.name, knows, Fraction(0), tuple(found), exact)


def persuade_block(
    game: Game,
    subproblem: Subproblem,
    never: Mapping[tuple[int, str], Mixture],
    effort: Effort = USUAL,
    *,
    only: tuple[Strategy, ...] | None = None,
    strict: bool = False,
    floor: Fraction = Fraction(0),
) -> MessageSetOption:
    """The agent's best plan against one block, from messages that lead to these strategies.

    `strict`: of actions that are the same to her he gets the least (ties = any). `floor`: her own
    utility counts for him with this weight. Raises SizeError above `effort.program_limit` coefficients.
    """
    if (
        len(subproblem.cells) == len(subproblem.types) == 1
        and only is None
        and not strict
        and not floor
    ):
        return _nothing_to_say(game, subproblem)
    followed = only or strategies(game, subproblem, never)
    program = block_program(game, subproblem, followed, effort, strict=strict, floor=floor)
    answer = effort.solve(program)
    if isinstance(answer, Infeasible):  # so few strategies do not cover all that he sees
        answer = effort.solve(_with_a_way_out(program, subproblem))
    return read_option(subproblem, only, optimal_answer(answer))


def _nothing_to_say(game: Game, subproblem: Subproblem) -> MessageSetOption:
    """One cell and one type: she knows all there is to know, and the price is what her best action
    gives him.
    """
    (cell,), actions = subproblem.cells, game.actions
    his, hers = (
        {a: table[cell, 0, a] for a in actions} for table in (subproblem.his, subproblem.hers)
    )
    best = max(actions, key=lambda a: (hers[a], his[a]))
    tempting = (a for a in actions if his[a] > his[best])
    multipliers: dict[tuple[Strategy, int, str], Fraction] = {
        ((a,), 0, best): (his[a] - his[best]) / (hers[best] - hers[a]) for a in tempting
    }
    return MessageSetOption(
        None, his[best], {cell: his[best]}, multipliers, {}, {(cell, (best,)): Fraction(1)}
    )


def _with_a_way_out(program: Program, subproblem: Subproblem) -> Program:
    """The same with a column per cell that says nothing she could follow, so bad for him that its
    prices prove the point.
    """
    bad = -1000 * (1 + sum(map(abs, program.costs.values())))
    relaxed = Program(program.goal, dict(program.costs), set(program.free), dict(program.rows))
    for cell in subproblem.cells:
        relaxed.column(("nothing", cell), bad)
        row = program.rows["cell", cell]
        relaxed.rows["cell", cell] = replace(
            row, coefficients={**row.coefficients, ("nothing", cell): Fraction(1)}
        )
    return relaxed


def block_program(
    game: Game,
    subproblem: Subproblem,
    followed: Sequence[Strategy],
    effort: Effort,
    *,
    strict: bool,
    floor: Fraction,
) -> Program:
    """Maximise what he gets plus `floor` times what she gets, over signals to strategies that she
    follows.
    """
    same = duplicate_actions(game, subproblem) if strict and game.ties is Ties.ANY else {}
    sure = {key: Fraction(0) if key[1:] in same else value for key, value in subproblem.his.items()}
    costs = sent(subproblem, followed, sure)
    if floor:
        costs = {
            key: costs[key] + floor * value
            for key, value in sent(subproblem, followed, subproblem.hers).items()
        }
    program = signal_program(game, subproblem, followed, Goal.MAXIMISE, costs, effort)
    for s, n in product(followed, range(len(subproblem.types))):
        _add_twins(program, subproblem, s, n, same.get((n, s[n]), ()))
    return program


def _add_twins(
    program: Program, subproblem: Subproblem, s: Strategy, n: int, same: Sequence[str]
) -> None:
    """A column for what he gets where actions tie, at most what each of them gives."""
    if not same:
        return
    program.column(("worth", s, n), 1, free=True)
    for a in same:
        row: dict[Key, Fraction] = {
            ("send", cell, s): subproblem.his[cell, n, a] for cell in subproblem.cells
        }
        program.row(("twin", s, n, a), {**row, ("worth", s, n): Fraction(-1)}, Sense.AT_LEAST)


def read_option(
    subproblem: Subproblem, only: tuple[Strategy, ...] | None, answer: Optimal
) -> MessageSetOption:
    """Plan and prices from the program's two solutions."""
    multipliers: dict[tuple[Strategy, int, str], Fraction] = {}
    replies: dict[tuple[Strategy, int, str], Fraction] = {}
    for key, dual in answer.dual.items():
        if isinstance(key, tuple) and key[0] in ("obedience", "twin") and dual:
            (multipliers if key[0] == "obedience" else replies)[key[1], key[2], key[3]] = -dual
    prices = {cell: answer.dual["cell", cell] for cell in subproblem.cells}
    sends = {
        (key[1], key[2]): p
        for key, p in answer.primal.items()
        if isinstance(key, tuple) and key[0] == "send" and p
    }
    return MessageSetOption(
        only, sum(prices.values(), Fraction(0)), prices, multipliers, replies, sends
    )


def _with_few_words(
    game: Game,
    subproblems: Sequence[Subproblem],
    found: DeviationBound,
    effort: Effort,
    *,
    strict: bool,
) -> DeviationBound:
    """A poor alphabet: at most so many strategies can be reached; every set of that size gets
    prices of its own.
    """
    talk = game.conversation
    words = len(game.points) if talk.capacity is None else talk.capacity
    refined, exact = [], found.exact
    for subproblem, block in zip(subproblems, found.blocks, strict=True):
        followed = strategies(game, subproblem, block.never)
        if (
            len({s for _, s in block.best.sends}) <= words
            or comb(len(followed), words) > OPTION_LIMIT
        ):
            exact = exact and len({s for _, s in block.best.sends}) <= words
            refined.append(block)
            continue
        options = tuple(
            persuade_block(game, subproblem, block.never, effort, only=only, strict=strict)
            for only in combinations(followed, words)
        )
        refined.append(BlockBound(block.types, block.never, options))
    return DeviationBound(found.agent, found.knows, found.floor, tuple(refined), exact)
