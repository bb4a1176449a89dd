"""Every command uses what an instance says of evaluation, hull, users, own priors and parameters,
or says in a sentence that it does not.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

import verifier.api as vf
from tests.commands import Run
from tests.games import INSTANCES
from verifier.errors import InstanceError
from verifier.game.reader import load, load_users

CRITICS = INSTANCES / "tightness/three_critics.toml"
TASTES = INSTANCES / "populations/opposite_tastes.toml"
SPONSORS = INSTANCES / "guarantees/drug_sponsors.toml"
READ = {
    TASTES: "for all 2 users, by one rule for all",
    INSTANCES / "guarantees/old_house.toml": "own priors",
    INSTANCES / "regions/identical_tolerance.toml": "at t = 1/10",
}
"""Instance -> what is said of how it is read."""
WITHOUT_CLAIM = ("tree", "cheap-talk", "persuade", "learning")
PICKS = "model.evaluation is not used here: it is about a user who picks an agent"
CLAIMS = "claim.hull is not used here: nothing is claimed"


def asked(command: str, path: Path) -> list[str]:
    """The command about a file, of whose agents it takes the first where it takes one."""
    names = [agent.name for agent in load(path).agents]
    agents = {"persuade": names[:1], "learning": names[:1], "cheap-talk": names[:2]}
    chosen = [word for name in agents.get(command, []) for word in ("--agent", name)]
    return [command, str(path), *chosen]


def as_json(command: str) -> list[str]:
    return ["--format", "json"] if command == "tree" else ["--json"]


@pytest.mark.parametrize("command", WITHOUT_CLAIM)
def test_an_evaluation_is_left_aside_in_words(run: Run, command: str) -> None:
    words = asked(command, CRITICS)
    assert PICKS in run(*words).out
    assert list(json.loads(run(*words, *as_json(command)).out)["unused"]) == ["model.evaluation"]


@pytest.mark.parametrize("command", WITHOUT_CLAIM)
@pytest.mark.parametrize("hull", ["cone", "simplex"])
def test_a_hull_is_left_aside_in_words(run: Run, command: str, hull: str, tmp_path: Path) -> None:
    path = tmp_path / "game.toml"
    text = SPONSORS.read_text(encoding="utf-8")
    path.write_text(f'{text}\n[claim]\nhull = "{hull}"\n', encoding="utf-8")
    words = asked(command, path)
    assert (CLAIMS in run(*words).out) == (hull == "cone")
    assert ("unused" in json.loads(run(*words, *as_json(command)).out)) == (hull == "cone")


@pytest.mark.parametrize(
    ("talk", "said"),
    [
        ("agent_alphabet = 2", {"conversation.agent_alphabet"}),
        ("agent_alphabet = 3", set()),
        ("rounds = 2\nagent_alphabet = 2", set()),
    ],
)
def test_words_that_are_too_few_for_a_signal_are_said(
    run: Run, talk: str, said: set[str], tmp_path: Path
) -> None:
    """She guesses one of three and he wants her to be right: with two words she has 2/3 at most."""
    names = ("one", "two", "three")
    rows = "".join(
        f"utility.{a} = {{ {', '.join(f'{y} = {int(a == y)}' for y in names)} }}\n" for a in names
    )
    path = tmp_path / "guess.toml"
    path.write_text(
        f'format = 1\ntitle = "Guess"\nstates = {list(names)}\nactions = {list(names)}\n'
        'prior = { one = "1/3", two = "1/3", three = "1/3" }\n'
        f'[user]\n{rows}[[agents]]\nname = "friend"\n{rows}[conversation]\n{talk}\n',
        encoding="utf-8",
    )
    found = json.loads(run("persuade", str(path), "--agent", "friend", "--json").out)
    assert (found["value"], len(found["signal"]), set(found.get("unused", []))) == ("1", 3, said)
    told = "any number of messages" in " ".join(
        run("persuade", str(path), "--agent", "friend").out.split()
    )
    assert told == bool(said)
    program = run("program", str(path), "--what", "persuasion:friend").out
    assert "any number of messages" in program


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[claim]\ngamma = 0.05", "equilibria       up to gains of 1/20 (0.05)"),
        ("[model]\nevaluation = 0.1", "evaluation       errs by up to 1/10 (0.1)"),
        (
            "[claim]\ntolerance = 0.4",
            "tolerance        2/5 (0.4), claimed in place of the distance",
        ),
    ],
)
def test_what_a_verdict_is_about_is_said(run: Run, table: str, said: str, tmp_path: Path) -> None:
    """What is called an equilibrium, how well she picks, and the tolerance that is claimed."""
    path = tmp_path / "game.toml"
    text = SPONSORS.read_text(encoding="utf-8")
    path.write_text(f"{text}\n{table}\n", encoding="utf-8")
    folder = ["--certificates", str(tmp_path)]
    assert f"  {said}\n" in run("verify", str(path), *folder).out
    assert (f"  {said}\n" in run("equilibria", str(path), *folder).out) == ("claimed" not in said)
    assert (
        said.split()[0] not in run("verify", str(SPONSORS), *folder).out.split("bayes")[0].split()
    )


@pytest.mark.parametrize("command", [*WITHOUT_CLAIM, "hull", "equilibria", "verify", "dynamics"])
@pytest.mark.parametrize("path", READ, ids=lambda path: path.stem)
def test_how_a_file_was_read_is_said(run: Run, command: str, path: Path, tmp_path: Path) -> None:
    words = asked(command, path)
    if command in ("equilibria", "verify", "dynamics"):
        words += ["--certificates", str(tmp_path)]
    ran = run(*words)
    if (command, path) == ("dynamics", TASTES):
        assert ran.code == 2 and "each of several users picks for herself" in ran.err
    else:
        assert READ[path] in ran.out


@pytest.mark.parametrize(
    "command",
    [["tree", "--format", "efg"], ["program", "--what", "hull"], ["theorem"]],
    ids=["tree", "program", "theorem"],
)
@pytest.mark.parametrize(
    ("path", "said"), [*READ.items(), (SPONSORS, "")], ids=lambda part: Path(part).stem
)
def test_files_of_numbers_say_how_a_game_was_read(
    run: Run, command: list[str], path: Path, said: str
) -> None:
    first = run(command[0], str(path), *command[1:]).out.splitlines()[0]
    assert ("for all users, by one rule for all" in first) == (path == TASTES)
    assert ("utilities reweighted by own priors" in first) == (said == "own priors")
    assert ("at t = 1/10" in first) == (said == "at t = 1/10")


def test_dynamics_say_whom_she_picks(run: Run, tmp_path: Path) -> None:
    words = ["dynamics", str(CRITICS), "--certificates", str(tmp_path)]
    told = " ".join(run(*words).out.split())
    assert "her evaluation may err by 1/8 (0.125); in these moves she picks the best offer" in told
    record = json.loads(run(*words, "--json").out)
    assert (record["evaluation"], record["picks"]) == ("1/8", "best offer")
    assert "her evaluation may err" in str(vf.dynamics(CRITICS))
    film = INSTANCES / "guarantees/film_night.toml"
    exact = ["dynamics", str(film), "--certificates", str(tmp_path)]
    assert "evaluation" not in run(*exact).out
    assert "evaluation" not in json.loads(run(*exact, "--json").out)


def test_dynamics_end_in_what_is_an_equilibrium_with_the_error_too(tmp_path: Path) -> None:
    """The kernel reads the instance with its error, and accepts the end."""
    found = vf.dynamics(CRITICS, keep=tmp_path)
    assert found.certified and found.game.evaluation
    assert found.instance is not None and load(found.instance).evaluation == found.game.evaluation


def test_a_program_of_a_user_who_errs_says_where_its_rows_hold(run: Run) -> None:
    """Its optimum is 1, and what is proved 3/4: above that she may pick another agent."""
    words = ["program", str(CRITICS), "--what", "bound", "--guarantee", "best-ai"]
    where = "three critics, and an evaluation that errs: bound, in equilibria worth less than 3/4"
    assert where in run(*words).out.splitlines()[0].lower()
    assert json.loads(run(*words, "--format", "json").out)["title"].endswith("3/4 to her")
    assert vf.verify(CRITICS, "best-ai")["best-ai"].finding.bound.value == Fraction(3, 4)
    assert run(*words[:-1], "bayes").out.splitlines()[0].endswith("errs: bound")


def drawn_from(path: Path, number: str, folder: Path) -> str:
    """The path of a template that draws this number, such as `left = "2/3"`, from itself alone."""
    text, (name, value) = path.read_text(encoding="utf-8"), number.rsplit(" ", 1)
    assert number in text
    ends = value.strip('"')
    found = folder / f"{path.stem}.template"
    found.write_text(text.replace(number, f'{name} "{ends}..{ends} step 1"'), encoding="utf-8")
    return str(found)


def test_a_sweep_says_whose_games_are_drawn(run: Run, tmp_path: Path) -> None:
    """Under one rule for all nothing is said of best-ai, and worst cases keep their users."""
    path = drawn_from(TASTES, 'left = "2/3"', tmp_path)
    start = ["sweep", "template", "--count", "1", "--template", path, "--workers", "1"]
    words = [*start, "--store", str(tmp_path / "a.sqlite"), "--worst", str(tmp_path)]
    ran = run(*words)
    assert ran.code == 0
    assert ran.out.startswith(
        "template, seed 1 for all users, by one rule for all: 1 game\n  bayes    1 refuted"
    )
    assert "best-ai" not in ran.out
    assert json.loads(run(*words, "--json").out)["heading"].endswith("by one rule for all")
    assert load_users(tmp_path / "bayes_loss_1.toml") == ("ann", "bob")
    refused = run(*start, "--store", str(tmp_path / "b.sqlite"), "--guarantee", "best-ai")
    assert refused.code == 2 and "each of several users picks for herself" in refused.err


def with_tolerance() -> str:
    """Opposite tastes with a claimed tolerance t from 0 to 1/4."""
    text = TASTES.read_text(encoding="utf-8").replace("tolerance = 0", 'tolerance = "t"')
    return f'{text}\n[parameters]\nt = {{ from = 0, to = "1/4", default = 0 }}\n'


@pytest.mark.parametrize(
    ("user", "whose", "verdict"),
    [
        ("bob", " for the user 'bob'", "proved exactly for 0 <= t <= 1/4"),
        (None, " for all users, by one rule for all", "refuted"),
    ],
)
def test_a_region_names_the_user(
    run: Run, user: str | None, whose: str, verdict: str, tmp_path: Path
) -> None:
    """In the heading, the condition and JSON; under one rule it is asked of bayes alone."""
    path = tmp_path / "game.toml"
    path.write_text(with_tolerance(), encoding="utf-8")
    named = [] if user is None else ["--user", user]
    words = ["region", str(path), *named, "--certificates", str(tmp_path)]
    lines = run(*words).out.splitlines()
    assert lines[0] == f"Two listeners of opposite tastes{whose}"
    assert ("  best-ai" in lines) == (user is not None)
    derived = run(*words, "--derive", "--guarantee", "bayes").out
    assert derived.startswith(f"bayes{whose}: ") and verdict in derived
    record = json.loads(run(*words, "--json", "--guarantee", "bayes").out)
    assert (record["title"], record.get("user")) == ("Two listeners of opposite tastes", user)
    assert vf.region(path, "bayes", user=user).heading == lines[0]


def test_a_plane_names_the_user(run: Run, tmp_path: Path) -> None:
    """Two parameters: how much is claimed, and how likely the fair is on the left."""
    path = tmp_path / "game.toml"
    text = with_tolerance().replace(
        'left = "2/3", right = "1/3"', 'left = "2/3 + s", right = "1/3 - s"'
    )
    path.write_text(f'{text}s = {{ from = 0, to = "1/6", default = 0 }}\n', encoding="utf-8")
    words = ["region", str(path), "--user", "bob", "--guarantee", "bayes"]
    words += ["--certificates", str(tmp_path)]
    assert run(*words).out.startswith("Two listeners of opposite tastes for the user 'bob'\n")
    assert json.loads(run(*words, "--json").out)["user"] == "bob"
    assert vf.plane(path, user="bob").heading.endswith("for the user 'bob'")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ("1/100", "is 1/100, which is no row of 12; expected at least 1/12"),
        ("0", "is 0, which is no row of 12; expected at least 1/12"),
        ("1", "is 1, expected less than 1: rows to fit must stay"),
    ],
)
def test_a_share_that_holds_out_no_row_is_refused(
    run: Run, share: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    rows = "\n".join(f"{n % 5},{n * n % 7},{3 * n % 4}" for n in range(12))
    path.write_text(f"she,one,other\n{rows}\n", encoding="utf-8")
    words = ["hull", str(path), "--curve", "--orders", "2", "--hold-out"]
    ran = run(*words, share)
    assert ran.code == 2 and f"--hold-out: {said}" in ran.err
    assert run(*words, "1/12").code == 0
    if share != "0":
        with pytest.raises(InstanceError, match=f"hold_out: {said}"):
            vf.table_hull(path, orders=2, hold_out=share)
    assert vf.table_hull(path, orders=1, hold_out="1/12").orders[0].steps[0].tested is not None


def test_a_sweep_says_the_values_of_parameters(run: Run, tmp_path: Path) -> None:
    path = drawn_from(INSTANCES / "regions/identical_tolerance.toml", 'ill = "1/2"', tmp_path)
    words = ["sweep", "template", "--count", "1", "--template", path, "--workers", "1"]
    words += ["--guarantee", "bayes"]
    for name, more, value in (("a", [], "1/10"), ("b", ["--set", "t=1/3"], "1/3")):
        ran = run(*words, *more, "--store", str(tmp_path / f"{name}.sqlite"))
        assert ran.out.startswith(f"template, seed 1, at t = {value}: 1 game\n")
