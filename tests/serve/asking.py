"""Requests to the editor's application, without a network: what a browser sends, or would not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.types import Message

from verifier.serve.guard import Guard

TOKEN = "a-token-that-nobody-guesses"
PORT = 4321
HOST = f"127.0.0.1:{PORT}"
OWN = {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
"""What a browser says of a request by the editor's own page."""


@dataclass(frozen=True)
class Said:
    """A response: its status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Asking:
    """An application that requests are sent to."""

    app: Guard

    def send(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | list[tuple[str, str]],
        parts: Iterable[bytes] = (),
    ) -> Said:
        """The response to one request; `parts` are the body as it comes in."""
        return asyncio.run(self.sent(method, path, headers, parts))

    async def sent(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | list[tuple[str, str]],
        parts: Iterable[bytes] = (),
    ) -> Said:
        """The same, for several at once."""
        pairs = headers.items() if isinstance(headers, dict) else headers
        where, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": where,
            "raw_path": where.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        }
        bodies = [*parts] or [b""]
        coming = [
            {"type": "http.request", "body": body, "more_body": n < len(bodies) - 1}
            for n, body in enumerate(bodies)
        ]
        sent: list[Message] = []

        async def receive() -> Message:
            return coming.pop(0) if coming else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        begun = [message for message in sent if message["type"] == "http.response.start"]
        assert len(begun) == 1
        named = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in begun[0]["headers"]
        }
        assert len(named) == len(begun[0]["headers"])
        body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
        return Said(begun[0]["status"], named, body)

    def get(self, name: str, **changed: str) -> Said:
        """What the page gets under a name."""
        headers = {key: value for key, value in OWN.items() if key != "origin"}
        return self.send("GET", f"/{TOKEN}/{name}", headers | changed)

    def post(self, name: str, /, **body: object) -> Said:
        """What the page gets when it sends this JSON object."""
        return asyncio.run(self.posted(name, **body))

    async def posted(self, name: str, /, **body: object) -> Said:
        """The same, for several at once."""
        headers = OWN | {"content-type": "application/json"}
        return await self.sent("POST", f"/{TOKEN}/{name}", headers, [json.dumps(body).encode()])
