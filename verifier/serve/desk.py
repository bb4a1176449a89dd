"""The desk answers the editor's questions, one at a time, in a process that can be ended.

A newer question of a page ends its older one: what was typed meanwhile makes its answer stale. The
process of a question that is not answered in time is killed, and another one, which was started
beforehand, goes on.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verifier.deadline import GRACE
from verifier.process import LineProcess
from verifier.serve.answers import Answer

WORKER = (sys.executable, "-m", "verifier.serve.worker")

SLACK = GRACE + 2.0
"""The seconds that a process has after its deadline, until it is killed."""

PATIENCE = 0.3
"""The seconds that a newer question leaves the older one to end by itself: a process that is killed
has to be replaced, which takes longer.
"""

MOST_WAITING = 16
"""The most questions that wait for their turn, of all pages."""


class SupersededError(Exception):
    """The page that asked has asked something newer, or the server ends."""


class BusyError(Exception):
    """More questions are waiting than the desk takes."""


@dataclass(frozen=True)
class _Asking:
    """The question that is being answered: whose it is, and the line that its process will say."""

    tab: str
    said: asyncio.Future[str | None]


class Workers:
    """Processes that can be asked; one more than is used is kept ready.

    Each has a folder for its temporary files, which is removed with it: a process that is killed
    cannot do so itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: dict[LineProcess, str] = {}
        self._closed = False
        self._spare = self._started()

    def take(self) -> LineProcess:
        """A process that is ready or about to be; the next one starts."""
        with self._lock:
            taken, self._spare = self._spare, self._started()
        return taken

    def drop(self, process: LineProcess) -> None:
        """The process is killed, whatever it is doing."""
        process.close()
        folder = self._folders.pop(process, None)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """All processes are killed at once, and none is started any more."""
        self._closed = True
        for process in list(self._folders):
            self.drop(process)

    def _started(self) -> LineProcess:
        folder = tempfile.mkdtemp(prefix="verifier-serve-")
        process = LineProcess((*WORKER, folder), with_children=True)  # its kernel ends with it
        self._folders[process] = folder
        if self._closed:
            self.drop(process)
        else:
            process.start()
        return process


class Desk:
    """One question at a time is asked of a process; `seconds` is how long it may take."""

    def __init__(self, workers: Workers, seconds: float) -> None:
        self.workers = workers
        self.seconds = seconds
        self._turn = asyncio.Lock()
        self._newest: dict[str, object] = {}
        self._process: LineProcess | None = None
        self._asking: _Asking | None = None

    async def answer(self, tab: str, question: Mapping[str, Any]) -> Answer:
        """The answer to the question of a page, which `tab` tells from others.

        Raises SupersededError for a question that a newer one of the same page has ended, BusyError
        where too many are waiting.
        """
        if tab not in self._newest and len(self._newest) >= MOST_WAITING:
            raise BusyError
        mark = self._newest[tab] = object()
        try:
            if self._asking is not None and self._asking.tab == tab:
                await self._make_way()
            async with self._turn:
                if self._newest.get(tab) is not mark:
                    raise SupersededError
                return await self._asked(tab, mark, question)
        finally:
            if self._newest.get(tab) is mark:
                del self._newest[tab]

    async def _make_way(self) -> None:
        """The question that is being answered ends soon, or its process is killed."""
        asking, process = self._asking, self._process
        if asking is None or process is None:
            return
        _, unanswered = await asyncio.wait({asking.said}, timeout=PATIENCE)
        if unanswered:
            await asyncio.to_thread(self.workers.drop, process)

    async def _asked(self, tab: str, mark: object, question: Mapping[str, Any]) -> Answer:
        if self._process is None:
            self._process = await asyncio.to_thread(self.workers.take)
        process = self._process
        line = json.dumps({**question, "seconds": self.seconds})
        thread = asyncio.to_thread(process.ask, line, self.seconds + SLACK)
        self._asking = _Asking(tab, asyncio.ensure_future(thread))
        try:
            said = await self._asking.said
        finally:
            self._asking = None
        if said is not None:
            found: Answer = json.loads(said)
            return found
        self._process = None
        await asyncio.to_thread(self.workers.drop, process)
        if self._newest.get(tab) is not mark:
            raise SupersededError
        return _ended(process, self.seconds)


def _ended(process: LineProcess, seconds: float) -> Answer:
    """What is said of a process that ended in the midst of a question."""
    if process.end is not None and process.end.timed_out:
        return {"late": f"{seconds:g} seconds have passed (--seconds)"}
    code = "" if process.end is None else f" (code {process.end.code})"
    return {
        "failed": [
            f"the verifier ended in the midst of this{code}: the memory does not suffice, or this"
            " is a defect; please report it"
        ]
    }
