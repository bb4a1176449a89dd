"""The README's picture, made by the project.

python -m tests.readme_picture > docs/drug_sponsors.svg
"""

from __future__ import annotations

import sys

import verifier.api as vf
from tests.games import INSTANCES
from verifier.explain.picture import value_line


def readme_picture() -> str:
    """The value line of the drug sponsors' Bayesian guarantee, on white on any page."""
    found = vf.verify(vf.load(INSTANCES / "guarantees" / "drug_sponsors.toml"), ["bayes"])
    kept = found.guarantees["bayes"]
    drawn = value_line.draw(value_line.picture(found.report, kept.finding, kept.verdict))
    return drawn.replace('class="picture"', 'style="background: white"', 1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(readme_picture())
