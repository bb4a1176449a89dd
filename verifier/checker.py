"""The only way to the kernel: a certificate is written, the kernel reads it, its reply is returned.

A `Kernel` is one process that checks many certificates; each process has one, which `ask` asks. A
`Check` is a process for one certificate, which goes on beside what its caller does. Whichever is
used, the kernel runs without site-packages and sees nothing but the certificate and the instance
file (proofs/FORMAT.md). Compiled files that lie beside its sources are not run: only Python's own
library may come compiled. A kernel that crashes, says nothing, says something else than was asked,
or takes too long has refused.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from verifier.deadline import in_time
from verifier.errors import CertificateError
from verifier.files import folder_or_temporary, hand_out
from verifier.process import LineProcess

KERNEL = Path(__file__).parent / "kernel" / "__main__.py"

SECONDS = 120.0
"""The most time that the kernel may take over one certificate."""


@dataclass(frozen=True)
class Certificate:
    """A certificate's text, and the one line with which the kernel accepts it (`accepted`)."""

    text: str
    line: str


def subject_of(text: str | bytes) -> object:
    """The digest of the game or table that a certificate is about; None for any other text."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content.get("game", content.get("table")) if isinstance(content, dict) else None


def accepted(sentence: str) -> str:
    """The kernel's line that accepts this sentence, in ASCII."""
    return "accepted: " + sentence.encode("ascii", "backslashreplace").decode()


@dataclass(frozen=True)
class Reply:
    """A reply of the kernel is an exit code and one line of text.

    The code is 0 for accepted, 1 for a wrong proof, 2 for an unreadable certificate or instance and
    for a kernel that did not answer as one does.
    """

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        """The kernel accepted the certificate, and said so in one line."""
        return self.code == 0 and _says(0, self.text)

    @property
    def ended(self) -> bool:
        """The kernel ended without having decided anything: it was killed, or is broken."""
        return self.text.startswith(ENDED)

    @classmethod
    def of(cls, code: int, text: str, line: str | None = None) -> Reply:
        """The reply of a kernel that ended so.

        It is a refusal where a kernel would not speak so, or where it accepts something else than
        the expected line.
        """
        if not _says(code, text):
            return cls(2, f"{ENDED} with code {code}, saying {text[-300:]!r}")
        if code == 0 and line is not None and text != line:
            return cls(2, f"unreadable: the kernel was to say {line!r}, and said {text!r}")
        return cls(code, text)


ENDED = "unreadable: the kernel ended"
"""How it is said that the kernel ended and did not answer as it does."""

OPENINGS = {0: "accepted: ", 1: "refused: ", 2: "unreadable: "}
"""How the kernel's one line begins, by its exit code."""


def _says(code: int, text: str) -> bool:
    """The text is one line of the kernel that ends with this code."""
    return code in OPENINGS and text.startswith(OPENINGS[code]) and len(text.splitlines()) == 1


class Check:
    """One kernel process is started for one certificate; `reply` waits for it to end."""

    def __init__(
        self,
        certificate: Path,
        instance: Path,
        options: Sequence[str] = (),
        line: str | None = None,
    ) -> None:
        self._line = line
        try:
            self._process = subprocess.Popen(
                [*_kernel(ONCE), str(certificate), str(instance), *options],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="backslashreplace",
            )
        except OSError as error:
            raise CertificateError(f"the kernel could not be started: {error}") from error

    def reply(self) -> Reply:
        """The kernel's reply; a crash of the kernel is a refusal (code 2), never an acceptance."""
        try:
            out, err = in_time(lambda: self._process.communicate(timeout=SECONDS))
        except subprocess.TimeoutExpired:
            self._end()
            return Reply(2, f"unreadable: the kernel took more than {SECONDS:g} seconds")
        except BaseException:
            self._end()
            raise
        return Reply.of(self._process.returncode, (out or err).strip(), self._line)

    def _end(self) -> None:
        self._process.kill()
        self._process.communicate()


LIBRARY = (
    "collections csv fractions functools hashlib importlib.machinery io itertools json"
    " math operator pathlib re tomllib typing"
)
"""The modules of Python's library that the kernel imports: only these may come compiled."""

START = f"""
import {", ".join(["sys", *LIBRARY.split()])}
sys.pycache_prefix = "/dev/null"
sys.path.append(sys.argv.pop(1))
from verifier.kernel.__main__ import games, main
"""
"""From here on Python compiles what it loads, as with `-X pycache_prefix=/dev/null`."""

ONCE = f"""{START}
sys.exit(main(sys.argv[1:]))
"""
"""The kernel's own entry point runs as it does from the command line."""


def _kernel(program: str) -> list[str]:
    """The command that runs this program with nothing but Python's own library and the kernel."""
    words = [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", program]
    return [*words, str(KERNEL.parents[2])]


DRIVER = f"""{START}
import contextlib
games()
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(json.loads(line))
    print(json.dumps([code, said.getvalue().strip()]), flush=True)
"""
"""The kernel's own entry point runs again and again in one process.

It keeps nothing in between but the game that it has parsed last, beside the very text of its file:
the claims of one game take one parsing. Files are read anew every time.
"""


class Kernel:
    """One kernel process checks many certificates, each as if it were alone.

    It is as isolated as a `Check`, but is started once. A process that ends, or answers anything
    else than the kernel would, is replaced and asked again, once; then it has refused (code 2).
    Threads that ask at the same time wait for each other.
    """

    def __init__(self, driver: str = DRIVER) -> None:
        self._process = LineProcess(_kernel(driver))
        self._asked = threading.Lock()

    def start(self) -> None:
        """The process starts, so that it is ready when it is asked.

        Raises CertificateError where it cannot be started.
        """
        try:
            self._process.start()
        except OSError as error:
            raise CertificateError(f"the kernel could not be started: {error}") from error

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(
        self,
        certificate: Path,
        instance: Path,
        options: Sequence[str] = (),
        line: str | None = None,
    ) -> Reply:
        """The kernel's reply to one certificate; the arguments are those of `Check`."""
        words = [str(certificate.absolute()), str(instance.absolute()), *options]
        with self._asked:
            return self._answer(words, line)

    def close(self) -> None:
        """The process ends."""
        self._process.close()

    def _answer(self, words: list[str], line: str | None) -> Reply:
        for _ in range(2):
            reply = self._once(words, line)
            if reply is not None:
                return reply
            if self._process.end is not None and self._process.end.timed_out:
                return Reply(2, f"unreadable: the kernel took more than {SECONDS:g} seconds")
            self.close()
        return Reply(2, f"{ENDED} without an answer, twice")

    def _once(self, words: list[str], line: str | None) -> Reply | None:
        """The reply, None where what answers is not the kernel."""
        try:
            code, text = json.loads(self._process.ask(json.dumps(words), SECONDS) or "")
        except (OSError, ValueError, TypeError):
            return None
        spoken = type(code) is int and isinstance(text, str)
        return Reply.of(code, text, line) if spoken else None


@cache
def _kernel_of(process: int) -> Kernel:
    kernel = Kernel()
    atexit.register(kernel.close)
    return kernel


def own_kernel() -> Kernel:
    """The kernel of this process, for all who need none of their own.

    It starts when it is first asked and ends with the process; a process that is forked has its
    own.
    """
    return _kernel_of(os.getpid())


def ask(
    certificate: Path, instance: Path, options: Sequence[str] = (), line: str | None = None
) -> Reply:
    """The reply of this process's kernel to one certificate; the arguments are those of `Check`."""
    return own_kernel()(certificate, instance, options, line)


def submit(
    certificate: Certificate, path: Path, instance: Path, options: Sequence[str] = ()
) -> Reply:
    """The certificate is written to `path`, and this process's kernel checks it.

    `options` are the kernel's own, such as `--tolerance 1/5`. A certificate of another game that
    is replaced is logged (`hand_out`). Raises OutputError where the file cannot be written.
    """
    _hand_out(certificate, path)
    return ask(path, instance, options, certificate.line)


def begin(certificate: Certificate, path: Path, instance: Path) -> Check:
    """As `submit`, in a process of its own that goes on beside what the caller does next."""
    _hand_out(certificate, path)
    return Check(path, instance, (), certificate.line)


def _hand_out(certificate: Certificate, path: Path) -> None:
    hand_out(
        path, certificate.text, same=lambda old: subject_of(old) == subject_of(certificate.text)
    )


def certify(certificate: Certificate, instance: Path, keep: Path | None = None) -> Reply:
    """The kernel's reply to a certificate, which is about the file `instance`.

    The certificate is kept as the file `keep`, or is a temporary file where that is None. Raises
    OutputError where the certificate cannot be written, CertificateError where the kernel cannot be
    started.
    """
    if keep is not None:
        return submit(certificate, keep, instance)
    with folder_or_temporary(None) as folder:
        return submit(certificate, folder / "certificate.json", instance)


def check(certificate: Path, instance: Path, options: Sequence[str] = ()) -> Reply:
    """The reply of a kernel process of its own to a certificate that is a file already, whatever it
    claims.
    """
    return Check(certificate, instance, options).reply()
