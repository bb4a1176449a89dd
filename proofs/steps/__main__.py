"""Writes the pages into docs/proofs/."""

from __future__ import annotations

from proofs.steps.pages import PAGES
from proofs.steps.write import FOLDER, file_of, written

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for page in PAGES:
        file_of(page).write_text(written(page), encoding="utf-8")
