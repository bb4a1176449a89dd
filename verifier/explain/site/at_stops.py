"""The data of a page whose parameters move: its regions, and the instance at every stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path, PurePosixPath

from verifier.certified import certify
from verifier.deadline import finished
from verifier.errors import SizeError
from verifier.explain.regions import moving, regions
from verifier.explain.site.page_data import Moving, PageData, page_data
from verifier.explain.site.stops import Values, stops
from verifier.game.parameters import Family
from verifier.game.reader import load_family
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantees.guarantee import Guarantee


def with_parameter(
    data: PageData,
    path: Path,
    values: Mapping[str, Fraction],
    guarantees: Sequence[Guarantee],
    effort: Effort = USUAL,
) -> PageData:
    """The data of a page with what its parameters move; unchanged where there is none.

    `data` is about the instance at `path` at these values of its parameters. Where the deadline
    passes, cells are undecided and stops missing; a value at which a program would be too large has
    no story of its own.
    """
    family = load_family(path, data.game.user)
    parameters = moving(family, values)
    if not parameters:
        return data
    start = tuple(data.game.parameters[parameter.name] for parameter in parameters)
    found = tuple(regions(family, path, values, guarantees, effort).values())
    at: dict[Values, PageData] = {}
    whole = True
    for place in stops(parameters, start, found)[1:]:
        names = (parameter.name for parameter in parameters)
        there = {**values, **dict(zip(names, place, strict=True))}
        work = partial(_examined, data.stem, path, family, there, guarantees, effort)
        try:
            known = finished(work, None)
        except SizeError:
            continue
        if known is None:
            whole = False
            break
        at[place] = known
    return replace(data, moving=Moving(parameters, start, found, at, whole))


def _examined(
    stem: PurePosixPath,
    path: Path,
    family: Family,
    values: Mapping[str, Fraction],
    guarantees: Sequence[Guarantee],
    effort: Effort,
) -> PageData | None:
    """The data of the page at other values; None where the time does not suffice for all of it."""
    game = family.at(values)
    found = certify(game, path, None, path.stem, guarantees, None, effort)
    return None if found.late else page_data(stem, path, found, effort)
