"""For which values of parameters a guarantee holds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from verifier.api.given import guarantee_of
from verifier.game.reader import load_family
from verifier.region import partition
from verifier.region.partition import NO_VALUES
from verifier.region.piece import Region
from verifier.region.plane.partition import plane as find_plane
from verifier.region.plane.piece import Plane
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantees.guarantee import Guarantee


def region(
    instance: Path | str,
    guarantee: str = Guarantee.BAYES,
    parameter: str | None = None,
    at: Mapping[str, Fraction] = NO_VALUES,
    width: Fraction | None = None,
    effort: Effort = USUAL,
    keep: Path | None = None,
    user: str | None = None,
) -> Region:
    """The values of a parameter for which a guarantee holds, as exact cells that are certified.

    Parameters:
        instance: the path of an instance with parameters.
        guarantee: "bayes" or "best-ai".
        parameter: the one that moves; it may be left out where there is only one that is not set.
        at: the values of the others; their defaults if not given.
        width: gaps as narrow as this are left undecided; a 64th of the interval if not given.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificates, one for each cell and each single value.
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
        >>> [(piece.low, piece.high, str(piece.verdict)) for piece in found.pieces][1:3]
        [(Fraction(0, 1), Fraction(1, 4), 'refuted'), (Fraction(1, 4), Fraction(1, 4), 'proved')]

    Source: theory.md 12.1 (what is certified), 12.2 (how cells are found).
    """
    path = Path(instance)
    return partition.region(
        load_family(path, user),
        guarantee_of(guarantee),
        path,
        parameter,
        at,
        width,
        effort,
        keep,
    )


def plane(
    instance: Path | str,
    guarantee: str = Guarantee.BAYES,
    width: Fraction | None = None,
    effort: Effort = USUAL,
    keep: Path | None = None,
    user: str | None = None,
) -> Plane:
    """The pairs of values of two parameters for which a guarantee holds, in certified polygons.

    Parameters:
        instance: the path of an instance with two parameters.
        guarantee: "bayes" or "best-ai".
        width: polygons as narrow as this in both parameters are left undecided; a 16th of each
            interval if not given.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificates, one for each polygon, piece of a side, and corner.
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
    path = Path(instance)
    family = load_family(path, user)
    return find_plane(family, guarantee_of(guarantee), path, width, effort, keep)
