"""Nothing of another run is replaced silently, and no input at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import Run
from tests.games import INSTANCES
from verifier.cli import output
from verifier.game.reader import load

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
TABLE = "state,item,u,a\ns,x,0,1\ns,y,1,0\nt,x,1,1\nt,y,0,2\n"
END = ", made by another run or by hand\n"


@pytest.fixture
def games(tmp_path: Path) -> tuple[Path, Path]:
    """Two games with the same file name."""
    for folder, old, new in (("a", "", ""), ("b", "7/10", "6/10"), ("b", "3/10", "4/10")):
        path = tmp_path / folder / "game.toml"
        path.parent.mkdir(exist_ok=True)
        text = (path if path.exists() else PROSECUTOR).read_text(encoding="utf-8")
        path.write_text(text.replace(f'"{old}"', f'"{new}"'), encoding="utf-8")
    first, second = tmp_path / "a/game.toml", tmp_path / "b/game.toml"
    assert load(first).joint != load(second).joint
    return first, second


def test_certificates_of_another_game(run: Run, games: tuple[Path, Path]) -> None:
    first, second = games
    words = ("--guarantee", "bayes")
    assert run("verify", first, *words).err == ""
    assert run("verify", first, *words, "--tolerance", "1/3").err == ""
    ran = run("verify", second, *words)
    assert ran.err == "replaced certificates/game.bayes.json" + END
    assert ran.code == 0 and run("check", "certificates/game.bayes.json", second).code == 0
    equilibria = [run("equilibria", game, *words).err for game in games]
    assert equilibria == ["", "replaced certificates/game.bayes.worst.json" + END]


def test_an_edited_game_is_verified_again_in_one_line(
    run: Run, games: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = games
    run("verify", first)
    first.write_bytes(second.read_bytes())
    monkeypatch.setattr(output, "NAMED", 2)
    ran = run("verify", first)
    assert ran.err == (
        "replaced certificates/game.bayes.json, certificates/game.quantal.json and 1 more" + END
    )
    assert run("verify", first).err == ""


def test_an_open_guarantee_leaves_no_certificate(run: Run, games: tuple[Path, Path]) -> None:
    first, second = games
    words = ("--guarantee", "quantal", "--tolerance")
    assert "certificate: certificates/game.quantal.json" in run("verify", first, *words, "1").out
    ran = run("verify", second, *words, "0")
    assert "open:" in ran.out
    assert ran.err == "removed certificates/game.quantal.json" + END
    assert not Path("certificates/game.quantal.json").exists()


def test_a_named_output(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(TABLE, encoding="utf-8")
    words = ("instance", table, "-o", "game.toml")
    assert [run(*words).err for _ in range(2)] == ["", ""]
    assert run(*words, "--title", "other").err == "replaced game.toml" + END
    (tmp_path / "game.toml").write_text("by hand", encoding="utf-8")
    assert run(*words).err == "replaced game.toml" + END


@pytest.mark.parametrize(
    "words",
    [
        ["explain", "game.toml", "-o", "link.toml"],
        ["instance", "table.csv", "-o", "table.csv"],
        ["instance", "table.csv", "--prior", "prior.csv", "-o", "prior.csv"],
        ["ethics", "labels.csv", "judgements.csv", "-o", "labels.csv"],
        ["ethics", "labels.csv", "judgements.csv", "-o", "judgements.csv"],
    ],
)
def test_an_input_is_never_replaced(words: list[str], run: Run, tmp_path: Path) -> None:
    for word in words:
        if word.endswith((".csv", ".toml")):
            (tmp_path / word).write_text("precious", encoding="utf-8")
    if "game.toml" in words:
        (tmp_path / "link.toml").unlink()
        (tmp_path / "link.toml").hardlink_to(tmp_path / "game.toml")
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert f"--output {words[-1]}: is read here; name another file" in ran.err
    assert {path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"precious"}


@pytest.mark.slow
def test_a_site_is_one_thing(run: Run, tmp_path: Path) -> None:
    words = ("--guarantee", "bayes", "-o", "site")
    for folder, name in (("one", "prosecutor"), ("two", "opposed_advocates")):
        (tmp_path / folder).mkdir()
        game = (INSTANCES / f"classics/{name}.toml").read_bytes()
        (tmp_path / folder / "game.toml").write_bytes(game)
    assert [run("explain", "one", *words).err for _ in range(2)] == ["", ""]
    assert run("explain", "two", *words).err == "replaced site/index.html" + END


@pytest.mark.slow
def test_a_search_keeps_the_games_of_earlier_searches(run: Run) -> None:
    words = ("search", "--drop", "full-rationality", "--json")
    (first,) = run(*words).records
    kept = {path.name: path.read_bytes() for path in Path("counterexamples").iterdir()}
    assert run(*words).records == [first]
    (second,) = run(*words, "--method", "sample").records
    assert first["instance"] != second["instance"]
    there = {path.name: path.read_bytes() for path in Path("counterexamples").iterdir()}
    assert kept.items() < there.items() and len(there) == 2 * len(kept)
