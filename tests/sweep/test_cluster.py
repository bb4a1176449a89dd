"""What answers at the address of a Dask scheduler may be anything, or nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from verifier.errors import InstanceError
from verifier.sweep import run
from verifier.sweep.run import workers_of

pytest.importorskip("distributed")


def silent(_: socket.socket) -> None:
    """Somebody who says nothing."""


def closing(peer: socket.socket) -> None:
    """Somebody who hangs up."""
    peer.close()


def greeting(peer: socket.socket) -> None:
    """Somebody who speaks first, which would be a length of 3 EiB."""
    peer.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


def serving(peer: socket.socket) -> None:
    """A web server: it answers whatever it is sent."""
    peer.settimeout(30)
    if peer.recv(1):
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that answers so."""
    peers: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            peers.append(peer)
            answer(peer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    for peer in peers:
        peer.close()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (silent, "what answers has said nothing for 0.5 seconds"),
        (serving, "what answers has said nothing for 0.5 seconds"),
        (closing, "what answers is no Dask scheduler, and says b''"),
        (greeting, "what answers is no Dask scheduler, and says b'SSH-2.0-'"),
    ],
)
def test_who_is_no_scheduler_is_refused(
    answer: Callable[[socket.socket], None], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "PATIENCE", 0.5)
    with (
        listening(answer) as address,
        pytest.raises(InstanceError) as refused,
        workers_of(address, 1),
    ):
        pass
    assert str(refused.value) == f"--dask {address}: no scheduler answers there: {says}"


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:1", "other://127.0.0.1:1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with (
        pytest.raises(InstanceError, match=f"--dask {address}: no scheduler answers there: "),
        workers_of(address, 1),
    ):
        pass
