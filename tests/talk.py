"""Cheap talk from its definition, a second opinion that shares no table and no program with the
package: payoffs read straight from the joint distribution, strategies enumerated, z3 for beliefs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from typing import Any

import z3

from tests.games import simple_game
from verifier.game.model import Cell, Game, Utility

F = Fraction

Reply = tuple[str, ...]
"""Her action at each of her observations of positive probability."""


def rational(value: Fraction) -> Any:
    return z3.Q(value.numerator, value.denominator)


class Talk:
    """The game without commitment; all of its agents see the same."""

    def __init__(self, game: Game) -> None:
        self.game = game
        possible = {x for _, x in game.points}
        self.cells = [cell for cell in game.agents[0].sees if possible & set(cell)]
        self.users = list(game.user_support)
        self.worth = cache(self._worth)

    def _worth(self, of: str, x_user: str, cell: Cell, action: str) -> Fraction:
        """The payoff, times the probability, of an action where she saw x_user and he the cell."""
        utility = self.utility(of)
        return sum(
            (
                p * utility[action, y]
                for (x, o, y), p in self.game.joint.items()
                if x == x_user and o in cell
            ),
            F(0),
        )

    def utility(self, of: str) -> Utility:
        return next(
            (agent.utility for agent in self.game.agents if agent.name == of), self.game.utility
        )

    def gets(self, of: str, cell: Cell, reply: Reply) -> Fraction:
        """What a reply is worth to someone, in a cell."""
        return sum(
            (self.worth(of, x, cell, a) for x, a in zip(self.users, reply, strict=True)), F(0)
        )

    def reached(self, x_user: str, cells: Iterable[Cell]) -> bool:
        return any((x_user, x) in self.game.points for cell in cells for x in cell)

    def best(self, x_user: str, cells: Sequence[Cell]) -> list[str]:
        """Her best actions, given that the cell is one of these; else any justified one."""
        if not self.reached(x_user, cells):
            return self.justified_actions(x_user)
        totals = {
            a: sum((self.worth("", x_user, c, a) for c in cells), F(0)) for a in self.game.actions
        }
        return [a for a in self.game.actions if totals[a] == max(totals.values())]

    def best_replies(self, cells: Sequence[Cell]) -> list[Reply]:
        return list(product(*(self.best(x, cells) for x in self.users)))

    def justified_actions(self, x_user: str) -> list[str]:
        """The actions that are best at some belief of hers."""
        inside = [cell for cell in self.cells if self.reached(x_user, [cell])]
        return [a for a in self.game.actions if self._justified(x_user, inside, a)]

    def _justified(self, x_user: str, inside: Sequence[Cell], action: str) -> bool:
        weights = [z3.Real(f"w{n}") for n in range(len(inside))]
        solver = z3.Solver()
        solver.add(z3.Sum(weights) == 1, *(w >= 0 for w in weights))
        for other in self.game.actions:
            gains = [
                w * rational(self.worth("", x_user, c, action) - self.worth("", x_user, c, other))
                for w, c in zip(weights, inside, strict=True)
            ]
            solver.add(z3.Sum(gains) >= 0)
        return bool(solver.check() == z3.sat)

    def justified(self) -> list[Reply]:
        return list(product(*map(self.justified_actions, self.users)))


Outcome = tuple[frozenset[Reply], Fraction, Fraction]
"""The replies that are induced, what she gets, and what he gets."""


def pure_equilibria(game: Game) -> set[Outcome]:
    """Every equilibrium of one sender in pure strategies, off-path replies included."""
    talk, (agent,) = Talk(game), game.agents
    words = range(game.conversation.messages(len(talk.cells)))
    anything, found = talk.justified(), set()
    for says in product(words, repeat=len(talk.cells)):
        sent = [[c for c, w in zip(talk.cells, says, strict=True) if w == word] for word in words]
        for replies in product(
            *(talk.best_replies(cells) if cells else anything for cells in sent)
        ):
            gets = {(c, w): talk.gets(agent.name, c, replies[w]) for c in talk.cells for w in words}
            if all(
                gets[c, w] >= gets[c, v]
                for c, w in zip(talk.cells, says, strict=True)
                for v in words
            ):
                path = list(zip(talk.cells, (replies[w] for w in says), strict=True))
                hers = sum((talk.gets("", c, s) for c, s in path), F(0))
                his = sum((talk.gets(agent.name, c, s) for c, s in path), F(0))
                found.add((frozenset(s for _, s in path), hers, his))
    return found


class MixedTalk:
    """The signals of one sender that induce a set of replies in equilibrium, for z3."""

    def __init__(self, game: Game, replies: Sequence[Reply]) -> None:
        self.talk, self.replies, (self.agent,) = Talk(game), replies, game.agents
        self.p = {
            (c, s): z3.Real(f"p{n}_{k}")
            for n, c in enumerate(self.talk.cells)
            for k, s in enumerate(replies)
        }
        self.optimal = [*self._probabilities(), *self._best_for_him(), *self._obeyed()]
        self.used = [z3.Sum([self.p[c, s] for c in self.talk.cells]) > 0 for s in replies]

    def _probabilities(self) -> Iterator[Any]:
        yield from (p >= 0 for p in self.p.values())
        for c in self.talk.cells:
            yield z3.Sum([self.p[c, s] for s in self.replies]) == 1

    def _best_for_him(self) -> Iterator[Any]:
        for c in self.talk.cells:
            gets = {s: self.talk.gets(self.agent.name, c, s) for s in self.replies}
            yield from (self.p[c, s] == 0 for s in self.replies if gets[s] < max(gets.values()))

    def _obeyed(self) -> Iterator[Any]:
        for s in self.replies:
            for (x, a), b in product(zip(self.talk.users, s, strict=True), self.talk.game.actions):
                gains = [
                    self.p[c, s]
                    * rational(self.talk.worth("", x, c, a) - self.talk.worth("", x, c, b))
                    for c in self.talk.cells
                ]
                yield z3.Sum(gains) >= 0

    def user_utility(self) -> Any:
        return z3.Sum([p * rational(self.talk.gets("", c, s)) for (c, s), p in self.p.items()])

    def possible(self, *further: Any) -> bool:
        solver = z3.Solver()
        solver.add(*self.optimal, *further)
        return bool(solver.check() == z3.sat)


def subsets(replies: Sequence[Reply], most: int) -> Iterator[tuple[Reply, ...]]:
    for size in range(1, min(len(replies), most) + 1):
        yield from combinations(replies, size)


Agreed = tuple[Reply, ...]
"""Her reply in every cell."""


def agreed_outcomes(game: Game) -> set[Agreed]:
    """The outcomes of two senders' equilibria in pure strategies.

    As many messages as cells, all strategies of both, and a reply to each pair of messages; the
    conditions on the replies to different pairs that are not sent are independent.
    """
    talk = Talk(game)
    words, names = range(len(talk.cells)), [agent.name for agent in game.agents]
    anything, found = talk.justified(), set()
    pairs = [(m, n) for m in words for n in words]
    for one, two in product(product(words, repeat=len(words)), repeat=2):
        path_of = list(zip(talk.cells, one, two, strict=True))
        sent = {pair: [c for c, m, n in path_of if (m, n) == pair] for pair in pairs}
        on_path = [pair for pair, cells in sent.items() if cells]
        for chosen in product(*(talk.best_replies(sent[pair]) for pair in on_path)):
            replies = dict(zip(on_path, chosen, strict=True))
            path = {c: replies[m, n] for c, m, n in path_of}
            if all(
                _answered(talk, names, (one, two), path, pair, replies, anything) for pair in sent
            ):
                found.add(tuple(path.values()))
    return found


def _answered(
    talk: Talk,
    names: Sequence[str],
    says: tuple[tuple[int, ...], tuple[int, ...]],
    path: Mapping[Cell, Reply],
    pair: tuple[int, int],
    replies: Mapping[tuple[int, int], Reply],
    anything: Sequence[Reply],
) -> bool:
    """Whether her reply to a pair of messages, or some reply if it is not sent, deters both."""
    one, two = says
    to_pair = [replies[pair]] if pair in replies else anything
    return any(
        all(
            (n != pair[1] or talk.gets(names[0], c, r) <= talk.gets(names[0], c, path[c]))
            and (m != pair[0] or talk.gets(names[1], c, r) <= talk.gets(names[1], c, path[c]))
            for c, m, n in zip(talk.cells, one, two, strict=True)
        )
        for r in to_pair
    )


def lottery_exists(game: Game, first: Cell, second: Cell, path: Mapping[Cell, Reply]) -> bool:
    """Whether a lottery deters both where the first announces one cell, the second the other."""
    talk = Talk(game)
    one, two = (agent.name for agent in game.agents)
    anything = talk.justified()
    shares = [z3.Real(f"r{n}") for n in range(len(anything))]
    solver = z3.Solver()
    solver.add(z3.Sum(shares) == 1, *(share >= 0 for share in shares))
    for name, cell in ((one, second), (two, first)):
        drawn = [
            q * rational(talk.gets(name, cell, r)) for q, r in zip(shares, anything, strict=True)
        ]
        solver.add(z3.Sum(drawn) <= rational(talk.gets(name, cell, path[cell])))
    return bool(solver.check() == z3.sat)


def advisers(count: int, *biases: Fraction) -> Game:
    """Crawford and Sobel's quadratic example on a grid: `count` equally likely states.

    She loses the square of the distance from the state, an adviser that from the state and a bias.
    """
    states = [str(n) for n in range(1, count + 1)]

    def loss(bias: Fraction) -> Mapping[str, Sequence[Fraction]]:
        return {
            f"do {a}": [-((a - int(y) - bias) ** 2) for y in states] for a in range(1, count + 1)
        }

    return simple_game(
        dict.fromkeys(states, F(1, count)),
        loss(F(0)),
        {f"adviser {n}": loss(bias) for n, bias in enumerate(biases)},
    )
