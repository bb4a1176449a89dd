"""Numbers of a quantal user: sums of quotients of exponential sums, and their signs."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Any

from tests.second_checker.game import Agent, Game, Point, Weights
from tests.second_checker.play import Range, Rule, Talk, last_words
from tests.second_checker.reading import (
    ONE,
    ZERO,
    UnreadableError,
    keys,
    need,
    number,
    readable,
)

MAX_TERMS = 100_000

Powers = dict[Fraction, Fraction]
"""Exponent -> coefficient."""


@dataclass
class Quantity:
    """A constant and a sum of quotients of sums of c base^r; base None is e."""

    base: int | None
    constant: Fraction = ZERO
    quotients: list[tuple[Powers, Powers]] = field(default_factory=list)

    def plus(self, other: Quantity, factor: Fraction = ONE) -> Quantity:
        """Add a multiple of another quantity."""
        scaled = [({r: factor * c for r, c in n.items()}, d) for n, d in other.quotients]
        constant = self.constant + factor * other.constant
        return Quantity(self.base, constant, self.quotients + (scaled if factor else []))

    def simplified(self) -> Quantity:
        """Merge exponents, denominators that are multiples of each other, and constants."""
        constant = self.constant
        by_denominator: dict[tuple[Range, ...], tuple[Powers, Powers]] = {}
        for raw_n, raw_d in self.quotients:
            top = max(raw_d)
            n, d = self.shifted(raw_n, -top), self.shifted(raw_d, -top)
            pivot = max(d)
            if len(d) == 1:
                n, d = self.shifted(n, -pivot), {ZERO: d[pivot]}
                pivot = ZERO
            scale = d[pivot]
            n, d = {r: c / scale for r, c in n.items()}, {r: c / scale for r, c in d.items()}
            key = tuple(sorted(d.items()))
            total = by_denominator.get(key, ({}, d))[0]
            by_denominator[key] = (add_powers(total, n), d)
        kept = []
        for n, d in by_denominator.values():
            ratio = n.get(max(d), ZERO) / d[max(d)]
            rest = add_powers(n, {r: -ratio * c for r, c in d.items()})
            constant += ratio
            if rest:
                kept.append((rest, d))
        return Quantity(self.base, constant, kept)

    def shifted(self, powers: Powers, by: Fraction) -> Powers:
        """Multiply by base^by, with whole powers of a prime in the coefficients."""
        result: Powers = {}
        for r, c in powers.items():
            exponent, coefficient = r + by, c
            if self.base is not None:
                whole = floor(exponent)
                readable(abs(whole) * self.base.bit_length() <= 150_000, "too large: a power")
                exponent, coefficient = exponent - whole, c * Fraction(self.base) ** whole
            result[exponent] = result.get(exponent, ZERO) + coefficient
        return {r: c for r, c in result.items() if c}

    def times(self, one: Powers, two: Powers) -> Powers:
        """Multiply two sums of powers."""
        readable(len(one) * len(two) <= MAX_TERMS, "too large: a test for equality")
        result: Powers = {}
        for r, c in two.items():
            shifted = self.shifted(one, r)
            result = add_powers(result, {s: c * coefficient for s, coefficient in shifted.items()})
        return result

    def is_zero(self) -> bool:
        """Say whether this is exactly 0: whether all coefficients over one denominator vanish."""
        simple = self.simplified()
        if not simple.quotients:
            return simple.constant == 0
        total: Powers = {ZERO: simple.constant} if simple.constant else {}
        for _, d in simple.quotients:
            total = self.times(total, d)
        for k, (n, _) in enumerate(simple.quotients):
            piece = n
            for j, (_, d) in enumerate(simple.quotients):
                if j != k:
                    piece = self.times(piece, d)
            total = add_powers(total, piece)
        return not total

    def ends(self, bits: int) -> Range:
        """Return two rational numbers between which it lies."""
        low = high = self.constant
        for n, d in self.quotients:
            top = max(d)
            power = {r: power_ends(self.base, top - r, bits) for r in {*n, *d}}
            n_low, n_high = weighted_ends(n, power)
            d_low, d_high = weighted_ends(d, power)
            readable(d_low > 0, "a denominator is not above 0")
            grid = 2**bits
            low += Fraction(floor(n_low / (d_high if n_low >= 0 else d_low) * grid), grid)
            high += Fraction(ceil(n_high / (d_low if n_high >= 0 else d_high) * grid), grid)
        return low, high

    def sign(self, precision: int = 65_536) -> int:
        """Return the exact sign: 1, 0 or -1; with so many bits it must be seen, unless it is 0."""
        simple = self.simplified()
        if not simple.quotients:
            return (simple.constant > 0) - (simple.constant < 0)
        for bits in (precision if n > precision else n for n in (96, 400, 1600, 6400, 25_600)):
            low, high = simple.ends(bits)
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            if bits in (400, precision) and simple.is_zero():
                return 0
        raise UnreadableError("too large: a comparison")


def add_powers(one: Powers, two: Powers) -> Powers:
    """Add two sums of powers, without terms that vanish."""
    result = dict(one)
    for r, c in two.items():
        result[r] = result.get(r, ZERO) + c
    return {r: c for r, c in result.items() if c}


def weighted_ends(powers: Powers, power: dict[Fraction, Range]) -> Range:
    """Return ends of a sum of c base^r, from ends of the powers."""
    low = high = ZERO
    for r, c in powers.items():
        small, large = power[r]
        low += c * (small if c > 0 else large)
        high += c * (large if c > 0 else small)
    return low, high


def log_ends(base: int, bits: int) -> Range:
    """Return ends of the natural logarithm of an integer, by series of atanh."""

    def atanh(x: Fraction) -> Range:
        """Sum x^n / n over odd n; what is left out is at most the next power over 1 - x^2."""
        grid, total, power, n = 2 ** (bits + 8), ZERO, x, 1
        while abs(power) * grid > 1:
            total += power / n
            power, n = power * x * x, n + 2
        rest = abs(power) / (1 - x * x)
        low, high = floor((total - rest) * grid), ceil((total + rest) * grid)
        return Fraction(low, grid), Fraction(high, grid)

    twos = base.bit_length() - 1
    ratio = Fraction(base, 2**twos)
    if ratio > Fraction(3, 2):
        twos, ratio = twos + 1, ratio / 2
    two, one = atanh(Fraction(1, 3)), atanh((ratio - 1) / (ratio + 1))
    return 2 * (twos * two[0] + one[0]), 2 * (twos * two[1] + one[1])


LOGARITHMS: dict[tuple[int, int], Range] = {}


def power_ends(base: int | None, r: Fraction, bits: int) -> Range:
    """Return ends of base^(-r) for r >= 0, at most about 2^-bits apart."""
    if r == 0:
        return ONE, ONE
    if base is None:
        return exp_ends(r, bits)
    precise = bits + max(0, floor(r)).bit_length() + 8
    if (base, precise) not in LOGARITHMS:
        LOGARITHMS[base, precise] = log_ends(base, precise)
    low, high = LOGARITHMS[base, precise]
    return exp_ends(r * high, bits)[0], exp_ends(r * low, bits)[1]


def exp_ends(x: Fraction, bits: int) -> Range:
    """Return ends of exp(-x) for x > 0, from integers alone.

    The series of exp(-x / 2^k) alternates, and its terms fall, since x / 2^k <= 1/2; what is left
    out is therefore smaller than the first term that is left out.  Then it is squared k times.
    """
    if x > bits + 2:
        return ZERO, Fraction(1, 2**bits)  # exp(-x) < 2^-x
    halvings = max(0, ceil(2 * x)).bit_length()
    scale = bits + 2 * halvings + 16
    unit = 1 << scale
    y_low = floor(x * unit / 2**halvings)
    y_high = y_low + 1
    low = high = term_low = term_high = unit
    n = 0
    while term_high > 1:
        n += 1
        term_low = ((term_low * y_low) >> scale) // n
        term_high = (-((-term_high * y_high) >> scale) + n - 1) // n
        if n % 2:
            low, high = low - term_high, high - term_low
        else:
            low, high = low + term_low, high + term_high
    low, high = low - term_high, high + term_high
    for _ in range(halvings):
        low, high = (max(low, 0) ** 2) >> scale, -((-high * high) >> scale)
    return Fraction(low, unit), Fraction(min(high, unit), unit)


def loss(game: Game, delta: Fraction) -> Quantity:
    """Return (base^(eta delta) - 1) / (base^(eta delta) + 1)."""
    if delta == 0:
        return Quantity(game.base)
    r = game.eta * delta
    return Quantity(game.base, ZERO, [({r: ONE, ZERO: -ONE}, {r: ONE, ZERO: ONE})])


def chosen(game: Game, chance: Fraction, mine: list[Fraction], f: list[Fraction]) -> Quantity:
    """Return what f is worth when she chooses, with these W_u and W_f, at such a probability."""
    n: Powers = {}
    d: Powers = {}
    for w_u, w_f in zip(mine, f, strict=True):
        n = add_powers(n, {game.eta * w_u / chance: w_f})
        d = add_powers(d, {game.eta * w_u / chance: ONE})
    return Quantity(game.base, ZERO, [(n, d)])


def informed(game: Game, f: Weights) -> Quantity:
    """Return Q_f: what f is worth if the quantal user knows x_A and x_B."""
    total = Quantity(game.base)
    for point in game.points:
        mine = [game.weights[*point, a] for a in game.actions]
        theirs = [f[*point, a] for a in game.actions]
        total = total.plus(chosen(game, game.chance[point], mine, theirs))
    return total.simplified()


def told(game: Game, rules: list[Rule], f: Weights) -> Quantity:
    """Return what f is worth if the quantal user knows x_A and hears these rules."""
    total = Quantity(game.base)
    for name, q in Talk(game, rules).types():
        seen = name[0]
        mine, theirs = (
            [sum((w * g[seen, x, a] for x, w in q.items()), ZERO) for a in game.actions]
            for g in (game.weights, f)
        )
        chance = sum((w * game.chance[seen, x] for x, w in q.items()), ZERO)
        total = total.plus(chosen(game, chance, mine, theirs))
    return total.simplified()


def read_ends(value: Any, exact: Quantity, what: str) -> str:
    """Check that a quantity lies between the stated ends, and put them into words."""
    ends = keys(value, "lower,upper")
    low, high = number(ends["lower"]), number(ends["upper"])
    need(low <= high and high - low <= Fraction(1, 10**9), f"the ends of {what} are too far apart")
    above = exact.plus(Quantity(exact.base, low), -ONE).sign()
    below = exact.plus(Quantity(exact.base, high), -ONE).sign()
    need(above >= 0 >= below, f"{what} does not lie between its ends")
    return str(low) if low == high else f"between {low} and {high}"


def gap(game: Game, ones: Container[str], twos: Container[str]) -> Fraction:
    """Return how far g differs between points at these x_B, for one x_A and one action."""
    g = {(*p, a): game.weights[*p, a] / game.chance[p] for p in game.points for a in game.actions}
    return max(
        (
            abs(g[s, x, a] - g[t, z, a])
            for s, x in game.points
            for t, z in game.points
            if s == t and x in ones and z in twos
            for a in game.actions
        ),
        default=ZERO,
    )


def script_delta(game: Game, rule: Rule) -> Fraction:
    """Return the delta of a script."""
    return max((gap(game, at, at) for at in last_words(rule)), default=ZERO)


def turned(game: Game, rule: Rule) -> dict[Point, Fraction]:
    """Return D of a script at every point."""

    def prefers(p: Point, a: str, b: str) -> Fraction:
        return (game.weights[*p, a] - game.weights[*p, b]) / game.chance[p]

    said = last_words(rule)
    return {
        p: max(
            prefers(z, a, b) - prefers(p, a, b)
            for z in game.points
            if z == p or (z[0] == p[0] and any(p[1] in at and z[1] in at for at in said))
            for a in game.actions
            for b in game.actions
        )
        for p in game.points
    }


def least_delta(game: Game, agent: Agent) -> Fraction:
    """Return the least delta of any script of an agent.

    Cells may be told by one word if they differ by no more than delta; so that delta will do for
    which the graph of cells that differ by more can be coloured with as many colours as words.
    """
    inside = [gap(game, cell, cell) for cell in agent.cells]
    told = game.told_at_once(game.rounds)
    if told is None or told >= len(agent.cells):
        return max(inside)
    readable(len(agent.cells) <= 8, "too large: delta")
    apart = {
        (i, j): gap(game, agent.cells[i], agent.cells[j])
        for j in range(len(agent.cells))
        for i in range(j)
    }

    def colours(delta: Fraction, done: list[int]) -> bool:
        j = len(done)
        if j == len(agent.cells):
            return True
        return any(
            all(done[i] != colour or apart[i, j] <= delta for i in range(j))
            and colours(delta, [*done, colour])
            for colour in range(min(told, j + 1))
        )

    for delta in sorted({*apart.values(), max(inside)}):
        if delta >= max(inside) and colours(delta, []):
            return delta
    raise AssertionError("the greatest difference joins all cells")
