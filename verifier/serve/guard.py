"""Who may speak to the editor: the page that its own address has opened, and nobody else.

The server listens on this machine only, but every program on it, and every site that is open in a
browser on it, can send requests there. So a request is refused

1. whose Host is not this server's own: another name can be made to lead here (DNS rebinding);
2. whose path does not begin with the token, which only the printed address has;
3. that a browser says is another site's (Origin, Sec-Fetch-Site);
4. that changes or computes something (POST) without this server's own Origin, or whose body is not
   JSON, which no form of another site can send without asking first; nobody is allowed anything by
   CORS here, so that asking is refused;
5. whose body is longer than LONGEST_BODY.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_BODY = 4 * 2**20

OWN_NAMES = ("127.0.0.1", "localhost")
"""The names by which this machine reaches the server."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self';"
    " frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of whatever has no other: nothing inline, nothing from elsewhere."""

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""What every response has, unless it says otherwise itself."""


TOO_LONG = (f"expected a body of at most {LONGEST_BODY} bytes", 413)


class Guard:
    """An ASGI application that passes on what may be asked, and gives every answer its headers."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app = app
        self._token = token
        self._hosts = {f"{name}:{port}" for name in OWN_NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; a connection of any other kind is closed."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        refused = self.refusal(scope)
        answer: ASGIApp = self._app if refused is None else PlainTextResponse(*refused)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _completed(message["headers"])}
            await send(message)

        await answer(scope, _bounded(receive), with_headers)

    def refusal(self, scope: Scope) -> tuple[str, int] | None:
        """Why a request is refused, and the status of the refusal; None where it is not."""
        headers = _single(scope)
        host = headers.get("host")
        if host not in self._hosts:
            return "this server is not the one that was asked; use the address it printed", 421
        if not self._has_token(scope["path"]):
            return "open the address that `verifier serve` printed", 403
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin not in (None, f"http://{host}") or site not in (None, "none", "same-origin"):
            return "another site may not ask this server; open the address it printed", 403
        if scope["method"] in ("GET", "HEAD"):
            return None
        if origin is None or site == "none":
            return "only the page of this server may ask this", 403
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return "expected JSON", 415
        length = headers.get("content-length", "0")
        return TOO_LONG if not length.isdecimal() or int(length) > LONGEST_BODY else None

    def _has_token(self, path: str) -> bool:
        given = path.removeprefix("/").partition("/")[0]
        return secrets.compare_digest(given.encode(), self._token.encode())


def _single(scope: Scope) -> Mapping[str, str]:
    """The request's headers; one that comes twice is empty, which is allowed nowhere."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        found[key] = "" if key in found else value.decode("latin-1")
    return found


def _completed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    there = {name.lower() for name, _ in headers}
    more = ((name.encode(), value.encode()) for name, value in HEADERS.items())
    return [*headers, *((name, value) for name, value in more if name not in there)]


def _bounded(receive: Receive) -> Receive:
    """The messages of a request, as long as its body is not too long."""
    length = 0

    async def received() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        if length > LONGEST_BODY:
            raise HTTPException(TOO_LONG[1], TOO_LONG[0])
        return message

    return received
