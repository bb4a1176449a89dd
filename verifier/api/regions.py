"""For which values of parameters a guarantee holds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from fractions import Fraction

from verifier.api.given import (
    Exact,
    effort_of,
    family_of,
    folder_of,
    guarantee_of,
    text_of,
    values_of,
)
from verifier.arguments import names_arguments
from verifier.errors import InstanceError
from verifier.frozen import frozen
from verifier.game.arguments.values import nonnegative
from verifier.game.parameters import NOWHERE
from verifier.region import partition
from verifier.region.piece import Region
from verifier.region.plane.partition import plane as find_plane
from verifier.region.plane.piece import Plane
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantees.guarantee import Guarantee


@names_arguments()
def region(
    instance: str | os.PathLike[str],
    guarantee: str = Guarantee.BAYES,
    parameter: str | None = None,
    at: Mapping[str, Exact] = NOWHERE,
    width: Exact | None = None,
    effort: Effort = USUAL,
    keep: str | os.PathLike[str] | None = None,
    user: str | None = None,
) -> Region:
    """The values of a parameter for which a guarantee holds, as exact cells that are certified.

    Parameters:
        instance: the path or the text of an instance file with parameters; a game has values of
            them already.
        guarantee: "bayes" or "best-ai".
        parameter: the one that moves; it may be left out where there is only one that is not set.
        at: the values of the others; their defaults if not given.
        width: gaps as narrow as this are left undecided; a 64th of the interval if not given.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificates, one for each cell and each single value, and for
            a text as instance.toml.
        user: of a file with several users the one whose game it is; if not given that of all.

    Returns:
        Region, whose `pieces` take turns: single values and open cells, each with its verdict, its
        numbers as functions of the parameter, its certificate and the kernel's reply.

    Raises:
        InstanceError: the file has no such parameter, or the user is quantal.
        SizeError: a program would be larger than the effort's limits.
        OutputError: the certificates cannot be written.

    Example:
        >>> found = region("instances/regions/identical_tolerance.toml")
        >>> found
        <Region: 'Two brands of one drug, and how much is claimed', bayes by t, proved, refuted>
        >>> [(piece.low, piece.high, str(piece.verdict)) for piece in found.pieces][1:3]
        [(Fraction(0, 1), Fraction(1, 4), 'refuted'), (Fraction(1, 4), Fraction(1, 4), 'proved')]

    Source: theory.md 12.1 (what is certified), 12.2 (how cells are found).
    """
    asked, work, folder = guarantee_of(guarantee), effort_of(effort), folder_of(keep)
    moving = None if parameter is None else text_of(parameter, "parameter")
    set_to, narrow = values_of(at), _width(width)
    with family_of(instance, user, folder) as (games, path):
        return frozen(partition.region(games, asked, path, moving, set_to, narrow, work, folder))


@names_arguments()
def plane(
    instance: str | os.PathLike[str],
    guarantee: str = Guarantee.BAYES,
    width: Exact | None = None,
    effort: Effort = USUAL,
    keep: str | os.PathLike[str] | None = None,
    user: str | None = None,
) -> Plane:
    """The pairs of values of two parameters for which a guarantee holds, in certified polygons.

    Parameters:
        instance: the path or the text of an instance file with two parameters; a game has values
            of them already.
        guarantee: "bayes" or "best-ai".
        width: polygons as narrow as this in both parameters are left undecided; a 16th of each
            interval if not given.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificates, one for each polygon, piece of a side, and corner,
            and for a text as instance.toml.
        user: of a file with several users the one whose game it is; if not given that of all.

    Returns:
        Plane, with `faces` (polygons), `sides` and `corners`, each with its verdict, its numbers as
        functions of the parameters, its certificate and the kernel's reply.

    Raises:
        InstanceError: the file has not two parameters, or the user is quantal.
        SizeError: a program would be larger than the effort's limits.
        OutputError: the certificates cannot be written.

    Example:
        >>> found = plane("instances/regions/identical_prior.toml")
        >>> [(len(face.polygon), str(face.verdict)) for face in found.faces]
        [(4, 'proved'), (3, 'refuted'), (3, 'refuted'), (4, 'proved')]

    Source: theory.md 12.3.
    """
    asked, work, folder = guarantee_of(guarantee), effort_of(effort), folder_of(keep)
    narrow = _width(width)
    with family_of(instance, user, folder) as (games, path):
        return frozen(find_plane(games, asked, path, narrow, work, folder))


def _width(given: Exact | None) -> Fraction | None:
    """The width of what is left undecided, None for the usual one."""
    width = None if given is None else nonnegative("width", given)
    if width == 0:
        raise InstanceError("width: is 0, expected a number above 0")
    return width
