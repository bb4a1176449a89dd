"""Charts: labels that keep their distance, the same bytes for the same numbers, endings that are
refused.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from verifier.chart import chart, counted, ready
from verifier.errors import InstanceError


@pytest.mark.parametrize(
    ("counts", "labels"),
    [
        (
            [1, 2, 3, 5, 7, 10, 15, 20, 30, 40],
            ["1", "2", "3", "5", "7", "10", "15", "20", "30", "40"],
        ),
        (
            [1, 2, 3, 5, 7, 10, 100, 150, 200, 315],
            ["1", "2", "3", "5", "7", "10", "100", "", "", "315"],
        ),
        ([1], ["1"]),
    ],
)
def test_labels_of_counts_keep_their_distance(
    counts: list[int], labels: list[str], tmp_path: Path
) -> None:
    with chart(tmp_path / "a.svg", 4, 3) as figure:
        axes = figure.subplots()
        axes.plot(counts, counts)
        counted(axes, counts, "agents")
        assert [tick.get_text() for tick in axes.get_xticklabels()] == labels
        figure.canvas.draw()
        boxes = [tick.get_window_extent() for tick in axes.get_xticklabels() if tick.get_text()]
        assert all(one.x1 < other.x0 for one, other in pairwise(boxes))


def test_the_same_numbers_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        with chart(tmp_path / name, 3, 2) as figure:
            figure.subplots().plot([1, 2], [3, 4])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InstanceError, match=r"expected a name that ends in \.svg, \.png or \.pdf"):
        ready(tmp_path / "a.jpg")
