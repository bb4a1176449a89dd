"""The time of the exact solver on the programs of random games, beside HiGHS in floats and z3.

    python -m benchmarks.programs [--quick] [--json] [--games N] [--repeat TIMES] [--seed NUMBER]

The corpus: every linear program that is solved for the Bayesian and the best-AI user on random
games (`benchmarks.random_games`: two agents, three states, three actions), in the order in which
they come, doubles included, without those with numbers such as 2^-40, of which floats see nothing.
Times are CPU microseconds a program, the median of the repeats, and imports are not counted. `ours`
turns a program into integers and solves it, `checked` checks the answer besides; `highs` is HiGHS
in floats, its model built from the program's entries; `z3` is the second opinion of
`--cross-check`. A peer that is missing, or an answer that differs, ends the benchmark with an
error.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.random_games import random_game
from verifier.solve import exact, smt
from verifier.solve.effort import Effort
from verifier.solve.highs import quiet_highs
from verifier.solve.program import Answer, Goal, Infeasible, Optimal, Program, Sense
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine

NEAR = 1e-6
"""How near the float optimum must be to the exact one, relative to 1 + |value|."""


def corpus(games: int, seed: int) -> list[Program]:
    """The programs of random games, in the order in which they are solved."""
    seen: list[Program] = []

    def noted(program: Program) -> Answer:
        seen.append(program)
        return exact.solve(program)

    draw = random.Random(seed)
    for _ in range(games):
        game = random_game(draw, 2, 3, 3)
        examine(game, [Guarantee.BAYES, Guarantee.BEST_AI], effort=Effort(noted, near_bits=0))
    return seen


def unchecked(program: Program) -> Answer:
    scaled = exact.scaled(program)
    return scaled.answer(exact.ending(scaled.form))


class Highs:
    """HiGHS in floats, one instance for all programs."""

    def __init__(self) -> None:
        import highspy
        import numpy as np

        self.highspy, self.np, self.solver = highspy, np, quiet_highs()

    def __call__(self, program: Program) -> float | None:
        """The optimal value; None where HiGHS finds none."""
        self.solver.passModel(self.model(program))
        self.solver.run()
        if self.solver.getModelStatus() != self.highspy.HighsModelStatus.kOptimal:
            return None
        return float(self.solver.getInfo().objective_function_value)

    def model(self, program: Program) -> Any:
        np, infinity = self.np, self.highspy.kHighsInf
        numbers = {key: number for number, key in enumerate(program.costs)}
        lp, rows = self.highspy.HighsLp(), program.rows.values()
        lp.num_col_, lp.num_row_ = len(numbers), len(rows)
        goal = self.highspy.ObjSense
        lp.sense_ = goal.kMinimize if program.goal is Goal.MINIMISE else goal.kMaximize
        lp.col_cost_ = np.array([float(cost) for cost in program.costs.values()])
        lp.col_lower_ = np.array([-infinity if key in program.free else 0.0 for key in numbers])
        lp.col_upper_ = np.full(len(numbers), infinity)
        bounds = [(row.sense, float(row.bound)) for row in rows]
        lp.row_lower_ = np.array([-infinity if s is Sense.AT_MOST else b for s, b in bounds])
        lp.row_upper_ = np.array([infinity if s is Sense.AT_LEAST else b for s, b in bounds])
        lp.a_matrix_.format_ = self.highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row.coefficients) for row in rows)])
        entries = [(numbers[key], float(v)) for row in rows for key, v in row.coefficients.items()]
        lp.a_matrix_.index_ = np.array([number for number, _ in entries], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for _, value in entries])
        return lp


def agree(answer: Answer, value: float | None, opinion: smt.Opinion) -> None:
    """Raise RuntimeError where a peer has another answer."""
    if isinstance(answer, Optimal):
        near = value is not None and abs(value - answer.value) <= NEAR * (1 + abs(answer.value))
        if not near or opinion != smt.Optimum(answer.value):
            raise RuntimeError(f"the optimum is {answer.value}, HiGHS: {value}, z3: {opinion}")
    elif value is not None or (isinstance(answer, Infeasible) != (opinion == smt.Unsatisfiable())):
        raise RuntimeError(f"there is no optimum, HiGHS: {value}, z3: {opinion}")


def microseconds(solver: Callable[[Program], object], programs: Sequence[Program]) -> float:
    start = time.process_time()
    for program in programs:
        solver(program)
    return (time.process_time() - start) / len(programs) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="two games, one repeat")
    parser.add_argument("--games", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    programs = corpus(2 if options.quick else options.games, options.seed)
    highs = Highs()
    for program in programs:
        agree(exact.solve(program), highs(program), smt.solve(program))
    solvers: dict[str, Callable[[Program], object]] = {
        "ours": unchecked,
        "checked": exact.solve,
        "highs": highs,
        "z3": smt.solve,
    }
    times: dict[str, list[float]] = {name: [] for name in solvers}
    for _ in range(1 if options.quick else options.repeat):
        for name, solver in solvers.items():
            part = programs[::10] if name == "z3" else programs
            times[name].append(microseconds(solver, part))
    row = {name: statistics.median(found) for name, found in times.items()}
    ratios = {f"ours / {peer}": row["ours"] / row[peer] for peer in ("highs", "z3")}
    if options.json:
        print(json.dumps({"programs": len(programs), **row, **ratios}))
        return
    print(f"{len(programs)} programs")
    for name, value in row.items():
        print(f"{name:8} {value:8.0f} us   ours / {name} {row['ours'] / value:.2f}")


if __name__ == "__main__":
    main()
