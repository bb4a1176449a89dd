"""Runs the kernel in a process of its own: site-packages disabled, given a certificate and the
user's instance file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from verifier.errors import CertificateError

KERNEL = Path(__file__).parent / "kernel"


@dataclass(frozen=True)
class Reply:
    """What the kernel said: exit code 0 accepted, 1 proof wrong, 2 unreadable, and its one line."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        """Whether the kernel agrees."""
        return self.code == 0


class Check:
    """One kernel process, started at once; `reply` waits for it, so several can run side by side."""

    def __init__(self, certificate: Path, instance: Path, expected: Sequence[str] = ()) -> None:
        command = [
            sys.executable,
            "-I",
            "-S",
            str(KERNEL),
            str(certificate),
            str(instance),
            *expected,
        ]
        try:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        except OSError as error:
            raise CertificateError(f"the kernel could not be started: {error}") from error

    def reply(self) -> Reply:
        """The kernel's verdict.

        A crash of the kernel is a refusal (code 2), never an acceptance.
        """
        out, err = self._process.communicate()
        code = self._process.returncode
        if code in (0, 1, 2):
            return Reply(code, (out or err).strip())
        return Reply(2, f"unreadable: the kernel ended with code {code}: {err.strip()[-300:]}")


DRIVER = """
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
from verifier.kernel.__main__ import main
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(json.loads(line))
    print(json.dumps([code, said.getvalue().strip()]), flush=True)
"""
"""Runs the kernel's own entry point again and again in one process: it keeps nothing from one
certificate to the next.
"""


class Kernel:
    """One kernel process for many certificates, each given as if it were alone; as isolated as
    `Check`, but started once.

    A process that ends or answers anything else than a kernel would is replaced and asked again,
    once; then it is a refusal (code 2), never an acceptance.
    """

    def __init__(self, driver: str = DRIVER) -> None:
        root = str(KERNEL.parent.parent)
        self._command = [sys.executable, "-I", "-S", "-B", "-c", driver, root]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, certificate: Path, instance: Path, expected: Sequence[str] = ()) -> Told:
        """Has one certificate checked; the same arguments as `Check`."""
        return Told(self._answer([str(certificate), str(instance), *expected]))

    def close(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _answer(self, words: list[str]) -> Reply:
        """What the kernel says; where its process ends over it, what a new one says."""
        for _ in range(2):
            reply = self._once(words)
            if reply is not None:
                return reply
            self.close()
        return Reply(2, "unreadable: the kernel ended without an answer, twice")

    def _once(self, words: list[str]) -> Reply | None:
        try:
            code, text = json.loads(self._exchange(json.dumps(words) + "\n"))
        except (OSError, ValueError, TypeError):
            return None
        return (
            Reply(code, text)
            if type(code) is int and code in (0, 1, 2) and isinstance(text, str)
            else None
        )

    def _exchange(self, question: str) -> str:
        if self._process is None:
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(
                self._command,
                stdin=pipe,
                stdout=pipe,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("the kernel was started without pipes")
        self._process.stdin.write(question)
        self._process.stdin.flush()
        return self._process.stdout.readline()


@dataclass(frozen=True)
class Told:
    """An answer that is there already."""

    answer: Reply

    def reply(self) -> Reply:
        """The kernel's verdict."""
        return self.answer


class Pending(Protocol):
    """Something that will say what the kernel said: a `Check` or a `Told`."""

    def reply(self) -> Reply:
        """Waits for the kernel's verdict."""
        ...


Checker = Callable[[Path, Path, Sequence[str]], Pending]
"""Has the kernel look at (certificate, instance, what is expected):

`Check`, one process each, or a `Kernel`.
"""
