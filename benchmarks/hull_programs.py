"""Hull distances of k generators on N points, against a float solver and two exact ones.

    python -m benchmarks.hull_programs [--quick] [--json] [--limit SECONDS] [--repeat TIMES]
                                       [--seed NUMBER]

Every tool starts from the same lists of integers, in the same run, and builds its own model;
imports are not timed. Tools:

    highs   HiGHS in floats on the whole program, one thread; `ratio` is a median over its median
    ours    verifier.solve.hull.chebyshev, exact and self-checked
    file    the same from a CSV file, with the kernel's check of the certificate against that file
            in a process of its own
    z3      verifier.solve.smt on the whole program, exact
    ppl     the exact simplex of the Parma Polyhedra Library (pplpy) on the whole program

TO: over the time limit. killed: its process ended, as for lack of memory. skipped: one of these at
a smaller size already. missing: not installed (pip install .[bench]). The exact tools must agree
exactly, and the floats to nine digits; a tool that raises an error stops the benchmark.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from verifier.solve.highs import quiet_highs
from verifier.solve.hull import chebyshev, hull_program
from verifier.solve.points import Mixture
from verifier.solve.smt import Optimum, solve
from verifier.tables.measure import ALL, read
from verifier.tables.measure import measure as measure_table

SIZES = [(10, 200), (20, 1000), (100, 5000), (200, 20000)]
PEERS_UP_TO = 1_000_000
"""Entries up to which the exact peers are asked: none finished a tenth of that within a minute."""
Columns = list[list[int]]
T = TypeVar("T")


@dataclass(frozen=True)
class Figure:
    """One tool at one size: the median time in seconds, or why there is none."""

    tool: str
    generators: int
    points: int
    seconds: float | None
    note: str = ""
    ratio: float | None = None


def columns(generators: int, points: int, seed: int) -> Columns:
    """The target, then the generators: integers from 0 to 100."""
    draw = random.Random(f"{seed} {generators} {points}")
    return [[draw.randint(0, 100) for _ in range(points)] for _ in range(generators + 1)]


def ours(data: Columns) -> Fraction:
    return chebyshev(data[0], data[1:]).distance


def from_file(path: Path) -> Fraction:
    """The distance of a table in a CSV file, in a certificate that the kernel has accepted."""
    return measure_table(read(path), ALL[:1]).distances[0].distance


def highs(data: Columns) -> float:
    """The least distance in floats.

    Rows: mixture + offset - distance <= target, mixture + offset + distance >= target, sum = 1.
    """
    import highspy
    import numpy as np

    table = np.array(data, dtype=np.float64).T
    target, generators = table[:, 0], table[:, 1:]
    points, weights = generators.shape
    rows, size = 2 * points + 1, weights + 2
    matrix = np.ones((rows, size))
    matrix[:points, :weights] = matrix[points:-1, :weights] = generators
    matrix[:points, -1] = -1.0
    matrix[-1, weights:] = 0.0
    row, column = np.nonzero(matrix)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows, size
    lp.col_cost_ = np.eye(size)[-1]
    lp.col_lower_ = np.where(np.arange(size) == weights, -highspy.kHighsInf, 0.0)
    lp.col_upper_ = np.full(size, highspy.kHighsInf)
    lp.row_lower_ = np.concatenate([np.full(points, -highspy.kHighsInf), target, [1.0]])
    lp.row_upper_ = np.concatenate([target, np.full(points, highspy.kHighsInf), [1.0]])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.count_nonzero(matrix, axis=1))])
    lp.a_matrix_.index_, lp.a_matrix_.value_ = column, matrix[row, column]
    solver = quiet_highs()
    solver.setOptionValue("threads", 1)
    solver.passModel(lp)
    solver.run()
    return float(solver.getInfo().objective_function_value)


def z3(data: Columns) -> Fraction:
    opinion = solve(
        hull_program(data[0], data[1:], [0] * len(data[0]), Mixture.SIMPLEX), seconds=10**6
    )
    if not isinstance(opinion, Optimum):
        raise RuntimeError(f"z3: {opinion}")
    return opinion.value


def ppl(data: Columns) -> Fraction:
    from ppl import Linear_Expression, MIP_Problem, Variable

    weights = [Variable(number) for number in range(len(data) - 1)]
    offset, distance = Variable(len(weights)), Variable(len(weights) + 1)
    problem = MIP_Problem(len(weights) + 2)
    for weight in weights:
        problem.add_constraint(weight >= 0)
    problem.add_constraint(sum(weights, Linear_Expression(0)) == 1)
    for aim, *values in zip(*data, strict=True):
        gap = sum(
            (value * weight for value, weight in zip(values, weights, strict=True)), offset - aim
        )
        problem.add_constraint(gap <= distance)
        problem.add_constraint(-gap <= distance)
    problem.set_objective_function(-distance)
    problem.set_optimization_mode("maximization")
    value = problem.optimal_value()
    return -Fraction(int(value.numerator), int(value.denominator))


def timed(
    tool: Callable[[T], Fraction | float], data: T, repeat: int
) -> tuple[Fraction | float, float]:
    """The tool's value and the median of its times."""
    times, value = [], tool(data)
    for _ in range(repeat):
        start = time.perf_counter()
        value = tool(data)
        times.append(time.perf_counter() - start)
    return value, statistics.median(times)


def _once(send: Connection, tool: Callable[[Columns], Fraction], data: Columns) -> None:
    start = time.perf_counter()
    try:
        value = tool(data)
    except Exception as error:  # sent to the process that asked, which raises it
        send.send(error)
    else:
        send.send((value, time.perf_counter() - start))


def limited(
    tool: Callable[[Columns], Fraction], data: Columns, limit: float
) -> tuple[Fraction, float] | str:
    """The value and the time of one run in a process of its own, or why there are none.

    Raises RuntimeError where the tool itself raises an error.
    """
    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_once, args=(send, tool, data))
    process.start()
    send.close()
    try:
        answer: tuple[Fraction, float] | Exception = (
            receive.recv() if receive.poll(limit) else TimeoutError()
        )
    except EOFError:
        return "killed"
    finally:
        process.terminate()
        process.join()
    if isinstance(answer, TimeoutError):
        return "TO"
    if isinstance(answer, Exception):
        raise RuntimeError(f"{tool.__name__} does not run") from answer
    return answer


def measure(
    size: tuple[int, int], seed: int, repeat: int, limit: float, late: set[str]
) -> list[Figure]:
    """The figures of all tools at one size; tools in `late` are skipped, late ones join it."""
    data = columns(*size, seed)
    nearly, base = timed(highs, data, repeat if size[0] * size[1] <= PEERS_UP_TO else 1)
    value, seconds = timed(ours, data, repeat)
    if abs(float(nearly) - float(value)) > 1e-9 * max(1, float(value)):
        raise RuntimeError(f"highs says {nearly}, ours {value} at {size}")
    figures = [
        Figure("highs", *size, base, ratio=1.0),
        Figure("ours", *size, seconds, ratio=seconds / base),
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        names = ",".join(f"column {n}" for n in range(len(data)))
        path.write_text(
            "\n".join([names, *(",".join(map(str, row)) for row in zip(*data, strict=True))]) + "\n"
        )
        certified, seconds = timed(from_file, path, repeat)
    figures.append(Figure("file", *size, seconds, ratio=seconds / base))
    if certified != value:
        raise RuntimeError(f"{certified} from the file, {value} from memory at {size}")
    for tool in (z3, ppl) if size[0] * size[1] <= PEERS_UP_TO else ():
        name = tool.__name__
        missing = (
            tool is ppl and importlib.util.find_spec("ppl") is None
        )  # an optional peer: pip install .[bench]
        outcome = (
            "missing" if missing else "skipped" if name in late else limited(tool, data, limit)
        )
        if isinstance(outcome, str):
            figures.append(Figure(name, *size, None, outcome))
            late.add(name)
        elif outcome[0] != value:
            raise RuntimeError(f"{name} says {outcome[0]}, ours {value} at {size}")
        else:
            figures.append(Figure(name, *size, outcome[1], ratio=outcome[1] / base))
    return figures


def show(figures: Sequence[Figure]) -> None:
    print(f"{'k':>4} {'N':>6}  {'tool':6} {'seconds':>9} {'ratio':>9}")
    for f in figures:
        times = (
            f"{f.note:>9}"
            if f.seconds is None or f.ratio is None
            else f"{f.seconds:9.4f} {f.ratio:9.2f}"
        )
        print(f"{f.generators:4} {f.points:6}  {f.tool:6} {times}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time exact hull distances against other solvers.")
    parser.add_argument("--quick", action="store_true", help="the smallest size only")
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of a table")
    parser.add_argument(
        "--limit", type=float, default=60, help="seconds for each run of an exact peer (default 60)"
    )
    parser.add_argument(
        "--repeat", type=int, default=5, help="timed runs of highs and ours (default 5)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the integers (default 1)")
    options = parser.parse_args()
    late: set[str] = set()
    figures: list[Figure] = []
    for size in SIZES[:1] if options.quick else SIZES:
        figures += measure(size, options.seed, options.repeat, options.limit, late)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=1))
    else:
        show(figures)


if __name__ == "__main__":
    main()
