"""The data of a page whose parameter moves: its regions, and the instance at every stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path, PurePosixPath

from verifier.certified import certify
from verifier.checker import Checker, standing
from verifier.deadline import finished
from verifier.errors import SizeError
from verifier.explain.regions import moving, regions
from verifier.explain.site.page_data import Moving, PageData, page_data
from verifier.explain.site.stops import stops
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
    check: Checker = standing,
) -> PageData:
    """The data of a page with what its first parameter moves; unchanged where there is none.

    `data` is about the instance at `path` at these values of its parameters. Where the deadline
    passes, cells are undecided and stops missing; a value at which a program would be too large has
    no story of its own.
    """
    family = load_family(path, data.game.user)
    parameter = moving(family)
    if parameter is None:
        return data
    start = data.game.parameters[parameter.name]
    found = tuple(regions(family, path, values, guarantees, effort).values())
    planned = [t for t in stops(parameter, start, found) if t != start]
    at: dict[Fraction, PageData] = {}
    whole = True
    for t in planned:
        there = {**values, parameter.name: t}
        work = partial(_examined, data.stem, path, family, there, guarantees, effort, check)
        try:
            known = finished(work, None)
        except SizeError:
            continue
        if known is None:
            whole = False
            break
        at[t] = known
    return replace(data, moving=Moving(parameter, start, found, at, whole))


def _examined(
    stem: PurePosixPath,
    path: Path,
    family: Family,
    values: Mapping[str, Fraction],
    guarantees: Sequence[Guarantee],
    effort: Effort,
    check: Checker,
) -> PageData | None:
    """The data of the page at other values; None where the time does not suffice for all of it."""
    game = family.at(values)
    found = certify(game, path, None, path.stem, guarantees, None, effort, check)
    return None if found.late else page_data(stem, path, found, effort, check)
