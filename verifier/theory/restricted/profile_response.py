"""The user's best responses to a profile of signals, as a polytope of mixtures, in integers.

One round, a silent user. She may be indifferent between actions at some types (her observation with
the messages received), and a best-AI user between agents. Her best responses are mixtures in
sequence form (von Stengel 1996): a mixture of *branches*, one for each agent whom she may pick, and
at each type with ties a mixture of actions that sums to the weight of the branch. The agents'
payoffs are linear in these columns.

1. `ProfileResponse` scales all payoffs of the game to integers in one unit.
2. `branch` best-responds to the signals that the user receives; `pick` gathers the branches of a
   best-AI user.
3. `satisfying` asks, by a linear program, for a best response under which given payoffs are large
   enough.

theory.md 1.3 and 1.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm, prod

from verifier.game.model import Game, Ties
from verifier.game.response import RangeEnd, UserType, belief
from verifier.game.rules import Signal
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Optimal, Program, Sense
from verifier.theory.guarantees.guarantee import Guarantee

Payoffs = tuple[int, ...]
"""The payoffs of all agents, in instance order."""

Expression = dict[Key, int]
"""A payoff as a linear function of the user's mixture.

Its columns are ("turn", branch) and ("act", branch, tie, action).
"""


@dataclass(frozen=True)
class Branch:
    """The user's best responses to the signals that she receives.

    `user_payoff` is hers. `fixed` are the agents' payoffs from all types where these do not depend
    on how ties are broken. `ties` maps the other types (or, under the tie rule `belief`, her
    beliefs there) to best action -> the agents' payoffs.
    """

    user_payoff: int
    fixed: Payoffs
    ties: Mapping[Key, Mapping[str, Payoffs]]

    @cached_property
    def first(self) -> Payoffs:
        """The agents' payoffs where the user takes the first of her best actions everywhere."""
        return _total(
            [self.fixed, *(next(iter(choices.values())) for choices in self.ties.values())]
        )

    def payoff_end(self, agent: int, end: RangeEnd) -> int:
        """The least or greatest payoff of an agent over these best responses."""
        tied = (
            end.value * max(end.value * payoffs[agent] for payoffs in choices.values())
            for choices in self.ties.values()
        )
        return self.fixed[agent] + sum(tied)


@dataclass(frozen=True)
class BestResponses:
    """The user's best responses to a profile: mixtures of branches.

    A best-AI user has one branch for each agent whom she may pick, a Bayesian user has one.
    """

    branches: tuple[Branch, ...]

    @property
    def user_payoff(self) -> int:
        """The user's payoff: it is the same for all her best responses."""
        return self.branches[0].user_payoff

    def payoff_end(self, agent: int, end: RangeEnd) -> int:
        """The least or greatest payoff of an agent over the user's best responses."""
        return end.value * max(
            end.value * branch.payoff_end(agent, end) for branch in self.branches
        )

    def expression(self, agent: int) -> Expression:
        """The payoff of an agent as a function of the user's mixture."""
        terms: Expression = {
            ("turn", n): branch.fixed[agent] for n, branch in enumerate(self.branches)
        }
        for n, branch in enumerate(self.branches):
            for tie, choices in branch.ties.items():
                terms.update({("act", n, tie, a): payoffs[agent] for a, payoffs in choices.items()})
        return terms

    def first_columns(self) -> list[Key]:
        """The columns that are 1 where the user takes the first branch, and first best actions."""
        return [
            ("turn", 0),
            *(
                ("act", 0, tie, next(iter(choices)))
                for tie, choices in self.branches[0].ties.items()
            ),
        ]

    def sequence_form(self) -> dict[Key, Expression]:
        """The equations of the user's mixtures: row "turn" is 1, every other row is 0."""
        rows: dict[Key, Expression] = {"turn": {("turn", n): 1 for n in range(len(self.branches))}}
        for n, branch in enumerate(self.branches):
            for tie, choices in branch.ties.items():
                rows["act", n, tie] = {("turn", n): -1, **{("act", n, tie, a): 1 for a in choices}}
        return rows


class ProfileResponse:
    """The user's best responses in a game, with payoffs as integers in units of 1/`scale`.

    `signals` are all that may be sent: they determine the unit.
    """

    def __init__(self, game: Game, model: Guarantee, signals: Iterable[Signal]) -> None:
        self.game, self.model = game, model
        self.beliefs: dict[Key, int] = {}  # numbered, for tuples of fractions are slow to look up
        self.denominator = lcm(
            *(
                p.denominator
                for signal in signals
                for sends in signal.values()
                for p in sends.values()
            )
        )
        tables = [game.user_payoff, *game.agent_payoffs.values()]
        gamma = game.gamma
        unit = lcm(
            gamma.denominator, *(value.denominator for table in tables for value in table.values())
        )
        received = len(game.agent_payoffs) if model is Guarantee.BAYES else 1
        self.scale = unit * self.denominator**received
        self.gamma = int(gamma * self.scale)
        self.payoffs = {
            point: {
                a: tuple(int(table[*point, a] * unit) for table in tables) for a in game.actions
            }
            for point in game.points
        }

    def best_responses(self, signals: Sequence[Signal]) -> BestResponses:
        """The best responses of a Bayesian user, who receives all messages."""
        return BestResponses((self.branch(signals),))

    def pick(self, alone: Sequence[Branch]) -> BestResponses:
        """The best responses of a best-AI user, given those to each agent alone.

        Between agents of the same value she takes the first under `order`, and under `belief`,
        which is about actions only.
        """
        value = max(branch.user_payoff for branch in alone)
        tied = tuple(branch for branch in alone if branch.user_payoff == value)
        return BestResponses(tied[:1] if self.game.ties in {Ties.ORDER, Ties.BELIEF} else tied)

    def branch(self, signals: Sequence[Signal]) -> Branch:
        """The user's best responses to the signals that she receives, independent given x_B."""
        tie_rule, actions = self.game.ties, self.game.actions
        user_payoff, fixed = 0, [(0,) * len(self.game.agent_payoffs)]
        ties: dict[Key, dict[str, Payoffs]] = {}
        for user_type, points in self.signal_distribution(signals).items():
            payoffs = {
                a: _total(self._weigh(user_type[0], x, a, p) for x, p in points.items())
                for a in actions
            }
            top = max(values[0] for values in payoffs.values())
            best = [a for a in actions if payoffs[a][0] == top]
            if tie_rule is Ties.ORDER:
                best = best[:1]
            user_payoff += top
            if len({payoffs[a] for a in best}) == 1:
                fixed.append(payoffs[best[0]][1:])
                continue
            there = ties.setdefault(self._tie(user_type, points), {})
            for a in best:
                there[a] = _total([there[a], payoffs[a][1:]]) if a in there else payoffs[a][1:]
        return Branch(user_payoff, _total(fixed), ties)

    def signal_distribution(self, signals: Sequence[Signal]) -> dict[UserType, dict[str, int]]:
        """User type -> x_B -> the probability of its messages there.

        In units of 1/`denominator` for each signal.
        """
        distribution: dict[UserType, dict[str, int]] = {}
        for x_user, x in self.game.points:
            sent = [
                [(m, p.numerator * (self.denominator // p.denominator)) for m, p in s[x].items()]
                for s in signals
            ]
            for chosen in product(*sent):
                user_type = (x_user, *(message for message, _ in chosen))
                distribution.setdefault(user_type, {})[x] = prod(p for _, p in chosen)
        return distribution

    def _weigh(self, x_user: str, x: str, action: str, p: int) -> tuple[int, ...]:
        """The payoffs of the user and of all agents, times the probability."""
        return tuple(p * value for value in self.payoffs[x_user, x][action])

    def _tie(self, user_type: UserType, points: Mapping[str, int]) -> Key:
        """What the user's choice among tied actions may depend on: her type, or only her belief."""
        if self.game.ties is not Ties.BELIEF:
            return user_type
        believed = belief(self.game, user_type, {x: Fraction(p) for x, p in points.items()})
        return ("belief", self.beliefs.setdefault(believed, len(self.beliefs)))


def _total(rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


Wanted = Sequence[tuple[Expression, int]]
"""Payoffs, each with a lower bound."""


def satisfying(
    here: BestResponses, wanted: Wanted, also: Iterable[BestResponses], effort: Effort
) -> Mapping[Key, Fraction] | None:
    """A best response under which all wanted payoffs reach their bounds; None if there is none.

    `also`: the best responses to other profiles in which wanted payoffs are. Where a tie has the
    same key in several profiles, the user breaks it in the same way.
    """
    rows = {
        key: row for responses in (here, *also) for key, row in responses.sequence_form().items()
    }
    program = Program(Goal.MAXIMISE)
    for column in dict.fromkeys(column for row in rows.values() for column in row):
        program.column(column)
    for key, row in rows.items():
        program.row(key, _fractions(row), Sense.EQUAL, 1 if key == "turn" else 0)
    for n, (expression, bound) in enumerate(wanted):
        program.row(("wanted", n), _fractions(expression), Sense.AT_LEAST, bound)
    answer = effort.solve(program)
    return answer.primal if isinstance(answer, Optimal) else None


def _fractions(row: Expression) -> dict[Key, Fraction]:
    return {column: Fraction(entry) for column, entry in row.items()}
