"""Strategic misalignment: agents who earn a bonus when their own product is taken.

    python -m experiments.sponsors [--quick] [--games 40] [--seed 1] [--jobs N] [--store DIR] [--out
    DIR]

Random games of the family `sponsors` (six actions, three states), in which one of three numbers
changes: the number of sponsors, their bonus, or the part of it that they earn with anybody's
product. Of every game the hull distance, the certified bound and the worst equilibrium found, for
the Bayesian user and the one who picks the best AI, each confirmed by the kernel, and where
best-response dynamics end (for which ties are broken in favour of the agent who speaks, so that he
has a best response; elsewhere by a fixed order, so that there are equilibria). Writes sponsors.csv,
sponsors.txt and sponsors.svg to OUT. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from experiments.contests import played
from experiments.store import Record, add_options, complete, side_by_side
from verifier.chart import BLACK, BLUE, GREEN, ORANGE, PURPLE, VERMILION, chart
from verifier.files import write_whole
from verifier.game.model import Ties
from verifier.sweep.family import RandomFamily
from verifier.sweep.worker import game_record
from verifier.tables.cells import csv_text
from verifier.theory.guarantees.guarantee import Guarantee

STEP = Fraction(1, 1000)
"""What a challenger offers above the best rival."""

USERS = (Guarantee.BAYES, Guarantee.BEST_AI)
MIDDLE = RandomFamily("sponsors", actions=6, agents=3, grid=100, bias=Fraction(1), ties=Ties.ORDER)
"""The family from which one number at a time is changed."""

AXES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "agents": ("sponsors", (1, 2, 3, 4, 5)),
    "bias": ("bonus b", tuple(Fraction(n, 10) for n in (0, 2, 5, 10, 15, 20))),
    "shared": ("shared part s of the bonus", tuple(Fraction(n, 4) for n in range(5))),
}
"""What changes, what the figure calls it, and its values."""

LINES = {
    "paper_bound": ("the paper's bound", ":", BLACK),
    "best_alone": ("best agent alone", "--s", VERMILION),
    "bayes_bound": ("Bayesian user: bound*", "-.v", GREEN),
    "bayes_worst": ("Bayesian user: worst equilibrium found", "-^", GREEN),
    "best_ai_bound": ("best-ai user: bound*", "-.o", BLUE),
    "best_ai_worst": ("best-ai user: worst equilibrium", "-o", BLUE),
    "dynamics": ("best-ai user: end of the dynamics", "--D", ORANGE),
}
"""What is drawn: what the legend calls it, its line and its colour."""


@dataclass(frozen=True)
class Cell:
    """The means over the games of one family; a bound or value that is not known is left out.

    `known` counts the games in which a worst equilibrium of both users was found.
    """

    axis: str
    value: Fraction
    games: int
    known: int
    proved: int
    epsilon: Fraction
    no_information: Fraction
    team: Fraction
    means: dict[str, Fraction]

    def share(self, key: str) -> float:
        """Between no information (0) and TEAM (1)."""
        return float((self.means[key] - self.no_information) / (self.team - self.no_information))


def record(family: RandomFamily, seed: int, number: int) -> Record:
    """The record of one game: what is certified of it, and the dynamics."""
    certified = game_record(family, seed, number, USERS)
    game = replace(family.game(seed, number), ties=Ties.FAVOUR_SPEAKER)
    return {"certified": certified, "played": played(game, seed, number)}


def work(store: Path, family: RandomFamily, seed: int, games: int) -> list[Record]:
    """The records of all games of a family, from the store or made now."""
    what = f"{family.agents}-{family.bias}-{family.shared}".replace("/", "of")
    make = partial(record, family, seed)
    return complete(store / f"sponsors-{what}-seed{seed}.sqlite", family.text(), seed, games, make)


def families() -> Iterator[tuple[str, Any, RandomFamily]]:
    """What changes, its value, and the family with it."""
    for axis, (_, values) in AXES.items():
        for value in values:
            yield axis, value, replace(MIDDLE, **{axis: value})


def mean(values: Iterable[Fraction]) -> Fraction:
    """The mean of at least one number."""
    found = list(values)
    return sum(found, Fraction(0)) / len(found)


def cell(axis: str, value: Any, records: Sequence[Record]) -> Cell:
    """The cell of some games; every mean is over those in which both worst equilibria are known."""
    chosen = [one for one in records if all(_worst(one, name) is not None for name in USERS)]
    plays = [one["played"] for one in chosen]
    ends = [
        mean(Fraction(run["mean"]) for run in play["runs"] if Fraction(run["step"]) == STEP)
        for play in plays
    ]
    means = {
        "paper_bound": mean(Fraction(play["paper_bound"]) for play in plays),
        "best_alone": mean(Fraction(play["alone"]) for play in plays),
        "bayes_bound": mean(Fraction(_of(one, "bayes")["certified"]) for one in chosen),
        "bayes_worst": mean(Fraction(_of(one, "bayes")["worst"]) for one in chosen),
        "best_ai_bound": mean(Fraction(_of(one, "best-ai")["certified"]) for one in chosen),
        "best_ai_worst": mean(Fraction(_of(one, "best-ai")["worst"]) for one in chosen),
        "dynamics": mean(ends),
    }
    return Cell(
        axis,
        Fraction(value),
        len(records),
        len(chosen),
        sum(_of(one, name)["verdict"] == "proved" for one in chosen for name in USERS),
        mean(Fraction(play["epsilon"]) for play in plays),
        mean(Fraction(play["no_information"]) for play in plays),
        mean(Fraction(play["team"]) for play in plays),
        means,
    )


def _of(one: Record, name: str) -> dict[str, Any]:
    found: dict[str, Any] = one["certified"]["guarantees"][name]
    return found


def _worst(one: Record, name: Guarantee) -> str | None:
    found: str | None = _of(one, str(name))["worst"]
    return found


def write_csv(cells: Sequence[Cell], path: Path) -> None:
    """All cells go to a CSV file, means rounded to six decimals."""
    fixed = ["axis", "value", "games", "known", "proved", "epsilon", "no_information", "team"]
    rows: list[list[object]] = [[*fixed, *LINES]]
    for one in cells:
        numbers = [one.epsilon, one.no_information, one.team, *one.means.values()]
        rows.append(
            [one.axis, one.value, one.games, one.known, one.proved]
            + [f"{float(number):.6f}" for number in numbers]
        )
    write_whole(path, csv_text(rows))


def write_table(cells: Sequence[Cell], path: Path) -> None:
    """A Markdown table: distances, and percentages of the way from no information to TEAM."""
    heads = ["changed", "value", "games", "eps", *(label for label, _, _ in LINES.values())]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for one in cells:
        shares = " | ".join(f"{100 * one.share(key):.1f} %" for key in LINES)
        lines.append(
            f"| {AXES[one.axis][0]} | {one.value} | {one.known} | {one.epsilon} | {shares} |"
        )
    write_whole(path, "\n".join(lines) + "\n")


def draw(cells: Sequence[Cell], path: Path) -> None:
    """Above the hull distance, below what she gets, by each of the three numbers."""
    with chart(path, 11, 6.6) as figure:
        above, below = figure.subplots(2, len(AXES))
        for upper, lower, (axis, (label, _)) in zip(above, below, AXES.items(), strict=True):
            mine = [one for one in cells if one.axis == axis]
            places = [float(one.value) for one in mine]
            upper.plot(places, [float(one.epsilon) for one in mine], "-o", color=PURPLE)
            upper.set_ylim(bottom=0)
            for key, (name, line, colour) in LINES.items():
                shares = [one.share(key) for one in mine]
                lower.plot(places, shares, line, color=colour, markersize=4, label=name)
            lower.set_ylim(-0.05, 1.05)
            lower.set_xlabel(label)
        above[0].set_ylabel("hull distance (mean)")
        below[0].set_ylabel("from no information (0) to TEAM (1)")
        figure.legend(*below[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)


def main() -> None:
    parser = argparse.ArgumentParser(description="Sponsored agents by number, bonus and sharing.")
    parser.add_argument("--quick", action="store_true", help="three games of each family")
    parser.add_argument("--games", type=int, default=40, help="games of each family (default 40)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the games (default 1)")
    add_options(parser, "sponsors", "games")
    options = parser.parse_args()
    games = 3 if options.quick else options.games
    tasks = [(options.store, family, options.seed, games) for _, _, family in families()]
    side_by_side(options.jobs, work, list(dict.fromkeys(tasks)), "families")
    cells = [
        cell(axis, value, work(options.store, family, options.seed, games))
        for axis, value, family in families()
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    write_csv(cells, options.out / "sponsors.csv")
    write_table(cells, options.out / "sponsors.txt")
    draw(cells, options.out / "sponsors.svg")
    for one in cells:
        print(f"{one.axis} {one.value}: {one.known} of {one.games} games")


if __name__ == "__main__":
    main()
