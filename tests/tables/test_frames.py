"""Data frames are tables as they are in Python, exactly as their Parquet files."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pyarrow import table as arrow

import verifier.api as vf
from tests.commands import Run
from verifier.errors import InstanceError
from verifier.tables.columns import Choice
from verifier.tables.halves import half_as_text
from verifier.tables.reading import Missing, read_table

DATA: dict[str, list[Any]] = {
    "people": [0.3, 1.0, 0.9],
    "model a": [0.5, 1.0, 0.7],
    "model b": [0.1, 0.8, 1.0],
}


@dataclass
class Stream:
    """Any library's frame, by the only method that counts."""

    given: Any

    def __arrow_c_stream__(self, requested: object = None) -> object:
        return self.given.__arrow_c_stream__(requested)


def pandas(data: dict[str, list[Any]], **options: Any) -> Any:
    return pytest.importorskip("pandas").DataFrame(data, **options)


def polars(data: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("polars").DataFrame(data)


@pytest.mark.parametrize("make", [pandas, polars, arrow, lambda data: Stream(arrow(data))])
def test_a_frame_is_measured_and_certified(make: Any, run: Run, tmp_path: Path) -> None:
    found = vf.table_hull(make(DATA), keep=tmp_path / "kept", stem="judges")
    assert found.distances[0].distance == Fraction(3, 70)
    assert (found.certificate, found.as_read) == (
        f"{tmp_path}/kept/judges.hull.json",
        f"{tmp_path}/kept/judges.hull.csv",
    )
    assert run("check", found.certificate, found.as_read).out.strip() == found.kernel


def test_an_index_holds_labels_and_other_types_are_no_parties() -> None:
    frame = pandas({**DATA, "when": [None] * 3, "ok": [True, False, True]}, index=["x", "y", "z"])
    frame["when"] = pytest.importorskip("pandas").to_datetime(["2020-01-01"] * 3)
    found = read_table(frame)
    assert (found.user, found.agents) == ("people", ("model a", "model b"))
    assert (found.labels, found.points) == (("item",), (("x",), ("y",), ("z",)))
    assert [aside.column for aside in found.asides] == ["when", "ok", "__index_level_0__"]
    assert "timestamp" in found.asides[0].why and "of type bool" in found.asides[1].why


def test_nulls_and_nan_are_missing() -> None:
    frame = arrow({"u": [1, 2, 5], "a": [1, None, 3], "b": [float("nan"), 2.0, 2.5]})
    with pytest.raises(InstanceError, match=r"^frame: 2 cells missing, in 2 rows and 2 columns"):
        read_table(frame)
    assert read_table(frame, missing=Missing.DROP_ROWS).numbers == (3,)


def test_what_is_no_table_is_said() -> None:
    with pytest.raises(InstanceError, match="'int' is neither a path nor a frame of pandas, polar"):
        read_table(3)
    with pytest.raises(InstanceError, match="'model c', there are 'people', 'model a', 'model b'"):
        read_table(arrow(DATA), choice=Choice(agents=("model c",)))


@pytest.mark.slow
def test_every_half_float_is_its_shortest_decimal() -> None:
    """Against numpy, which is another implementation."""
    from decimal import Decimal

    import numpy as np

    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    for half in halves[np.isfinite(halves)]:
        shortest = np.format_float_positional(half, unique=True)
        assert Decimal(half_as_text(float(half))) == Decimal(shortest)
