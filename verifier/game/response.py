"""The user's best responses, to one agent's deterministic rule and to signals (theory.md 1.3, 1.4).

To a rule, by the recursion over its tree: her best value, the messages and actions that keep it,
the range of any payoff over all her best responses, and the polytope of their mixtures. To signals,
type by type: what she receives is a type, with the probability of receiving it at every x_B.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import product
from math import prod

from verifier.errors import SizeError
from verifier.game.model import Cell, Game, Payoff, Ties, WholePayoff
from verifier.game.rules import Answer, Rule, Signal
from verifier.numbers import integers


class RangeEnd(Enum):
    """The end of the range of a payoff over the user's best responses."""

    LEAST = -1
    GREATEST = 1


def sure_end(ties: Ties) -> RangeEnd:
    """The end of a deviating agent's payoff range that he can count on under a tie rule."""
    return RangeEnd.GREATEST if ties is Ties.FAVOUR_SPEAKER else RangeEnd.LEAST


@dataclass(frozen=True)
class Flow:
    """The polytope of mixtures of best responses to a rule, at one user observation.

    It is in sequence form. `leaves` maps (path, action) to the cell known there, a path being the
    user messages and answers so far. A row of `balance` and its total say that choices sum to 1, or
    to the choice that they follow on.
    """

    leaves: Mapping[tuple[tuple[int, ...], str], Cell]
    balance: tuple[tuple[Mapping[object, int], int], ...]


def value_of(game: Game, rule: Rule) -> Fraction:
    """The user's greatest expected utility in a conversation with one agent who has this rule."""
    return game.grain * sum([_best_value(game, x, rule) for x in game.user_support])


def _best_value(game: Game, x_user: str, rule: Rule) -> int:
    """The value over the grain, as those of messages and answers are."""
    return max([_message_value(game, x_user, message) for message in rule.messages])


def _message_value(game: Game, x_user: str, answers: Sequence[Answer]) -> int:
    return sum([_answer_value(game, x_user, answer) for answer in answers])


def _answer_value(game: Game, x_user: str, answer: Answer) -> int:
    if answer.then is not None:
        return _best_value(game, x_user, answer.then)
    whole = game.whole_user_payoff
    return max([game.total(whole, x_user, answer.when, a) for a in game.actions])


def rule_payoff_end(
    game: Game,
    rule: Rule,
    payoff: Payoff | WholePayoff,
    end: RangeEnd,
    ties: Ties = Ties.ANY,
) -> Fraction:
    """The least or greatest expectation of a payoff over the user's best responses to the rule.

    Under `order` she takes the first best action at every cell; ties between her messages stay
    free.
    """
    numbers, unit = integers(payoff.values())
    whole = dict(zip(payoff, numbers, strict=True))
    total = sum([_rule_end(game, x, rule, whole, end, ties) for x in game.user_support])
    return Fraction(total, unit)


def _rule_end(
    game: Game, x_user: str, rule: Rule, payoff: WholePayoff, end: RangeEnd, ties: Ties
) -> int:
    totals = []
    for message in best_messages(game, x_user, rule):
        answers = rule.messages[message]
        ends = [_answer_end(game, x_user, answer, payoff, end, ties) for answer in answers]
        totals.append(sum(ends))
    return end.value * max([end.value * total for total in totals])


def _answer_end(
    game: Game, x_user: str, answer: Answer, payoff: WholePayoff, end: RangeEnd, ties: Ties
) -> int:
    if answer.then is not None:
        return _rule_end(game, x_user, answer.then, payoff, end, ties)
    actions = allowed_actions(game, x_user, answer.when, ties)
    values = [game.total(payoff, x_user, answer.when, a) for a in actions]
    return end.value * max([end.value * value for value in values])


def allowed_actions(game: Game, x_user: str, cell: Cell, ties: Ties) -> tuple[str, ...]:
    """The user's best actions in a cell that the tie rule leaves open: the first under `order`."""
    best = game.optimal_actions(x_user, cell)
    return best[:1] if ties is Ties.ORDER else best


def best_messages(game: Game, x_user: str, rule: Rule) -> tuple[int, ...]:
    """The user messages at the root of a rule that keep her best value, by position."""
    values = [_message_value(game, x_user, message) for message in rule.messages]
    return tuple(n for n, value in enumerate(values) if value == max(values))


def best_response_flow(game: Game, x_user: str, rule: Rule, ties: Ties) -> Flow:
    """The polytope of mixtures of the user's best responses at one observation, a column a move.

    The bound of theory.md 5.2 needs it where the tie rule is `belief` or `order`.
    """
    leaves: dict[tuple[tuple[int, ...], str], Cell] = {}
    balance: list[tuple[Mapping[object, int], int]] = []

    def add_balance(moves: Sequence[object], parent: object | None) -> None:
        row: dict[object, int] = dict.fromkeys(moves, 1)
        if parent is not None:
            row[parent] = -1
        balance.append((row, 1 if parent is None else 0))

    def visit(node: Rule, path: tuple[int, ...], parent: object | None) -> None:
        moves = {
            message: ("message", x_user, (*path, message))
            for message in best_messages(game, x_user, node)
        }
        add_balance(list(moves.values()), parent)
        for message, move in moves.items():
            for n, answer in enumerate(node.messages[message]):
                here = (*path, message, n)
                if answer.then is not None:
                    visit(answer.then, here, move)
                    continue
                actions = allowed_actions(game, x_user, answer.when, ties)
                add_balance([("act", x_user, here, a) for a in actions], move)
                leaves.update({(here, a): answer.when for a in actions})

    visit(rule, (), None)
    return Flow(leaves, tuple(balance))


DISTRIBUTION_LIMIT = 200_000
"""Most entries (points times messages of all agents) of a signal distribution, as in the kernel."""


UserType = tuple[str, ...]
"""The user's type: x_A, then the message of each agent, which is all that she knows."""


SignalDistribution = Mapping[UserType, Mapping[str, Fraction | int]]
"""The chance of every type: type -> x_B -> the probability that its messages are sent at x_B.

Only points (x_A, x_B) and probabilities that are positive have an entry.
"""


Response = Mapping[UserType, str]
"""The user's action at every type."""


def signal_distribution(
    game: Game, signals: Sequence[Signal]
) -> dict[UserType, dict[str, Fraction]]:
    """The distribution of the user's types under signals that are drawn independently given x_B.

    Raises SizeError beyond DISTRIBUTION_LIMIT.
    """
    size = sum(prod(len(signal[x]) for signal in signals) for _, x in game.points)
    if size > DISTRIBUTION_LIMIT:
        raise SizeError(
            f"the user may hear {size} combinations of messages, the limit is {DISTRIBUTION_LIMIT};"
            " use fewer messages"
        )
    distribution: dict[UserType, dict[str, Fraction]] = {}
    for x_user, x in game.points:
        for drawn in product(*(signal[x].items() for signal in signals)):
            user_type = (x_user, *(message for message, _ in drawn))
            chance = prod((p for _, p in drawn), start=Fraction(1))
            distribution.setdefault(user_type, {})[x] = chance
    return distribution


def expected(payoff: Payoff, distribution: SignalDistribution, response: Response) -> Fraction:
    """The expectation of a payoff under signals and a response."""
    terms = (
        p * payoff[user_type[0], x, response[user_type]]
        for user_type, chances in distribution.items()
        for x, p in chances.items()
    )
    return sum(terms, Fraction(0))


def values(
    game: Game, payoff: Payoff, user_type: UserType, chances: Mapping[str, Fraction | int]
) -> dict[str, Fraction]:
    """The payoff of each action at a type, times the probability of the type."""
    return {
        a: sum((p * payoff[user_type[0], x, a] for x, p in chances.items()), Fraction(0))
        for a in game.actions
    }


def best_actions_at(
    game: Game, user_type: UserType, chances: Mapping[str, Fraction | int], ties: Ties = Ties.ANY
) -> tuple[str, ...]:
    """The user's best actions at a type, in instance order; only the first under `order`."""
    whole, (weights, _) = game.whole_user_payoff, integers(chances.values())
    points = list(zip(chances, weights, strict=True))
    utilities = {a: sum([p * whole[user_type[0], x, a] for x, p in points]) for a in game.actions}
    top = max(utilities.values())
    best = tuple([a for a, value in utilities.items() if value == top])
    return best[:1] if ties is Ties.ORDER else best


def payoff_end_at(
    game: Game,
    payoff: Payoff,
    user_type: UserType,
    chances: Mapping[str, Fraction | int],
    end: RangeEnd,
) -> Fraction:
    """The least or greatest of a payoff over the user's best actions at a type.

    The payoff is multiplied by the probability of the type. Under `order` only the first best
    action counts.
    """
    worth = values(game, payoff, user_type, chances)
    best = best_actions_at(game, user_type, chances, game.ties)
    return end.value * max(end.value * worth[a] for a in best)


def payoff_end(
    game: Game, payoff: Payoff, distribution: SignalDistribution, end: RangeEnd
) -> Fraction:
    """The least or greatest expectation of a payoff over the user's best responses to signals."""
    ends = (payoff_end_at(game, payoff, t, chances, end) for t, chances in distribution.items())
    return sum(ends, Fraction(0))


def belief(
    game: Game, user_type: UserType, chances: Mapping[str, Fraction | int]
) -> tuple[str, tuple[Fraction, ...]]:
    """The user's observation and her posterior over states at a type."""
    mass = dict.fromkeys(game.states, Fraction(0))
    for (x_user, x, state), p in game.joint.items():
        if x_user == user_type[0] and x in chances:
            mass[state] += p * chances[x]
    total = sum(mass.values())
    return user_type[0], tuple(p / total for p in mass.values())


def consistent(game: Game, distribution: SignalDistribution, response: Response) -> bool:
    """Whether the response takes one action at all types of equal belief, as ties = belief asks."""
    chosen: dict[tuple[str, tuple[Fraction, ...]], str] = {}
    return all(
        chosen.setdefault(belief(game, t, chances), response[t]) == response[t]
        for t, chances in distribution.items()
    )
