"""The signals of one agent that make an equilibrium with a given one of the other (theory.md 6.20).

Domain: two agents who see the same, a user who observes nothing herself, one round.

1. The first agent's messages divide the beliefs that the second can induce into pieces, on each of
   which the user follows one strategy, an action after each message. Columns of a linear program
   are the extreme beliefs of the pieces, with a strategy that is best there; under `order`, where
   she may not follow the strategy of a piece there, the middles of pieces and edges, too.
2. The second agent gets what he can get at most, a number, since the first one's signal is given.
3. The first agent's prices are further variables: his messages are worth their prices, and no other
   message is worth more. Other messages are found one after the other, as his best reply has them.
4. The program minimises what the user has. What it finds is not an equilibrium before it has been
   verified, for ties may be against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import gcd, prod
from operator import mul

from verifier.game.model import Game, Ties, WholePayoff
from verifier.numbers import integers
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.solve.rays import Ray, rays
from verifier.theory.deviations.persuasion import Strategy

PLANE_LIMIT = 2000
"""Most choices of hyperplanes whose common beliefs are computed."""

COLUMN_LIMIT = 300
"""Most beliefs with a strategy among which a second signal is looked for."""

REPLIES = 12
"""Most replies of the first agent that are answered before a signal of his is given up."""

Message = tuple[Fraction, ...]
"""How likely something is said in each cell that the agents can tell apart."""

Said = tuple[Message, ...]
"""A signal: its messages, whose likelihoods sum to 1 in each cell."""


@dataclass(frozen=True)
class Followed:
    """A message of the second agent, and what the user does after it and each of the first's."""

    message: Message
    strategy: Strategy


@dataclass(frozen=True)
class Pair:
    """A game of two agents, with payoffs in whole numbers as vectors over the cells they see."""

    game: Game
    effort: Effort

    @cached_property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The cells that occur, which both agents see."""
        occur = {o for _, o in self.game.points}
        return tuple(cell for cell in self.game.agents[0].sees if occur.intersection(cell))

    @cached_property
    def hers(self) -> dict[str, Ray]:
        """The user's payoff of each action."""
        return {a: self._vector(self.game.whole_user_payoff, a) for a in self.game.actions}

    @cached_property
    def theirs(self) -> tuple[dict[str, Ray], ...]:
        """Each agent's payoff of each action."""
        payoffs = [self.game.whole_agent_payoffs[agent.name] for agent in self.game.agents]
        return tuple({a: self._vector(p, a) for a in self.game.actions} for p in payoffs)

    def _vector(self, payoff: WholePayoff, action: str) -> Ray:
        x = self.game.user_support[0]
        return tuple(
            sum(payoff[x, o, action] for o in cell if (x, o) in self.game.probability)
            for cell in self.cells
        )

    def best(self, weights: Sequence[int]) -> list[str]:
        """The user's best actions where the prior is weighted so; all if nothing is possible."""
        worth = {a: worth_of(weights, hers) for a, hers in self.hers.items()}
        most = max(worth.values())
        return [a for a in worth if worth[a] == most]

    def received(self, messages: Sequence[Ray]) -> Received:
        """One agent's messages; what they lead to is worked out once, whoever sends them."""
        return self._received.setdefault(tuple(messages), Received(self, tuple(messages)))

    @cached_property
    def _received(self) -> dict[tuple[Ray, ...], Received]:
        return {}

    def best_reply(self, agent: int, received: Received) -> Reply | None:
        """The optimal signal against the other's messages, where ties favour the agent."""
        extremes = received.extremes
        if extremes is None:
            return None
        followed: list[Strategy] = []
        program = Program(Goal.MAXIMISE)
        for n, extreme in enumerate(extremes):
            chosen = [self._favourite(agent, *after) for after in received.after(extreme)]
            followed.append(tuple(a for a, _ in chosen))
            program.column(n, sum(worth for _, worth in chosen))
        for k in range(len(self.cells)):
            row: dict[Key, Number] = {n: c[k] for n, c in enumerate(extremes) if c[k]}
            program.row(k, row, Sense.EQUAL, 1)
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal):
            return None
        sent = [(extremes[n], followed[n]) for n in range(len(extremes)) if answer.primal[n]]
        return Reply(answer.value, tuple(sent))

    def _favourite(self, agent: int, weights: Ray, best: Sequence[str]) -> tuple[str, int]:
        """The best action that the agent likes most, with his payoff."""
        his = self.theirs[agent]
        worth = {a: worth_of(weights, his[a]) for a in best}
        action = max(worth, key=worth.__getitem__)
        return action, worth[action]


@dataclass(frozen=True, eq=False)
class Received:
    """The messages of one agent, and what the other's can lead to."""

    pair: Pair
    messages: tuple[Ray, ...]

    def after(self, belief: Ray) -> list[tuple[Ray, list[str]]]:
        """The belief after each message, where the other agent's leads to this one, and the user's
        best actions there.
        """
        if belief not in self._known:
            together = [both(belief, message) for message in self.messages]
            self._known[belief] = [(weights, self.pair.best(weights)) for weights in together]
        return self._known[belief]

    @cached_property
    def _known(self) -> dict[Ray, list[tuple[Ray, list[str]]]]:
        return {}

    @cached_property
    def extremes(self) -> list[Ray] | None:
        """The extreme beliefs of the pieces; None where there are too many."""
        hers = self.pair.hers
        gaps = [
            tuple(p - q for p, q in zip(hers[a], hers[b], strict=True))
            for a, b in combinations(self.pair.game.actions, 2)
        ]
        planes = [both(gap, message) for message in self.messages for gap in gaps]
        return rays(planes, len(self.pair.cells), PLANE_LIMIT)

    @cached_property
    def columns(self) -> list[Column] | None:
        """The beliefs with strategies among which the other's signal is looked for, if not too
        many.
        """
        if self.extremes is None:
            return None
        in_order = self.pair.game.ties is Ties.ORDER
        found: list[Column] = []
        for belief in dict.fromkeys([*self.extremes, *self._middles(self.extremes)]):
            choices = self._choices(belief)
            if len(found) + prod(1 if in_order else len(some) for some in choices) > COLUMN_LIMIT:
                return None
            followed = product(*(some[:1] if in_order else some for some in choices))
            found += ((belief, strategy) for strategy in followed)
        return found

    def _choices(self, belief: Ray) -> list[list[str]]:
        """The best actions after each message; the first one for messages that cannot come."""
        return [best[: None if any(weights) else 1] for weights, best in self.after(belief)]

    def _middles(self, extremes: Sequence[Ray]) -> Iterator[Ray]:
        """Under `order` the middles of all pieces and of their edges; otherwise nothing."""
        if self.pair.game.ties is not Ties.ORDER:
            return
        pieces: dict[Strategy, list[Ray]] = {}
        for extreme in extremes:
            for strategy in product(*(best for _, best in self.after(extreme))):
                pieces.setdefault(strategy, []).append(extreme)
        for piece in pieces.values():
            yield _middle(piece)
            for ends in combinations(piece, 2):
                middle = _middle(ends)
                if not all(middle) or any(len(c) > 1 for c in self._choices(middle)):
                    yield middle


Column = tuple[Ray, Strategy]
"""A belief that the second agent may induce, with what the user does after each first message."""


@dataclass(frozen=True)
class Reply:
    """The value of an optimal signal, and its messages with what the user does after each type."""

    value: Fraction
    sent: tuple[tuple[Ray, Strategy], ...]


def worth_of(weights: Sequence[int], payoff: Sequence[int]) -> int:
    """The payoff of an action where the prior is weighted so."""
    return sum(map(mul, weights, payoff))


def both(left: Sequence[int], right: Sequence[int]) -> Ray:
    """The likelihoods of two messages together."""
    return tuple(map(mul, left, right))


def _whole(messages: Sequence[Message]) -> tuple[list[Ray], int]:
    """The messages in whole numbers, which are multiples of one over a common denominator."""
    size = len(messages[0])
    numbers, unit = integers([p for message in messages for p in message])
    return [tuple(numbers[n : n + size]) for n in range(0, len(numbers), size)], unit


def second_signal(
    pair: Pair, first: int, said: Said, known: Fraction
) -> tuple[Followed, ...] | None:
    """The worst signal of the other agent for the user that goes with the first one's.

    `known` is the utility of a known equilibrium: None where nothing worse is found.
    """
    messages, unit = _whole(said)
    received = pair.received(messages)
    most = pair.best_reply(1 - first, received)
    columns = None if most is None else received.columns
    if most is None or columns is None:
        return None
    search = _Search(pair, first, received, tuple(columns), most.value)
    cuts: list[Cut] = []
    for _ in range(REPLIES):
        answer = pair.effort.solve(search.program(cuts))
        if not isinstance(answer, Optimal) or answer.value * pair.game.grain / unit >= known:
            return None
        sent = [(c, p) for n, c in enumerate(columns) if (p := answer.primal["sent", n])]
        found = tuple(Followed(tuple(p * q for q in belief), s) for (belief, s), p in sent)
        answered, per = _whole([followed.message for followed in found])
        reply = pair.best_reply(first, pair.received(answered))
        if reply is None:
            return None
        now = sum(p * sum(search.worth(first, column)) for column, p in sent)
        if reply.value <= now * per:
            return found
        new = [cut for cut in search.cuts(reply, [c for c, _ in sent]) if cut not in cuts]
        if not new:
            return None
        cuts += new
    return None


Cut = tuple[Ray, tuple[int, ...]]
"""A message that the first agent could send, with what it is worth to him by column."""


def _middle(beliefs: Sequence[Ray]) -> Ray:
    """A belief between some beliefs, in whole numbers without a common divisor."""
    unit = prod(map(sum, beliefs))
    total = [
        sum(p * (unit // sum(b)) for p, b in zip(ps, beliefs, strict=True))
        for ps in zip(*beliefs, strict=True)
    ]
    divisor = gcd(*total)
    return tuple(p // divisor for p in total)


@dataclass(frozen=True)
class _Search:
    """The program over second signals: the columns, and the most that their sender can get."""

    pair: Pair
    first: int
    received: Received
    columns: tuple[Column, ...]
    most: Fraction

    def worth(self, agent: int, column: Column) -> list[int]:
        """What a column is worth to an agent after each of the first one's messages."""
        return self._worth(self.pair.theirs[agent], column)

    def _worth(self, payoff: Mapping[str, Ray], column: Column) -> list[int]:
        belief, strategy = column
        pairs = zip(self.received.after(belief), strategy, strict=True)
        return [worth_of(weights, payoff[a]) for (weights, _), a in pairs]

    @cached_property
    def _firsts(self) -> list[list[int]]:
        return [self.worth(self.first, column) for column in self.columns]

    @cached_property
    def _seconds(self) -> dict[Key, Number]:
        second = 1 - self.first
        return {("sent", n): sum(self.worth(second, c)) for n, c in enumerate(self.columns)}

    @cached_property
    def _costs(self) -> list[int]:
        return [sum(self._worth(self.pair.hers, column)) for column in self.columns]

    def program(self, cuts: Sequence[Cut]) -> Program:
        """The program with these messages that the first agent must not gain by."""
        program, places = Program(Goal.MINIMISE), range(len(self.pair.cells))
        for n, cost in enumerate(self._costs):
            program.column(("sent", n), cost)
        for k in places:
            program.column(("price", k), free=True)
            row: dict[Key, Number] = {
                ("sent", n): b[k] for n, (b, _) in enumerate(self.columns) if b[k]
            }
            program.row(("cell", k), row, Sense.EQUAL, 1)
        program.row("second", self._seconds, Sense.AT_LEAST, self.most)
        for m, message in enumerate(self.received.messages):
            worth = [worths[m] for worths in self._firsts]
            program.row(("said", m), self._beyond_prices(message, worth), Sense.EQUAL)
        for n, (message, most) in enumerate(cuts):
            program.row(("reply", n), self._beyond_prices(message, most), Sense.AT_MOST)
        return program

    def _beyond_prices(self, message: Ray, worth: Sequence[int]) -> dict[Key, Number]:
        """What a message is worth to the first agent, less its prices."""
        row: dict[Key, Number] = {("sent", n): value for n, value in enumerate(worth) if value}
        return row | {("price", k): -p for k, p in enumerate(message) if p}

    def cuts(self, reply: Reply, sent: Sequence[Column]) -> Iterator[Cut]:
        """The messages of a reply to what was sent, with what they are worth by column.

        What she does where she receives something else is the worst for the first agent.
        """
        his = self.pair.theirs[self.first]
        for message, strategy in reply.sent:
            known = {belief: a for (belief, _), a in zip(sent, strategy, strict=True)}
            worth = []
            for belief, _ in self.columns:
                together = both(message, belief)
                choices = [known[belief]] if belief in known else self.pair.best(together)
                worth.append(min(worth_of(together, his[a]) for a in choices))
            yield message, tuple(worth)
