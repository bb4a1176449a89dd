"""The inequalities behind prices, with multipliers and numbers (theory.md 5.4 and 6.1).

Every one of them can be checked by hand; all payoffs in them are weighted by the prior.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from verifier.errors import SizeError
from verifier.explain.document import (
    Block,
    Fold,
    Formula,
    Inline,
    Listing,
    Paragraph,
    Text,
    say,
    words,
)
from verifier.explain.phrases import cell_words, joined, observation_words, silent
from verifier.explain.subject import Subject
from verifier.explain.symbols import signed
from verifier.game.model import NOTHING, Game, Ties
from verifier.game.response import SignalDistribution, signal_distribution
from verifier.game.rules import Signal
from verifier.theory.bounds.announcement import Announcement
from verifier.theory.bounds.outcome_program import Multipliers
from verifier.theory.deviations.deviation import (
    DeviationBound,
    MessageSetBound,
    SubproblemBound,
)
from verifier.theory.deviations.dominance import duplicate_actions
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

Duplicates = Mapping[tuple[int, str], tuple[str, ...]]
"""The actions that are the same to a type of the user in every row; under `any` only."""


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
        yield too_many(subject, "The inequalities behind the prices of pairs", "every equilibrium")
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


def of_announcement(subject: Subject, announced: Announcement) -> Iterator[Block]:
    """The inequality of every pair of observations and action, behind what he surely has."""
    game, hers = subject.game, subject.game.user_payoff
    his = game.agent_payoff(announced.agent)
    agent = next(agent for agent in game.agents if agent.name == announced.agent)
    first = {z: cell[0] for cell in agent.sees for z in cell}
    if len(game.points) * len(game.actions) > LARGEST:
        what = f"The inequalities behind what {announced.agent} surely gets"
        yield too_many(subject, what, "every equilibrium")
        return
    items = list[Text]()
    for (x, z), a in product(game.points, game.actions):
        products = [
            (m, hers[x, z, a] - hers[x, z, other])
            for (seen, cell, taken, other), m in announced.obedience.items()
            if (seen, cell, taken) == (x, first[z], a)
        ]
        price = announced.marginal[x, z]
        total = price + sum((m * value for m, value in products), Fraction(0))
        head = f"{observation_words(x)}agents' observation {z}, {a}: "
        items.append(words(head, exact(his[x, z, a]), " ≥ ", *_sum_of(price, products, total)))
    yield Fold(
        f"The inequality behind what {announced.agent} surely gets",
        (
            say(
                "What he gets is at least a price of the pair of observations, which comes first on"
                " the right, plus every multiplier times what she gains by the action rather than"
                " another. Over what he announces the gains sum to 0 or more; so he gets at least"
                " the prices, which sum to ",
                announced.payoff,
                ".",
            ),
            Listing(tuple(items)),
        ),
    )


def _sum_of(first: Fraction, products: Sequence[Product], total: Fraction) -> Text:
    if not any(multiplier for multiplier, _ in products):
        return words(exact(first))
    return words(*added(first, products), " = ", exact(total))


def of_messages(
    subject: Subject, bound: DeviationBound, signals: Mapping[str, Signal]
) -> Iterator[Block]:
    """The inequality of every observation of an agent and response, behind his dual prices."""
    what = f"The inequality behind every price of {bound.agent}"
    which = "these" if few_responses(bound) else "her"
    listed = _of_messages(subject.game, bound, signals)
    if listed is None:
        yield too_many(
            subject, f"The inequalities behind the prices of {bound.agent}", "equilibrium"
        )
        return
    items, remarks = listed
    adds = "what he gets" if not bound.floor_price else "what he gets, plus that multiple of hers"
    several = any(len(part.types) > 1 for part in bound.subproblems)
    lists = (
        " A response with “/” lists what she does for all that she may also know, in the order of"
        " the table."
    )
    yield Fold(
        what,
        (
            say(
                f"In each row, and for each of {which} responses: the"
                f" price is at least {adds}, plus every multiplier times what she gains by the"
                " response rather than another action. Over a message after which the response is"
                " best for her, the gains sum to 0 or more; so he gets no more than the prices."
                f"{lists if several else ''}"
            ),
            *([Listing(tuple(remarks))] if remarks else []),
            Listing(tuple(items)),
        ),
    )


def too_many(subject: Subject, what: str, claim: str) -> Paragraph:
    """That a list is too long for a story, and where it is if the kernel has accepted the claim."""
    where = "; the certificate has their multipliers" if subject.vouched(claim) else ""
    return say(f"{what} are too many to be listed here{where}.")


def few_responses(bound: DeviationBound) -> bool:
    """Whether the prices are those of few responses, to which as few messages can lead."""
    return any(len(part.message_sets) > 1 for part in bound.subproblems)


def known_words(
    part: SubproblemBound, agent: str, signals: Mapping[str, Signal]
) -> tuple[str, ...]:
    """What the user knows in each type of a subproblem: her observation, and what others say.

    Others who are silent are left out; where several speak it is said who says what.
    """
    others = {name: signal for name, signal in signals.items() if name != agent}
    speakers = [name for name, signal in others.items() if not silent(signal)]
    found = []
    for x_user, *messages in part.types:
        said = {name: m for name, m in zip(others, messages, strict=False) if name in speakers}
        told = [f"“{m}”" + (f" from {name}" if len(said) > 1 else "") for name, m in said.items()]
        found.append(joined([x_user] * (x_user != NOTHING) + told))
    return tuple(found)


def any_of(known: Sequence[str]) -> str:
    """Several things that she may know, as one phrase; empty where there is nothing to know."""
    if any(" and " in part for part in known):
        return "; or ".join(known)
    return joined(known, "or")


def _of_messages(
    game: Game, bound: DeviationBound, signals: Mapping[str, Signal]
) -> tuple[list[Text], list[Text]] | None:
    """The inequalities, and what is to be said of actions without one; None for too many."""
    agent = next(agent for agent in game.agents if agent.name == bound.agent)
    items, remarks = list[Text](), list[Text]()
    cells = Counter(cell for part in bound.subproblems for cell in part.best.dual_prices)
    for part in bound.subproblems:
        others = [signal for name, signal in signals.items() if name != bound.agent]
        known = signal_distribution(game, others if len(part.types[0]) > 1 else [])
        distribution: SignalDistribution = {t: known[t] for t in part.types if t in known}
        if len(distribution) < len(part.types):
            return None
        subproblem = subproblem_of(game, agent, distribution)
        try:
            strategies = part.best.strategies or user_strategies(game, subproblem, part.dominated)
        except SizeError:
            return None
        if len(items) + len(strategies) * len(part.best.dual_prices) > LARGEST:
            return None
        hers = known_words(part, bound.agent, signals)
        same = duplicate_actions(game, subproblem) if game.ties is Ties.ANY else {}
        remarks += _without(game, same, part, hers)
        for cell in part.best.dual_prices:
            row = cell_words(cell) + (
                f" (she also knows {any_of(hers)})" if cells[cell] > 1 else ""
            )
            for strategy in strategies:
                head = f"{row}, {_response(part, same, strategy)}: "
                inequality = _of_message(subproblem, part, bound.floor_price, (cell, strategy))
                items.append(words(head, *inequality))
    return items, remarks


def _response(part: SubproblemBound, same: Duplicates, strategy: Strategy) -> str:
    """A response, and of actions that are the same to her those that she is taken to choose."""
    named, taken = list[str](), list[str]()
    for n, action in enumerate(strategy):
        alike = [b for b in same.get((n, action), ()) if b == action or (n, b) in part.dominated]
        mixed = _mixture(part.best, strategy, n)
        named.append(" or ".join(alike) or action)
        taken.append(" + ".join(b if w == 1 else f"{w} {b}" for b, w in mixed.items()))
    name = strategy_name(tuple(named))
    return name if tuple(named) == strategy else f"{name} (she takes {' / '.join(taken)})"


def _mixture(found: MessageSetBound, strategy: Strategy, n: int) -> Mapping[str, Fraction]:
    """The actions that prove the price: of duplicates the mixture that is worst for him."""
    mixed = {a: w for (s, m, a), w in found.duplicate_weights.items() if (s, m) == (strategy, n)}
    return mixed or {strategy[n]: Fraction(1)}


def _without(
    game: Game, same: Duplicates, part: SubproblemBound, known: Sequence[str]
) -> Iterator[Text]:
    """Why actions have no inequality that are best only where others are (theory.md 6.8)."""
    found: dict[tuple[str, tuple[tuple[str, Fraction], ...]], list[str]] = {}
    for (n, action), mixture in part.dominated.items():
        if not set(mixture) <= set(same.get((n, action), ())):  # else named with its duplicates
            found.setdefault((action, tuple(mixture.items())), []).append(known[n])
    for (action, shares), cases in found.items():
        where = f", if she also knows {any_of(cases)}" if any(cases) else ""
        mixed: list[Inline] = []
        for b, share in shares:
            mixed += [" + " if mixed else "", *(() if share == 1 else (exact(share), " ")), b]
        others = [b for b, _ in shares]
        as_good = f"{others[0]} is" if len(others) == 1 else "those are"
        chosen = f"she is taken to choose {'that' if len(others) == 1 else 'among those'}"
        if game.ties is Ties.ORDER:
            chosen = f"{min(others, key=game.actions.index)} comes first"
        yield words(
            f"{action} is left out{where}: in no row is it worth more to her than ",
            *mixed,
            f"; so where it is best, {as_good} as good, and {chosen}.",
        )


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
        taken = _mixture(found, strategy, n)
        own += grain * sum((w * his[cell, n, a] for a, w in taken.items()), Fraction(0))
        if floor_price:
            products.append((floor_price, grain * hers[cell, n, action]))
        for (followed, place_of, other), m in found.multipliers.items():
            if (followed, place_of) == (strategy, n):
                products.append((m, grain * (hers[cell, n, action] - hers[cell, n, other])))
    price = found.dual_prices[cell]
    total = own + sum((m * value for m, value in products), Fraction(0))
    return words(exact(price), " ≥ ", *_sum_of(own, products, total))
