"""What a story says of parameters: the regions of its guarantees, found where something moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from verifier.explain.document import Block, Narrative
from verifier.explain.sections.plane import condition_words as plane_words
from verifier.explain.sections.plane import for_which_pairs, method_of_pairs
from verifier.explain.sections.region import condition_words, for_which, method
from verifier.game.parameters import Family, Parameter
from verifier.region.partition import region as find_region
from verifier.region.piece import Region
from verifier.region.plane.partition import plane as find_plane
from verifier.region.plane.piece import Plane
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantees.guarantee import Guarantee


def moving(family: Family, values: Mapping[str, Fraction]) -> tuple[Parameter, ...]:
    """The parameters that move in a story: those of the file that `values` leaves open, and all
    where it leaves none open, since then it says where the story begins.
    """
    left = tuple(part for part in family.parameters if part.name not in values)
    return left or tuple(family.parameters)


def regions(
    family: Family,
    path: Path,
    values: Mapping[str, Fraction],
    guarantees: Iterable[Guarantee],
    effort: Effort = USUAL,
) -> dict[str, Region | Plane]:
    """The region of every guarantee that has one: not of a quantal user (theory.md 12.1).

    What moves of the file at `path` is what `moving` says. Where the deadline passes, what is not
    known yet is undecided.
    """
    parameters = moving(family, values)
    if not parameters:
        return {}
    names = [name for name in guarantees if name is not Guarantee.QUANTAL]
    if len(parameters) == 2:
        return {str(name): find_plane(family, name, path, effort=effort) for name in names}
    (moves,) = parameters
    others = {name: value for name, value in values.items() if name != moves.name}
    return {
        str(name): find_region(family, name, path, moves.name, others, effort=effort)
        for name in names
    }


def how_certified(region: Region | Plane) -> tuple[Block, ...]:
    """How the kernel checks all values of a cell at once, and what it does not; it is the same for
    all guarantees, and empty where no cell has a certificate.
    """
    return tuple(method_of_pairs(region) if isinstance(region, Plane) else method(region))


def with_region(narrative: Narrative, region: Region | Plane) -> Narrative:
    """The narrative with the section on what moves, and the condition in its summary.

    The section comes before the last, which is about trust, and then says what the kernel checks of
    all values at once.
    """
    if isinstance(region, Plane):
        section, condition = for_which_pairs(region), plane_words(region)
    else:
        section, condition = for_which(region), condition_words(region)
    *sections, trust = narrative.sections
    trust = replace(trust, blocks=(*trust.blocks, *how_certified(region)))
    summary = (*narrative.summary, f" And {condition}.")
    return replace(narrative, summary=summary, sections=(*sections, section, trust))
