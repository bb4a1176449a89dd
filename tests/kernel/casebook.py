"""The certificates in cases/, by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
