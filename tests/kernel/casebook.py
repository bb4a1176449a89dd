"""The certificates in cases/, by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.games import ROOT

HERE = Path(__file__).parent / "cases"

CASES = {
    path.relative_to(HERE).with_suffix("").as_posix(): path
    for path in sorted(HERE.glob("*/*.json"))
}
"""FOLDER/NAME -> the file."""


def read(name: str) -> dict[str, Any]:
    """A case, with its certificate and its instance."""
    case: dict[str, Any] = json.loads(CASES[name].read_text(encoding="utf-8"))
    return case


def instance_of(case: dict[str, Any]) -> str:
    """The text of a case's instance, which may be a shipped one."""
    text: str = case["instance"]
    return text if "\n" in text else (ROOT / text).read_text(encoding="utf-8")


MANY = [name for name in CASES if name.startswith(("correct/cell-", "correct/polygon-"))]
"""The correct certificates about many values of parameters at once."""
