"""Equilibria in which two agents speak at once, and noise of one makes the other say less (6.20).

1. A first agent's signal is tried: partitions of what he sees, then noise, which splits a belief at
   which some action is best for the user into others at which it is; at the middle between two
   extreme ones first, then drawn at random.
2. The other agent's signals that go with it are the solutions of a linear program
   (`second_sender`); the worst for the user is verified (theory.md 6.9).
3. Near a signal that gave her less than any equilibrium before others are drawn, and at last the
   weights of its messages are moved as far as she has less.

The work is bounded by `effort.sender_tries`. What is found need not be the worst equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations
from math import ceil, floor, lcm
from operator import mul

from verifier.errors import SizeError
from verifier.game.model import Game
from verifier.game.response import signal_distribution
from verifier.game.rules import Signal
from verifier.numbers import integers
from verifier.rng import Draws
from verifier.solve.effort import USUAL, Effort
from verifier.solve.partitions import partitions
from verifier.solve.rays import Ray
from verifier.theory.deviations.persuasion import strategy_name
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium, verify_profile
from verifier.theory.equilibria.second_sender import Followed, Pair, Said, second_signal

CELL_LIMIT = 3
"""Most cells that the agents can tell apart where two who speak at once are looked for."""

ACTION_LIMIT = 5
"""Most actions where two who speak at once are looked for."""

HALVINGS = 10
"""How often an interval of shares is divided before its simplest number is tried."""

SIMPLEST = 3
"""How often the simplest number of what is left is tried."""

WEIGHT_LIMIT = 400
"""Weights of beliefs in noise are made coarser beyond this."""


@dataclass(frozen=True)
class Noise:
    """A signal that splits a belief of a region: `weights` by message and extreme belief."""

    agent: int
    extremes: tuple[Ray, ...]
    weights: tuple[tuple[Fraction, ...], ...]

    def said(self) -> Said:
        """The messages, by Bayes' rule; where the belief excludes a cell they tell nothing."""
        unit = lcm(*map(sum, self.extremes))
        ways = [[p * (unit // sum(extreme)) for p in extreme] for extreme in self.extremes]
        weights, _ = integers([w for row in self.weights for w in row])
        rows = [weights[n : n + len(ways)] for n in range(0, len(weights), len(ways))]
        beliefs = [[sum(map(mul, row, place)) for place in zip(*ways, strict=True)] for row in rows]
        totals, whole = [sum(each) for each in zip(*beliefs, strict=True)], sum(weights)
        return tuple(
            tuple(
                Fraction(p, t) if t else Fraction(sum(row), whole)
                for p, t in zip(belief, totals, strict=True)
            )
            for belief, row in zip(beliefs, rows, strict=True)
        )

    @cached_property
    def shares(self) -> tuple[Fraction, ...]:
        """The weight of each message."""
        return tuple(sum(row, Fraction(0)) for row in self.weights)


def sender_equilibrium(
    game: Game, known: Fraction, effort: Effort = USUAL, least: Fraction | None = None
) -> SignalEquilibrium | None:
    """The worst equilibrium for the user that is found, if she has less than `known`.

    Domain: small games of two agents who see the same, one round, a user who observes nothing, no
    parameters, of which what is tried would be no function; None in others. `least`: a lower bound
    on all equilibria; reaching it ends the search.
    """
    if not _small(game):
        return None
    return _Senders(Pair(game, effort), known, least).found()


def _small(game: Game) -> bool:
    talk = game.conversation
    if len(game.agents) != 2 or not (talk.rich and talk.one_shot) or len(game.user_support) > 1:
        return False
    if game.parameters:
        return False
    first, second = game.agents
    cells = len(first.sees)
    return first.sees == second.sees and cells <= CELL_LIMIT and len(game.actions) <= ACTION_LIMIT


class _Senders:
    """The search, with the worst that is known."""

    def __init__(self, pair: Pair, known: Fraction, least: Fraction | None) -> None:
        self.pair, self.known, self.least = pair, known, least
        self.worst: SignalEquilibrium | None = None
        self.draws = Draws("two speakers")

    def found(self) -> SignalEquilibrium | None:
        """The worst equilibrium after all tries."""
        starts = chain(self._partitions(), self._halves())
        noise: Noise | None = None
        for n in range(self.pair.effort.sender_tries):
            drawn = next(starts, None)
            if drawn is None:
                drawn = self._near(noise) if noise and n % 3 else self._drawn(n)
            if drawn is not None and self._try(drawn):
                noise = drawn
        for n in range(len(noise.weights) if noise else 0):
            for end in (Fraction(0), Fraction(1)):
                noise = self._moved(noise, n, end) if noise else None
        return self.worst

    def _try(self, noise: Noise) -> bool:
        """Whether an equilibrium with this signal is worse than what is known."""
        said = noise.said()
        tells_all = all(sum(map(bool, message)) == 1 for message in said)
        if self.known == self.least or tells_all:  # then she has OPT
            return False
        found = second_signal(self.pair, noise.agent, said, self.known)
        if found is None:
            return False
        try:
            shown = _verified(self.pair, noise.agent, said, found)
        except SizeError:
            return False
        if shown is None or shown.user_utility >= self.known:
            return False
        self.worst, self.known = shown, shown.user_utility
        return True

    def _partitions(self) -> Iterator[Noise]:
        """Each partition of what the agents see, the coarsest first, announced by each of them."""
        cells = range(len(self.pair.cells))
        sure = tuple(tuple(int(k == n) for k in cells) for n in cells)
        for parts in sorted(partitions(cells, len(cells)), key=len):
            weights = tuple(tuple(Fraction(k in part) for k in cells) for part in parts)
            yield from (Noise(agent, sure, weights) for agent in (0, 1))

    def _halves(self) -> Iterator[Noise]:
        """Noise that splits the middle between two extreme beliefs of a region, for each agent."""
        for region in self._regions:
            for ends in combinations(region, 2):
                weights = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
                yield from (Noise(agent, ends, weights) for agent in (0, 1))

    @cached_property
    def _regions(self) -> list[tuple[Ray, ...]]:
        """The extreme beliefs at which an action is best, of actions that have several."""
        extremes = self.pair.received([tuple(1 for _ in self.pair.cells)]).extremes or ()
        best = {extreme: self.pair.best(extreme) for extreme in extremes}
        regions = [tuple(c for c in extremes if a in best[c]) for a in self.pair.game.actions]
        return [region for region in regions if len(region) > 1]

    def _drawn(self, n: int) -> Noise | None:
        """Noise around a belief at which an action is best; agents and actions take turns."""
        if not self._regions:
            return None
        extremes, whole = self._regions[n // 2 % len(self._regions)], self.draws.below(2) == 0
        weights = [self._weights(len(extremes), whole=whole) for _ in range(2)]
        return _noise(n % 2, extremes, weights)

    def _weights(self, extremes: int, *, whole: bool) -> tuple[int, ...]:
        """The weights of a message: of one extreme belief, or of several."""
        if whole:
            place, weight = self.draws.below(extremes), self.draws.integer(1, 8)
            return tuple(weight * (n == place) for n in range(extremes))
        return tuple(self.draws.choice((0, 0, 1, 2, 5)) for _ in range(extremes))

    def _near(self, noise: Noise) -> Noise | None:
        """Noise near that which led to the worst equilibrium."""
        weights = tuple(tuple(self._changed(w) for w in row) for row in noise.weights)
        return _noise(noise.agent, noise.extremes, weights)

    def _changed(self, weight: Fraction) -> int:
        whole = round(weight)
        if self.draws.below(3):
            return whole
        factor = self.draws.choice((2, 3, 5, 8))
        return max(0, whole * factor // 4 + self.draws.integer(-1, 1))

    def _moved(self, noise: Noise, n: int, end: Fraction) -> Noise:
        """The noise with the share of a message moved towards an end as far as she has less.

        An interval of which one end is good and the other is not is divided at a simple number in
        its middle third; at last its simplest number is tried, where the equilibria may end.
        """
        if len(noise.weights) == 1 or _apart(noise):
            return noise
        bad, good = end, noise.shares[n] / sum(noise.shares, Fraction(0))
        for step in range(HALVINGS + SIMPLEST):
            third = (good - bad) / 3 if step < HALVINGS else Fraction(0)
            middle = simplest(bad + third, good - third)
            if middle in (bad, good) or self.known == self.least:
                break
            tried = _with_share(noise, n, middle)
            if self._try(tried):
                noise, good = tried, middle
            else:
                bad = middle
        return noise


def _noise(
    agent: int, extremes: Sequence[Ray], weights: Sequence[Sequence[int | Fraction]]
) -> Noise | None:
    """The noise with these weights, without messages that are never sent; None without two."""
    rows = [row for row in weights if any(row)]
    if len(rows) < 2:
        return None
    size = max(1, round(max(map(max, rows)) / WEIGHT_LIMIT))
    return Noise(
        agent, tuple(extremes), tuple(tuple(Fraction(w) / size for w in row) for row in rows)
    )


def _apart(noise: Noise) -> bool:
    """Whether no two messages can come in one cell, so that their shares do not matter."""
    return all(sum(map(bool, likely)) <= 1 for likely in zip(*noise.said(), strict=True))


def _with_share(noise: Noise, n: int, share: Fraction) -> Noise:
    """The noise in which the n-th message has this share of all weight."""
    own = noise.shares[n]
    others = sum(noise.shares, -own)
    factors = [share / own if m == n else (1 - share) / others for m in range(len(noise.weights))]
    rows = zip(noise.weights, factors, strict=True)
    return replace(noise, weights=tuple(tuple(w * f for w in row) for row, f in rows))


def simplest(left: Fraction, right: Fraction) -> Fraction:
    """The fraction of least denominator between two different numbers, which may be one of them.

    >>> simplest(Fraction(1, 28), Fraction(1, 26))
    Fraction(1, 26)
    """
    low, high = min(left, right), max(left, right)
    whole = ceil(low)
    if whole <= high:
        return Fraction(whole)
    below = floor(low)
    return below + 1 / simplest(1 / (high - below), 1 / (low - below))


def _verified(
    pair: Pair, first: int, said: Said, found: Sequence[Followed]
) -> SignalEquilibrium | None:
    """The two signals as an equilibrium, if they are one."""
    game, second = pair.game, 1 - first
    names = _names([strategy_name(followed.strategy) for followed in found])
    numbers = [str(n) for n in range(1, len(said) + 1)]
    spoken = {
        first: _signal(pair, numbers, said),
        second: _signal(pair, names, tuple(followed.message for followed in found)),
    }
    signals = {agent.name: spoken[n] for n, agent in enumerate(game.agents)}
    does = {
        (str(n), name): action
        for name, followed in zip(names, found, strict=True)
        for n, action in enumerate(followed.strategy, 1)
    }
    types = signal_distribution(game, list(signals.values()))
    response = {t: does[t[1 + first], t[1 + second]] for t in types}
    return verify_profile(game, "two senders", signals, response, pair.effort)


def _names(strategies: Sequence[str]) -> list[str]:
    """A name for each message: what she does after it, numbered where it comes again."""
    numbers = [strategies[: n + 1].count(s) for n, s in enumerate(strategies)]
    return [s if n == 1 else f"{s} ({n})" for s, n in zip(strategies, numbers, strict=True)]


def _signal(pair: Pair, names: Sequence[str], said: Said) -> Signal:
    """The messages by their names; what cannot happen is told as the first cell."""
    by_cell = [
        {name: message[k] for name, message in zip(names, said, strict=True) if message[k]}
        for k in range(len(pair.cells))
    ]
    sent = {o: by_cell[k] for k, cell in enumerate(pair.cells) for o in cell}
    return {o: sent.get(o, by_cell[0]) for o in pair.game.agent_observations}
