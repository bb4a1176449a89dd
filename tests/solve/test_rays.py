"""Extreme rays of the pieces into which hyperplanes through 0 divide the nonnegative orthant."""

from __future__ import annotations

from math import gcd

from hypothesis import given
from hypothesis import strategies as st

from verifier.solve.rays import rays
from verifier.solve.vertices import vertices

whole = st.integers(-3, 3)


def test_a_plane_cuts_the_edge_between_two_axes() -> None:
    assert set(rays([(1, -2)], 2, 10) or ()) == {(1, 0), (0, 1), (2, 1)}


def test_with_one_coordinate_there_is_one_ray() -> None:
    assert rays([(3,)], 1, 10) == [(1,)]


def test_too_many_choices_are_not_looked_at() -> None:
    assert rays([(1, -2, 0), (0, 1, -1)], 3, 9) is None
    assert rays([(1, -2, 0), (0, 1, -1)], 3, 10) is not None


@given(planes=st.lists(st.tuples(whole, whole, whole), max_size=4))
def test_the_corners_of_every_piece_are_among_them(planes: list[tuple[int, int, int]]) -> None:
    """The vertices of each piece, cut by x + y + z = 1, by an enumeration of another kind."""
    found = rays(planes, 3, 1000)
    assert found is not None
    assert all(gcd(*ray) == 1 and min(ray) >= 0 for ray in found)
    for number in range(2 ** len(planes)):
        sides = [
            tuple((1 if number >> n & 1 else -1) * entry for entry in plane)
            for n, plane in enumerate(planes)
        ]
        corners = vertices(3, sides)
        assert isinstance(corners, list)
        assert {tuple(entry // gcd(*corner) for entry in corner) for corner in corners} <= {*found}
