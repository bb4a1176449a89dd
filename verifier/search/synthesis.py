"""z3 looks for a game in which silence is an equilibrium that costs the user something, or in which
words do not suffice.

Prior, utilities and prices are unknowns at once: "no deviation gains" speaks of all rules, and
linear programming duality turns that into "there are prices and multipliers such that" (theory.md
6), so the whole question is one of existence, bilinear in the unknowns. What z3 proposes is only a
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

from verifier.game.model import Game
from verifier.game.shape import Shape
from verifier.search.integer_game import Numbers, Partition, named
from verifier.search.space import partitions_apart
from verifier.theory.dropped import DroppedHypothesis

ATTEMPTS = 5
"""How often z3 is asked for another game when the verifier does not confirm one."""


@dataclass(frozen=True)
class Proposed:
    """A game that z3 proposes."""

    game: Game


@dataclass(frozen=True)
class Silent:
    """Why z3 proposes nothing (more): `unsat` or its reason for giving up."""

    word: str


def proposals(
    row: DroppedHypothesis, shape: Shape, stakes: int, seconds: float
) -> Iterator[Proposed | Silent]:
    """What z3 proposes for this shape, at most ATTEMPTS games for each way in which agents may see;
    then why it stopped.

    `stakes` bounds the utilities, `seconds` each question. Rows that turn on exponentials are not
    put to z3.
    """
    if row.name == "full-rationality":
        yield Silent("not asked: the quantal user's numbers are exponential")
        return
    for sees in (
        partitions_apart(shape)
        if row.hypothesis == "learning" and shape.agents > 1
        else [_finest(shape)]
    ):
        question = _Question(row, shape, sees, stakes, seconds)
        for _ in range(ATTEMPTS):
            answer = question.ask()
            yield answer
            if isinstance(answer, Silent):
                break


def _finest(shape: Shape) -> tuple[Partition, ...]:
    return (tuple(range(shape.observations)),) * shape.agents


class _Question:
    """One shape and one way to see, with z3's unknowns; letters are those of theory.md: x for
    observations, y for states.
    """

    def __init__(
        self,
        row: DroppedHypothesis,
        shape: Shape,
        sees: tuple[Partition, ...],
        stakes: int,
        seconds: float,
    ) -> None:
        import z3

        self.z3, self.row, self.shape, self.sees = z3, row, shape, sees
        self.context = z3.Context()
        self.solver = z3.Solver(ctx=self.context)
        self.solver.set("timeout", max(1, round(seconds * 1000)))
        self.gamma = self._real("gamma") if row.positive_gamma else self._number(0)
        self.prior = self._prior()
        self.user = self._table("user", stakes)
        same = shape.agents == 1
        self.agents = (
            [self.user] if same else [self._table(f"agent{n}", stakes) for n in range(shape.agents)]
        )
        self.solver.add(self.gamma >= 0, self.gamma <= stakes)
        self._near()
        if row.hypothesis == "learning" and same:
            self._words_do_not_suffice()
        else:
            self._silence()
        if row.name == "learning-split":
            together = list(zip(*sees, strict=True))
            self.solver.add(
                self._tells(0, together), *(z3.Not(self._tells(0, own)) for own in sees)
            )

    def ask(self) -> Proposed | Silent:
        """The next game, different from those before in the user's utility."""
        verdict = self.solver.check()
        if verdict != self.z3.sat:
            return Silent(
                f"z3 says {'unsat' if verdict == self.z3.unsat else self.solver.reason_unknown()}"
            )
        model = self.solver.model()
        unknown = [entry for column in self.user for entry in column[1:]]
        self.solver.add(self.z3.Or(*(entry != model.eval(entry, True) for entry in unknown)))
        return Proposed(named(self.row, self._read(model)))

    def _read(self, model: Any) -> Numbers:
        """z3's numbers as whole ones: everything at stake, and all of the prior, times a common
        denominator.
        """

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
        world = tuple((*place, int(p * prior_denominator)) for place, p in prior.items() if p)
        return Numbers(self.shape, world, user, tuple(agents), self.sees, gamma * scale)

    def _number(self, value: int) -> Any:
        return self.z3.RealVal(value, self.context)

    def _real(self, name: str) -> Any:
        return self.z3.Real(name, self.context)

    def _sum(self, terms: Sequence[Any]) -> Any:
        return self.z3.Sum([self._number(0), *terms])

    def _prior(self) -> dict[tuple[int, int, int], Any]:
        """Every state and observation has some of it; where the agents see the state there is one
        unknown per state.
        """
        shape, own = self.shape, self.row.own_observations
        places = list(
            product(range(shape.user_observations), range(shape.observations), range(shape.states))
        )
        prior = {(i, x, y): self._real(f"p{i}_{x}_{y}") for i, x, y in places if own or x == y}
        self.solver.add(self._sum(list(prior.values())) == 1, *(p >= 0 for p in prior.values()))
        for n, count in enumerate((shape.user_observations, shape.observations, shape.states)):
            for i in range(count):
                self.solver.add(self._sum([p for place, p in prior.items() if place[n] == i]) > 0)
        return prior

    def _table(self, name: str, stakes: int) -> list[list[Any]]:
        """By state and action, 0 for the first action."""
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
                for bound in (v <= stakes, v >= -stakes)
            )
        )
        return table

    def _near(self) -> None:
        """The user is the average of the agents, unless that is what is dropped; then her best
        actions are unique.
        """
        for y, a in product(range(self.shape.states), range(1, self.shape.actions)):
            if self.row.in_hull and self.shape.agents > 1:
                average = self._sum([agent[y][a] for agent in self.agents])
                self.solver.add(average == self.shape.agents * self.user[y][a])
        if not self.row.in_hull:
            self.solver.add(*(self._unique(column) for column in self.user))

    def _unique(self, column: Sequence[Any]) -> Any:
        best = [self.z3.And(*(v > w for w in column if w is not v)) for v in column]
        return self.z3.Or(*best)

    def _worth(self, table: Sequence[Sequence[Any]], x_user: int, x: int, action: int) -> Any:
        """What an action is worth at a pair of observations, times their probability."""
        here = [(p, y) for (i, j, y), p in self.prior.items() if (i, j) == (x_user, x)]
        return self._sum([p * table[y][action] for p, y in here])

    def _silence(self) -> None:
        """The first action is best when nothing is said, not so when all is known; and no agent
        gains by saying more.
        """
        z3, actions, seen = self.z3, range(self.shape.actions), range(self.shape.observations)
        hers = {(x, a): self._worth(self.user, 0, x, a) for x in seen for a in actions}
        self.solver.add(*(self._sum([hers[x, 0] - hers[x, a] for x in seen]) >= 0 for a in actions))
        self.solver.add(z3.Or(*(hers[x, a] > hers[x, 0] for x in seen for a in actions[1:])))
        for n, agent in enumerate(self.agents):
            his = {(x, a): self._worth(agent, 0, x, a) for x in seen for a in actions}
            self._deterred(n, hers, his)

    def _deterred(
        self, n: int, hers: Mapping[tuple[int, int], Any], his: Mapping[tuple[int, int], Any]
    ) -> None:
        """A price for every cell that he sees: no action that he can count on is worth more, and
        they add up to what he has.
        """
        actions, cells = range(self.shape.actions), sorted(set(self.sees[n]))
        prices = {cell: self._real(f"price{n}_{cell}") for cell in cells}
        has = self._sum([value for (_, a), value in his.items() if a == 0])
        self.solver.add(self._sum(list(prices.values())) <= has + self.gamma)
        lost = [self.z3.Bool(f"lost{n}_{a}", self.context) for a in actions]
        for a in actions:
            multipliers = {b: self._real(f"obey{n}_{a}_{b}") for b in actions if b != a}
            self.solver.add(*(m >= 0 for m in multipliers.values()))
            held = []
            for cell, price in prices.items():
                inside = [x for x, own in enumerate(self.sees[n]) if own == cell]
                obeyed = [
                    m * (hers[x, a] - hers[x, b]) for b, m in multipliers.items() for x in inside
                ]
                held.append(price >= self._sum([his[x, a] for x in inside] + obeyed))
            self.solver.add(self.z3.Or(lost[a], self.z3.And(*held)))
            self.solver.add(self.z3.Implies(lost[a], self._passed_over(a, lost)))

    def _passed_over(self, action: int, lost: Sequence[Any]) -> Any:
        """Under ties = any: he cannot count on an action that has a twin for her on which he can."""
        twins = [
            self.z3.And(
                self.z3.Not(lost[b]), *(column[action] == column[b] for column in self.user)
            )
            for b in range(self.shape.actions)
            if b != action and self.row.hypothesis in ("identical", "anonymous")
        ]
        return self.z3.Or(*twins) if twins else self.z3.BoolVal(False, self.context)

    def _words_do_not_suffice(self) -> None:
        """Whatever the one agent says, some cell has no common best action for some x_A; asked
        about x_A he could tell.
        """
        z3, seen, hers = (
            self.z3,
            range(self.shape.observations),
            range(self.shape.user_observations),
        )
        labels = [
            says for says in product(range(self.shape.words), repeat=len(seen)) if says[0] == 0
        ]
        good = {(i, says): self._tells(i, says) for i in hers for says in labels}
        self.solver.add(*(z3.Not(z3.And(*(good[i, says] for i in hers))) for says in labels))
        if self.row.own_observations:
            self.solver.add(*(z3.Or(*(good[i, says] for says in labels)) for i in hers))

    def _tells(self, x_user: int, says: Sequence[object]) -> Any:
        """After each word some action is best wherever the word may have come from."""
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
