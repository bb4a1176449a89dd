"""The two programs that check certificates, asked in one process: the kernel and the second one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.second_checker.program import decide as second_decides
from verifier.kernel.__main__ import decide as kernel_decides
from verifier.kernel.__main__ import plain
from verifier.kernel.reader.document import SPENT

Answer = tuple[int, str]
"""An exit code and a line."""

Checker = Callable[[Path, Path, Mapping[str, str]], Answer]
"""Certificate, instance and options -> what a program says of them."""


def kernel(certificate: Path, instance: Path, options: Mapping[str, str]) -> Answer:
    """What the kernel says; it has its whole allowance of work, as a process of its own would."""
    SPENT[0] = 0
    code, line = kernel_decides(str(certificate), str(instance), dict(options))
    return code, plain(line)


def second(certificate: Path, instance: Path, options: Mapping[str, str]) -> Answer:
    """What the second checker says."""
    return second_decides(certificate, instance, dict(options))


def files(content: Any, instance: str, folder: Path) -> tuple[Path, Path]:
    """A certificate and an instance as files; a certificate that is a text is written as it is."""
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "certificate.json").write_text(text, encoding="utf-8")
    (folder / "instance.toml").write_text(instance, encoding="utf-8")
    return folder / "certificate.json", folder / "instance.toml"


def agree(one: Answer, other: Answer) -> bool:
    """Whether both programs accept, with the same line, or neither does."""
    return one == other if 0 in (one[0], other[0]) else True
