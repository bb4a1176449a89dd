"""The kernel reads rows together as it reads their cells alone, and rounding never accepts."""

from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.second_checker.reading import RefusedError
from tests.second_checker.tables import decide_table
from verifier.kernel.reader.document import UnreadableError, WrongError, rational
from verifier.kernel.tables.distance import TOGETHER, check
from verifier.kernel.tables.rows import MISSING, decimals, read_rows
from verifier.tables.measure import measure, read

Read = tuple[int, list[Fraction] | None]

WHOLE = st.integers(-(10**6), 10**6).map(str)
DECIMAL = st.decimals(-1000, 1000, places=3).map(str)
CELL = st.one_of(
    WHOLE,
    DECIMAL,
    st.decimals(-9, 9, allow_nan=False).map(str),
    st.fractions(-9, 9, max_denominator=99).map(str),
    st.from_regex(r"[ +-]{0,2}[0-9]{0,45}\.?[0-9]{0,21}[ ]?", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}[eE][+-]?[0-9]", fullmatch=True),
    st.text("0159.+-_eE/ \t;", max_size=7),
    st.sampled_from([*MISSING, "1_0", "1.0_0", "٣", "1.٣", "0x1", "1\x0c", "\xa01", "-0", "-0.50"]),
)
ROWS = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.one_of(
            st.lists(st.one_of(WHOLE, DECIMAL), min_size=width, max_size=width),
            st.lists(CELL, min_size=width, max_size=width),
        ),
        min_size=1,
        max_size=6,
    )
)


def cell_by_cell(rows: list[list[str]]) -> list[Read] | None:
    """What the rows are by the format; None if one is unreadable."""
    found: list[Read] = []
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not MISSING.isdisjoint(cells):
            found.append((number, None))
            continue
        try:
            found.append((number, [rational(cell, "") for cell in cells]))
        except UnreadableError:
            return None
    return found


def together(text: str, wanted: list[str], others: int) -> list[Read] | None:
    try:
        return [
            (number, [Fraction(value, scale) for value in values] if scale else None)
            for number, values, scale in read_rows("file", text.encode(), wanted, others)
        ]
    except UnreadableError:
        return None


def written(rows: list[list[str]], **form: Any) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, **form).writerows(rows)
    return stream.getvalue()


@settings(deadline=None)
@given(ROWS, st.data())
@example([["1.5", "2.25"], ["3", "-0.125"]], None)
@example([["1.5.5", "2"]], None)
@example([["1.", "2"]], None)
@example([[".5", "2"]], None)
@example([["-.5", "2"]], None)
@example([["1 .5", "2"]], None)
@example([["1.5-", "2"]], None)
@example([["1.2", "3.4.5"]], None)
@example([["0." + "0" * 17 + "1", "0." + "0" * 18 + "1"]], None)
@example([["9" * 39, "9" * 40]], None)
def test_rows_are_what_their_cells_are(rows: list[list[str]], data: st.DataObject | None) -> None:
    names = [f"n{n}" for n in range(len(rows[0]))]
    expected = cell_by_cell(rows)
    for end, quoting in (("\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\r", 0)):
        text = written([names, *rows], lineterminator=end, quoting=quoting)
        assert together(text, names, 0) == expected
        assert together("\ufeff" + text, names, 0) == expected
    labelled = [["item", *names, "more"], *[["x", *row, "y,z"] for row in rows]]
    assert together(written(labelled), names, 1) == expected
    labelled = [["state", *names], *[["1.5_", *row] for row in rows]]
    assert together(written(labelled, lineterminator="\r\n"), names, 0) == expected
    if data is not None and expected is not None:
        order = data.draw(st.permutations(range(len(names))))
        shuffled = [(n, row and [row[k] for k in order]) for n, row in expected]
        assert together(written([names, *rows]), [names[k] for k in order], 0) == shuffled


def test_lines_of_other_lengths_are_named() -> None:
    for row in ("1", "1,2,3", "1.5,2.5,"):
        with pytest.raises(UnreadableError, match=r"row 2 has [13] columns, the header 2"):
            list(read_rows("file", f"u,a\n1,2\n\n{row}\n".encode(), ["u", "a"], 0))
        with pytest.raises(UnreadableError, match=r"row 2 has [13] columns, the header 2"):
            list(read_rows("file", f'u,a\n"1",2\n{row}\n'.encode(), ["u", "a"], 0))
        with pytest.raises(UnreadableError, match=r"row 1 has [13] columns, the header 2"):
            list(read_rows("file", f"u,a\n{row}\n".encode(), ["a", "u"], 0))


def test_a_return_within_a_line_ends_it() -> None:
    found = [row for row, *_ in read_rows("file", b"u,a\n1,2\r3,4\n", ["u", "a"], 0)]
    assert found == [1, 2]


def test_most_rows_take_the_short_way() -> None:
    """Else nothing is gained."""
    for row in (b"1,2,3", b"1.5,2.25,-3.125", b"7,2.5,0.125", b" 1,+2.5, -0.25"):
        values, scale = decimals(row)
        cells = [Fraction(cell) for cell in row.decode().split(",")]
        assert [Fraction(value, scale) for value in values] == cells


AGENTS = 6


def scores(draw: random.Random, rows: int, places: int) -> list[list[Fraction]]:
    """A user near a mixture of some agents."""
    weights = [draw.randrange(4) for _ in range(AGENTS)]
    weights[0] += 1
    table = []
    for _ in range(rows):
        agents = [Fraction(draw.randrange(-(10**4), 10**4), 10**places) for _ in range(AGENTS)]
        mixed = sum((w * x for w, x in zip(weights, agents, strict=True)), Fraction(0))
        near = mixed / sum(weights) + draw.choice((0, draw.gauss(0, 1)))
        table.append([Fraction(round(near * 10**places), 10**places), *agents])
    return table


def text_of(table: list[list[Fraction]], places: int) -> str:
    names = ["u", *(f"a{n}" for n in range(AGENTS))]
    rows = [[f"{float(value):.{places}f}" for value in row] for row in table]
    return written([names, *rows], lineterminator="\n")


def certified(folder: Path, table: list[list[Fraction]], places: int) -> tuple[Any, Path]:
    path = folder / "table.csv"
    path.write_text(text_of(table, places), encoding="utf-8")
    report = measure(read(path, user="u"), certificates=folder)
    assert report.certificate is not None
    return json.loads(Path(report.certificate).read_text(encoding="utf-8")), path


def accepted(certificate: Any, path: Path) -> bool:
    """Whether the kernel accepts; the second checker says the same."""
    try:
        decide_table(certificate, path)
        second = True
    except RefusedError:
        second = False
    try:
        check(certificate, str(path))
    except WrongError:
        assert not second
        return False
    assert second
    return True


@pytest.mark.parametrize("places", [0, 1, 3])
def test_a_cell_that_differs_in_its_last_digit_is_seen(places: int, tmp_path: Path) -> None:
    """Where an agent has weight, a mean error is exact in each of his cells: a change on one side
    makes it larger, on the other the witness weaker. So is a greatest difference where it is met.
    """
    draw = random.Random(places)
    table = scores(draw, 3 * TOGETHER + 5, places)
    certificate, path = certified(tmp_path, table, places)
    assert accepted(certificate, path)
    for n, claim in enumerate(certificate["claims"]):
        alone = {**certificate, "claims": [claim]}
        used = [int(name[1:]) for name, _ in claim["weights"]]
        met = [row for row, mass in claim["witness"] if abs(Fraction(mass)) > 0]
        for _ in range(12):
            row, column = draw.choice(met), 1 + draw.choice(used)
            changed = copy.deepcopy(table)
            changed[row - 1][column] += draw.choice((-1, 1)) * Fraction(1, 10**places)
            text = text_of(changed, places)
            other = tmp_path / f"changed{n}.csv"
            other.write_text(text, encoding="utf-8")
            digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
            assert not accepted({**alone, "table": digest}, other)


def test_numbers_that_differ_by_next_to_nothing_are_refused(tmp_path: Path) -> None:
    """Far less than rounded integers show: in the distance, an offset, weights and masses."""
    draw = random.Random(7)
    certificate, path = certified(tmp_path, scores(draw, 2 * TOGETHER, 2), 2)
    tiny = [Fraction(1, 10**power) for power in (6, 30, 200)]
    refused = 0
    for n, claim in enumerate(certificate["claims"]):
        for step in (*tiny, *(-size for size in tiny)):
            forged = copy.deepcopy(certificate)
            forged["claims"][n]["distance"] = str(Fraction(claim["distance"]) + step)
            assert not accepted(forged, path)
            forged = copy.deepcopy(certificate)
            forged["claims"][n]["offset"] = str(Fraction(claim["offset"]) + step)
            refused += not accepted(forged, path)
            forged = copy.deepcopy(certificate)
            first, second = forged["claims"][n]["witness"][:2]
            first[1], second[1] = str(Fraction(first[1]) + step), str(Fraction(second[1]) - step)
            refused += not accepted(forged, path)
            forged = copy.deepcopy(certificate)
            first, second = forged["claims"][n]["weights"][:2]
            first[1], second[1] = str(Fraction(first[1]) + step), str(Fraction(second[1]) - step)
            refused += not accepted(forged, path)
    assert refused > 40


@pytest.mark.parametrize("size", [10**3, 10**25, 10**38])
def test_huge_and_mixed_cells_hide_no_miss(size: int, tmp_path: Path) -> None:
    """A batch whose largest number is far larger than a miss of another row of it."""
    path = tmp_path / "table.csv"
    rows = [f"{size},{size},{-size}", "1,1/3,2.50", "-0.004,1/7,3e2", "2,2,1"]
    path.write_text("\n".join(["u,a,b", *rows]) + "\n", encoding="utf-8")
    report = measure(read(path, user="u"), certificates=tmp_path)
    assert report.certificate is not None
    certificate = json.loads(Path(report.certificate).read_text(encoding="utf-8"))
    assert accepted(certificate, path)
    for claim in range(3):
        for change in (Fraction(1, 10**50), Fraction(-1, 10**50), Fraction(-1)):
            forged = copy.deepcopy(certificate)
            exact = Fraction(forged["claims"][claim]["distance"])
            forged["claims"][claim]["distance"] = str(exact + change)
            assert not accepted(forged, path)
