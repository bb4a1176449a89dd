"""From a table to a game, and on to the three guarantees."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.commands import Run
from tests.games import INSTANCES
from verifier.errors import InstanceError, SizeError
from verifier.game.reader import load, parse
from verifier.game.writer import write
from verifier.tables.reading import read_table
from verifier.tables.table_game import Prior, read_prior, table_game

F = Fraction
TABLE = (
    "state,u,item,a,b\nsun,3.5,old,4,1\nrain,2,old,1,5\n"
    "sun,1,new,0,2\nrain,4,new,9/2,0.5\nrain,7,odd,7,7\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "table.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def test_rows_become_actions_in_states(path: Path) -> None:
    game = table_game(
        read_table(path),
        "weather",
        ["b"],
        ["new", "old"],
        prior=Prior({"sun": F(1, 4), "rain": F(3, 4)}),
    )
    assert (game.actions, game.states, [agent.name for agent in game.agents]) == (
        ("new", "old"),
        ("sun", "rain"),
        ["b"],
    )
    assert game.utility == {
        ("new", "sun"): 1,
        ("new", "rain"): 4,
        ("old", "sun"): F(7, 2),
        ("old", "rain"): 2,
    }
    assert game.agents[0].utility["new", "rain"] == F(1, 2)
    assert list(game.joint.values()) == [F(1, 4), F(3, 4)]
    assert game.source == "table.csv, user u"
    assert parse(write(game), "x") == game


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",b\n", ",b\u0435\n", "agent number 2: 'b\u0435': character 2 is U+0435 CYRILLIC SMALL "),
        (
            "odd",
            "o\u0131d",
            "action number 3: 'o\u0131d': character 2 is U+0131 LATIN SMALL LETTER",
        ),
        ("sun", "s" * 101, "state number 1: has 101 characters, expected a name of at most 100"),
    ],
)
def test_labels_of_a_table_may_be_any_text_but_no_names_of_a_game(
    path: Path, old: str, new: str, message: str
) -> None:
    text = TABLE.replace("rain,7,odd,7,7", "rain,7,odd,7,7\nsun,7,odd,7,7")
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InstanceError) as error:
        table_game(read_table(path), "weather")
    assert str(error.value).startswith(f"{path}: {message}")


def test_without_a_choice_everything_is_taken(path: Path) -> None:
    path.write_text(
        "".join(line for line in TABLE.splitlines(keepends=True) if "odd" not in line),
        encoding="utf-8",
    )
    game = table_game(read_table(path, "a"), "all")
    assert (game.actions, [agent.name for agent in game.agents]) == (("old", "new"), ["u", "b"])
    assert set(game.joint.values()) == {F(1, 2)}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            [],
            (
                "1 of 6 pairs of an action and a state have no row, the first is ('odd', 'sun'):"
                " choose others with --action"
            ),
        ),
        (["--action", "older"], "no action is called 'older', there are 'old', 'new', 'odd'"),
        (["--state", "snow"], "no state is called 'snow', there are 'sun', 'rain'"),
        (["--agent", "u"], "no agent is called 'u', there are 'a', 'b'"),
        (["--action", "old", "--action", "old"], "an action is asked for twice"),
        (["--user", "item"], "no column of numbers is called 'item'"),
    ],
)
def test_what_does_not_fit_is_said(words: list[str], message: str, path: Path, run: Run) -> None:
    ran = run("instance", path, *words)
    assert ran.code == 2 and message in ran.err and "Traceback" not in ran.err


PRIORS = [
    ("state,probability\nsun,0.5\nrain,0.4\n", "prior.csv: sums to 9/10, expected 1"),
    ("state,probability\nsun,1.5\nrain,-0.5\n", "expected 1, without negative numbers"),
    (
        "state,probability\nsun,1\n",
        "prior.csv: 'rain' is a state of the game from ",
    ),
    (
        "state,probability\nsun,1\nrain,0\nfog,0\n",
        "prior.csv: 'fog' is not a state of the game from ",
    ),
    ("state,p\nsun,1\n", "line 1: has the columns state, p, expected state, probability"),
    ("state,probability\nsun\n", "line 2: has 1 columns, expected 2 as in the header"),
    ("state,probability\nsun,1/2\nsun,1/2\n", "line 3: state 'sun' appears twice"),
    ("state,probability\nsun,\n", "line 2: probability is missing"),
    ("state,probability\nsun,x\n", "line 2: column 'probability': 'x' is not a rational"),
    ('state,probability\n"sun"x,1\n', "line 2: is not CSV: "),
    ("state,probability\n", "has no rows below its header"),
]


@pytest.mark.parametrize(("text", "message"), PRIORS, ids=[message for _, message in PRIORS])
def test_a_prior_that_does_not_fit(text: str, message: str, path: Path, run: Run) -> None:
    prior = path.with_name("prior.csv")
    prior.write_text(text, encoding="utf-8")
    ran = run("instance", path, "--action", "old", "--action", "new", "--prior", prior)
    assert ran.code == 2 and message in ran.err


def test_a_prior_from_a_file(path: Path, run: Run, tmp_path: Path) -> None:
    prior = path.with_name("prior.csv")
    prior.write_text("state,probability\nrain,2/3\nsun,1/3\n", encoding="utf-8")
    assert read_prior(prior).chances == {"rain": F(2, 3), "sun": F(1, 3)}
    words = [
        "instance",
        path,
        "--action",
        "old",
        "--action",
        "new",
        "--prior",
        prior,
        "--title",
        "weather",
        "-o",
        "game.toml",
    ]
    assert run(*words).code == 0
    game = load(tmp_path / "game.toml")
    assert (game.title, list(game.joint.values())) == ("weather", [F(1, 3), F(2, 3)])
    assert run("verify", "game.toml").code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "item,u,a\nx,1,2\n",
            "has the label columns item; a game needs `state`, and `action` or `item`",
        ),
        ("u,a\n1,2\n", "has the label columns none; a game needs"),
        (
            "state,action,u,a\ns,x,1,2\ns,x,1,3\n",
            "rows 1 and 2 below the header are both about ('x', 's'), expected one",
        ),
    ],
)
def test_tables_that_are_no_games(text: str, message: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstanceError) as error:
        table_game(read_table(path), "no game")
    assert message in str(error.value)


def test_sizes_are_bounded(path: Path) -> None:
    path.write_text(
        "state,action,u,a\n" + "".join(f"s{n},x,1,2\n" for n in range(1001)), encoding="utf-8"
    )
    with pytest.raises(SizeError, match="a game of 1 actions, 1001 states and 1 agents"):
        table_game(read_table(path), "large")


def test_the_films_from_the_table_to_three_proofs(run: Run, tmp_path: Path) -> None:
    """The shipped game is made from the shipped table; all three guarantees are proved on it."""
    films = INSTANCES / "data/films"
    assert (
        run(
            "instance",
            films.with_suffix(".csv"),
            "--title",
            "Which decade tonight?",
            "-o",
            "films.toml",
        ).code
        == 0
    )
    made, shipped = load(tmp_path / "films.toml"), load(films.with_suffix(".toml"))
    assert made == replace(shipped, source=made.source, notes=made.notes)
    ran = run("verify", "films.toml", "--json")
    assert ran.code == 0
    (record,) = ran.records
    guarantees = record["guarantees"]
    assert isinstance(guarantees, dict)
    assert {name: found["verdict"] for name, found in guarantees.items()} == dict.fromkeys(
        ("bayes", "quantal", "best-ai"), "proved"
    )


def test_tables_of_other_forms_become_games(run: Run, tmp_path: Path) -> None:
    text = "nr;state;item;u;a\n7;sun;old;0,5;1\n9;rain;old;2;-99\n"
    (tmp_path / "weather.csv").write_text(text, encoding="utf-8")
    ran = run("instance", "weather.csv", "--without", "nr")
    assert ran.code == 0 and '"1/2"' in ran.out.replace("0.5", '"1/2"')
    refused = run("instance", "weather.csv", "--without", "nr", "--missing", "-99")
    assert refused.code == 2 and "1 cell missing, in 1 row and 1 column" in refused.err
