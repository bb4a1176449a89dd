"""The server of the editor: this machine only, one address that cannot be guessed (uvicorn)."""

from __future__ import annotations

import contextlib
import secrets
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

import uvicorn

from verifier.errors import OutputError
from verifier.serve.app import Editor
from verifier.serve.desk import Workers
from verifier.serve.named_file import NamedFile, Unnamed

LOOPBACK = "127.0.0.1"
MOST_CONNECTIONS = 100


@dataclass(frozen=True)
class Listening:
    """A socket on this machine and the address of the editor on it."""

    socket: socket.socket
    port: int
    token: str

    @property
    def address(self) -> str:
        """The address that opens the editor; without its token nothing is answered."""
        return f"http://{LOOPBACK}:{self.port}/{self.token}/"


@contextlib.contextmanager
def listening(port: int) -> Iterator[Listening]:
    """The server's socket, on any free port for 0, with a new token.

    Raises OutputError where the port cannot be listened to.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            listener.listen()
        except OSError as error:
            raise OutputError(
                f"--port {port}: cannot be listened to: {error.strerror}; leave it out for a free"
                " one"
            ) from error
        yield Listening(listener, listener.getsockname()[1], secrets.token_urlsafe(32))


def serve(
    file: NamedFile | Unnamed, at: Listening, seconds: float, ready: Callable[[], None]
) -> None:
    """The editor is there until the process is interrupted, which ends at once what it computes.

    `ready` is called when the editor can be reached.
    """
    workers = Workers()
    try:
        app = Editor(file, workers, seconds).app(at.token, at.port)
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            log_level="critical",
            access_log=False,  # which would have the token in it
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
        )
        _Server(config, ready, workers.close).run(sockets=[at.socket])
    finally:
        workers.close()


class _Server(uvicorn.Server):
    """A server that does not wait for answers when it is interrupted."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], ends: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready, self._ends = ready, ends

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """The server answers, and is told so, when a signal would end it as it should."""
        await super().startup(sockets)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Everything ends: what is computed, open connections, the server."""
        self.should_exit = self.force_exit = True
        self._ends()
