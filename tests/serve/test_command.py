"""`verifier serve` as a process: the address it prints, and how it ends."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import Run
from tests.games import INSTANCES
from tests.serve.conftest import Serving

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
SLOW = (INSTANCES / "conversations/teacher_who_probes.toml").read_text(encoding="utf-8")
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/([\w-]{43})/")


def test_it_prints_an_address_and_ends_without_a_word(serving: Serving) -> None:
    served = serving(PROSECUTOR)
    assert ADDRESS.fullmatch(served.address)
    assert served.ask("start")["name"] == "prosecutor.toml"
    assert served.ended() == (0, "", "Ctrl-C ends it\n")


def test_every_start_has_another_token(serving: Serving) -> None:
    tokens = {served.address.rsplit("/", 2)[1] for served in (serving(), serving())}
    assert len(tokens) == 2


def test_it_listens_on_this_machine_only(serving: Serving) -> None:
    found = ADDRESS.fullmatch(serving().address)
    assert found is not None
    with socket.socket() as other:
        other.settimeout(5)
        # every address of 127.0.0.0/8 is this machine's, and reached by whoever listens on all
        assert other.connect_ex(("127.0.0.2", int(found[1]))) != 0


def test_without_its_token_it_says_nothing(serving: Serving) -> None:
    served = serving(PROSECUTOR)
    for path in ("", "start", "file"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(served.address.rsplit("/", 2)[0] + f"/{path}", timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_the_midst_of_a_computation(number: signal.Signals, serving: Serving) -> None:
    served = serving("--seconds", 1000)

    def ask() -> None:
        with contextlib.suppress(OSError):  # whether it is told that the server ends is all one
            served.ask("smaller", {"tab": "t", "text": SLOW, "guarantee": "bayes"})

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(2)
    assert asking.is_alive(), "it is computing"
    assert served.ended(number)[0] == 0
    asking.join(timeout=30)


def test_a_port_that_is_taken_is_said(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run("serve", "--port", port)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"error: --port {port}: cannot be listened to: Address already in use; leave it out for a"
        " free one\n"
    )


def test_a_port_that_is_asked_for_is_taken(serving: Serving) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert serving("--port", port).address.startswith(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["missing.toml"], "missing.toml: no such file; `verifier new"),
        ([INSTANCES], "is a folder; name one instance file"),
        (["example:prosecuter"], "did you mean 'prosecutor'?"),
        (["--port", "65536"], "65536 is not in the range"),
    ],
)
def test_what_cannot_be_served_is_said(words: list[object], says: str, run: Run) -> None:
    ran = run("serve", *words)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err and len(ran.err.splitlines()) == 1


def test_a_file_that_is_no_text_or_too_long_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_bytes(b"#" * (2**20 + 1))
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    assert "at most 1048576 are read" in run("serve", "long.toml").err
    assert "is not UTF-8 text" in run("serve", "bytes.toml").err


def test_the_page_is_opened_where_that_is_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    served: list[float] = []
    monkeypatch.setattr("webbrowser.open", opened.append)

    def serve(file: object, at: object, seconds: float, ready: Callable[[], None]) -> None:
        served.append(seconds)
        ready()

    monkeypatch.setattr("verifier.serve.server.serve", serve)
    ran = run("serve", "--open", "--seconds", 3)
    assert opened == [ran.out.strip()]
    assert ADDRESS.fullmatch(opened[0]) and served == [3]
    run("serve")
    assert len(opened) == 1
