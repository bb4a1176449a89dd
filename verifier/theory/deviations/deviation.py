"""The deviation bound: the most that an agent could get by any other rule, proved by dual prices.

1. Given the other agents' signals, the user's *type* is her observation together with their
   messages. A deviating agent persuades her: a linear program over (cell that he sees, strategy of
   the user), as in `persuasion`.
2. Types that share no cell of the agent are independent subproblems.
3. The optimal dual solution of a subproblem is a price for each cell. theory.md 6.1: no rule gives
   the agent more than the sum of the prices.
4. Under the tie rules `any` and `order` the agent cannot count on actions that are dominated, and
   under `any` gets the least of duplicate actions (`dominance`); the bound is then a supremum.
5. With fewer messages than strategies, each set of as many strategies as there are messages has
   dual prices of its own, and the dearest set counts.

Where the user could pass on what she knows, or a subproblem has too many strategies, the agent is
granted the user's type. This relaxation is an upper bound, so it still proves equilibria.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import comb

from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.response import SignalDistribution, UserType
from verifier.numbers import integers
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Infeasible, Key, Number, Optimal, Program, Sense
from verifier.theory.deviations.dominance import (
    Mixture,
    dominated_actions,
    duplicate_actions,
    strictly_best_somewhere,
)
from verifier.theory.deviations.persuasion import (
    STRATEGY_LIMIT,
    Strategy,
    Subproblem,
    column_payoffs,
    independent_types,
    optimum_of,
    signal_program,
    subproblem_of,
    user_strategies,
)
from verifier.theory.deviations.recommendable import Recommendable, recommendable

MESSAGE_SET_LIMIT = 200
"""The largest number of message sets for which programs are solved when messages are few."""


class Knowledge(StrEnum):
    """The knowledge that the bound grants a deviating agent: more of it never lowers the bound."""

    OWN_OBSERVATION = "own observation"
    USER_TYPE = "what the user sees"


@dataclass(frozen=True)
class MessageSetBound:
    """The bound for rules whose messages lead to given strategies, with its dual certificate.

    `strategies` are those that the messages may lead to; None stands for all that are not
    dominated. `sends[cell, strategy]` is an optimal signal. The certificate: in every cell and for
    every strategy, the agent's payoff plus `multipliers[strategy, n, a]` times the user's loss by
    taking action a at the n-th type is at most `dual_prices[cell]`; where actions are duplicates,
    the agent's payoff is the mixture with `duplicate_weights[strategy, n, a]`, the worst for him.
    """

    strategies: tuple[Strategy, ...] | None
    value: Fraction
    dual_prices: Mapping[Cell, Fraction]
    multipliers: Mapping[tuple[Strategy, int, str], Fraction]
    duplicate_weights: Mapping[tuple[Strategy, int, str], Fraction]
    sends: Mapping[tuple[Cell, Strategy], Fraction]


@dataclass(frozen=True)
class SubproblemBound:
    """The bound for one subproblem: a bound for each message set, of which the largest counts.

    `dominated[number of the type, action]` is the mixture of other actions that dominates it.
    """

    types: tuple[UserType, ...]
    dominated: Mapping[tuple[int, str], Mixture]
    message_sets: tuple[MessageSetBound, ...]

    @property
    def best(self) -> MessageSetBound:
        """The message set with the largest bound."""
        return max(self.message_sets, key=lambda message_set: message_set.value)


@dataclass(frozen=True)
class DeviationBound:
    """The bound on what any rule gives an agent: `value` less `floor_price` times her utility.

    `floor_price` is positive only where a deviating agent must leave the user a least utility to be
    picked (theory.md 6.5). `exact` says that rules come arbitrarily near to the bound.
    """

    agent: str
    knowledge: Knowledge
    floor_price: Fraction
    subproblems: tuple[SubproblemBound, ...]
    exact: bool

    @cached_property
    def value(self) -> Fraction:
        """The sum of the bounds of the subproblems."""
        return sum((part.best.value for part in self.subproblems), Fraction(0))

    def for_at_least(self, least: Fraction) -> Fraction:
        """The most that the agent gets by a rule after which the user has at least so much."""
        return self.value - self.floor_price * least


def deviation_bound(
    game: Game,
    agent: Agent,
    distribution: SignalDistribution,
    effort: Effort = USUAL,
    enough: Fraction | None = None,
    *,
    knowledge: Knowledge = Knowledge.OWN_OBSERVATION,
) -> DeviationBound:
    """The bound on any rule of the agent against the types that the others' signals lead to.

    Dual prices that hold under every tie rule are tried first; the tie rule is used only if their
    sum exceeds `enough`, and message sets likewise. The agent is granted the user's type if
    `knowledge` says so, if the user could pass it on, or if a subproblem has too many strategies.

    Raises SizeError when a program would have more than `effort.program_limit` coefficients.
    """
    own = (
        knowledge is Knowledge.OWN_OBSERVATION
        and user_reveals_nothing(game, distribution)
        and _few_strategies(game, agent, distribution)
    )
    parts = (
        list(independent_types(agent, distribution))
        if own
        else [{t: points} for t, points in distribution.items()]
    )
    granted = Knowledge.OWN_OBSERVATION if own else Knowledge.USER_TYPE
    subproblems = [subproblem_of(game, agent, part) for part in parts]
    bound = _bound(game, agent, granted, subproblems, effort, use_ties=False)
    use_ties = (enough is None or bound.value > enough) and _ties_matter(game, subproblems, bound)
    if use_ties:
        bound = _bound(game, agent, granted, subproblems, effort, use_ties=True)
    capacity = game.conversation.capacity
    if capacity is None or (enough is not None and bound.value <= enough):
        return bound
    return by_message_sets(game, subproblems, bound, capacity, effort, worst_duplicates=use_ties)


def surely_content(subproblem: Subproblem, strategy: Strategy) -> bool:
    """Whether an agent plainly gains nothing where the user follows this strategy: no program.

    What he has in each cell are dual prices of theory.md 6.1 if for every other action a multiple
    of one of her losses makes up for what he would gain by it. Where that fails he may still be
    unable to gain.
    """
    return all(
        _made_up_for(subproblem, n, has, action)
        for n, has in enumerate(strategy)
        for action in subproblem.actions
        if action != has
    )


def _made_up_for(subproblem: Subproblem, n: int, has: str, action: str) -> bool:
    """Whether some m >= 0 and some action b have gain + m loss <= 0 in every cell.

    The gain is the agent's, of `action` instead of `has`; the loss is the user's, of `action`
    instead of b, and negative where b is the better one.
    """
    his, hers, cells = subproblem.agent_payoff, subproblem.user_payoff, subproblem.cells
    gains = [his[cell, n, action] - his[cell, n, has] for cell in cells]
    if max(gains) <= 0:
        return True
    for b in subproblem.actions:
        losses = [hers[cell, n, action] - hers[cell, n, b] for cell in cells]
        pairs = list(zip(gains, losses, strict=True))
        if all(gain <= 0 or loss < 0 for gain, loss in pairs) and all(
            gain * other <= less * loss
            for gain, loss in pairs
            if loss < 0
            for less, other in pairs
            if other > 0
        ):
            return True
    return False


def user_reveals_nothing(game: Game, distribution: SignalDistribution) -> bool:
    """Whether the user's questions cannot tell the agent anything about her type."""
    talk = game.conversation
    nothing_from_others = talk.rounds == 1 or all(len(t) == 1 for t in distribution)
    return talk.silent or (len(game.user_support) == 1 and nothing_from_others)


def _few_strategies(game: Game, agent: Agent, distribution: SignalDistribution) -> bool:
    return all(
        len(game.actions) ** len(part) <= STRATEGY_LIMIT
        for part in independent_types(agent, distribution)
    )


def _ties_matter(game: Game, subproblems: Sequence[Subproblem], bound: DeviationBound) -> bool:
    """Whether the tie rule could lower the bound.

    It cannot where every recommended action is strictly best in some cell: mixing in a little of
    that cell makes the user follow strictly.
    """
    if game.ties not in (Ties.ANY, Ties.ORDER):
        return False
    recommended = (
        (subproblem, n, a)
        for subproblem, part in zip(subproblems, bound.subproblems, strict=True)
        for _, strategy in part.best.sends
        for n, a in enumerate(strategy)
    )
    return not all(
        strictly_best_somewhere(subproblem, n, a, game.actions) for subproblem, n, a in recommended
    )


def _bound(
    game: Game,
    agent: Agent,
    knowledge: Knowledge,
    subproblems: Sequence[Subproblem],
    effort: Effort,
    *,
    use_ties: bool,
) -> DeviationBound:
    """The bound with any number of messages: for every tie rule, or (`use_ties`) for the game's."""
    parts = []
    for subproblem in subproblems:
        dominated = dominated_actions(game, subproblem, effort) if use_ties else {}
        message_set = message_set_bound(
            game, subproblem, dominated, effort, worst_duplicates=use_ties
        )
        parts.append(SubproblemBound(subproblem.types, dominated, (message_set,)))
    exact = knowledge is Knowledge.OWN_OBSERVATION and (
        not use_ties or all(len(part.types) == 1 for part in parts)
    )
    return DeviationBound(agent.name, knowledge, Fraction(0), tuple(parts), exact)


def by_message_sets(
    game: Game,
    subproblems: Sequence[Subproblem],
    bound: DeviationBound,
    capacity: int,
    effort: Effort,
    *,
    worst_duplicates: bool,
) -> DeviationBound:
    """The bound with `capacity` messages: they lead to at most as many strategies per subproblem.

    A subproblem keeps its bound where its optimal signal needs no more messages, and also where
    there are more than MESSAGE_SET_LIMIT message sets; in that case the bound is not exact.
    """
    parts, exact = [], bound.exact
    for subproblem, part in zip(subproblems, bound.subproblems, strict=True):
        strategies = user_strategies(game, subproblem, part.dominated)
        enough_messages = len({s for _, s in part.best.sends}) <= capacity
        if enough_messages or comb(len(strategies), capacity) > MESSAGE_SET_LIMIT:
            exact = exact and enough_messages
            parts.append(part)
            continue
        message_sets = tuple(
            message_set_bound(
                game,
                subproblem,
                part.dominated,
                effort,
                strategies=chosen,
                worst_duplicates=worst_duplicates,
                floor_price=bound.floor_price,
            )
            for chosen in combinations(strategies, capacity)
        )
        parts.append(SubproblemBound(part.types, part.dominated, message_sets))
    return replace(bound, subproblems=tuple(parts), exact=exact)


def message_set_bound(
    game: Game,
    subproblem: Subproblem,
    dominated: Mapping[tuple[int, str], Mixture],
    effort: Effort = USUAL,
    *,
    strategies: tuple[Strategy, ...] | None = None,
    worst_duplicates: bool = False,
    floor_price: Fraction = Fraction(0),
) -> MessageSetBound:
    """The bound of one subproblem for messages that lead to these strategies, with dual prices.

    `strategies`: by default all that are not dominated. `worst_duplicates`: of duplicate actions
    the agent is credited with the least (tie rule `any`). `floor_price`: weight of the user's
    payoff in the objective. Subproblems with equal payoffs, in cells of other names or another
    order, have equal bounds: each is found once.

    Raises SizeError when the program would have more than `effort.program_limit` coefficients.
    """
    tables, types = (subproblem.user_payoff, subproblem.agent_payoff), range(len(subproblem.types))
    payoffs = {
        cell: tuple([table[cell, n, a] for table in tables for n in types for a in game.actions])
        for cell in subproblem.cells
    }
    cells = sorted(subproblem.cells, key=payoffs.__getitem__)
    known = (subproblem.grain, *(payoffs[cell] for cell in cells)), tuple(dominated)
    question = "message set", known, effort, strategies, worst_duplicates, floor_price
    answer = game.memo.get(question)
    if answer is None:
        plain = strategies is None and not worst_duplicates and not floor_price
        if plain and len(cells) == len(types) == 1:
            bound = _known_cell_bound(game, subproblem)
        else:
            able = recommendable(game, subproblem, effort, dominated)
            program = deviation_program(
                game,
                subproblem,
                strategies or able.strategies,
                effort,
                worst_duplicates=worst_duplicates,
                floor_price=floor_price,
            )
            bound = _read_bound(subproblem, strategies, _optimum(program, subproblem, effort))
            if strategies is None and len(types) > 1:
                others = set(user_strategies(game, subproblem, dominated)) - set(able.strategies)
                bound = _with_others(subproblem, bound, able, sorted(others), floor_price)
        answer = game.memo[question] = cells, bound
    first, found = answer
    return found if first == cells else _renamed(found, dict(zip(first, cells, strict=True)))


def _with_others(
    subproblem: Subproblem,
    found: MessageSetBound,
    able: Recommendable,
    others: Sequence[Strategy],
    floor_price: Fraction,
) -> MessageSetBound:
    """The same bound for other strategies as well, which no signal can recommend.

    Each is worth at most the prices if the losses that refute it count enough.
    """
    his, hers = subproblem.agent_payoff, subproblem.user_payoff
    whole, unit = integers([price / subproblem.grain for price in found.dual_prices.values()])
    prices = list(zip(found.dual_prices, whole, strict=True))
    his_share, her_share = floor_price.denominator * unit, floor_price.numerator * unit
    multipliers = dict(found.multipliers)
    for s in others:
        excess = max(
            his_share * sum([his[cell, n, a] for n, a in enumerate(s)])
            + her_share * sum([hers[cell, n, a] for n, a in enumerate(s)])
            - floor_price.denominator * price
            for cell, price in prices
        )
        if excess > 0:
            times = Fraction(excess, his_share)
            multipliers |= {(s, *key): times * loss for key, loss in able.why_not(s).items()}
    return replace(found, multipliers=multipliers)


def _optimum(program: Program, subproblem: Subproblem, effort: Effort) -> Optimal:
    """The optimum, of the relaxation where so few strategies cannot be obeyed in all cells."""
    answer = effort.solve(program)
    if isinstance(answer, Infeasible):
        answer = effort.solve(_big_m_relaxation(program, subproblem))
    return optimum_of(answer)


def _renamed(found: MessageSetBound, names: Mapping[Cell, Cell]) -> MessageSetBound:
    """The same bound in other cells."""
    return replace(
        found,
        dual_prices={names[cell]: price for cell, price in found.dual_prices.items()},
        sends={(names[cell], s): p for (cell, s), p in found.sends.items()},
    )


def _known_cell_bound(game: Game, subproblem: Subproblem) -> MessageSetBound:
    """The bound for one cell and one type, without a program.

    The user knows the cell, so the price is the agent's payoff from her best action, ties in his
    favour; the multipliers make up for actions that he would prefer.
    """
    (cell,), actions = subproblem.cells, game.actions
    his = {a: subproblem.agent_payoff[cell, 0, a] for a in actions}
    hers = {a: subproblem.user_payoff[cell, 0, a] for a in actions}
    best = max(actions, key=lambda a: (hers[a], his[a]))
    multipliers: dict[tuple[Strategy, int, str], Fraction] = {
        ((a,), 0, best): Fraction(his[a] - his[best], hers[best] - hers[a])
        for a in actions
        if his[a] > his[best]
    }
    value = his[best] * subproblem.grain
    return MessageSetBound(
        None, value, {cell: value}, multipliers, {}, {(cell, (best,)): Fraction(1)}
    )


def _big_m_relaxation(program: Program, subproblem: Subproblem) -> Program:
    """The big-M relaxation of an infeasible program: each cell may also send nothing, at a cost M.

    The relaxation is feasible, and its dual solutions satisfy all dual constraints of the original
    program, so its dual prices are a certificate for this message set whatever M is. M is large so
    that the message set, which no rule can use, is not the dearest.
    """
    big_m = 1000 * (1 + sum([max(cost, -cost) for cost in program.costs.values()]))
    relaxed = Program(program.goal, dict(program.costs), set(program.free))
    for cell in subproblem.cells:
        relaxed.column(("nothing", cell), -big_m)
    nothing: dict[Key, dict[Key, Number]] = {
        ("cell", cell): {("nothing", cell): 1} for cell in subproblem.cells
    }
    for name, row in program.rows.items():
        relaxed.row(name, {**row.coefficients, **nothing.get(name, {})}, row.sense, row.bound)
    return relaxed


def deviation_program(
    game: Game,
    subproblem: Subproblem,
    strategies: Sequence[Strategy],
    effort: Effort,
    *,
    worst_duplicates: bool,
    floor_price: Fraction,
) -> Program:
    """The program that maximises the agent's payoff plus `floor_price` times the user's.

    Its columns and rows are those of `signal_program`. With `worst_duplicates` under the tie rule
    `any` the payoff of a recommended action that has duplicates is a column of its own, bounded by
    what each duplicate gives the agent.
    """
    duplicates = (
        duplicate_actions(game, subproblem) if worst_duplicates and game.ties is Ties.ANY else {}
    )
    certain = {
        key: 0 if key[1:] in duplicates else value for key, value in subproblem.agent_payoff.items()
    }
    costs: dict[Key, Number] = {**column_payoffs(subproblem, strategies, certain, effort)}
    if floor_price:
        hers = column_payoffs(subproblem, strategies, subproblem.user_payoff, effort)
        costs = {key: costs[key] + floor_price * value for key, value in hers.items()}
    program = signal_program(game, subproblem, strategies, Goal.MAXIMISE, costs)
    for s, n in product(strategies, range(len(subproblem.types))):
        if (n, s[n]) in duplicates:
            _bound_by_duplicates(program, subproblem, s, n, duplicates[n, s[n]])
    return program


def _bound_by_duplicates(
    program: Program, subproblem: Subproblem, s: Strategy, n: int, duplicates: Sequence[str]
) -> None:
    """Adds a column for the agent's payoff from duplicate actions, with a row for each of them."""
    least = ("least payoff", s, n)
    program.column(least, 1, free=True)
    for a in duplicates:
        row: dict[Key, Number] = {
            ("send", cell, s): subproblem.agent_payoff[cell, n, a] for cell in subproblem.cells
        }
        program.row(("duplicate", s, n, a), {**row, least: -1}, Sense.AT_LEAST)


def _read_bound(
    subproblem: Subproblem, strategies: tuple[Strategy, ...] | None, answer: Optimal
) -> MessageSetBound:
    """The signal of the primal solution and the certificate of the dual solution."""
    multipliers: dict[tuple[Strategy, int, str], Fraction] = {}
    duplicate_weights: dict[tuple[Strategy, int, str], Fraction] = {}
    weights = {"obedience": multipliers, "duplicate": duplicate_weights}
    for key, dual in answer.dual.items():
        if isinstance(key, tuple) and key[0] in weights and dual:
            weights[key[0]][key[1], key[2], key[3]] = -dual
    grain = subproblem.grain
    dual_prices = {cell: answer.dual["cell", cell] * grain for cell in subproblem.cells}
    sends = {
        (key[1], key[2]): p
        for key, p in answer.primal.items()
        if isinstance(key, tuple) and key[0] == "send" and p
    }
    value = sum(dual_prices.values(), Fraction(0))
    return MessageSetBound(strategies, value, dual_prices, multipliers, duplicate_weights, sends)
