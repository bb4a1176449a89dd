"""What a story says of a parameter: the regions of its guarantees, found where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from verifier.explain.document import Narrative
from verifier.explain.sections.region import condition_words, for_which
from verifier.game.parameters import Family, Parameter
from verifier.region.partition import region as find_region
from verifier.region.piece import Region
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantees.guarantee import Guarantee


def moving(family: Family) -> Parameter | None:
    """The parameter that moves in a story is the first of the file, None where it has none."""
    return next(iter(family.parameters), None)


def regions(
    family: Family,
    path: Path,
    values: Mapping[str, Fraction],
    guarantees: Iterable[Guarantee],
    effort: Effort = USUAL,
) -> dict[str, Region]:
    """The region of every guarantee that has one: not of a quantal user (theory.md 12.1).

    The first parameter of the file at `path` moves; the other has its default, or what `values`
    says. Where the deadline passes, what is not known yet is undecided.
    """
    parameter = moving(family)
    if parameter is None:
        return {}
    others = {name: value for name, value in values.items() if name != parameter.name}
    return {
        str(name): find_region(family, name, path, parameter.name, others, effort=effort)
        for name in guarantees
        if name is not Guarantee.QUANTAL
    }


def with_region(narrative: Narrative, region: Region) -> Narrative:
    """The narrative with the section on the parameter, and the condition in its summary.

    The section comes before the last, which is about trust.
    """
    *sections, trust = narrative.sections
    summary = (*narrative.summary, f" And {condition_words(region)}.")
    return replace(narrative, summary=summary, sections=(*sections, for_which(region), trust))
