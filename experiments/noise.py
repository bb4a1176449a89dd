"""Agents who err at random: how near the hull comes, and how many of them may be removed.

    python -m experiments.noise [--quick] [--games 40] [--seed 1] [--jobs N] [--store DIR] [--out
    DIR]

Games of the family `shared-bias`, in which every agent has the user's utility, plus noise of his
own that is symmetric around 0, plus a bias that all share: one state, four actions, as one prompt
with four answers, and 1 to 30 agents. Of every game the hull distance, the one after the worst
removal of one, of two and of four agents, and the rejection depth from the action that is best for
her. Writes noise.csv, noise.txt and noise.svg to OUT. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import comb
from pathlib import Path

from experiments.store import Record, add_options, complete, side_by_side
from verifier.chart import BLACK, BLUE, GREEN, PURPLE, VERMILION, chart, counted
from verifier.files import write_whole
from verifier.numbers import integers
from verifier.sweep.family import RandomFamily
from verifier.tables.cells import csv_text
from verifier.tables.coverage import coverage
from verifier.tables.removal import removal
from verifier.tables.table import UtilityTable

AGENTS = (1, 2, 3, 5, 7, 10, 15, 20, 30)
BIASES = (Fraction(0), Fraction(1, 4))
REMOVED = (0, 1, 2, 4)
NOISE = Fraction(1, 2)
"""The most that an agent's own noise is; utilities are from 0 to 1."""

POINTS = 4
"""The actions, in one state; the offset leaves a dimension less."""


@dataclass(frozen=True)
class Cell:
    """The means over the games of one bias and number of agents.

    `inside` is the share of games with the user in the hull, `distances` has the mean distance
    after the worst removal of each of REMOVED (None where nobody would be left), `depth` the mean
    rejection depth as a share of the agents.
    """

    bias: Fraction
    agents: int
    games: int
    inside: Fraction
    distances: tuple[Fraction | None, ...]
    depth: Fraction


def inside(agents: int, dimensions: int = POINTS - 1) -> Fraction:
    """The probability that 0 is in the hull of independent symmetric points (Wendel 1962).

    The points are in general position; others have no smaller probability.

    >>> inside(8), inside(16)
    (Fraction(99, 128), Fraction(32647, 32768))
    """
    few = sum(comb(agents - 1, j) for j in range(min(dimensions, agents)))
    return 1 - Fraction(few, 2 ** (agents - 1))


def family(bias: Fraction, agents: int) -> RandomFamily:
    """The family with this bias; utilities and noise are multiples of 1/1000."""
    return RandomFamily(
        "shared-bias",
        states=1,
        actions=POINTS,
        agents=agents,
        grid=1000,
        distance=NOISE,
        bias=bias,
    )


def table_of(drawn: RandomFamily, seed: int, number: int) -> UtilityTable:
    """A game's utilities as a table with a row for each action and state."""
    game = drawn.game(seed, number)
    keys = list(game.utility)
    columns = [game.utility, *(agent.utility for agent in game.agents)]
    rows, scales = zip(
        *(integers([column[key] for column in columns]) for key in keys), strict=True
    )
    names = tuple(agent.name for agent in game.agents)
    numbers = tuple(range(1, 1 + len(keys)))
    return UtilityTable(game.title, "", "user", names, rows, scales, numbers)


def record(drawn: RandomFamily, seed: int, number: int) -> Record:
    """The record of one game."""
    table = table_of(drawn, seed, number)
    removals = [removal(table, count) for count in REMOVED if count < drawn.agents]
    best = max(range(len(table.rows)), key=table.target.__getitem__)
    found = coverage(table, 1 + best)
    if not (found.exact and all(one.exact for one in removals)):
        raise ValueError(f"{table.name}: bounds only")
    return {"distances": [str(one.least) for one in removals], "depth": found.least}


def work(store: Path, drawn: RandomFamily, seed: int, games: int) -> list[Record]:
    """The records of all games of a family, from the store or made now."""
    what = f"noise-{drawn.bias}-{drawn.agents}".replace("/", "of")
    make = partial(record, drawn, seed)
    return complete(store / f"{what}-seed{seed}.sqlite", drawn.text(), seed, games, make)


def cell(bias: Fraction, agents: int, records: Sequence[Record]) -> Cell:
    """The cell of some games."""
    count = len(records)
    columns = list(zip(*([Fraction(d) for d in one["distances"]] for one in records), strict=True))
    means = [sum(column, Fraction(0)) / count for column in columns]
    missing = [None] * (len(REMOVED) - len(means))
    depth = Fraction(sum(one["depth"] for one in records), count * agents)
    near = Fraction(sum(not d for d in columns[0]), count)
    return Cell(bias, agents, count, near, (*means, *missing), depth)


def rows(cells: Sequence[Cell]) -> Iterator[list[str]]:
    """The cells' numbers, rounded to six decimals."""
    for one in cells:
        distances = ["" if d is None else f"{float(d):.6f}" for d in one.distances]
        expected = f"{float(inside(one.agents)):.6f}" if not one.bias else ""
        shares = [f"{float(one.inside):.6f}", expected, *distances, f"{float(one.depth):.6f}"]
        yield [str(one.bias), str(one.agents), str(one.games), *shares]


HEADS = (
    "bias",
    "agents",
    "games",
    "in the hull",
    "Wendel",
    *(f"eps, {n} removed" for n in REMOVED),
)


def draw(cells: Sequence[Cell], path: Path) -> None:
    """The distances by the number of agents, without and with a shared bias, and the depths."""
    lines = (("-o", BLUE), ("--s", GREEN), (":^", VERMILION), ("-.D", PURPLE))
    with chart(path, 11, 3.6) as figure:
        *panels, last = figure.subplots(1, len(BIASES) + 1)
        for axes, bias in zip(panels, BIASES, strict=True):
            mine = [one for one in cells if one.bias == bias]
            for place, (count, (line, colour)) in enumerate(zip(REMOVED, lines, strict=True)):
                columns = [(one.agents, one.distances[place]) for one in mine]
                known = [(agents, d) for agents, d in columns if d is not None]
                axes.plot(
                    [agents for agents, _ in known],
                    [float(d) for _, d in known],
                    line,
                    color=colour,
                    markersize=4,
                    label=f"worst {count} removed" if count else "all agents",
                )
            axes.set_title(f"shared bias up to {bias}" if bias else "noise alone")
            axes.set_ylim(0, 0.5)
            counted(axes, AGENTS, "agents")
        panels[0].set_ylabel("hull distance (mean)")
        panels[0].legend(frameon=False)
        for bias, (line, colour) in zip(BIASES, (("-o", BLUE), ("--s", BLACK)), strict=True):
            mine = [one for one in cells if one.bias == bias]
            label = f"bias up to {bias}" if bias else "noise alone"
            depths = [float(one.depth) for one in mine]
            last.plot(AGENTS, depths, line, color=colour, markersize=4, label=label)
        last.set_ylim(0, 1)
        last.set_title("rejection depth, share of agents")
        counted(last, AGENTS, "agents")
        last.legend(frameon=False)


def main() -> None:
    parser = argparse.ArgumentParser(description="Noisy agents: distance and robustness.")
    parser.add_argument("--quick", action="store_true", help="three games of each kind")
    parser.add_argument("--games", type=int, default=40, help="games of each kind (default 40)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the games (default 1)")
    add_options(parser, "noise", "games")
    options = parser.parse_args()
    games = 3 if options.quick else options.games
    kinds = [(bias, agents) for bias in BIASES for agents in AGENTS]
    tasks = [(options.store, family(*kind), options.seed, games) for kind in kinds]
    side_by_side(options.jobs, work, tasks, "kinds")
    cells = [cell(*kind, work(options.store, family(*kind), options.seed, games)) for kind in kinds]
    options.out.mkdir(parents=True, exist_ok=True)
    heads = [*HEADS, "depth / agents"]
    found = list(rows(cells))
    write_whole(options.out / "noise.csv", csv_text([heads, *found]))
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    lines += ["| " + " | ".join(cells_of) + " |" for cells_of in found]
    write_whole(options.out / "noise.txt", "\n".join(lines) + "\n")
    draw(cells, options.out / "noise.svg")


if __name__ == "__main__":
    main()
