"""The user: her fully informed best actions, and her best responses to one agent's rule (theory.md
1 and 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod

from verifier.errors import SizeError
from verifier.game.model import Game, Ties
from verifier.game.rules import Answer, Cell, Rule, Signal

Payoff = Mapping[tuple[str, str, str], Fraction]
"""(x_A, x_B, action) -> sum_y p f: what `Game.weighted` returns."""


class Extreme(Enum):
    """Which end of another party's payoff, among the user's best responses."""

    LEAST = -1
    GREATEST = 1


def sure_end(ties: Ties) -> Extreme:
    """How her ties count for a deviating agent: the greatest where they favour him, the least where
    he cannot count on them.
    """
    return Extreme.GREATEST if ties is Ties.FAVOUR_SPEAKER else Extreme.LEAST


@dataclass(frozen=True, eq=False)
class Stakes:
    """A game with its payoffs weighted by the prior, computed once; each is its own identity, so
    results can be kept by it.

    `user` and `agents[name]` map (x_A, x_B, action) to sum_y p(x_A, x_B, y) f(action, y).
    """

    game: Game

    @cached_property
    def user(self) -> Payoff:
        return self.game.weighted(self.game.utility)

    @cached_property
    def agents(self) -> Mapping[str, Payoff]:
        return {agent.name: self.game.weighted(agent.utility) for agent in self.game.agents}

    @cached_property
    def best_actions(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """(x_A, x_B) -> the actions that maximise E[u | x_A, x_B], in instance order."""
        found = {}
        for point in self.game.points:
            top = max(self.user[(*point, a)] for a in self.game.actions)
            found[point] = tuple(a for a in self.game.actions if self.user[(*point, a)] == top)
        return found

    @cached_property
    def unique(self) -> bool:
        """Whether the Bayes-optimal action is unique at every (x_A, x_B) of positive probability."""
        return all(len(best) == 1 for best in self.best_actions.values())

    def combine(self, weights: Mapping[str, Fraction]) -> Payoff:
        """sum_i weights[i] U_i as a payoff."""
        return {
            key: sum((w * self.agents[name][key] for name, w in weights.items()), Fraction(0))
            for key in self.user
        }

    def choices(self, x_user: str, cell: Cell) -> tuple[str, ...]:
        """Her optimal actions at x_A when she knows that x_B lies in the cell (all actions if that
        has probability 0).
        """
        values = {a: self.expect(self.user, x_user, cell, a) for a in self.game.actions}
        top = max(values.values())
        return tuple(a for a in self.game.actions if values[a] == top)

    def expect(self, payoff: Payoff, x_user: str, cell: Cell, action: str) -> Fraction:
        """The payoff of an action summed over the (x_A, x_B) with x_B in the cell."""
        inside = [x for x in cell if (x_user, x) in self.game.probability]
        return sum((payoff[x_user, x, action] for x in inside), Fraction(0))

    @cached_property
    def user_observations(self) -> tuple[str, ...]:
        """The user observations of positive probability."""
        return tuple(dict.fromkeys(x_user for x_user, _ in self.game.points))


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


def value_of(stakes: Stakes, rule: Rule) -> Fraction:
    """The most that the user can get from talking to an agent with this rule alone."""
    return sum((_best(stakes, x, rule) for x in stakes.user_observations), Fraction(0))


def _best(stakes: Stakes, x_user: str, rule: Rule) -> Fraction:
    return max(
        sum((_after(stakes, x_user, answer) for answer in message), Fraction(0))
        for message in rule.messages
    )


def _after(stakes: Stakes, x_user: str, answer: Answer) -> Fraction:
    if answer.then is not None:
        return _best(stakes, x_user, answer.then)
    return max(stakes.expect(stakes.user, x_user, answer.when, a) for a in stakes.game.actions)


def extreme(
    stakes: Stakes, rule: Rule, payoff: Payoff, end: Extreme, ties: Ties = Ties.ANY
) -> Fraction:
    """The least or greatest expectation of `payoff` over the user's best responses to the rule.

    Under ties = order she takes the first optimal action at every cell; ties between her messages
    stay free.
    """
    return sum(
        (_extreme(stakes, x, rule, payoff, end, ties) for x in stakes.user_observations),
        Fraction(0),
    )


def _extreme(
    stakes: Stakes, x_user: str, rule: Rule, payoff: Payoff, end: Extreme, ties: Ties
) -> Fraction:
    options = []
    for message in optimal_messages(stakes, x_user, rule):
        parts = [
            _extreme_after(stakes, x_user, answer, payoff, end, ties)
            for answer in rule.messages[message]
        ]
        options.append(sum(parts, Fraction(0)))
    return end.value * max(end.value * option for option in options)


def _extreme_after(
    stakes: Stakes, x_user: str, answer: Answer, payoff: Payoff, end: Extreme, ties: Ties
) -> Fraction:
    if answer.then is not None:
        return _extreme(stakes, x_user, answer.then, payoff, end, ties)
    options = [
        stakes.expect(payoff, x_user, answer.when, a)
        for a in allowed(stakes, x_user, answer.when, ties)
    ]
    return end.value * max(end.value * option for option in options)


def allowed(stakes: Stakes, x_user: str, cell: Cell, ties: Ties) -> tuple[str, ...]:
    """Her optimal actions that the tie rule leaves open when only her information is known."""
    choices = stakes.choices(x_user, cell)
    return choices[:1] if ties is Ties.ORDER else choices


def optimal_messages(stakes: Stakes, x_user: str, rule: Rule) -> tuple[int, ...]:
    """The user messages at the root of a rule that keep her best value, by position."""
    values = [
        sum((_after(stakes, x_user, answer) for answer in message), Fraction(0))
        for message in rule.messages
    ]
    return tuple(n for n, value in enumerate(values) if value == max(values))


def best_response_flow(stakes: Stakes, x_user: str, rule: Rule, ties: Ties) -> Flow:
    """All mixtures of her best responses at one observation, one column per move (theory.md 5, ties
    under `belief`).
    """
    leaves: dict[tuple[tuple[int, ...], str], Cell] = {}
    balance: list[tuple[Mapping[object, int], int]] = []

    def settle(moves: list[object], parent: object | None) -> None:
        row: dict[object, int] = dict.fromkeys(moves, 1)
        if parent is not None:
            row[parent] = -1
        balance.append((row, 1 if parent is None else 0))

    def visit(node: Rule, path: tuple[int, ...], parent: object | None) -> None:
        moves = {
            message: ("message", x_user, (*path, message))
            for message in optimal_messages(stakes, x_user, node)
        }
        settle(list(moves.values()), parent)
        for message, move in moves.items():
            for n, answer in enumerate(node.messages[message]):
                here = (*path, message, n)
                if answer.then is not None:
                    visit(answer.then, here, move)
                    continue
                actions = allowed(stakes, x_user, answer.when, ties)
                settle([("act", x_user, here, a) for a in actions], move)
                leaves.update({(here, a): answer.when for a in actions})

    visit(rule, (), None)
    return Flow(leaves, tuple(balance))


HEARD_LIMIT = 200_000
"""Most things (messages of all agents, at every point) that the user may hear; the kernel looks at
as many.
"""


Type = tuple[str, ...]
"""x_A, then what each agent says: all that the user knows."""


Faced = Mapping[Type, Mapping[str, Fraction]]
"""Type -> x_B -> the probability that these messages are sent at x_B, where (x_A, x_B) is possible
and it is positive.
"""


Response = Mapping[Type, str]
"""What she does for everything that she may hear."""


def hear(stakes: Stakes, signals: Sequence[Signal]) -> dict[Type, dict[str, Fraction]]:
    """Everything that she may hear from these signals, drawn independently given x_B.

    Raises SizeError beyond HEARD_LIMIT.
    """
    size = sum(prod(len(signal[x]) for signal in signals) for _, x in stakes.game.points)
    if size > HEARD_LIMIT:
        raise SizeError(
            f"the user may hear {size} combinations of messages, the limit is {HEARD_LIMIT}; use"
            " fewer messages"
        )
    told: dict[Type, dict[str, Fraction]] = {}
    for x_user, x in stakes.game.points:
        for words in product(*(signal[x].items() for signal in signals)):
            chance = prod((p for _, p in words), start=Fraction(1))
            told.setdefault((x_user, *(word for word, _ in words)), {})[x] = chance
    return told


def expected(payoff: Payoff, told: Faced, response: Response) -> Fraction:
    """The expectation of a payoff when she responds so."""
    terms = (p * payoff[t[0], x, response[t]] for t, seen in told.items() for x, p in seen.items())
    return sum(terms, Fraction(0))


def values(
    stakes: Stakes, payoff: Payoff, heard: Type, seen: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """What each action is worth by this payoff where she hears this, times the probability that she
    does.
    """
    return {
        a: sum((p * payoff[heard[0], x, a] for x, p in seen.items()), Fraction(0))
        for a in stakes.game.actions
    }


def optimal(
    stakes: Stakes, heard: Type, seen: Mapping[str, Fraction], ties: Ties = Ties.ANY
) -> tuple[str, ...]:
    """Her best actions where she hears this, in instance order; only the first under `order`."""
    worth = values(stakes, stakes.user, heard, seen)
    best = tuple(a for a in worth if worth[a] == max(worth.values()))
    return best[:1] if ties is Ties.ORDER else best


def belief(
    stakes: Stakes, heard: Type, seen: Mapping[str, Fraction]
) -> tuple[str, tuple[Fraction, ...]]:
    """Her observation and her posterior over states."""
    mass = dict.fromkeys(stakes.game.states, Fraction(0))
    for (x_user, x, state), p in stakes.game.joint.items():
        if x_user == heard[0] and x in seen:
            mass[state] += p * seen[x]
    total = sum(mass.values())
    return heard[0], tuple(p / total for p in mass.values())


def consistent(stakes: Stakes, told: Faced, response: Response) -> bool:
    """Whether she takes the same action wherever she believes the same, as ties = belief asks."""
    chosen: dict[tuple[str, tuple[Fraction, ...]], str] = {}
    return all(
        chosen.setdefault(belief(stakes, t, seen), response[t]) == response[t]
        for t, seen in told.items()
    )
