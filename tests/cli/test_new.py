"""`verifier new`, `verifier examples` and `verifier schema`: printed, written, and never over what
is there.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import Run, outside
from tests.games import INSTANCES
from verifier.cli.options import put_new
from verifier.game.examples import examples
from verifier.game.reader import load, parse
from verifier.game.schema import schema

RAIN = ("--states", "rain,sun", "--actions", "umbrella,none")
PROSECUTOR = INSTANCES / "classics/prosecutor.toml"


def test_ten_minutes(run: Run) -> None:
    """What the command of the README writes is proved as it stands."""
    ran = run("new", "my.toml", "--agents", 2, *RAIN)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "my.toml: written; go on with: verifier verify my.toml\n"
    game = load("my.toml")
    assert (game.states, game.actions) == (("rain", "sun"), ("umbrella", "none"))
    assert len(game.agents) == 2
    ran = run("verify", "my.toml")
    assert ran.code == 0
    assert ran.out.count("PROVED") == 3
    assert run("explain", "my.toml").code == 0


@pytest.mark.parametrize("path", [(), ("-",)])
def test_without_a_path_it_is_printed(path: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    ran = run("new", *path, *RAIN)
    assert parse(ran.out, "printed").states == ("rain", "sun")
    assert not list(tmp_path.iterdir())


def test_names_have_no_spaces_around_them_and_may_have_some_inside(run: Run) -> None:
    ran = run("new", "--states", " light rain, sun ", "--actions", "go", "--observations", "a,b,c")
    game = parse(ran.out, "printed")
    assert game.states == ("light rain", "sun")
    assert game.agent_observations == ("a", "b", "c")


def test_the_path_of_what_is_next_is_quoted(run: Run, tmp_path: Path) -> None:
    ran = run("new", "my game.toml", *RAIN)
    assert ran.out.endswith("verifier verify 'my game.toml'\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--states", "a,,b", "--actions", "c"), "--states: is empty, expected a name"),
        (("--states", "a\nb", "--actions", "c"), r"--states: 'a\nb': character 2 is U+000A"),
        (("--states", "a", "--actions", "c,c"), "--actions: 'c' appears twice"),
        (("--actions", "c"), "Missing option '--states'"),
        (("--states", "a", "--actions", "c", "--agents", 0), "0 is not in the range 1<=x<=20"),
        (("--states", "a", "--actions", "c", "--agents", 10**9), "is not in the range 1<=x<=20"),
        (("--states", ",".join(map(str, range(21))), "--actions", "c"), "--states: has 21 names"),
        (("--states", "a", "--actions", "c", "--title", "t" * 2000), "--title: expected text of"),
    ],
)
def test_what_cannot_be_drafted(
    words: tuple[object, ...], says: str, run: Run, tmp_path: Path
) -> None:
    ran = run("new", "my.toml", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_title_may_hold_anything(run: Run) -> None:
    title = 'a "quoted"\nline \\ with \x1b[31m and ünïcödé \u202e'
    assert run("new", "my.toml", *RAIN, "--title", title).code == 0
    assert load("my.toml").title == title


def test_bytes_that_are_no_text_are_no_title(tmp_path: Path) -> None:
    ran = outside("new", *RAIN, "--title", "\udcff", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: --title: expected text")


@pytest.mark.parametrize(
    "words", [("new", "my.toml", *RAIN), ("examples", "voter", "-o", "my.toml")]
)
def test_what_is_there_already_is_left_as_it_is(
    words: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    there = tmp_path / "my.toml"
    there.write_text("precious", encoding="utf-8")
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: my.toml: is there already; name another file, or move this one away\n"
    assert there.read_text(encoding="utf-8") == "precious"
    there.unlink()
    there.symlink_to("elsewhere.toml")
    assert run(*words).err == ran.err
    assert there.is_symlink()


def test_a_file_is_not_called_as_a_shipped_game(run: Run, tmp_path: Path) -> None:
    ran = run("new", "example:mine", *RAIN)
    assert (ran.code, ran.out) == (2, "")
    assert "example:mine: names a shipped game wherever it is read" in ran.err
    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_file(run: Run, tmp_path: Path) -> None:
    ran = run("new", str(tmp_path), *RAIN)
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_a_device_is_written_to() -> None:
    put_new("text", Path("/dev/null"))


def test_examples_are_listed(run: Run) -> None:
    ran = run("examples")
    assert (ran.code, ran.err) == (0, "")
    for game in examples().values():
        assert f"\n  {game.name}: {game.title}\n      {game.shows}\n" in ran.out
    heads = [line for line in ran.out.splitlines() if not line.startswith(" ")]
    assert heads == list(dict.fromkeys(game.folder for game in examples().values()))


def test_examples_are_listed_as_json(run: Run) -> None:
    found = run("examples", "--json").records
    assert [record["name"] for record in found] == list(examples())
    assert all(record.keys() == {"name", "folder", "title", "shows"} for record in found)


@pytest.mark.parametrize("name", ["prosecutor", "example:prosecutor"])
def test_one_example_is_printed_or_copied(name: str, run: Run, tmp_path: Path) -> None:
    text = PROSECUTOR.read_text(encoding="utf-8")
    assert run("examples", name).out == text
    assert run("examples", name, "-o", "mine.toml").code == 0
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == text


def test_an_unknown_example_is_refused_with_the_one_that_was_meant(run: Run) -> None:
    for words in (
        ("examples", "two_prosecutor"),
        ("verify", "example:two_prosecutor"),
        ("check", "no.json", "example:two_prosecutor"),
    ):
        ran = run(*words)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "error: example:two_prosecutor: no shipped game is called so; did you mean"
            " 'two_prosecutors'?\n"
        )


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--guarantee", "bayes"),
        ("equilibria", "--guarantee", "bayes"),
        ("explain", "--guarantee", "bayes"),
        ("hull",),
        ("tree",),
        ("cheap-talk",),
        ("learning",),
        ("persuade", "--agent", "prosecutor"),
    ],
)
def test_an_example_stands_wherever_a_path_does(words: tuple[str, ...], run: Run) -> None:
    """What is printed is the same, but for the name of the file."""
    command, *options = words
    by_name = run(command, "example:prosecutor", *options)
    by_path = run(command, PROSECUTOR, *options)
    assert by_name.code == by_path.code in (0, 1, 3)
    assert by_name.err == by_path.err == ""
    assert by_name.out == by_path.out.replace(PROSECUTOR.as_posix(), "example:prosecutor")


def test_certificates_of_an_example_are_called_after_it(run: Run, tmp_path: Path) -> None:
    run("verify", "example:prosecutor", "example:hull", "--guarantee", "bayes")
    kept = sorted(path.name for path in (tmp_path / "certificates").iterdir())
    assert kept == ["hull.bayes.json", "prosecutor.bayes.json"]
    ran = run("check", "certificates/prosecutor.bayes.json", "example:prosecutor")
    assert ran.out.startswith("accepted: 'A prosecutor persuades a judge'")


def test_dynamics_of_an_example(run: Run) -> None:
    ran = run("dynamics", "example:film_night", "--moves", 1, "--json")
    assert ran.records[0]["instance"] == "example:film_night"


def test_the_schema_is_printed_and_written(run: Run, tmp_path: Path) -> None:
    ran = run("schema")
    assert json.loads(ran.out) == schema()
    assert ran.out.isascii()
    assert run("schema", "-o", "s.json").code == 0
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == ran.out


def test_the_header_for_editors_is_a_comment(run: Run) -> None:
    text = run("new", *RAIN).out
    header = "#:schema ./instance.schema.json\n"
    assert f"#     {header}" in text
    assert parse(header + text, "with a header") == parse(text, "without")
