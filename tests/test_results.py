"""Results tell of themselves, cannot be changed, and survive being pickled."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import verifier.api as vf
from tests.commands import Run
from tests.games import INSTANCES, ROOT
from tests.markup import parsed
from verifier.errors import InstanceError, OutputError
from verifier.frozen import FrozenDict, frozen
from verifier.notebook import html
from verifier.result import PRESENTATIONS, Result

F = Fraction
PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
FILM_NIGHT = INSTANCES / "guarantees/film_night.toml"
FILMS = INSTANCES / "data/films.csv"

RULES = """format = 1
[[rules]]
agent = "prosecutor"
signal = { innocent = { i = 1 }, guilty = { g = 1 } }
"""

MADE: dict[str, Callable[[], Any]] = {
    "game": lambda: vf.load(PROSECUTOR),
    "verify": lambda: vf.verify(FILM_NIGHT),
    "certified": lambda: vf.verify(PROSECUTOR)["G1"],
    "finding": lambda: vf.verify(PROSECUTOR)["quantal"].finding,
    "report": lambda: vf.verify(PROSECUTOR, "bayes").report,
    "benchmarks": lambda: vf.verify(PROSECUTOR, "bayes").report.benchmarks,
    "equilibria": lambda: vf.equilibria(FILM_NIGHT),
    "witness": lambda: vf.equilibria(PROSECUTOR)["bayes"]["worst"],
    "equilibrium": lambda: vf.equilibria(PROSECUTOR)["bayes"]["worst"].equilibrium,
    "hull": lambda: vf.hull(FILM_NIGHT),
    "cone": lambda: vf.hull(FILM_NIGHT).cone,
    "persuade": lambda: vf.persuade(PROSECUTOR, "prosecutor"),
    "cheap talk": lambda: vf.cheap_talk(PROSECUTOR),
    "two senders": lambda: vf.cheap_talk(INSTANCES / "classics/two_experts.toml"),
    "learning": lambda: vf.learning(PROSECUTOR),
    "restricted": lambda: vf.restricted_equilibria(PROSECUTOR, "bayes"),
    "dynamics": lambda: vf.dynamics(FILM_NIGHT),
    "search": lambda: vf.search("identical", games=2000),
    "nothing found": lambda: vf.search("identical", games=1, methods="sample"),
    "sweep": lambda: vf.sweep("near-hull", 2, guarantees="bayes", workers=1),
    "tree": lambda: vf.tree(PROSECUTOR),
    "table": lambda: vf.table_hull(FILMS, orders=1, within="1/5"),
    "stories": lambda: vf.explain(vf.verify(PROSECUTOR, ["bayes", "best-ai"])),
    "story": lambda: vf.explain(vf.verify(PROSECUTOR, "bayes"))["bayes"],
    "region": lambda: vf.region(INSTANCES / "regions/identical_tolerance.toml"),
    "plane": lambda: vf.plane(INSTANCES / "regions/identical_prior.toml"),
}
NO_TABLE = {"certified", "finding", "report", "benchmarks", "witness", "story"}
PLAIN = str | int | Fraction | Decimal | float | bytes | None | Enum | Path


@cache
def result(name: str) -> Any:
    return MADE[name]()


def judged(folder: Path, guarantee: str = "bayes", gamma: str = "0") -> Any:
    rules = folder / "rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    game = vf.load(PROSECUTOR.read_text(encoding="utf-8") + f'\n[claim]\ngamma = "{gamma}"\n')
    return vf.judge(game, rules, guarantee=guarantee)


@pytest.mark.parametrize("name", MADE)
def test_the_repr_is_one_line_and_not_long(name: str) -> None:
    shown = repr(result(name))
    assert shown.startswith(f"<{type(result(name)).__name__}: ") and shown.endswith(">")
    assert "\n" not in shown and 12 < len(shown) < 220


def test_every_kind_of_result_has_its_words() -> None:
    """All results are told of somehow, whatever function they come from."""

    def below(kind: type[Result]) -> Iterator[type[Result]]:
        for lower in kind.__subclasses__():
            yield from (lower, *below(lower))

    kinds = {kind for kind in below(Result) if kind.__name__ != "Readable"}
    assert kinds == set(PRESENTATIONS)


def test_judgements_are_told_as_they_are(tmp_path: Path) -> None:
    refuted = judged(tmp_path)
    assert repr(refuted) == "<Refutation: prosecutor has 3/10 and can get 9/20>"
    assert str(refuted).startswith("  NO EQUILIBRIUM: prosecutor has at most 3/10 (0.3)")
    upheld = judged(tmp_path, gamma="3/10")
    assert repr(upheld) == "<SignalEquilibrium: the user gets 1>"
    assert "no agent gains more than 3/10 (0.3) by any other rule" in str(upheld)
    quantal = judged(tmp_path, "quantal")
    for found in (refuted, upheld, quantal):
        assert pickle.loads(pickle.dumps(found)) == found
        assert len(found.frame()) > 0


def said_by(run: Run, *arguments: str) -> list[str]:
    """What a command prints, without the lines about files."""
    return [
        line
        for line in run(*arguments).out.splitlines()
        if line.strip() and ".toml" not in line and "certificate: " not in line
    ]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("verify", ["verify", str(FILM_NIGHT)]),
        ("equilibria", ["equilibria", str(FILM_NIGHT)]),
        ("persuade", ["persuade", str(PROSECUTOR), "--agent", "prosecutor"]),
        ("cheap talk", ["cheap-talk", str(PROSECUTOR)]),
        ("learning", ["learning", str(PROSECUTOR)]),
        ("dynamics", ["dynamics", str(FILM_NIGHT), "--ties", "favour-speaker"]),
        ("tree", ["tree", str(PROSECUTOR)]),
        ("table", ["hull", str(FILMS), "--curve", "--orders", "1", "--within", "1/5"]),
        ("stories", ["explain", str(PROSECUTOR), "--guarantee", "bayes", "--guarantee", "g3"]),
    ],
)
def test_the_text_is_what_the_command_prints(name: str, command: list[str], run: Run) -> None:
    lines = [line for line in str(result(name)).splitlines() if line.strip()]
    printed = said_by(run, *command)
    if name == "table":  # the command shows the table's path
        lines, printed = lines[1:], printed[1:]
    assert lines == printed


@pytest.mark.parametrize(
    ("name", "file"), [("region", "identical_tolerance"), ("plane", "identical_prior")]
)
def test_a_region_is_told_as_the_command_prints_it(name: str, file: str, run: Run) -> None:
    path = str(INSTANCES / f"regions/{file}.toml")
    printed = run("region", path, "--guarantee", "bayes").out.splitlines()
    assert printed.pop().endswith("certificates in certificates, each accepted by the kernel")
    assert str(result(name)) == "\n".join(printed).replace(f"{path}, ", "")


def test_the_frame_of_a_region_has_a_row_for_each_verdict() -> None:
    """Below a quarter she has 1/2 and is claimed more, from there on 1/2 is enough."""
    region, plane = result("region").frame(), result("plane").frame()
    assert list(region["verdict"]) == ["refuted", "proved"]
    assert list(region["t"]) == ["0 <= t < 1/4", "1/4 <= t <= 1/2"]
    assert sorted(plane["verdict"]) == ["proved", "proved", "refuted", "refuted"]


def test_a_region_of_a_text_is_that_of_its_file_and_is_kept_with_it(tmp_path: Path) -> None:
    text = (INSTANCES / "regions/identical_tolerance.toml").read_text(encoding="utf-8")
    found = vf.region(text, keep=tmp_path)
    assert str(found) == str(result("region"))
    assert (tmp_path / "instance.toml").read_text(encoding="utf-8") == text
    assert found.count == len(list(tmp_path.glob("instance.bayes.*.json"))) > 0


def changeable(value: object, path: str = "") -> Iterator[str]:
    """The places in a value that somebody could change."""
    if isinstance(value, PLAIN):
        return
    if type(value) in (dict, list, set, bytearray):
        yield f"{path}: {type(value).__name__}"
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from changeable(key, f"{path} key {key!r}")
            yield from changeable(entry, f"{path}[{key!r}]")
    elif isinstance(value, tuple | frozenset):
        for n, entry in enumerate(value):
            yield from changeable(entry, f"{path}[{n}]")
    elif is_dataclass(value):
        if not vars(type(value))["__dataclass_params__"].frozen:
            yield f"{path}: {type(value).__name__} is not frozen"
        for part in fields(value):
            yield from changeable(getattr(value, part.name), f"{path}.{part.name}")


@pytest.mark.parametrize("name", MADE)
def test_nothing_in_a_result_can_be_changed(name: str) -> None:
    assert list(changeable(result(name), name)) == []


def test_fields_and_entries_refuse_to_be_changed() -> None:
    found = result("verify")
    with pytest.raises(FrozenInstanceError):
        found.report = None
    changes: tuple[Callable[[], object], ...] = (
        lambda: found.report.game.user_payoff.clear(),
        lambda: found.report.game.agent_payoffs["comedy channel"].clear(),
        lambda: found.report.game.probability.clear(),
        lambda: found.report.game.best_actions.clear(),
        lambda: found.guarantees.clear(),
        lambda: found.guarantees.update({}),
        lambda: found.report.game.utility.pop(("a", "b")),
        lambda: found.report.alignment.simplex.weights.setdefault("x", 1),
        lambda: result("stories").popitem(),
    )
    for change in changes:
        with pytest.raises(TypeError, match="part of a result and cannot be changed"):
            change()


def test_what_is_made_frozen_is_equal() -> None:
    given = {"a": [1, {2}], "b": ({"c": [F(1, 2)]}, "text")}
    assert frozen(given) == {"a": (1, frozenset({2})), "b": ({"c": (F(1, 2),)}, "text")}
    assert given["a"] == [1, {2}]
    same = frozen(given)
    assert frozen(same) is same
    assert hash(frozen({"a": 1})) == hash(FrozenDict({"a": 1}))


@pytest.mark.parametrize("name", MADE)
def test_results_survive_pickle(name: str) -> None:
    found = result(name)
    again = pickle.loads(pickle.dumps(found))
    assert type(again) is type(found)
    assert again == found
    assert (repr(again), str(again)) == (repr(found), str(found))
    assert list(changeable(again, name)) == []


def test_a_pickled_game_has_no_results_with_it() -> None:
    game = vf.load(PROSECUTOR)
    small = len(pickle.dumps(game))
    vf.verify(game)
    assert len(pickle.dumps(game)) == small


def test_results_are_indexed_by_guarantee() -> None:
    found, equilibria, told = result("verify"), result("equilibria"), result("stories")
    assert found["bayes"] is found["G1"] is found["g1"] is found.guarantees["bayes"]
    assert found[vf.Guarantee.BEST_AI] is found["G3"]
    assert list(found) == ["bayes", "quantal", "best-ai"]
    assert equilibria["G1"]["worst"].accepted and list(equilibria) == ["bayes", "best-ai"]
    assert equilibria.certain("G1") == equilibria.certain("bayes")
    assert told["G1"].guarantee == "bayes"
    assert result("sweep")["bayes"].guarantee == "bayes"
    with pytest.raises(InstanceError, match="quantal: was not asked for; there are bayes, best-ai"):
        equilibria["quantal"]


@pytest.mark.parametrize("name", [name for name in MADE if name not in NO_TABLE])
def test_results_become_data_frames(name: str) -> None:
    pytest.importorskip("pandas")
    frame = result(name).frame()
    assert len(frame) > 0 and len(frame.columns) > 1
    assert not any(isinstance(cell, float) for column in frame for cell in frame[column])


def test_a_frame_has_exact_numbers() -> None:
    pytest.importorskip("pandas")
    frame = vf.verify(PROSECUTOR).frame().set_index("guarantee")
    assert frame.loc["bayes", "bound found"] == F(7, 10)
    weights = vf.hull(FILM_NIGHT).frame()
    assert next(iter(weights["simplex"])) == F(1, 5)


def test_without_pandas_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InstanceError, match=r"frame\(\): needs pandas; install it: pip install"):
        vf.load(PROSECUTOR).frame()


def test_the_interface_imports_no_pandas() -> None:
    code = "import sys, verifier.api; print({'pandas', 'IPython', 'z3'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.replace("'z3'", "").replace("{}", "set()") == "set()\n"


@pytest.mark.parametrize("name", ["verify", "stories", "story", "tree", "hull", "persuade"])
def test_notebooks_show_pictures(name: str) -> None:
    tags = [tag for tag, _ in parsed(html(result(name))).seen]
    assert "svg" in tags and "script" not in tags


@pytest.mark.parametrize("name", [name for name in MADE if name not in NO_TABLE])
def test_notebooks_show_a_table_or_a_story(name: str) -> None:
    assert {tag for tag, _ in parsed(html(result(name))).seen} & {"table", "article"}


def test_a_story_is_text_markdown_and_html(tmp_path: Path) -> None:
    stories = result("stories")
    for kind, form in ((".txt", "text"), (".md", "markdown")):
        assert stories.save(tmp_path / f"story{kind}").read_text("utf-8") == getattr(stories, form)
    page = stories.save(str(tmp_path / "new/story.html")).read_text("utf-8")
    assert page.startswith("<!doctype html>") and stories.html in page
    assert {"svg", "math", "table"} <= {tag for tag, _ in parsed(page).seen}
    assert "$" in stories["bayes"].markdown
    assert stories.text == "\n".join(stories[name].text for name in ("bayes", "best-ai"))
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        stories.save(tmp_path / "file/story.md")


def test_a_game_is_taken_as_path_text_or_game() -> None:
    game = vf.load(PROSECUTOR)
    text = PROSECUTOR.read_text(encoding="utf-8")
    assert vf.load(str(PROSECUTOR)) == vf.load(text) == vf.load(game) == game
    assert vf.load(str(game)) == game
    assert vf.load("example:prosecutor") == game
    for given in (game, text, str(PROSECUTOR), PROSECUTOR):
        assert vf.hull(given) == vf.hull(game)
        assert vf.verify(given, "bayes").verdicts == {"bayes": "proved"}


def test_guarantees_and_tolerances_in_all_forms() -> None:
    for guarantees in ("G3", "best-ai", ["best-ai"], ("g3",), vf.Guarantee.BEST_AI, iter(["G3"])):
        assert list(vf.verify(PROSECUTOR, guarantees)) == ["best-ai"]
    for tolerance in ("1/20", F(1, 20), Decimal("0.05"), "0.05"):
        found = vf.verify(PROSECUTOR, "bayes", tolerance)
        assert found["bayes"].finding.tolerance == F(1, 20)
    assert vf.verify(PROSECUTOR, "bayes", 0)["bayes"].finding.tolerance == 0


def test_what_a_search_finds_is_kept_and_verified(tmp_path: Path) -> None:
    found = vf.search("identical", games=2000, keep=tmp_path)
    assert found.game is not None
    assert vf.verify(found.game, found.guarantee).verdicts == {"bayes": "refuted"}
    assert {path.name for path in tmp_path.iterdir()} == {
        "identical.toml",
        "identical.bayes.json",
        "identical_twin.toml",
        "identical_twin.bayes.json",
    }


def test_a_sweep_goes_on_from_its_store(tmp_path: Path) -> None:
    store = tmp_path / "sweep.sqlite"
    first = vf.sweep("uniform", 1, guarantees="bayes", store=store, workers=1)
    second = vf.sweep("uniform", 2, guarantees="bayes", store=store, workers=1)
    assert (first.games, second.games) == (1, 2)
    again = vf.sweep("uniform", 2, guarantees="bayes", workers=1)
    assert again == second


def test_a_tree_is_exported_as_by_the_command(tmp_path: Path, run: Run) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    ruled = vf.tree(PROSECUTOR, rules)
    assert ruled.play is not None and ruled.play.user_utility == 1
    for form, text in (("dot", ruled.dot), ("efg", ruled.efg)):
        command = ["tree", str(PROSECUTOR), "--rules", str(rules), "--format", form]
        assert run(*command).out == text
    with pytest.raises(InstanceError, match="nodes"):
        _ = vf.tree(PROSECUTOR, limit=2).efg


def test_a_game_of_a_table(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("state,action,ann,bob\nrain,go,1,0\nrain,stay,0,1\n", encoding="utf-8")
    game = vf.game_of_table(table, "Ann", prior={"rain": 1})
    assert game == vf.game(
        title="Ann",
        source="table.csv, user ann",
        states=["rain"],
        actions=["go", "stay"],
        prior=[1],
        user=[[1], [0]],
        agents={"bob": [[0], [1]]},
    )
