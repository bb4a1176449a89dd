"""The user: her fully informed best actions, and her best responses to one agent's rule (theory.md
1 and 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import product
from math import prod

from verifier.errors import SizeError
from verifier.game.model import Cell, Game, Payoff, Ties
from verifier.game.rules import Answer, Rule, Signal


class RangeEnd(Enum):
    """Which end of another party's payoff, among the user's best responses."""

    LEAST = -1
    GREATEST = 1


def sure_end(ties: Ties) -> RangeEnd:
    """How her ties count for a deviating agent: the greatest where they favour him, the least where
    he cannot count on them.
    """
    return RangeEnd.GREATEST if ties is Ties.FAVOUR_SPEAKER else RangeEnd.LEAST


@dataclass(frozen=True)
class Flow:
    """One user observation's best responses to a rule, as the polytope of their mixtures (sequence
    form).

    `leaves` maps (path, action) to the cell known there, a path being the user messages and answers
    so far. A row of `balance` and its total say that choices sum to 1, or to the choice that they
    follow on.
    """

    leaves: Mapping[tuple[tuple[int, ...], str], Cell]
    balance: tuple[tuple[Mapping[object, int], int], ...]


def value_of(game: Game, rule: Rule) -> Fraction:
    """The most that the user can get from talking to an agent with this rule alone."""
    return sum((_best(game, x, rule) for x in game.user_support), Fraction(0))


def _best(game: Game, x_user: str, rule: Rule) -> Fraction:
    return max(
        sum((_after(game, x_user, answer) for answer in message), Fraction(0))
        for message in rule.messages
    )


def _after(game: Game, x_user: str, answer: Answer) -> Fraction:
    if answer.then is not None:
        return _best(game, x_user, answer.then)
    return max(game.expected(game.user_payoff, x_user, answer.when, a) for a in game.actions)


def rule_payoff_end(
    game: Game, rule: Rule, payoff: Payoff, end: RangeEnd, ties: Ties = Ties.ANY
) -> Fraction:
    """The least or greatest expectation of `payoff` over the user's best responses to the rule.

    Under ties = order she takes the first optimal action at every cell; ties between her messages
    stay free.
    """
    return sum(
        (_rule_payoff_end(game, x, rule, payoff, end, ties) for x in game.user_support),
        Fraction(0),
    )


def _rule_payoff_end(
    game: Game, x_user: str, rule: Rule, payoff: Payoff, end: RangeEnd, ties: Ties
) -> Fraction:
    options = []
    for message in optimal_messages(game, x_user, rule):
        parts = [
            _answer_payoff_end(game, x_user, answer, payoff, end, ties)
            for answer in rule.messages[message]
        ]
        options.append(sum(parts, Fraction(0)))
    return end.value * max(end.value * option for option in options)


def _answer_payoff_end(
    game: Game, x_user: str, answer: Answer, payoff: Payoff, end: RangeEnd, ties: Ties
) -> Fraction:
    if answer.then is not None:
        return _rule_payoff_end(game, x_user, answer.then, payoff, end, ties)
    options = [
        game.expected(payoff, x_user, answer.when, a)
        for a in allowed(game, x_user, answer.when, ties)
    ]
    return end.value * max(end.value * option for option in options)


def allowed(game: Game, x_user: str, cell: Cell, ties: Ties) -> tuple[str, ...]:
    """Her optimal actions that the tie rule leaves open when only her information is known."""
    choices = game.optimal_actions(x_user, cell)
    return choices[:1] if ties is Ties.ORDER else choices


def optimal_messages(game: Game, x_user: str, rule: Rule) -> tuple[int, ...]:
    """The user messages at the root of a rule that keep her best value, by position."""
    values = [
        sum((_after(game, x_user, answer) for answer in message), Fraction(0))
        for message in rule.messages
    ]
    return tuple(n for n, value in enumerate(values) if value == max(values))


def best_response_flow(game: Game, x_user: str, rule: Rule, ties: Ties) -> Flow:
    """All mixtures of her best responses at one observation, one column per move (theory.md 5, ties
    under `belief`).
    """
    leaves: dict[tuple[tuple[int, ...], str], Cell] = {}
    balance: list[tuple[Mapping[object, int], int]] = []

    def verify_profile(moves: list[object], parent: object | None) -> None:
        row: dict[object, int] = dict.fromkeys(moves, 1)
        if parent is not None:
            row[parent] = -1
        balance.append((row, 1 if parent is None else 0))

    def visit(node: Rule, path: tuple[int, ...], parent: object | None) -> None:
        moves = {
            message: ("message", x_user, (*path, message))
            for message in optimal_messages(game, x_user, node)
        }
        verify_profile(list(moves.values()), parent)
        for message, move in moves.items():
            for n, answer in enumerate(node.messages[message]):
                here = (*path, message, n)
                if answer.then is not None:
                    visit(answer.then, here, move)
                    continue
                actions = allowed(game, x_user, answer.when, ties)
                verify_profile([("act", x_user, here, a) for a in actions], move)
                leaves.update({(here, a): answer.when for a in actions})

    visit(rule, (), None)
    return Flow(leaves, tuple(balance))


HEARD_LIMIT = 200_000
"""Most things (messages of all agents, at every point) that the user may hear; the kernel looks at
as many.
"""


UserType = tuple[str, ...]
"""x_A, then what each agent says: all that the user knows."""


SignalDistribution = Mapping[UserType, Mapping[str, Fraction]]
"""Type -> x_B -> the probability that these messages are sent at x_B, where (x_A, x_B) is possible
and it is positive.
"""


Response = Mapping[UserType, str]
"""What she does for everything that she may hear."""


def signal_distribution(
    game: Game, signals: Sequence[Signal]
) -> dict[UserType, dict[str, Fraction]]:
    """Everything that she may hear from these signals, drawn independently given x_B.

    Raises SizeError beyond HEARD_LIMIT.
    """
    size = sum(prod(len(signal[x]) for signal in signals) for _, x in game.points)
    if size > HEARD_LIMIT:
        raise SizeError(
            f"the user may hear {size} combinations of messages, the limit is {HEARD_LIMIT}; use"
            " fewer messages"
        )
    told: dict[UserType, dict[str, Fraction]] = {}
    for x_user, x in game.points:
        for words in product(*(signal[x].items() for signal in signals)):
            chance = prod((p for _, p in words), start=Fraction(1))
            told.setdefault((x_user, *(word for word, _ in words)), {})[x] = chance
    return told


def expected(payoff: Payoff, told: SignalDistribution, response: Response) -> Fraction:
    """The expectation of a payoff when she responds so."""
    terms = (p * payoff[t[0], x, response[t]] for t, seen in told.items() for x, p in seen.items())
    return sum(terms, Fraction(0))


def values(
    game: Game, payoff: Payoff, heard: UserType, seen: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """What each action is worth by this payoff where she hears this, times the probability that she
    does.
    """
    return {
        a: sum((p * payoff[heard[0], x, a] for x, p in seen.items()), Fraction(0))
        for a in game.actions
    }


def best_actions_at(
    game: Game, heard: UserType, seen: Mapping[str, Fraction], ties: Ties = Ties.ANY
) -> tuple[str, ...]:
    """Her best actions where she hears this, in instance order; only the first under `order`."""
    worth = values(game, game.user_payoff, heard, seen)
    best = tuple(a for a in worth if worth[a] == max(worth.values()))
    return best[:1] if ties is Ties.ORDER else best


def payoff_end_at(
    game: Game, payoff: Payoff, heard: UserType, seen: Mapping[str, Fraction], end: RangeEnd
) -> Fraction:
    """The least or greatest of a payoff over the user's best actions at one of her types.

    Only the first best action counts under `order`. As for `values`, the payoff is multiplied by
    the probability of the type.
    """
    worth = values(game, payoff, heard, seen)
    return end.value * max(
        end.value * worth[a] for a in best_actions_at(game, heard, seen, game.ties)
    )


def payoff_end(game: Game, payoff: Payoff, told: SignalDistribution, end: RangeEnd) -> Fraction:
    """The least or greatest expectation of a payoff over the user's best responses to signals."""
    ends = (payoff_end_at(game, payoff, t, seen, end) for t, seen in told.items())
    return sum(ends, Fraction(0))


def belief(
    game: Game, heard: UserType, seen: Mapping[str, Fraction]
) -> tuple[str, tuple[Fraction, ...]]:
    """Her observation and her posterior over states."""
    mass = dict.fromkeys(game.states, Fraction(0))
    for (x_user, x, state), p in game.joint.items():
        if x_user == heard[0] and x in seen:
            mass[state] += p * seen[x]
    total = sum(mass.values())
    return heard[0], tuple(p / total for p in mass.values())


def consistent(game: Game, told: SignalDistribution, response: Response) -> bool:
    """Whether she takes the same action wherever she believes the same, as ties = belief asks."""
    chosen: dict[tuple[str, tuple[Fraction, ...]], str] = {}
    return all(
        chosen.setdefault(belief(game, t, seen), response[t]) == response[t]
        for t, seen in told.items()
    )
