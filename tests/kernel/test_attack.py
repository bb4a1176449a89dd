"""`run.py attack`: a small round finds nothing, and finds what is wrong where something is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests import attack
from tests.attack import Attack, Size
from tests.checkers import Answer, Checker, kernel, second
from tests.second_checker import equilibria

SMALL = Size(mutants=25, games=1, replays=2, forgeries=3, conversations=2, tables=1, instances=5)
NOTHING = Size(0, 0, 0, 0, 0, 0, 0)
FORGERIES = replace(NOTHING, forgeries=40)


def test_a_small_round_finds_nothing(tmp_path: Path) -> None:
    tables = []
    for _ in range(2):
        made = Attack(size=SMALL, folder=tmp_path)
        made.run(1, None)
        tables.append(str(made.table))
    assert tables[0] == tables[1]
    assert "found" in tables[0] and "rounds: 1" in tables[0]
    assert made.table.found == 0 and not list(tmp_path.iterdir())
    # whether there is anything to repair depends on what hypothesis draws in its version
    assert {kind for kind, _ in made.table.counts} | {"repaired"} == {
        "random games",
        "conversations",
        "forgeries",
        "instances",
        "tables",
        "mutations",
        "other evidence",
        "other games",
        "repaired",
    }


def costless(*_: object) -> Fraction:
    """No deviation gives anybody anything."""
    return Fraction(-1000)


def test_a_program_that_accepts_more_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(equilibria, "by_prices", costless)
    made = Attack(size=FORGERIES, folder=tmp_path)
    made.run(1, None)
    assert made.table.found
    for place in tmp_path.iterdir():
        lines = (place / "lines.txt").read_text(encoding="utf-8").splitlines()
        assert lines[2] == "one accepts, and the other does not, or with another line"
        assert lines[3].startswith("kernel: 1 refused: ")
        assert lines[4].startswith("second: 0 accepted: ")
        assert json.loads((place / "certificate.json").read_text(encoding="utf-8"))["claims"]
        assert (place / "instance.toml").is_file()


def test_what_both_accept_is_compared_with_the_definition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(equilibria, "by_prices", costless)
    made = Attack(size=FORGERIES, checkers=(second, second), folder=tmp_path)
    made.run(1, None)
    texts = [(place / "lines.txt").read_text(encoding="utf-8") for place in tmp_path.iterdir()]
    whys = [text.splitlines()[2] for text in texts]
    assert whys and all(why.startswith("false: ") for why in whys)
    assert any(" gains by " in why for why in whys)


def endless(certificate: Path, instance: Path, options: Mapping[str, str]) -> Answer:
    """A program that works for ever, and catches what it can."""
    while True:
        try:
            sum(range(1000))
        except Exception:
            continue


def broken(certificate: Path, instance: Path, options: Mapping[str, str]) -> Answer:
    return 3, "failed: ValueError"


@pytest.mark.parametrize("checker", [endless, broken])
def test_a_program_that_fails_or_never_ends_is_noticed(checker: Checker, tmp_path: Path) -> None:
    few = replace(NOTHING, forgeries=1)
    made = Attack(size=few, checkers=(kernel, checker), folder=tmp_path, seconds=0.1)
    made.run(1, None)
    assert made.table.found == made.table.counts["forgeries", "tried"] > 0


def test_an_interrupted_attack_prints_its_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> Iterator[attack.Trial]:
        raise KeyboardInterrupt

    monkeypatch.setattr(attack, "trials", interrupted)
    assert attack.main(["--seed", "2"]) == 130
    assert "rounds: 0" in capsys.readouterr().out


def test_rounds_end_by_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    assert attack.main(["--rounds", "0"]) == 0
    assert "tried" in capsys.readouterr().out
