"""The pages as they follow from the theories and theory.md."""

from __future__ import annotations

from pathlib import Path

from proofs.steps.goals import goals
from proofs.steps.page import Page, Proof, markdown
from proofs.steps.script import Lemma, lemma
from verifier.theorem.prover import THEORIES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "proofs"


def file_of(page: Page) -> Path:
    """Where the page is kept."""
    return FOLDER / f"{page.slug}.md"


def lemmas(page: Page) -> list[tuple[str, Lemma]]:
    """The lemmas of a page, each with the name of its theory."""
    return [(part.theory, lemma(text_of(part.theory), part.name)) for part in page.parts]


def text_of(theory: str) -> str:
    """The text of a theory."""
    return (THEORIES / f"{theory}.v").read_text(encoding="utf-8")


def written(page: Page) -> str:
    """The text of a page, with goals by Rocq. Raises ProverError where it does not accept."""
    found = lemmas(page)
    known = {
        theory: goals(text_of(theory), [one for name, one in found if name == theory])
        for theory in {name for name, _ in found}
    }
    proofs = [
        Proof(part, one, known[theory])
        for part, (theory, one) in zip(page.parts, found, strict=True)
    ]
    return markdown(page, proofs)
