"""Runs the kernel in a process of its own: site-packages disabled, given a certificate and the user's instance file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
        command = [sys.executable, "-I", "-S", str(KERNEL), str(certificate), str(instance), *expected]
        try:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        except OSError as error:
            raise CertificateError(f"the kernel could not be started: {error}") from error

    def reply(self) -> Reply:
        """The kernel's verdict. A crash of the kernel is a refusal (code 2), never an acceptance."""
        out, err = self._process.communicate()
        code = self._process.returncode
        if code in (0, 1, 2):
            return Reply(code, (out or err).strip())
        return Reply(2, f"unreadable: the kernel ended with code {code}: {err.strip()[-300:]}")
