"""--set: commands look at the values that it gives, say so, and refuse what makes no sense."""
# ruff: noqa: E501 (one refusal a line, its message in full)

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commands import Run
from tests.games import INSTANCES

PRIOR = INSTANCES / "regions/prosecutor_prior.toml"
PROOF = INSTANCES / "regions/standard_of_proof.toml"
BONUS = INSTANCES / "regions/sponsors_bonus.toml"
PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
RULES = """
format = 1
[[rules]]
agent = "prosecutor"
signal = { innocent = { convict = 1 }, guilty = { convict = 1 } }
"""

COMMANDS: list[tuple[object, ...]] = [
    ("verify", PRIOR, "--guarantee", "bayes"),
    ("equilibria", PRIOR, "--guarantee", "bayes"),
    ("equilibria", PRIOR, "--pure", "--guarantee", "bayes"),
    ("equilibria", PRIOR, "--rules", "silent.toml"),
    ("hull", PRIOR),
    ("persuade", PRIOR, "--agent", "prosecutor"),
    ("cheap-talk", PRIOR),
    ("learning", PRIOR),
    ("dynamics", PRIOR),
    ("tree", PRIOR),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("silent.toml").write_text(RULES, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: f"{words[0]} {len(words)}")
def test_the_values_stand_in_a_line_below_the_title(words: tuple[object, ...], run: Run) -> None:
    for given, said in (((), "3/10"), (("--set", "t=2/5"), "2/5"), (("--set", " t = 0.4"), "2/5")):
        lines = run(*words, *given).out.splitlines()
        assert lines[1] == f"  at t = {said}", lines[:3]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: f"{words[0]} {len(words)}")
def test_json_has_the_values(words: tuple[object, ...], run: Run) -> None:
    form = ["--format", "json"] if words[0] == "tree" else ["--json"]
    for given, value in (((), "3/10"), (("--set", "t=2/5"), "2/5")):
        (record,) = run(*words, *form, *given).records
        assert record["parameters"] == {"t": value}


def test_without_parameters_json_has_no_such_key(run: Run) -> None:
    (record,) = run("verify", PROSECUTOR, "--guarantee", "bayes", "--json").records
    assert "parameters" not in record


def test_two_parameters(run: Run) -> None:
    ran = run("persuade", PROOF, "--agent", "prosecutor", "--set", "s=3/4", "--set", "t=1/2")
    assert ran.out.splitlines()[1] == "  at t = 1/2, s = 3/4"
    assert "value  2/3" in ran.out
    (record,) = run("hull", PROOF, "--set", "s=3/4", "--json").records
    assert record["parameters"] == {"t": "3/10", "s": "3/4"}


@pytest.mark.parametrize(
    ("path", "words", "expected"),
    [
        (PRIOR, ("u=1",), f"{PRIOR}: u cannot be set (--set), its parameters are t"),
        (PRIOR, ("T=1",), f"{PRIOR}: T cannot be set (--set), its parameters are t; did you mean 't'?"),
        (PRIOR, ("t=2",), f"{PRIOR}: t = 2, expected 0 <= t <= 1"),
        (PRIOR, ("t=1/2", "t=1/2"), "--set t=1/2: t is set twice, expected one value for it"),
        (PRIOR, ("t",), "--set t: expected NAME=VALUE, such as --set t=2/5"),
        (PRIOR, ("=1",), "--set =1: expected NAME=VALUE, such as --set t=2/5"),
        (PRIOR, ("t=x",), "--set t=x: 'x' is not a rational, expected an integer, a decimal or a string like \"7/10\""),
        (PRIOR, ("t=1/0",), "--set t=1/0: 1/0 has a zero denominator, expected a positive one"),
        (PROSECUTOR, ("t=1",), f"{PROSECUTOR}: t cannot be set (--set), it has no [parameters]"),
        (PROSECUTOR, ("t=1", "s=1"), f"{PROSECUTOR}: t, s cannot be set (--set), it has no [parameters]"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_line(
    path: Path, words: tuple[str, ...], expected: str, entry: Run
) -> None:
    ran = entry("verify", path, *(part for word in words for part in ("--set", word)))
    assert (ran.code, ran.out, ran.err) == (2, "", f"error: {expected}\n")


def test_hostile_names_and_values_stay_on_one_line(entry: Run) -> None:
    ran = entry("hull", PRIOR, "--set", "a\x1b[31m\nb=1")
    assert ran.code == 2 and len(ran.err.splitlines()) == 1 and "\x1b" not in ran.err
    ran = entry("hull", PRIOR, "--set", f"t={'9' * 5000}")
    assert ran.code == 2 and len(ran.err.splitlines()) == 1


def test_of_many_files_each_is_looked_at_there(entry: Run, folder: Path) -> None:
    (folder / "games").mkdir()
    for path in (PRIOR, BONUS, PROSECUTOR):
        shutil.copy(path, folder / "games")
    ran = entry("verify", "games", "--set", "t=2/5", "--guarantee", "bayes", "--json")
    assert [record["parameters"] for record in ran.records] == [{"t": "2/5"}] * 2
    assert ran.code == 2
    (line,) = (line for line in ran.err.splitlines() if line.startswith("error: "))
    assert line.endswith("prosecutor.toml: t cannot be set (--set), it has no [parameters]")


def test_the_kernel_alone_says_the_values(run: Run) -> None:
    assert run("verify", PRIOR, "--set", "t=2/5", "--guarantee", "bayes").code == 0
    certificate = "certificates/prosecutor_prior.bayes.json"
    assert json.loads(Path(certificate).read_text("utf-8"))["parameters"] == {"t": "2/5"}
    for given in ((), ("--set", "t=2/5"), ("--set", "t=0.4")):
        ran = run("check", certificate, PRIOR, *given)
        assert ran.code == 0
        assert ran.out.startswith(
            "accepted: 'A prosecutor, for every share of guilty defendants' at t = 2/5 (sha256:"
        )
    ran = run("check", certificate, PRIOR, "--set", "t=1/5")
    assert (ran.code, ran.out) == (1, "refused: parameters: they are t = 2/5, not ['t = 1/5']\n")


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_stories_and_pages_say_the_values(form: str, run: Run) -> None:
    out = run("explain", PRIOR, "--guarantee", "bayes", "--set", "t=2/5", "--format", form).out
    assert "A prosecutor, for every share of guilty defendants" in out
    assert "at t = 2/5" in out  # a page has the values beside its slider, not in its title
    assert "at t = 3/10" not in out
