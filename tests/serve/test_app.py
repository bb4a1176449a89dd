"""What the editor answers: errors at their lines, the kernel's verdicts, and one file at most."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.games import INSTANCES
from tests.serve.asking import OWN, TOKEN, Asking
from tests.serve.conftest import Making
from verifier.api import load, verify
from verifier.game.examples import ExamplePath, located
from verifier.game.reader import parse
from verifier.game.schema import schema
from verifier.serve.named_file import MAX_BYTES, NamedFile
from verifier.theory.dropped import DROPPED

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
TEXT = PROSECUTOR.read_text(encoding="utf-8")


def test_it_begins_with_the_file_and_what_the_page_must_know(echoing: Making) -> None:
    said = echoing(NamedFile(PROSECUTOR)).get("start").data
    assert (said["text"], said["name"]) == (TEXT, "prosecutor.toml")
    assert said["writable"] is True
    assert said["schema"] == schema()
    assert list(said["hypotheses"]) == list(DROPPED)
    assert said["guarantees"] == ["bayes", "quantal", "best-ai"]


def test_without_a_file_it_begins_with_a_first_game(echoing: Making) -> None:
    said = echoing().get("start").data
    assert (said["name"], said["digest"], said["writable"]) == (None, None, False)
    assert parse(said["text"], "first").states == ("rain", "sun")


def test_a_shipped_game_is_only_read(mine: Path, echoing: Making) -> None:
    assert isinstance(located("example:prosecutor"), ExamplePath)
    asking = echoing(NamedFile(ExamplePath(mine)))
    said = asking.get("start").data
    assert (said["text"], said["writable"]) == (TEXT, False)
    refused = asking.post("save", text="x", digest=said["digest"])
    assert refused.data["failed"] == [
        "mine.toml is a shipped game, which is not written; download it"
    ]
    assert mine.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    ("wrong", "line", "says"),
    [
        ("]] = 3", 1, "stands in quotes"),
        ("format = 2\n", 1, "expected the integer 1"),
        (TEXT.replace('"3/10"', '"2/10"'), 18, "9/10"),
        (TEXT.replace("guilty = 1 }", "guilt = 1 }"), 22, "guilty"),
    ],
)
def test_errors_are_at_their_lines(wrong: str, line: int, says: str, editor: Asking) -> None:
    said = editor.post("check", tab="t", text=wrong).data
    assert "verdicts" not in said
    assert any(error["line"] == line and says in error["says"] for error in said["errors"])
    assert not any(error["says"].startswith("instance:") for error in said["errors"])


@pytest.mark.parametrize("path", ["classics/prosecutor", "counterexamples/identical"])
def test_verdicts_are_those_of_verify(path: str, editor: Asking) -> None:
    file = INSTANCES / f"{path}.toml"
    said = editor.post("check", tab="t", text=file.read_text(encoding="utf-8")).data
    verdicts = {found["guarantee"]: found["verdict"] for found in said["verdicts"]}
    assert verdicts == verify(load(file)).verdicts
    assert said["title"] == load(file).title
    assert said["names"]["states"] == list(load(file).states)
    story = editor.get(f"story/{said['story']}").body.decode()
    assert story.startswith("<!DOCTYPE html>")
    assert all(f'id="{guarantee}"' in story for guarantee in verdicts)


@pytest.mark.slow
def test_of_many_stories_the_last_ones_are_kept(editor: Asking) -> None:
    first = editor.post("check", tab="t", text=TEXT).data["story"]
    assert editor.get(f"story/{first}").status == 200
    for _ in range(12):
        last = editor.post("check", tab="t", text=TEXT).data["story"]
    assert editor.get(f"story/{first}").status == 404
    assert editor.get(f"story/{last}").status == 200


@pytest.mark.slow
def test_counterexamples_follow_each_other(editor: Asking) -> None:
    number, seen = 0, list[str]()
    for _ in range(3):
        said = editor.post(
            "counterexample", tab="t", hypothesis="identical", number=number, seen=seen
        ).data
        assert verify(parse(said["text"], "found"), ["bayes"]).verdicts == {"bayes": "refuted"}
        assert said["digest"] not in seen and said["number"] > number
        number, seen = said["number"], [*seen, said["digest"]]


def test_an_unknown_word_is_answered_with_the_one_that_was_meant(editor: Asking) -> None:
    said = editor.post("counterexample", tab="t", hypothesis="hul", number=0, seen=[]).data
    assert "did you mean 'hull'?" in said["failed"][0]
    said = editor.post("smaller", tab="t", text=TEXT, guarantee="bays").data
    assert "did you mean 'bayes'?" in said["failed"][0]


@pytest.mark.slow
def test_a_smaller_game_has_the_same_verdict(editor: Asking) -> None:
    film = (INSTANCES / "guarantees/film_night.toml").read_text(encoding="utf-8")
    said = editor.post("smaller", tab="t", text=film, guarantee="bayes").data
    small, large = parse(said["text"], "small"), parse(film, "large")
    assert said["minimal"] is True
    assert len(small.states) < len(large.states)
    assert verify(small, ["bayes"]).verdicts == verify(large, ["bayes"]).verdicts
    again = editor.post("smaller", tab="t", text=said["text"], guarantee="bayes").data
    assert again == {"none": "no single step makes this game smaller", "minimal": True}


def test_what_is_no_game_is_not_made_smaller(editor: Asking) -> None:
    said = editor.post("smaller", tab="t", text="title = 3", guarantee="bayes").data
    assert any("title" in line for line in said["failed"])


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("check", {}, "text: expected a text"),
        ("check", {"text": 3, "tab": "t"}, "text: expected a text"),
        ("check", {"text": "x"}, "tab: expected a text"),
        ("check", {"text": "x", "tab": "t" * 201}, "tab: has 201 bytes"),
        ("check", {"text": "x" * (MAX_BYTES + 1), "tab": "t"}, "expected at most 1048576"),
        ("check", {"text": "a\nb\ud800", "tab": "t"}, "line 2: has half a character"),
        ("counterexample", {"tab": "t", "hypothesis": "hull", "seen": []}, "number: expected"),
        (
            "counterexample",
            {"tab": "t", "hypothesis": "hull", "number": True, "seen": []},
            "number: expected",
        ),
        ("counterexample", {"tab": "t", "hypothesis": "hull", "number": 1}, "seen: expected"),
        (
            "counterexample",
            {"tab": "t", "hypothesis": "hull", "number": 1, "seen": [3]},
            "seen: expected",
        ),
        ("smaller", {"tab": "t", "text": "x"}, "guarantee: expected a text"),
        ("save", {"digest": "d"}, "text: expected a text"),
        ("save", {"text": "x", "digest": 3}, "digest: expected a text"),
    ],
)
def test_a_question_of_another_form_is_refused(
    path: str, body: dict[str, Any], says: str, echoing: Making
) -> None:
    said = echoing().post(path, **body)
    assert says in said.data["failed"][0]


@pytest.mark.parametrize("body", [b"", b"[]", b"3", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_object_is_refused(body: bytes, echoing: Making) -> None:
    headers = OWN | {"content-type": "application/json"}
    said = echoing().send("POST", f"/{TOKEN}/check", headers, [body])
    assert "JSON" in said.data["failed"][0]


# the named file


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_bytes(TEXT.encode())
    (tmp_path / "other.toml").write_text("secret")
    return path


@pytest.mark.parametrize(
    "path",
    [
        "../other.toml",
        "..%2fother.toml",
        "other.toml",
        "mine.toml",
        "file/../../other.toml",
        "story/../../other.toml",
        "story/%2e%2e%2fother.toml",
        "file?path=other.toml",
        "page/index.html",
        "__init__.py",
        "app.py",
        "../../../../etc/passwd",
    ],
)
def test_no_other_file_is_read(path: str, mine: Path, echoing: Making) -> None:
    said = echoing(NamedFile(mine)).get(path)
    assert b"secret" not in said.body and b"root:" not in said.body
    assert said.status == 404 or said.data["text"] == TEXT


def test_no_other_file_is_written(mine: Path, echoing: Making) -> None:
    asking = echoing(NamedFile(mine))
    digest = asking.get("file").data["digest"]
    extra = {"path": "other.toml", "name": "other.toml", "file": "../other.toml"}
    assert asking.post("save", text="new", digest=digest, **extra).status == 200
    assert {file.name: file.read_text() for file in mine.parent.iterdir()} == {
        "mine.toml": "new",
        "other.toml": "secret",
    }


def test_a_save_replaces_the_file_as_a_whole_and_keeps_its_permissions(
    mine: Path, echoing: Making
) -> None:
    mine.chmod(0o640)
    asking = echoing(NamedFile(mine))
    digest = asking.get("start").data["digest"]
    before = mine.stat().st_ino
    said = asking.post("save", text="new\n", digest=digest)
    assert mine.read_bytes() == b"new\n"
    assert mine.stat().st_ino != before, "written beside it, and put in its place"
    assert stat.S_IMODE(mine.stat().st_mode) == 0o640
    assert asking.post("save", text="newer\n", digest=said.data["digest"]).status == 200
    assert mine.read_bytes() == b"newer\n"


def test_a_file_that_has_changed_meanwhile_is_left_alone(mine: Path, echoing: Making) -> None:
    asking = echoing(NamedFile(mine))
    digest = asking.get("start").data["digest"]
    mine.write_text("theirs")
    said = asking.post("save", text="mine", digest=digest)
    assert said.data["changed"] == (
        "mine.toml was changed by someone else since it was opened here"
    )
    assert mine.read_text() == "theirs"
    assert "changed" in asking.post("save", text="mine", digest=None).data
    assert asking.post("save", text="mine", digest=said.data["digest"]).status == 200
    assert mine.read_text() == "mine"


def test_a_file_that_is_gone_is_not_made_again_unasked(mine: Path, echoing: Making) -> None:
    asking = echoing(NamedFile(mine))
    digest = asking.get("start").data["digest"]
    mine.unlink()
    said = asking.post("save", text="mine", digest=digest)
    assert said.data["digest"] is None
    assert "is not there any more" in said.data["changed"]
    assert not mine.exists()
    assert asking.post("save", text="mine", digest=None).status == 200
    assert mine.read_text() == "mine"


def test_line_ends_stay_as_they_were(mine: Path, echoing: Making) -> None:
    mine.write_bytes(b"# one\r\n# two\r\n")
    asking = echoing(NamedFile(mine))
    said = asking.get("start").data
    assert said["text"] == "# one\n# two\n"
    asking.post("save", text="# one\n# three\n", digest=said["digest"])
    assert mine.read_bytes() == b"# one\r\n# three\r\n"


def test_a_link_stays_a_link_and_its_file_is_written(mine: Path, echoing: Making) -> None:
    link = mine.parent / "link.toml"
    link.symlink_to(mine)
    asking = echoing(NamedFile(link))
    said = asking.get("start").data
    assert said["name"] == "link.toml"
    assert asking.post("save", text="new", digest=said["digest"]).status == 200
    assert link.is_symlink() and mine.read_text() == "new"
    link.unlink()
    link.symlink_to(mine.parent / "other.toml")  # too late to matter
    digest = asking.get("file").data["digest"]
    assert asking.post("save", text="newer", digest=digest).status == 200
    assert (mine.parent / "other.toml").read_text() == "secret"


def test_a_file_with_any_name_is_edited(mine: Path, echoing: Making) -> None:
    strange = mine.rename(mine.parent / os.fsdecode(b"\xff<b>\n.toml"))
    asking = echoing(NamedFile(strange))
    said = asking.get("start").data
    assert said["name"] == "\\udcff<b>\\x0a.toml"
    assert asking.post("save", text="new", digest=said["digest"]).status == 200
    assert strange.read_text() == "new"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_is_read_only_stays_so(mine: Path, echoing: Making) -> None:
    mine.chmod(0o440)
    asking = echoing(NamedFile(mine))
    said = asking.post("save", text="new", digest=asking.get("start").data["digest"])
    assert said.data["failed"] == ["mine.toml is read-only; download the text instead"]
    assert mine.read_text() == TEXT


def test_a_file_that_has_become_no_text_is_said(mine: Path, echoing: Making) -> None:
    asking = echoing(NamedFile(mine))
    mine.write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in asking.get("file").data["failed"][0]
    mine.write_bytes(b"#" * (MAX_BYTES + 1))
    assert "at most 1048576 are read" in asking.get("file").data["failed"][0]
