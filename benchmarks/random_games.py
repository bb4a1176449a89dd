"""The time of everything but the kernel on random games, by their size and beside z3.

Everything: hull, bounds, partition equilibria, frontiers of G3, certificates.

    python -m benchmarks.random_games [--quick | --reference] [--ties RULE] [--games N] [--seed N]
        [--sender-tries N]
    python -m benchmarks.random_games --observations [--quick] [--games N] [--seed N]
    valgrind --tool=cachegrind --cache-sim=no python -m benchmarks.random_games --alone N

Games: k agents, n states, m actions, utilities uniform integers 0..10, prior uniform integers 1..10
normalised, ties = any unless `--ties` says otherwise; games where two actions tie in a state are
drawn again. Times are medians in milliseconds of CPU time, imports not counted. `--reference` has
the first shape alone. `--observations` has games of 3 agents, 4 states and 4 actions instead in
which the user observes something of her own, 2 to 5 different things: median and longest, without
the peer. The peer is an independent formulation in z3 (Optimize over rationals, no code of
verifier/theory): hull distance, bound*, and which sets of states can be cells of a partition
equilibrium; the two must agree exactly, but where margins or remarks raise bound*. It does not
attempt the best-ai frontiers, and knows ties = any only. `--alone` examines N games of the
reference shape and measures nothing itself: a counter of instructions says the same on a busy
machine as on an idle one, and the difference of two N is free of imports. `closed` is the share of
games in which the bound and the worst equilibrium found are the same number, or differ by at most
2^-30 of what it is worth to her to know everything, `exactly` that of the same number alone.
`--json` prints JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from verifier.certificate import certificate
from verifier.game.model import (
    NOTHING,
    Agent,
    Game,
    Ties,
    finest,
)
from verifier.numbers import rational
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal
from verifier.theory.benchmark import meets
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Finding, Report, examine

SHAPES = [(2, 3, 3), (2, 4, 3), (2, 5, 3), (2, 6, 3), (2, 3, 4), (2, 3, 6), (3, 3, 3), (5, 3, 3)]
"""(agents, states, actions): the reference, then each grown alone."""

ASKED = (Guarantee.BAYES, Guarantee.BEST_AI)
"""The guarantees about which every game is asked."""


def random_game(
    draw: random.Random, agents: int, states: int, actions: int, observations: int = 1
) -> Game:
    """A game without ties between best actions."""
    names = [f"y{n}" for n in range(states)]
    seen = [f"x{n}" for n in range(observations)] if observations > 1 else [NOTHING]
    moves = [f"a{n}" for n in range(actions)]

    def utility() -> dict[tuple[str, str], Fraction]:
        return {(a, y): Fraction(draw.randint(0, 10)) for a in moves for y in names}

    user = utility()
    while any(
        sorted(user[a, y] for a in moves)[-2] == max(user[a, y] for a in moves) for y in names
    ):
        user = utility()
    odds = {(x, y, y): draw.randint(1, 10) for x in seen for y in names}
    joint = {key: Fraction(w, sum(odds.values())) for key, w in odds.items()}
    senders = tuple(Agent(f"agent {n}", utility(), finest(names)) for n in range(agents))
    return Game(
        title="a random game",
        states=tuple(names),
        actions=tuple(moves),
        user_observations=tuple(seen),
        agent_observations=tuple(names),
        joint=joint,
        utility=user,
        agents=senders,
    )


def ours(game: Game, effort: Effort = USUAL) -> Report:
    """The findings for the Bayesian and the best-AI user, with their certificates written."""
    report = examine(game, ASKED, effort=effort, ends=[Goal.MINIMISE])
    for finding in report.findings.values():
        certificate(game, finding)
    return report


@dataclass(frozen=True)
class Peer:
    """The numbers of z3: hull distance, bound*, and the worst partition equilibrium."""

    epsilon: Fraction
    bound: Fraction
    worst: Fraction


class Z3:
    """The game in z3's terms, by state and action; the user sees nothing."""

    def __init__(self, game: Game) -> None:
        import z3

        self.z3, self.game = z3, game
        self.p = {y: game.joint[NOTHING, y, y] for y in game.states}
        self.best = {y: max(game.actions, key=lambda a: game.utility[a, y]) for y in game.states}

    def number(self, value: Fraction) -> Any:
        return self.z3.Q(value.numerator, value.denominator)

    def optimum(self, goal: Any, conditions: Sequence[Any], least: bool) -> Fraction:
        """The optimum of a linear program."""
        optimiser = self.z3.Optimize()
        optimiser.add(*conditions)
        handle = optimiser.minimize(goal) if least else optimiser.maximize(goal)
        if optimiser.check() != self.z3.sat:
            raise RuntimeError("z3 has not solved a linear program")
        value = handle.value()
        return (
            Fraction(value.numerator_as_long(), value.denominator_as_long())
            if self.z3.is_rational_value(value)
            else (Fraction(value.as_long()))
        )

    def epsilon(self) -> Fraction:
        z3, game = self.z3, self.game
        weights = [z3.Real(f"w{n}") for n in range(len(game.agents))]
        offset, eps = z3.Reals("c eps")
        rows = [w >= 0 for w in weights] + [z3.Sum(weights) == 1]
        for key, value in game.utility.items():
            pairs = zip(weights, game.agents, strict=True)
            mixture = z3.Sum([w * self.number(agent.utility[key]) for w, agent in pairs]) + offset
            rows += [mixture - self.number(value) <= eps, self.number(value) - mixture <= eps]
        return self.optimum(eps, rows, least=True)

    def play(self, inside: Sequence[str]) -> tuple[dict[tuple[str, str], Any], list[Any]]:
        """A signal that recommends actions, for these states, with the user's obedience."""
        z3, game = self.z3, self.game
        play = {(y, a): z3.Real(f"{y} {a}") for y in inside for a in game.actions}
        rows = [v >= 0 for v in play.values()]
        rows += [z3.Sum([play[y, a] for a in game.actions]) == 1 for y in inside]
        for a, b in ((a, b) for a in game.actions for b in game.actions if a != b):
            gains = [
                play[y, a] * self.number(self.p[y] * (game.utility[a, y] - game.utility[b, y]))
                for y in inside
            ]
            rows.append(z3.Sum(gains) >= 0)
        return play, rows

    def worth(
        self, play: Mapping[tuple[str, str], Any], utility: Mapping[tuple[str, str], Fraction]
    ) -> Any:
        return self.z3.Sum(
            [v * self.number(self.p[y] * utility[a, y]) for (y, a), v in play.items()]
        )

    def bound(self) -> Fraction:
        play, rows = self.play(self.game.states)
        for agent in self.game.agents:
            revealed = sum(
                (self.p[y] * agent.utility[self.best[y], y] for y in self.game.states), Fraction(0)
            )
            rows.append(self.worth(play, agent.utility) >= self.number(revealed))
        return self.optimum(self.worth(play, self.game.utility), rows, least=True)

    def worst(self) -> Fraction:
        """The worst partition equilibrium, by plain recursion over the cells that are stable."""
        stable: dict[frozenset[str], Fraction] = {}
        for size in range(1, len(self.game.states) + 1):
            for inside in combinations(self.game.states, size):
                worth = {
                    a: sum((self.p[y] * self.game.utility[a, y] for y in inside), Fraction(0))
                    for a in self.game.actions
                }
                ways = [a for a in self.game.actions if worth[a] == max(worth.values())]
                if any(
                    all(self.content(agent, inside, a) for agent in self.game.agents) for a in ways
                ):
                    stable[frozenset(inside)] = max(worth.values())
        return self.cheapest(frozenset(self.game.states), stable)

    def content(self, agent: Agent, inside: Sequence[str], action: str) -> bool:
        """Whether the agent cannot gain by revealing more in this cell."""
        play, rows = self.play(inside)
        now = sum((self.p[y] * agent.utility[action, y] for y in inside), Fraction(0))
        solver = self.z3.Solver()
        solver.add(*rows, self.worth(play, agent.utility) > self.number(now))
        return bool(solver.check() == self.z3.unsat)

    def cheapest(self, left: frozenset[str], stable: Mapping[frozenset[str], Fraction]) -> Fraction:
        if not left:
            return Fraction(0)
        first = min(left)
        ways = [
            value + self.cheapest(left - cell, stable)
            for cell, value in stable.items()
            if first in cell and cell <= left
        ]
        return min(ways)


def peer(game: Game) -> Peer:
    z3 = Z3(game)
    return Peer(z3.epsilon(), z3.bound(), z3.worst())


def agree(report: Report, found: Peer) -> None:
    bayes = report.findings[Guarantee.BAYES]
    assert report.alignment.simplex.epsilon == found.epsilon, "hull distances differ"
    raised = bayes.bound.margins is not None or bayes.bound.remarks is not None
    value = bayes.bound.value
    assert isinstance(value, Fraction)
    assert found.bound < value if raised else found.bound == value, "bounds differ"
    worst = None if bayes.equilibrium is None else bayes.equilibrium.user_utility
    assert isinstance(worst, Fraction) and worst <= found.worst, "z3 has found a worse equilibrium"


def closed(game: Game, finding: Finding, *, exactly: bool = False) -> bool:
    """Whether the worst equilibrium found meets the bound, or is next to it unless `exactly`."""
    if finding.equilibrium is None:
        return False
    lower, worth = rational(finding.bound.value), rational(finding.equilibrium.user_utility)
    return lower == worth if exactly else meets(game, lower, worth)


def measure(
    shape: tuple[int, int, int],
    games: int,
    seed: int,
    ties: Ties,
    effort: Effort,
    *,
    with_peer: bool,
) -> dict[str, Any]:
    draw = random.Random(f"{seed} {shape}")
    mine, theirs = [], []
    shut, exactly = dict.fromkeys(ASKED, 0), dict.fromkeys(ASKED, 0)
    for _ in range(games):
        game = replace(random_game(draw, *shape), ties=ties)
        start = time.process_time()
        report = ours(game, effort)
        mine.append(time.process_time() - start)
        for guarantee, finding in report.findings.items():
            shut[guarantee] += closed(game, finding)
            exactly[guarantee] += closed(game, finding, exactly=True)
        if with_peer:
            start = time.process_time()
            found = peer(game)
            theirs.append(time.process_time() - start)
            agree(report, found)
    row: dict[str, Any] = {
        "agents": shape[0],
        "states": shape[1],
        "actions": shape[2],
        "games": games,
    }
    row["ours"] = statistics.median(mine) * 1000
    row["z3"] = statistics.median(theirs) * 1000 if theirs else None
    row["closed"] = {str(guarantee): count for guarantee, count in shut.items()}
    row["exactly"] = {str(guarantee): count for guarantee, count in exactly.items()}
    return row


def observed(games: int, seed: int, as_json: bool) -> None:
    """Prints the times of games with 2 to 5 observations of the user."""
    for observations in range(2, 6):
        draw, spent = random.Random(f"{seed} {observations}"), []
        for _ in range(games):
            game = random_game(draw, 3, 4, 4, observations)
            start = time.process_time()
            ours(game)
            spent.append(time.process_time() - start)
        row = {"observations": observations, "games": games}
        times = {"median": statistics.median(spent), "longest": max(spent)}
        text = f"median {times['median']:6.2f} s   longest {times['longest']:6.2f} s"
        print(json.dumps({**row, **times}) if as_json else f"{observations} observations   {text}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="three games of the reference shape")
    parser.add_argument("--games", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--ties", choices=list(Ties), default=Ties.ANY, help="the peer knows any")
    parser.add_argument("--reference", action="store_true", help="only the first shape")
    parser.add_argument("--sender-tries", type=int, default=USUAL.sender_tries)
    parser.add_argument("--observations", action="store_true")
    parser.add_argument("--alone", type=int, metavar="N")
    options = parser.parse_args()
    if options.alone is not None:
        draw = random.Random(f"{options.seed} {SHAPES[0]}")
        for _ in range(options.alone):
            ours(random_game(draw, *SHAPES[0]))
        return
    if options.observations:
        observed(1 if options.quick else options.games, options.seed, options.json)
        return
    effort = Effort(sender_tries=options.sender_tries)
    shapes = SHAPES[:1] if options.quick or options.reference else SHAPES
    ours(random_game(random.Random(0), 2, 3, 3))  # imports are not counted
    for shape in shapes:
        ties, games = Ties(options.ties), 3 if options.quick else options.games
        known = shape[1] <= 4 and ties is Ties.ANY
        row = measure(shape, games, options.seed, ties, effort, with_peer=known)
        if options.json:
            print(json.dumps(row), flush=True)
            continue
        z3 = (
            ""
            if row["z3"] is None
            else f"   z3 {row['z3']:7.0f} ms   ratio {row['ours'] / row['z3']:.2f}"
        )
        shut = ", ".join(
            f"{name} {count}/{row['games']} ({row['exactly'][name]} exactly)"
            for name, count in row["closed"].items()
        )
        print(
            f"{shape[0]} agents {shape[1]} states {shape[2]} actions   {row['ours']:7.1f} ms{z3}  "
            f" closed: {shut}",
            flush=True,
        )


if __name__ == "__main__":
    main()
