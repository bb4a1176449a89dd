"""Certificates about many values are put to the kernel, one after the other in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifier.checker import Reply, ask
from verifier.json_text import indented


@dataclass(frozen=True)
class Inquiry:
    """What is the same in all certificates of a region: of what, in which file.

    `user` is the one of several users whose game it is.
    """

    instance: Path
    file: Path
    user: str | None

    def ask(
        self, about: str, values: Mapping[str, Any], document: Mapping[str, Any], at: str
    ) -> tuple[str, Reply]:
        """A certificate with these claims, and the kernel's reply.

        `about` is the digest of its games, `values` are those of the parameters, and `at` says the
        same as an option: other values are refused.
        """
        whose = {} if self.user is None else {"user": self.user}
        content = {"format": 2, "game": about, "parameters": values, **whose, **document}
        self.file.write_text(text := indented(content) + "\n", encoding="utf-8")
        return text, ask(self.file, self.instance, ["--at", at])
