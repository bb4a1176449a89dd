"""What theory.md says of a number: its theorem, and the sentences of its proof."""

from __future__ import annotations

import re

from verifier.explain.theorem import Theorem, theorems

PROOF = "*Proof.* "
FORMULA = re.compile(r"\n\n(\$\$\n(?s:.*?)\n\$\$)")
ANCHOR = re.compile(r"\]\(#(t-[\d-]+)\)")
PAGE = re.compile(r"\]\((\w+\.md)")


def numbered(number: str) -> Theorem:
    """The theorem of theory.md with a number."""
    return next(one for one in theorems() if one.number == number and not one.drops)


def sentence(number: str, beginning: str) -> str:
    """The sentence of theory.md that begins so, under a number, with the formula that it leads to.

    Raises LookupError where there is none.
    """
    text = numbered(number).text
    found = re.search(
        rf"^(?:{re.escape(PROOF)})?(?P<line>{re.escape(beginning)}(?!\w).*)$", text, re.MULTILINE
    )
    if found is None:
        raise LookupError(f"theory.md {number} has no sentence that begins with '{beginning}'")
    formula = FORMULA.match(text, found.end())
    return _moved(found["line"] + (formula[0] if formula else ""))


def _moved(text: str) -> str:
    """Links as they are from docs/proofs/."""
    text = ANCHOR.sub(r"](../explanation/theory.md#\1)", text)
    return PAGE.sub(r"](../explanation/\1", text)
