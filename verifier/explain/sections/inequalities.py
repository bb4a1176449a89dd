"""The inequalities behind prices, with multipliers and numbers (theory.md 5.4 and 6.1).

Every one of them can be checked by hand; all payoffs in them are weighted by the prior.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from verifier.errors import SizeError
from verifier.explain.document import Block, Fold, Formula, Inline, Listing, Text, say, words
from verifier.explain.phrases import cell_words, observation_words
from verifier.explain.subject import Subject
from verifier.explain.symbols import signed
from verifier.game.model import Game
from verifier.game.response import SignalDistribution, signal_distribution
from verifier.game.rules import Signal
from verifier.theory.bounds.outcome_program import Multipliers
from verifier.theory.deviations.deviation import DeviationBound, SubproblemBound
from verifier.theory.deviations.persuasion import (
    Strategy,
    Subproblem,
    strategy_name,
    subproblem_of,
    user_strategies,
)

LARGEST = 24
"""Longer lists of inequalities are left to the certificate."""

Product = tuple[Fraction, Fraction]
"""A multiplier, and what it multiplies."""


def exact(value: Fraction) -> Formula:
    """A number as a formula, without a decimal beside it."""
    return Formula((signed(value),))


def added(first: Fraction | None, products: Sequence[Product]) -> Text:
    """A sum that begins with a number, and goes on with products whose multiplier is not 0."""
    parts: list[Inline] = [] if first is None else [exact(first)]
    for multiplier, value in products:
        if multiplier:
            parts += [" + " if parts else "", *multiplied(multiplier, value)]
    return words(*(parts or [exact(Fraction(0))]))


def multiplied(multiplier: Fraction, value: Fraction) -> Text:
    """A product; a negative factor stands in brackets."""
    if value < 0:
        return words(exact(multiplier), " · (", exact(value), ")")
    return words(exact(multiplier), " · ", exact(value))


def of_pairs(subject: Subject) -> Iterator[Block]:
    """The inequality of every pair of observations and action, behind the dual prices of pairs."""
    game, found = subject.game, subject.finding.bound.multipliers
    if len(game.points) * len(game.actions) > LARGEST:
        return
    items = tuple(_of_pair(game, found, x, z, a) for x, z in game.points for a in game.actions)
    yield Fold(
        "The inequality behind every price of a pair",
        (Listing(items),),
    )


def _of_pair(game: Game, found: Multipliers, x: str, z: str, action: str) -> Text:
    hers = game.user_payoff
    products = [(m, game.agent_payoff(name)[x, z, action]) for name, m in found.agents.items()]
    products += [
        (m, hers[x, z, action] - hers[x, z, other])
        for (seen, taken, other), m in found.obedience.items()
        if (seen, taken) == (x, action)
    ]
    right = found.marginal[x, z] + sum((m * value for m, value in products), Fraction(0))
    head = f"{observation_words(x)}agents' observation {z}, {action}: "
    return words(
        head, exact(hers[x, z, action]), " ≥ ", *_sum_of(found.marginal[x, z], products, right)
    )


def _sum_of(first: Fraction, products: Sequence[Product], total: Fraction) -> Text:
    if not any(multiplier for multiplier, _ in products):
        return words(exact(first))
    return words(*added(first, products), " = ", exact(total))


def of_messages(
    subject: Subject, bound: DeviationBound, signals: Mapping[str, Signal]
) -> Iterator[Block]:
    """The inequality of every observation of an agent and response, behind his dual prices."""
    items = list(_of_messages(subject.game, bound, signals))
    if not items or len(items) > LARGEST:
        return
    adds = "what he gets" if not bound.floor_price else "what he gets, plus that multiple of hers"
    yield Fold(
        f"The inequality behind every price of {bound.agent}",
        (
            say(
                f"In each row, and for each of her responses: the price is at least {adds}, plus"
                " every multiplier times what she gains by the response rather than another"
                " action. Over a message after which the response is best for her, the gains sum"
                " to 0 or more; so he gets no more than the prices."
            ),
            Listing(tuple(items)),
        ),
    )


def _of_messages(
    game: Game, bound: DeviationBound, signals: Mapping[str, Signal]
) -> Iterator[Text]:
    agent = next(agent for agent in game.agents if agent.name == bound.agent)
    for part in bound.subproblems:
        others = [signal for name, signal in signals.items() if name != bound.agent]
        known = signal_distribution(game, others if len(part.types[0]) > 1 else [])
        distribution: SignalDistribution = {t: known[t] for t in part.types if t in known}
        if len(distribution) < len(part.types):
            return
        subproblem = subproblem_of(game, agent, distribution)
        try:
            strategies = part.best.strategies or user_strategies(game, subproblem, part.dominated)
        except SizeError:
            return
        if len(strategies) * len(part.best.dual_prices) > LARGEST:
            return
        for cell in part.best.dual_prices:
            for strategy in strategies:
                yield _of_message(subproblem, part, bound.floor_price, (cell, strategy))


def _of_message(
    subproblem: Subproblem,
    part: SubproblemBound,
    floor_price: Fraction,
    place: tuple[tuple[str, ...], Strategy],
) -> Text:
    (cell, strategy), found, grain = place, part.best, subproblem.grain
    his, hers = subproblem.agent_payoff, subproblem.user_payoff
    own, products = Fraction(0), list[Product]()
    for n, action in enumerate(strategy):
        own += grain * _his(found.duplicate_weights, his, cell, strategy, n)
        if floor_price:
            products.append((floor_price, grain * hers[cell, n, action]))
        for (followed, place_of, other), m in found.multipliers.items():
            if (followed, place_of) == (strategy, n):
                products.append((m, grain * (hers[cell, n, action] - hers[cell, n, other])))
    price = found.dual_prices[cell]
    total = own + sum((m * value for m, value in products), Fraction(0))
    head = f"{cell_words(cell)}, {strategy_name(strategy)}: "
    return words(head, exact(price), " ≥ ", *_sum_of(own, products, total))


def _his(
    weights: Mapping[tuple[Strategy, int, str], Fraction],
    his: Mapping[tuple[tuple[str, ...], int, str], int],
    cell: tuple[str, ...],
    strategy: Strategy,
    n: int,
) -> Fraction:
    """What he gets from a type: of duplicate actions, the mixture that proves the price."""
    mixed = {a: w for (s, m, a), w in weights.items() if (s, m) == (strategy, n)}
    if not mixed:
        return Fraction(his[cell, n, strategy[n]])
    return sum((w * his[cell, n, a] for a, w in mixed.items()), Fraction(0))
