"""Programs for other solvers: CBC solves LP and MPS, z3 the SMT-LIB text, and they agree with the
exact solver; optimal values are those that the theory computes in its own ways.
"""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import pulp
import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.commands import Run
from tests.games import INSTANCES, games
from verifier.errors import InstanceError
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.game.rules import ConversationRule, silence
from verifier.programs.stated import stated
from verifier.solve.exact import solve
from verifier.solve.exchange import FORMATS, as_json, names_of, smt2
from verifier.solve.program import Goal, Infeasible, Optimal, Program, Sense
from verifier.theory.alignment import hull
from verifier.theory.equilibria.optimal_signal import persuade

F = Fraction
PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
SPONSORS = INSTANCES / "guarantees/drug_sponsors.toml"
ERROR = F(1, 10**6)
"""CBC computes in floats: its values are near the exact ones."""


def value(program: Program) -> Fraction | None:
    answer = solve(program)
    assert isinstance(answer, Optimal | Infeasible)
    return answer.value if isinstance(answer, Optimal) else None


def by_z3(program: Program) -> Fraction | None:
    """The optimal value of the SMT-LIB text, read by a z3 of its own."""
    optimiser = z3.Optimize(ctx=z3.Context())
    optimiser.from_string(smt2(program, "a program"))
    if optimiser.check() == z3.unsat:
        return None
    (objective,) = optimiser.objectives()
    found = optimiser.model().eval(objective, model_completion=True)
    number = F(found.numerator_as_long(), found.denominator_as_long())
    return -number if program.goal is Goal.MAXIMISE else number


def by_cbc(program: Program, form: str, folder: Path) -> float | None:
    """The optimal value of the LP or MPS file, read by CBC."""
    path, solution = folder / f"program.{form}", folder / "solution.txt"
    path.write_text(FORMATS[form](program, "a program"), encoding="utf-8")
    cbc = pulp.PULP_CBC_CMD(msg=False).path
    subprocess.run(
        [cbc, str(path), "solve", "solution", str(solution)], check=True, capture_output=True
    )
    first, *_ = solution.read_text().splitlines()
    return None if "nfeasible" in first else float(first.rpartition(" ")[2])


@st.composite
def stated_programs(draw: st.DrawFn) -> Program:
    game = draw(games())
    agent = draw(st.sampled_from(game.agents)).name
    what = draw(st.sampled_from(["hull", "bound", f"persuasion:{agent}"]))
    return stated(game, what)


@settings(max_examples=60, deadline=None)
@given(program=stated_programs())
def test_z3_finds_the_exact_value_in_the_text(program: Program) -> None:
    assert by_z3(program) == value(program)


@pytest.mark.parametrize("form", ["lp", "mps"])
@pytest.mark.parametrize(
    "what", ["hull", "bound", "persuasion:sponsored by A", "deviation:sponsored by A"]
)
@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated")  # pyproject.toml: pulp < 4
def test_cbc_reads_what_pulp_writes(what: str, form: str, tmp_path: Path) -> None:
    program = stated(load(SPONSORS), what)
    exact, found = value(program), by_cbc(program, form, tmp_path)
    assert exact is not None and found is not None
    turned = form == "mps" and program.goal is Goal.MAXIMISE
    assert abs(F(-found if turned else found) - exact) < ERROR


def test_the_values_are_those_of_the_theory() -> None:
    game = load(PROSECUTOR)
    assert value(stated(game, "persuasion:prosecutor")) == F(3, 5)  # Kamenica and Gentzkow 2011
    assert value(stated(game, "bound")) == F(7, 10)
    assert value(stated(load(SPONSORS), "hull")) == F(3, 10)
    assert value(stated(load(SPONSORS), "bound")) == F(17, 25)


@settings(max_examples=40, deadline=None)
@given(game=games())
def test_hull_and_persuasion_are_those_that_are_found_otherwise(game: Game) -> None:
    assert value(stated(game, "hull")) == hull(game, game.hull).epsilon
    agent = game.agents[0]
    assert value(stated(game, f"persuasion:{agent.name}")) == persuade(game, agent).value


def test_names_are_different_and_of_plain_letters() -> None:
    keys = [("play", "a b"), ("play", "a-b"), ("play", "a_b", "2"), ("play", "\u00e9"), "x"]
    names = [*names_of(keys).values()]
    assert names == ["play__a_b", "play__a_b__2", "play__a_b__2__2", "play___", "x"]


def test_json_has_the_meaning_of_every_name() -> None:
    found = json.loads(as_json(stated(load(PROSECUTOR), "persuasion:prosecutor"), "a title"))
    assert found["goal"] == "maximise"
    assert found["objective"] == {
        "send__innocent__convict": "7/10",
        "send__guilty__convict": "3/10",
    }
    meanings = {row["name"]: row["means"] for row in found["rows"]}
    assert meanings["obedience__convict__nothing__acquit"] == [
        "obedience",
        ["convict"],
        ["nothing"],
        "acquit",
    ]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("foo", "--what foo: expected one of hull, bound, persuasion:AGENT, deviation:AGENT"),
        ("hull:x", "--what hull:x: expected one of"),
        ("persuasion:prosecuter", "did you mean 'prosecutor'"),
        ("deviation:", "expected one of prosecutor"),
    ],
)
def test_what_is_no_program_is_refused(what: str, said: str) -> None:
    with pytest.raises(InstanceError, match=said):
        stated(load(PROSECUTOR), what)


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_writes_each_format(form: str, run: Run, tmp_path: Path) -> None:
    output = tmp_path / "program.txt"
    words = ("program", PROSECUTOR, "--what", "hull", "--format", form)
    printed = run(*words)
    written = run(*words, "--output", output)
    assert (printed.code, written.code) == (0, 0)
    assert output.read_text(encoding="utf-8") == printed.out
    assert "weight__prosecutor" in printed.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--what", "hull", "--guarantee", "bayes"), "--guarantee: only with --what bound"),
        (("--what", "bound", "--guarantee", "quantal"), "irrational"),
        (("--what", "hull", "--rules", "x.rules"), "--rules: only with --what deviation:AGENT"),
        (("--what", "hull", "--format", "xls"), "'xls' is not one of"),
        (("--what", "hull", "--output", str(PROSECUTOR)), "is read here"),
    ],
)
def test_bad_usage_is_one_line(words: tuple[str, ...], said: str, run: Run) -> None:
    ran = run("program", PROSECUTOR, *words)
    assert ran.code == 2
    assert said in ran.err and len(ran.err.splitlines()) == 1


def test_senses_and_free_columns_are_written() -> None:
    program = Program(Goal.MINIMISE)
    program.column("x", 1)
    program.column("y", -1, free=True)
    program.row("most", {"y": 1}, Sense.AT_MOST, F(1, 3))
    program.row("same", {"x": 1, "y": F(2, 7)}, Sense.EQUAL, 2)
    assert by_z3(program) == value(program)
    assert "y free" in FORMATS["lp"](program, "t")


def test_the_others_follow_the_given_rules() -> None:
    """If the rival tells all, nothing is left to persuade; if he is silent, it is the old story."""
    game = load(INSTANCES / "classics/two_prosecutors.toml")
    first, second = (agent.name for agent in game.agents)
    silent = {name: ConversationRule(name, silence(game), {}) for name in (first, second)}
    what = f"deviation:{first}"
    assert value(stated(game, what)) == F(3, 10)
    assert value(stated(game, what, profile=silent)) == F(3, 5)
