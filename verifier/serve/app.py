"""What the editor's page can ask for, as an ASGI application (starlette).

| request | answer |
|---|---|
| `GET /` and its files | the page with its styles and scripts, which are part of this package |
| `GET start` | the text to begin with, the schema of instance files, words to choose among |
| `POST check` | errors with their lines, or verdicts and the name of their story |
| `POST moving` | the name of the story on whose page the text's parameters move |
| `GET story/NAME` | the page of an instance, for a frame |
| `POST counterexample`, `POST smaller` | another text |
| `GET file`, `POST save` | the file that the user has named, and no other |

Answers are JSON objects; one that has `failed` says in it what is wrong, a text for each thing. The
status is 200 even then: the page shows what is wrong, and a browser's console need not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from verifier.errors import VerifierError
from verifier.game.schema import schema
from verifier.serve.body import Body
from verifier.serve.desk import BusyError, Desk, SupersededError, Workers
from verifier.serve.guard import Guard
from verifier.serve.named_file import MAX_BYTES, ChangedError, NamedFile, Unnamed
from verifier.serve.story import Stories, policy
from verifier.theory.dropped import DROPPED
from verifier.theory.guarantees.guarantee import Guarantee

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}

Handler = Callable[[Request], Awaitable[Response]]


class Editor:
    """The editor of one file, or of none; each question may take so many seconds."""

    def __init__(self, file: NamedFile | Unnamed, workers: Workers, seconds: float) -> None:
        self._file = file
        self._stories = Stories()
        self._checks = Desk(workers, seconds)
        self._moves = Desk(workers, seconds)
        self._searches = Desk(workers, seconds)
        self._writing = asyncio.Lock()

    def app(self, token: str, port: int) -> Guard:
        """The application, all of whose paths begin with the token."""
        asked = {"start": self._start, "file": self._read, "story/{name}": self._story}
        told = {
            "check": self._check,
            "moving": self._moving,
            "counterexample": self._counterexample,
            "smaller": self._smaller,
            "save": self._save,
        }
        routes = [
            *_pages(),
            *(Route(f"/{path}", _answered(work)) for path, work in asked.items()),
            *(Route(f"/{path}", _answered(work), methods=["POST"]) for path, work in told.items()),
        ]
        return Guard(Starlette(routes=[Mount(f"/{token}", routes=routes)]), token, port)

    async def _start(self, _: Request) -> Response:
        opened = await asyncio.to_thread(self._file.read)
        return JSONResponse(
            {
                **asdict(opened),
                "name": self._file.name,
                "writable": self._file.writable,
                "longest": MAX_BYTES,
                "schema": schema(),
                "hypotheses": {name: dropped.lesson for name, dropped in DROPPED.items()},
                "guarantees": list(map(str, Guarantee)),
            }
        )

    async def _check(self, request: Request) -> Response:
        return await self._about("check", self._checks, request)

    async def _moving(self, request: Request) -> Response:
        return await self._about("moving", self._moves, request)

    async def _about(self, kind: str, desk: Desk, request: Request) -> Response:
        """The answer about a text, with the name of its page in place of the page."""
        body = Body(await request.body())
        question = {"kind": kind, "text": body.text(), "stem": self._file.stem}
        answer = await desk.answer(body.word("tab"), question)
        page = answer.pop("page", None)
        if page is not None:
            answer["story"] = self._stories.keep(page)
        return JSONResponse(answer)

    async def _story(self, request: Request) -> Response:
        page = self._stories.framed(request.path_params["name"])
        if page is None:
            return PlainTextResponse("this page is not kept any more; change the text", 404)
        return HTMLResponse(page, headers={"content-security-policy": policy()})

    async def _counterexample(self, request: Request) -> Response:
        body = Body(await request.body())
        question = {
            "kind": "counterexample",
            "hypothesis": body.word("hypothesis"),
            "number": body.number(),
            "seen": body.seen(),
        }
        return JSONResponse(await self._searches.answer(body.word("tab"), question))

    async def _smaller(self, request: Request) -> Response:
        body = Body(await request.body())
        question = {"kind": "smaller", "text": body.text(), "guarantee": body.word("guarantee")}
        return JSONResponse(await self._searches.answer(body.word("tab"), question))

    async def _read(self, _: Request) -> Response:
        return JSONResponse(asdict(await asyncio.to_thread(self._file.read)))

    async def _save(self, request: Request) -> Response:
        body = Body(await request.body())
        text, known = body.text(), body.known()
        async with self._writing:
            opened = await asyncio.to_thread(self._file.save, text, known)
        return JSONResponse({"digest": opened.digest})


def _pages() -> list[Route]:
    """The page and its files, read once."""
    own = files("verifier.serve").joinpath("page")
    shared = files("verifier.explain.site").joinpath("templates", "style.css")
    return [
        Route("/" if file.name == "index.html" else f"/{file.name}", _served(file))
        for file in [*own.iterdir(), shared]
    ]


def _served(file: Traversable) -> Handler:
    content, kind = file.read_bytes(), TYPES[PurePath(file.name).suffix]

    async def page(_: Request) -> Response:
        return Response(content, media_type=kind)

    return page


def _answered(work: Handler) -> Handler:
    """The work's answer; what is wrong with the question, or with the file, is an answer too."""

    async def answer(request: Request) -> Response:
        try:
            return await work(request)
        except SupersededError:
            return JSONResponse({"superseded": True})
        except BusyError:
            return JSONResponse({"failed": ["too much is being asked at once; try again"]})
        except ChangedError as error:
            return JSONResponse({"changed": str(error), "digest": error.digest})
        except VerifierError as error:
            return JSONResponse({"failed": list(error.lines)})

    return answer
