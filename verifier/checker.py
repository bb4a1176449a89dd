"""The only way to the kernel: a certificate is written, the kernel reads it, its reply is returned.

`certify` asks a kernel process of its own for each certificate; `submit` does not wait, so that
several run side by side; a `Kernel` is one process for the many certificates of a sweep. Whichever
is used, the kernel runs without site-packages and sees nothing but the certificate and the instance
file (proofs/FORMAT.md). A kernel that crashes has refused, never accepted.
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
from verifier.files import folder_or_temporary, write_whole
from verifier.process import LineProcess

KERNEL = Path(__file__).parent / "kernel"


@dataclass(frozen=True)
class Reply:
    """A reply of the kernel is an exit code and one line of text.

    The code is 0 for accepted, 1 for a wrong proof, 2 for an unreadable certificate or instance.
    """

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        """The kernel accepted the certificate."""
        return self.code == 0


class Pending(Protocol):
    """A certificate that the kernel is checking: a `Check` or a `Checked`."""

    def reply(self) -> Reply:
        """The kernel's reply, as soon as it is there."""
        ...


Checker = Callable[[Path, Path, Sequence[str]], Pending]
"""A kernel is asked with a certificate, an instance file and the words of what is expected of them.

`Check` starts a process for each certificate; a `Kernel` is one process for all.
"""


class Check:
    """One kernel process is started for one certificate; `reply` waits for it to end."""

    def __init__(self, certificate: Path, instance: Path, expected: Sequence[str] = ()) -> None:
        words = [str(KERNEL), str(certificate), str(instance), *expected]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        except OSError as error:
            raise CertificateError(f"the kernel could not be started: {error}") from error

    def reply(self) -> Reply:
        """The kernel's reply; a crash of the kernel is a refusal (code 2), never an acceptance."""
        out, err = self._process.communicate()
        code = self._process.returncode
        if code in (0, 1, 2):
            return Reply(code, (out or err).strip())
        return Reply(2, f"unreadable: the kernel ended with code {code}: {err.strip()[-300:]}")


def submit(
    text: str,
    certificate: Path,
    instance: Path,
    expected: Sequence[str] = (),
    check: Checker = Check,
) -> Pending:
    """The certificate's text is written to `certificate`, and the kernel begins to check it.

    Raises OutputError where the file cannot be written.
    """
    return check(write_whole(certificate, text), instance, expected)


def certify(
    text: str, instance: Path, keep: Path | None = None, expected: Sequence[str] = ()
) -> Reply:
    """The kernel's reply to a certificate's text, which is about the file `instance`.

    The certificate is kept as the file `keep`, or is a temporary file where that is None.
    `expected` are options of the kernel, such as `--guarantee bayes`: it refuses a certificate of
    anything else. Raises OutputError where the certificate cannot be written, CertificateError
    where the kernel cannot be started.
    """
    if keep is not None:
        return submit(text, keep, instance, expected).reply()
    with folder_or_temporary(None) as folder:
        return submit(text, folder / "certificate.json", instance, expected).reply()


def check(certificate: Path, instance: Path, expected: Sequence[str] = ()) -> Reply:
    """The kernel's reply to a certificate that is a file already."""
    return Check(certificate, instance, expected).reply()


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
"""The kernel's own entry point runs again and again in one process; it keeps nothing in between."""


class Kernel:
    """One kernel process checks many certificates, each as if it were alone.

    It is as isolated as a `Check`, but is started once. A process that ends, or answers anything
    else than the kernel would, is replaced and asked again, once; then it has refused (code 2).
    """

    def __init__(self, driver: str = DRIVER) -> None:
        root = str(KERNEL.parent.parent)
        self._process = LineProcess([sys.executable, "-I", "-S", "-B", "-c", driver, root])

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, certificate: Path, instance: Path, expected: Sequence[str] = ()) -> Checked:
        """One certificate is checked; the arguments are those of `Check`."""
        return Checked(self._answer([str(certificate), str(instance), *expected]))

    def close(self) -> None:
        """The process ends."""
        self._process.close()

    def _answer(self, words: list[str]) -> Reply:
        for _ in range(2):
            reply = self._once(words)
            if reply is not None:
                return reply
            self.close()
        return Reply(2, "unreadable: the kernel ended without an answer, twice")

    def _once(self, words: list[str]) -> Reply | None:
        """The reply, None where what answers is not the kernel."""
        try:
            code, text = json.loads(self._process.ask(json.dumps(words)) or "")
        except (OSError, ValueError, TypeError):
            return None
        spoken = type(code) is int and code in (0, 1, 2) and isinstance(text, str)
        return Reply(code, text) if spoken else None


@dataclass(frozen=True)
class Checked:
    """A certificate that the kernel has checked already."""

    answer: Reply

    def reply(self) -> Reply:
        """The kernel's reply."""
        return self.answer
