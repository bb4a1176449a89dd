"""Questions and their process: one at a time, the newest of a page, never for ever."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

from tests.serve.asking import Said
from tests.serve.conftest import Making
from verifier.serve import desk


def question(tab: str, text: str) -> dict[str, str]:
    return {"tab": tab, "text": text}


def test_a_newer_question_of_a_page_ends_its_older_one(echoing: Making) -> None:
    asking = echoing()

    async def both() -> list[Said]:
        older = asyncio.ensure_future(asking.posted("check", **question("t", "!time.sleep(600)")))
        await asyncio.sleep(0.5)
        return [await asking.posted("check", **question("t", "newer")), await older]

    newer, older = asyncio.run(both())
    assert newer.data["question"]["text"] == "newer"
    assert older.data == {"superseded": True}


def test_of_many_questions_of_a_page_the_last_is_answered(echoing: Making) -> None:
    asking = echoing()

    async def all_of_them() -> list[Said]:
        texts = [f"!time.sleep(0.05)  # {n}" for n in range(10)]
        asked = [asking.posted("check", **question("t", text)) for text in texts]
        return list(await asyncio.gather(*asked))

    *others, last = asyncio.run(all_of_them())
    assert last.data["question"]["text"].endswith("# 9")
    assert sum("superseded" in said.data for said in others) >= 8


def test_a_short_question_is_left_to_end_by_itself(echoing: Making, monkeypatch: Any) -> None:
    """Its process lives on and answers the newer one."""
    monkeypatch.setattr(desk, "PATIENCE", 60)
    asking = echoing()
    first = asking.post("check", **question("t", "first")).data["process"]

    async def both() -> list[Said]:
        older = asyncio.ensure_future(asking.posted("check", **question("t", "!time.sleep(0.3)")))
        await asyncio.sleep(0.1)
        return [await asking.posted("check", **question("t", "newer")), await older]

    newer, _ = asyncio.run(both())
    assert newer.data["process"] == first


def test_other_pages_wait_for_their_turn(echoing: Making) -> None:
    asking = echoing()

    async def both() -> list[Said]:
        one = asyncio.ensure_future(asking.posted("check", **question("one", "!time.sleep(0.5)")))
        await asyncio.sleep(0.2)
        return [await asking.posted("check", **question("two", "second")), await one]

    second, first = asyncio.run(both())
    assert first.data["process"] == second.data["process"]


def test_a_search_does_not_keep_checks_waiting(echoing: Making) -> None:
    asking = echoing()

    async def both() -> list[Said]:
        slow = {"tab": "t", "text": "!time.sleep(600)", "guarantee": "bayes"}
        searching = asyncio.ensure_future(asking.posted("smaller", **slow))
        await asyncio.sleep(0.2)
        said = await asking.posted("check", **question("t", "quick"))
        assert not searching.done()
        newer = await asking.posted("smaller", **{**slow, "text": "x"})
        return [said, newer, await searching]

    quick, newer, searched = asyncio.run(both())
    assert quick.data["question"]["text"] == "quick"
    assert newer.data["question"]["text"] == "x"
    assert searched.data == {"superseded": True}


def test_what_takes_too_long_is_killed(echoing: Making, monkeypatch: Any) -> None:
    monkeypatch.setattr(desk, "SLACK", 0.2)
    asking = echoing(seconds=0.3)
    said = asking.post("check", **question("t", "!time.sleep(600)"))
    assert said.data == {"late": "0.3 seconds have passed (--seconds)"}
    monkeypatch.setattr(desk, "SLACK", 60)
    assert asking.post("check", **question("t", "next")).data["question"]["text"] == "next"


def test_a_process_that_ends_is_told_and_replaced(echoing: Making) -> None:
    asking = echoing()
    said = asking.post("check", **question("t", "!sys.exit(7)"))
    assert "ended in the midst of this (code 7)" in said.data["failed"][0]
    assert asking.post("check", **question("t", "next")).data["question"]["text"] == "next"


def test_only_so_many_pages_may_wait(echoing: Making) -> None:
    asking = echoing()

    async def many() -> list[Said]:
        asked = [
            asking.posted("check", **question(f"tab {n}", "!time.sleep(0.01)"))
            for n in range(desk.MOST_WAITING + 5)
        ]
        return list(await asyncio.gather(*asked))

    refused = ["failed" in said.data for said in asyncio.run(many())]
    assert refused.count(True) == 5
    assert asking.post("check", **question("t", "next")).data["question"]["text"] == "next"


def test_temporary_files_go_with_the_process(
    echoing: Making, monkeypatch: Any, tmp_path: Path
) -> None:
    """A process that is killed in the midst of its work leaves nothing behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(desk, "SLACK", 0.2)
    asking = echoing(seconds=1)
    writing = "!open(sys.argv[1] + '/left', 'w').close(); time.sleep(600)"
    assert "late" in asking.post("check", **question("t", writing)).data
    assert not list(tmp_path.rglob("left"))
    assert len(list(tmp_path.iterdir())) == 1, "that of the one that is ready"


def test_every_process_ends_with_the_desk(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    workers = desk.Workers()
    taken = workers.take()
    numbers = [process._process.pid for process in (taken, workers._spare) if process._process]
    assert len(numbers) == 2
    workers.close()
    assert not list(tmp_path.iterdir())
    for number in numbers:
        try:
            os.kill(number, signal.SIGCONT)
        except ProcessLookupError:
            continue
        raise AssertionError(f"{number} is still there")
