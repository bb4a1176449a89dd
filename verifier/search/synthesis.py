"""z3 proposes games in which silence is a bad equilibrium, or words do not suffice.

Prior, utilities and dual prices are unknowns at once: "no deviation gains" speaks of all rules, and
linear programming duality turns that into "there are prices and multipliers such that" (theory.md
6.1), so the whole question is one of existence, bilinear in the unknowns. A game of z3 is only a
proposal; its `unsat` is its own word, for this form of the question. De Moura and Bjorner, Z3: an
efficient SMT solver, 2008; Jovanovic and de Moura, Solving non-linear arithmetic, 2012.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

from verifier.deadline import milliseconds_left
from verifier.extras import installed, remedy
from verifier.game.model import Game
from verifier.game.shape import Shape
from verifier.search.integer_game import IntegerGame, Partition, as_game
from verifier.search.space import partitions_apart
from verifier.theory.dropped import DroppedHypothesis

ATTEMPTS = 5
"""Games that z3 proposes for one question, while the verifier confirms none."""


@dataclass(frozen=True)
class Proposed:
    """A game that z3 proposes."""

    game: Game


@dataclass(frozen=True)
class NoProposal:
    """The reason why z3 proposes nothing (more): `unsat`, or why it gives up."""

    reason: str


def proposals(
    dropped: DroppedHypothesis, shape: Shape, difference: int, seconds: float
) -> Iterator[Proposed | NoProposal]:
    """The games that z3 proposes for a shape, at most ATTEMPTS for each choice of partitions.

    After those of a choice comes the reason why there are no more, unless the attempts were used
    up. `difference` bounds the utilities, `seconds` each question. Full rationality turns on
    exponentials and is not put to z3, nor is a rule for several users; where z3 is not installed,
    nothing is.
    """
    if not installed("z3"):
        yield NoProposal(f"not asked: z3 is not installed; {remedy('z3')}")
        return
    if dropped.name == "full-rationality":
        yield NoProposal("not asked: the quantal user's numbers are exponential")
        return
    if dropped.personal:
        yield NoProposal("not asked: what it is asked is about one user")
        return
    for partitions in (
        partitions_apart(shape)
        if dropped.hypothesis == "learning" and shape.agents > 1
        else [_finest(shape)]
    ):
        question = _Question(dropped, shape, partitions, difference, seconds)
        for _ in range(ATTEMPTS):
            answer = question.ask()
            yield answer
            if isinstance(answer, NoProposal):
                break


def _finest(shape: Shape) -> tuple[Partition, ...]:
    return (tuple(range(shape.observations)),) * shape.agents


class _Question:
    """A question to z3 about one shape and the agents' partitions.

    Letters are those of theory.md: x for observations, y for states, a and b for actions.
    """

    def __init__(
        self,
        dropped: DroppedHypothesis,
        shape: Shape,
        partitions: tuple[Partition, ...],
        difference: int,
        seconds: float,
    ) -> None:
        import z3

        self.z3, self.dropped, self.shape, self.partitions = z3, dropped, shape, partitions
        self.context = z3.Context()
        self.solver = z3.Solver(ctx=self.context)
        self.seconds = seconds
        self.gamma = self._real("gamma") if dropped.positive_gamma else self._number(0)
        self.prior = self._prior()
        self.user = self._table("user", difference)
        same = shape.agents == 1
        self.agents = (
            [self.user]
            if same
            else [self._table(f"agent{n}", difference) for n in range(shape.agents)]
        )
        self.solver.add(self.gamma >= 0, self.gamma <= difference)
        self._align()
        if dropped.hypothesis == "learning" and same:
            self._words_do_not_suffice()
        else:
            self._silence()
        if dropped.name == "learning-split":
            together = list(zip(*partitions, strict=True))
            self.solver.add(
                self._informs(0, together), *(z3.Not(self._informs(0, own)) for own in partitions)
            )

    def ask(self) -> Proposed | NoProposal:
        """The next game, with another utility of the user than all before, or why there is none."""
        self.solver.set("timeout", milliseconds_left(self.seconds))
        verdict = self.solver.check()
        if verdict != self.z3.sat:
            return NoProposal(
                f"z3 says {'unsat' if verdict == self.z3.unsat else self.solver.reason_unknown()}"
            )
        model = self.solver.model()
        unknown = [entry for column in self.user for entry in column[1:]]
        self.solver.add(self.z3.Or(*(entry != model.eval(entry, True) for entry in unknown)))
        return Proposed(as_game(self.dropped, self._read(model)))

    def _read(self, model: Any) -> IntegerGame:
        """z3's model in whole numbers, with one denominator for the prior and one for the rest."""

        def value(entry: Any) -> Fraction:
            found = model.eval(entry, True)
            return Fraction(
                (found.approx(20) if self.z3.is_algebraic_value(found) else found).as_string()
            )

        tables = [
            [[value(entry) for entry in column] for column in table]
            for table in (self.user, *self.agents)
        ]
        gamma, prior = value(self.gamma), {place: value(p) for place, p in self.prior.items()}
        scale = lcm(
            gamma.denominator,
            *(v.denominator for table in tables for column in table for v in column),
        )
        prior_denominator = lcm(*(p.denominator for p in prior.values()))
        user, *agents = (
            tuple(tuple(int(v * scale) for v in column) for column in table) for table in tables
        )
        weights = tuple((*place, int(p * prior_denominator)) for place, p in prior.items() if p)
        return IntegerGame(self.shape, weights, user, tuple(agents), self.partitions, gamma * scale)

    def _number(self, value: int) -> Any:
        return self.z3.RealVal(value, self.context)

    def _real(self, name: str) -> Any:
        return self.z3.Real(name, self.context)

    def _sum(self, terms: Sequence[Any]) -> Any:
        return self.z3.Sum([self._number(0), *terms])

    def _prior(self) -> dict[tuple[int, int, int], Any]:
        """The unknown prior, in which every state and observation has some probability.

        Where the agents see the state there is one unknown for each state.
        """
        shape, own = self.shape, self.dropped.own_observations
        places = list(
            product(range(shape.user_observations), range(shape.observations), range(shape.states))
        )
        prior = {(i, x, y): self._real(f"p{i}_{x}_{y}") for i, x, y in places if own or x == y}
        self.solver.add(self._sum(list(prior.values())) == 1, *(p >= 0 for p in prior.values()))
        for n, count in enumerate((shape.user_observations, shape.observations, shape.states)):
            for i in range(count):
                self.solver.add(self._sum([p for place, p in prior.items() if place[n] == i]) > 0)
        return prior

    def _table(self, name: str, difference: int) -> list[list[Any]]:
        """Unknown utilities by state and action, 0 for the first action."""
        table = [
            [
                self._real(f"{name}_{y}_{a}") if a else self._number(0)
                for a in range(self.shape.actions)
            ]
            for y in range(self.shape.states)
        ]
        self.solver.add(
            *(
                bound
                for column in table
                for v in column[1:]
                for bound in (v <= difference, v >= -difference)
            )
        )
        return table

    def _align(self) -> None:
        """The user is the average of the agents, or with (hull) dropped has no ties."""
        for y, a in product(range(self.shape.states), range(1, self.shape.actions)):
            if self.dropped.in_hull and self.shape.agents > 1:
                average = self._sum([agent[y][a] for agent in self.agents])
                self.solver.add(average == self.shape.agents * self.user[y][a])
        if not self.dropped.in_hull:
            self.solver.add(*(self._unique(column) for column in self.user))

    def _unique(self, column: Sequence[Any]) -> Any:
        best = [self.z3.And(*(v > w for w in column if w is not v)) for v in column]
        return self.z3.Or(*best)

    def _worth(self, table: Sequence[Sequence[Any]], x_user: int, x: int, action: int) -> Any:
        """The expected utility of an action on a pair of observations, times their probability."""
        here = [(p, y) for (i, j, y), p in self.prior.items() if (i, j) == (x_user, x)]
        return self._sum([p * table[y][action] for p, y in here])

    def _silence(self) -> None:
        """Silence is an equilibrium that costs the user.

        Without signals the first action is best, on some observation another is better, and no
        agent gains by any rule.
        """
        z3, actions, seen = self.z3, range(self.shape.actions), range(self.shape.observations)
        hers = {(x, a): self._worth(self.user, 0, x, a) for x in seen for a in actions}
        self.solver.add(*(self._sum([hers[x, 0] - hers[x, a] for x in seen]) >= 0 for a in actions))
        self.solver.add(z3.Or(*(hers[x, a] > hers[x, 0] for x in seen for a in actions[1:])))
        for n, agent in enumerate(self.agents):
            his = {(x, a): self._worth(agent, 0, x, a) for x in seen for a in actions}
            self._no_deviation(n, hers, his)

    def _no_deviation(
        self, n: int, hers: Mapping[tuple[int, int], Any], his: Mapping[tuple[int, int], Any]
    ) -> None:
        """No rule of an agent gains more than gamma: his cells have dual prices (theory.md 6.1).

        They add up to at most his payoff and gamma; and in every cell the payoff of every action
        that is not dominated for him, with multipliers on the user's obedience, is at most the
        cell's price.
        """
        actions, cells = range(self.shape.actions), sorted(set(self.partitions[n]))
        prices = {cell: self._real(f"price{n}_{cell}") for cell in cells}
        has = self._sum([value for (_, a), value in his.items() if a == 0])
        self.solver.add(self._sum(list(prices.values())) <= has + self.gamma)
        dominated = [self.z3.Bool(f"lost{n}_{a}", self.context) for a in actions]
        for a in actions:
            multipliers = {b: self._real(f"obey{n}_{a}_{b}") for b in actions if b != a}
            self.solver.add(*(m >= 0 for m in multipliers.values()))
            bounded = []
            for cell, price in prices.items():
                inside = [x for x, own in enumerate(self.partitions[n]) if own == cell]
                obeyed = [
                    m * (hers[x, a] - hers[x, b]) for b, m in multipliers.items() for x in inside
                ]
                bounded.append(price >= self._sum([his[x, a] for x in inside] + obeyed))
            self.solver.add(self.z3.Or(dominated[a], self.z3.And(*bounded)))
            self.solver.add(self.z3.Implies(dominated[a], self._dominated(a, dominated)))

    def _dominated(self, action: int, dominated: Sequence[Any]) -> Any:
        """Under ties = any an action with a duplicate that is not dominated may be dominated."""
        duplicates = [
            self.z3.And(
                self.z3.Not(dominated[b]), *(column[action] == column[b] for column in self.user)
            )
            for b in range(self.shape.actions)
            if b != action and self.dropped.hypothesis in ("identical", "anonymous")
        ]
        return self.z3.Or(*duplicates) if duplicates else self.z3.BoolVal(False, self.context)

    def _words_do_not_suffice(self) -> None:
        """For every rule of the one agent, some signal leaves no common best action for some x_A.

        Where agents have observations of their own, for each x_A some rule does inform her.
        """
        z3, seen, hers = (
            self.z3,
            range(self.shape.observations),
            range(self.shape.user_observations),
        )
        labels = [
            says for says in product(range(self.shape.words), repeat=len(seen)) if says[0] == 0
        ]
        good = {(i, says): self._informs(i, says) for i in hers for says in labels}
        self.solver.add(*(z3.Not(z3.And(*(good[i, says] for i in hers))) for says in labels))
        if self.dropped.own_observations:
            self.solver.add(*(z3.Or(*(good[i, says] for says in labels)) for i in hers))

    def _informs(self, x_user: int, says: Sequence[object]) -> Any:
        """Each word leaves an action that is best on all observations from which the word comes."""
        z3, actions = self.z3, range(self.shape.actions)
        worth = {
            (x, a): self._worth(self.user, x_user, x, a) for x in range(len(says)) for a in actions
        }

        def best(word: object, a: int) -> Any:
            return z3.And(
                *(
                    worth[x, a] >= worth[x, b]
                    for x, w in enumerate(says)
                    if w == word
                    for b in actions
                    if b != a
                )
            )

        return z3.And(*(z3.Or(*(best(word, a) for a in actions)) for word in dict.fromkeys(says)))
