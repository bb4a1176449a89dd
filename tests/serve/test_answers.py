"""The answers of the process that computes, asked without a process or a network."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from tests.games import INSTANCES
from verifier.api import load
from verifier.game.affine import stated
from verifier.game.schema import NAMES, schema
from verifier.serve import answers
from verifier.serve.answers import checked, located, names
from verifier.serve.worker import answer

PROSECUTOR = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")


def endless(*_: object, **__: object) -> None:
    """Work in the midst of which the time is over."""
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    while True:
        pass


@pytest.mark.parametrize(
    ("message", "line", "says"),
    [
        ("instance: line 12: prior: sums to 1/2", 12, "prior: sums to 1/2"),
        ("instance: lacks 'title'", None, "lacks 'title'"),
        ("instance: line 3: a\nb", 3, "a\nb"),
        ("and 7 more", None, "and 7 more"),
    ],
)
def test_a_message_has_its_line(message: str, line: int | None, says: str) -> None:
    assert located(message) == {"line": line, "says": says}


def test_names_are_the_lists_of_the_file() -> None:
    assert names(PROSECUTOR) == {
        "states": ["innocent", "guilty"],
        "actions": ["acquit", "convict"],
        "user_observations": ["nothing"],
        "agent_observations": ["innocent", "guilty"],
        "agents": ["prosecutor"],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('states = ["a", 3, ["b"]]', {"states": ["a"], "agent_observations": ["a"]}),
        ('states = "a"\nagents = 3', {"states": [], "agents": []}),
        ('agents = [3, { name = 4 }, { name = "x" }]', {"agents": ["x"]}),
        ('states = ["a"]\nagent_observations = ["b"]', {"agent_observations": ["b"]}),
    ],
)
def test_names_of_what_is_no_game_are_known_as_well(text: str, expected: dict[str, Any]) -> None:
    found = names(text)
    assert found is not None
    assert expected.items() <= found.items()


def test_what_is_no_toml_has_no_names() -> None:
    assert names("states = [") is None


def test_the_schema_names_lists_that_there_are() -> None:
    def named(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            yield from [part[NAMES]] if NAMES in part else []
            for inner in part.values():
                yield from named(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from named(inner)

    known = names(PROSECUTOR)
    assert known is not None
    assert set(named(schema())) == known.keys() - {"agents"}


def test_a_check_that_takes_too_long_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.theory.verdict.alignment", endless)
    question = {"kind": "check", "text": PROSECUTOR, "stem": "x", "seconds": 1000}
    assert answer(question) == {"late": "1000 seconds have passed (--seconds)"}


def test_verdicts_are_told_where_the_time_did_not_suffice_for_the_story(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("verifier.deadline.GRACE", 1000)
    monkeypatch.setattr(answers, "page_data", endless)
    question = {"kind": "check", "text": PROSECUTOR, "stem": "x", "seconds": 1000}
    found = answer(question)
    assert [verdict["verdict"] for verdict in found["verdicts"]] == ["proved"] * 3
    assert "the story is not finished: 1000 seconds" in found["untold"] and "page" not in found


def test_a_story_that_is_too_long_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LONGEST_PAGE", 1000)
    found = checked(PROSECUTOR, "x")
    assert len(found["verdicts"]) == 3
    assert "too long" in found["untold"] and "page" not in found


def test_a_search_that_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.search.budget.judge", endless)
    question = {"kind": "counterexample", "hypothesis": "hull", "number": 0, "seen": []}
    found = answer({**question, "seconds": 1000})
    assert found["none"] == "nothing new was found: 1000 seconds have passed (--seconds)"


def test_where_every_game_was_seen_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "ATTEMPTS", 2)
    first = answers.next_counterexample("hull", 0, [])
    monkeypatch.setattr(answers, "digest", lambda _: first["digest"])
    said = answers.next_counterexample("hull", 0, [first["digest"]])
    assert said == {"none": "nothing new was found", "number": 2}


def test_an_unknown_kind_of_question_is_a_defect() -> None:
    with pytest.raises(ValueError, match="no question is of the kind 'other'"):
        answer({"kind": "other", "seconds": 9})


def test_a_game_with_parameters_is_looked_at_at_its_defaults() -> None:
    path = INSTANCES / "regions/prosecutor_prior.toml"
    found = checked(path.read_text(encoding="utf-8"), "x")
    assert found["at"] == stated(load(path).parameters) != ""
    assert checked(PROSECUTOR, "x")["at"] == ""


@pytest.mark.slow
def test_the_page_of_a_game_with_parameters_moves_when_it_is_asked_for() -> None:
    text = (INSTANCES / "regions/identical_tolerance.toml").read_text(encoding="utf-8")
    question = {"text": text, "stem": "x", "seconds": 1000}
    assert 'id="moving-data"' not in answer({**question, "kind": "check"})["page"]
    assert 'id="moving-data"' in answer({**question, "kind": "moving"})["page"]


def test_what_is_not_known_in_time_does_not_keep_a_page_from_moving(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("verifier.deadline.GRACE", 1000)
    monkeypatch.setattr("verifier.region.proposal.examine", endless)
    text = (INSTANCES / "regions/identical_tolerance.toml").read_text(encoding="utf-8")
    found = answer({"kind": "moving", "text": text, "stem": "x", "seconds": 1000})
    assert "undecided for 0 ≤ t ≤ 1/2" in found["page"]


def test_a_page_that_is_too_long_does_not_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LONGEST_PAGE", 1000)
    found = answers.moving(PROSECUTOR, "x")
    assert "too long" in found["untold"] and "page" not in found


def test_the_page_of_a_text_holds_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    found = checked(PROSECUTOR, "mine")
    assert 'download="mine.toml"' in found["page"]
    assert 'download="mine.bayes.json"' in found["page"]


def test_what_is_made_smaller_or_found_keeps_its_users() -> None:
    text = (INSTANCES / "populations/opposite_tastes.toml").read_text(encoding="utf-8")
    for made in (
        answers.smallest_like(text, "bayes"),
        answers.next_counterexample("personalised", 0, []),
    ):
        game = load(made["text"])
        assert game.population and len(game.people) == 2
        assert set(game.joint.values()) == {Fraction(1, 4)}
