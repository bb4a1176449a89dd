"""`verifier explain` with parameters: where a story begins, and what is left when time is over."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_seconds import endless, endless_from
from tests.commands import Run
from tests.moving import PRIOR, STANDARD, TOLERANCE
from verifier import certified
from verifier.errors import SizeError
from verifier.explain.site import at_stops
from verifier.region import proposal

BAYES = ("--guarantee", "bayes")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is certified and told after the deadline may take a while here."""
    monkeypatch.setattr("verifier.deadline.GRACE", 1000)


def data_of(page: Path) -> Any:
    found = re.search(
        r'id="moving-data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL
    )
    return json.loads(found[1]) if found else None


def test_what_is_set_stays_and_the_other_parameter_moves(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ran = run("explain", STANDARD, *BAYES, "--set", "s=3/5", "-o", page)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    data = data_of(page)
    (moves,) = data["parameters"]
    assert (moves["name"], moves["start"]) == ("t", "3/10")
    assert {"3/10", "0", "3/5", "1"} <= {stop["at"][0] for stop in data["stops"]}
    text = page.read_text(encoding="utf-8")
    assert "0 ≤ t ≤ 1, with s = 3/5" in text
    assert "--guarantee bayes --set t=3/5 --set s=3/5</code>" in text


def test_the_story_begins_where_all_is_set_and_all_moves(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ran = run("explain", STANDARD, *BAYES, "--set", "t=5/7", "--set", "s=3/5", "-o", page)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    moves = data_of(page)["parameters"]
    assert [(p["name"], p["start"]) for p in moves] == [("t", "5/7"), ("s", "3/5")]


def test_a_quantal_user_has_a_slider_and_no_table(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run("explain", PRIOR, "--guarantee", "quantal", "-o", page).code == 0
    data, text = data_of(page), page.read_text(encoding="utf-8")
    assert data["guarantees"] == [] and len(data["stops"]) >= 4
    assert 'id="numbers"' not in text
    assert "What a quantal user gets is no quotient of polynomials" in text


def test_nothing_moves_under_another_tolerance(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ran = run("explain", TOLERANCE, *BAYES, "--tolerance", "1/3", "-o", page)
    assert ran.code == 0
    assert ran.err.startswith("left out: for which t it holds, and what moves; ")
    assert "--tolerance" in ran.err
    assert data_of(page) is None
    assert 'type="range"' not in page.read_text(encoding="utf-8")


def test_a_program_that_is_too_large_at_one_value_leaves_out_its_story_only(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left_out: list[Any] = []

    def limited(stem: Any, path: Path, family: Any, values: Any, *rest: Any) -> Any:
        if not left_out:
            left_out.append(values["t"])
            raise SizeError("too large at this value")
        return examined(stem, path, family, values, *rest)

    examined = at_stops._examined
    monkeypatch.setattr(at_stops, "_examined", limited)
    page = tmp_path / "page.html"
    ran = run("explain", PRIOR, *BAYES, "-o", page)
    assert (ran.code, ran.err) == (0, "")
    stops = [stop["at"][0] for stop in data_of(page)["stops"]]
    assert len(stops) >= 3
    (value,) = left_out
    assert str(value) not in map(str, stops)


def test_cells_that_were_not_found_in_time_are_undecided(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposal, "examine", endless)
    ran = run("explain", PRIOR, *BAYES, "--seconds", 1000)
    assert ran.code == 3
    assert "bayes: PROVED" in ran.out
    assert "Nothing was certified, and nothing is known, for 0 ≤ t ≤ 1." in ran.out
    assert "open: the cells of bayes; " in ran.err


def test_stories_that_were_not_found_in_time_are_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(at_stops, "certify", endless_from(2, certified.certify))
    page = tmp_path / "page.html"
    ran = run("explain", PRIOR, *BAYES, "--seconds", 1000, "-o", page)
    assert ran.code == 3
    assert "open: stories at other values of t; " in ran.err
    data = data_of(page)
    assert len(data["stops"]) == 3
    assert {piece["verdict"] for piece in data["guarantees"][0]["cells"]} == {"proved"}
