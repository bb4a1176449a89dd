"""Best-response dynamics of agents among whom the user picks the best, on random games.

    python -m experiments.dynamics [--quick] [--games 200] [--seed 1] [--jobs N] [--store DIR]
    [--out DIR]

Four settings (inside the hull, 1/20 and 3/10 away from it, 3/10 away by a shared bias), 1 to 10
agents, from four starts, with steps of 0, 1/1000 and 1/20. Writes to OUT: dynamics.csv,
dynamics.txt (a table), dynamics_endings.svg and dynamics_utility.svg. The same seed gives the same
bytes. Finished games are kept in STORE and not computed again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

from experiments.contests import SETTINGS, STEPS, Setting, contest
from experiments.store import Record, add_options, complete, side_by_side
from verifier.chart import BLACK, BLUE, GREEN, ORANGE, PURPLE, VERMILION, chart
from verifier.files import write_whole
from verifier.tables.cells import csv_text

AGENTS = tuple(range(1, 11))
STYLES = (("--s", VERMILION), (":^", GREEN), ("-o", BLUE))
"""Lines, markers and colours of the steps, in their order."""


@dataclass(frozen=True)
class Cell:
    """All runs of one setting, number of agents and step."""

    setting: Setting
    agents: int
    step: Fraction
    games: int
    runs: int
    equilibria: int
    cycles: int
    budget: int
    user: Fraction
    worst_user: Fraction
    no_information: Fraction
    alone: Fraction
    team: Fraction
    paper_bound: Fraction
    certified_bound: Fraction
    worst_equilibrium: Fraction
    below_alone: int
    below_paper: int
    below_certified: int
    below_worst: int
    above_worst: int

    def share(self, value: Fraction) -> float:
        """Between no information (0) and TEAM (1), by means over the games."""
        return float((value - self.no_information) / (self.team - self.no_information))

    @property
    def row(self) -> list[str]:
        """The entries of the CSV file: counts and the step exactly, means to six decimals."""
        _, agents, step, *found = vars(self).values()
        numbers = (f"{float(n):.6f}" if isinstance(n, Fraction) else str(n) for n in found)
        return [self.setting.name, str(agents), str(step), *numbers]


def work(store: Path, setting: Setting, agents: int, seed: int, games: int) -> list[Record]:
    """The records of all games of one setting and number of agents, from the store or made now."""
    what = f"{setting.name}-{agents}"
    make = partial(contest, setting, agents, seed)
    return complete(store / f"{what}-seed{seed}.sqlite", what, seed, games, make)


def cell(setting: Setting, agents: int, step: Fraction, records: Sequence[Record]) -> Cell:
    """The cell of one step: means over all runs, and how many end below each comparison.

    To be below is to be so by more than the step. Of a cycle the least utility of the user counts.
    Where no equilibrium value is known, bound* takes its place.
    """
    runs = [
        (record, run)
        for record in records
        for run in record["runs"]
        if Fraction(run["step"]) == step
    ]

    def mean(values: Iterable[Fraction]) -> Fraction:
        found = list(values)
        return sum(found, Fraction(0)) / len(found)

    def of(key: str) -> Fraction:
        return mean(Fraction(record[key] or record["certified_bound"]) for record in records)

    def below(key: str) -> int:
        lowest = ((record[key], Fraction(run["least"]) + step) for record, run in runs)
        return sum(worth < Fraction(value) for value, worth in lowest if value is not None)

    equilibria, cycles, budget = (
        sum(run["ending"] == end for _, run in runs) for end in ("equilibrium", "cycle", "budget")
    )
    valued = [(record, run) for record, run in runs if record["worst_equilibrium"] is not None]
    above = sum(
        Fraction(run["least"]) > Fraction(record["worst_equilibrium"]) for record, run in valued
    )
    return Cell(
        setting,
        agents,
        step,
        len(records),
        len(runs),
        equilibria,
        cycles,
        budget,
        mean(Fraction(run["mean"]) for _, run in runs),
        mean(Fraction(run["least"]) for _, run in runs),
        of("no_information"),
        of("alone"),
        of("team"),
        of("paper_bound"),
        of("certified_bound"),
        of("worst_equilibrium"),
        below("alone"),
        below("paper_bound"),
        below("certified_bound"),
        below("worst_equilibrium"),
        above,
    )


def write_csv(cells: Sequence[Cell], path: Path) -> None:
    """All cells go to a CSV file."""
    text = csv_text([vars(cells[0]), *(cell.row for cell in cells)])
    write_whole(path, text)


def write_table(cells: Sequence[Cell], path: Path) -> None:
    """Rounded shares go to a Markdown table for each setting, for some numbers of agents."""
    shown = [k for k in (1, 2, 3, 5, 10) if k in {cell.agents for cell in cells}]
    heads = [
        "step",
        "k",
        "at rest",
        "cycle",
        "of the way",
        "worst equilibrium",
        "best alone",
        "below TEAM - 2 eps",
        "below bound*",
        "below best alone",
    ]
    lines = []
    for setting in SETTINGS:
        lines += [f"**{setting.title[0].upper()}{setting.title[1:]}**", ""]
        lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
        for c in (c for c in cells if c.setting == setting and c.agents in shown):
            ways = [
                f"{100 * c.share(value):.0f} %" for value in (c.user, c.worst_equilibrium, c.alone)
            ]
            counts = [
                _percent(n, c.runs) for n in (c.below_paper, c.below_certified, c.below_alone)
            ]
            row = [
                str(c.step),
                str(c.agents),
                _percent(c.equilibria, c.runs),
                _percent(c.cycles, c.runs),
                *ways,
                *counts,
            ]
            lines.append("| " + " | ".join(row) + " |")
        lines.append("")
    write_whole(path, "\n".join(lines[:-1]) + "\n")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"


def draw_endings(cells: Sequence[Cell], path: Path) -> None:
    """The share of runs that come to rest, against the number of agents."""
    with chart(path, 9, 2.8) as figure:
        for axes, setting in zip(
            figure.subplots(1, len(SETTINGS), sharey=True), SETTINGS, strict=True
        ):
            for step, (line, colour) in zip(STEPS, STYLES, strict=True):
                mine = [c for c in cells if c.setting == setting and c.step == step]
                shares = [c.equilibria / c.runs for c in mine]
                axes.plot(
                    [c.agents for c in mine],
                    shares,
                    line,
                    color=colour,
                    markersize=3,
                    label=f"step {step}",
                )
            axes.set_title(setting.title, fontsize=9)
            axes.set_ylim(-0.03, 1.03)
            axes.set_xlabel("agents")
        figure.axes[0].set_ylabel("share that comes to rest")
        figure.axes[0].legend(frameon=False, fontsize=8)


def draw_utility(cells: Sequence[Cell], path: Path) -> None:
    """The user's mean utility at the end, from no information (0) to TEAM (1), and comparisons."""
    lines = (
        ("worst_equilibrium", "worst equilibrium", "-.", BLACK),
        ("certified_bound", "bound*", ":", PURPLE),
        ("alone", "best agent alone", "--", ORANGE),
    )
    with chart(path, 9, 3.4) as figure:
        for axes, setting in zip(
            figure.subplots(1, len(SETTINGS), sharey=True), SETTINGS, strict=True
        ):
            base = [c for c in cells if c.setting == setting and c.step == STEPS[0]]
            for key, label, dashes, colour in lines:
                values = [c.share(getattr(c, key)) for c in base]
                axes.plot(
                    [c.agents for c in base],
                    values,
                    linestyle=dashes,
                    color=colour,
                    linewidth=1.2,
                    label=label,
                )
            for step, (line, colour) in zip(STEPS, STYLES, strict=True):
                mine = [c for c in cells if c.setting == setting and c.step == step]
                values, counts = [c.share(c.user) for c in mine], [c.agents for c in mine]
                axes.plot(
                    counts,
                    values,
                    line[-1],
                    color=colour,
                    markersize=3.5,
                    label=f"dynamics, step {step}",
                )
            axes.set_title(setting.title, fontsize=9)
            axes.set_xlabel("agents")
            axes.axhline(1, color=BLACK, linewidth=0.8)
        figure.axes[0].set_ylabel("share of the way to TEAM")
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside lower center", ncols=5, frameon=False, fontsize=8
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Best-response dynamics on random games.")
    parser.add_argument("--quick", action="store_true", help="3 games of 1 to 3 agents")
    parser.add_argument(
        "--games",
        type=int,
        default=200,
        help="games of each setting and number of agents (default 200)",
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the games (default 1)")
    add_options(parser, "dynamics", "games")
    options = parser.parse_args()
    games, agents = (3, AGENTS[:3]) if options.quick else (options.games, AGENTS)
    tasks = [
        (options.store, setting, k, options.seed, games)
        for k in reversed(agents)
        for setting in SETTINGS
    ]
    side_by_side(options.jobs, work, tasks, "settings and numbers of agents")
    cells = [
        cell(setting, k, step, work(options.store, setting, k, options.seed, games))
        for setting in SETTINGS
        for step in STEPS
        for k in agents
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    write_csv(cells, options.out / "dynamics.csv")
    write_table(cells, options.out / "dynamics.txt")
    draw_endings(cells, options.out / "dynamics_endings.svg")
    draw_utility(cells, options.out / "dynamics_utility.svg")
    print(
        f"{sum(c.runs for c in cells)} runs on {games * len(agents) * len(SETTINGS)} games:"
        f" {options.out}/dynamics.csv"
    )


if __name__ == "__main__":
    main()
