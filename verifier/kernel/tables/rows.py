"""The rows of a CSV file in integers.

Rows of short decimals, of which most tables are made, are read in a few steps each; all
others cell by cell.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from math import lcm
from operator import itemgetter

from verifier.kernel.reader.document import UnreadableError, rational, readable, require

LABELS = {"action", "state", "item"}
MISSING = {"", "NA", "N/A", "NaN", "nan", "null"}
ZEROS = bytes.maketrans(b"123456789", b"000000000")
ENDS = [b"0." + b"0" * places + b"," for places in range(1, 19)]
LONG = b"0" * 40  # beyond such numbers int takes too much
Row = tuple[
    list[int], int
]  # numbers times a scale, and that scale; 0 if one is missing
Cells = tuple[int, bytes, list[str]]  # of a row, and the wanted ones: joined, or a list


def read_rows(
    path: str, text: bytes, wanted: list[str], others: int
) -> Iterator[tuple[int, list[int], int]]:
    """Each row's number from 1, its numbers in the order of `wanted`, and their scale.
    `others`: left-out columns.
    """
    stream = io.TextIOWrapper(io.BytesIO(text), "utf-8-sig", newline="")
    lines = csv.reader(stream, strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        readable(len(set(header)) == len(header), f"{path}: two columns have one name")
        for name in wanted:
            readable(name in header, f"{path}: no column is called {name!r:.40}")
        count = len({*header} - {*wanted} - LABELS)
        require(
            count == others,
            f"columns_left_out: beside labels, the user and the agents {count} columns,"
            f" not {others}",
        )
        width, places = len(header), [header.index(name) for name in wanted]
        if b'"' in text or text.count(b"\r") != text.count(b"\r\n"):
            rows = quoted(lines, width, places)
        else:
            rows = unquoted(text, width, places)
        for number, (found, joined, cells) in enumerate(rows, 1):
            if found != width:
                few = f"row {number} has {found} columns, the header {width}"
                raise UnreadableError(f"{path}: {few}")
            try:
                values, scale = decimals(joined)
            except ValueError:
                split = cells or joined.decode().split(",")
                values, scale = mixed(split, f"{path}: row {number}")
            yield number, values, scale
    except csv.Error as error:
        raise UnreadableError(f"{path}: {error}") from error


def quoted(
    lines: Iterable[list[str]], width: int, places: list[int]
) -> Iterator[Cells]:
    for cells in filter(None, lines):
        chosen = [cells[n] for n in places] if len(cells) == width else []
        joined = ",".join(chosen).encode()
        clear = joined.count(b",") < len(places)  # and not within cells
        yield len(cells), joined if clear else b"", chosen


def unquoted(text: bytes, width: int, places: list[int]) -> Iterator[Cells]:
    """The same where nothing but commas and ends of lines is special."""
    first = width - len(places)
    last, chosen = places == list(range(first, width)), itemgetter(*places)
    for line in islice(io.BytesIO(text), 1, None):
        line = line.rstrip(b"\r\n")
        if line and last:
            yield 1 + line.count(b","), line.split(b",", first)[-1], []
        elif line:
            cells = line.split(b",")
            full = len(cells) == width
            yield len(cells), b",".join(chosen(cells)) if full else b"", []


def decimals(joined: bytes) -> Row:
    """Numbers with commas between them, times a power of ten; ValueError if one of them
    is not a whole number or a decimal of at most 18 places.

    With every digit made 0, an end is a digit, a point, 1 to 18 digits and a comma: it
    lies within one cell, stretches to that cell's last character and has one point. So
    if there are as many ends as points, every cell has an end and one point, or no
    point; and what int takes without the point, spaces around it or not, is a number.
    """
    shape, whole = joined.translate(ZEROS) + b",", joined.replace(b".", b"")
    if b"_" in whole or LONG in shape:
        raise ValueError
    values = list(map(int, whole.split(b",")))
    points = left = len(joined) - len(whole)
    most = 0
    while left and most < len(ENDS):
        left -= shape.count(ENDS[most])
        most += 1
    if left:
        raise ValueError
    for places in range(1, most):
        at, factor = -1, 10 ** (most - places)
        for part in shape.split(ENDS[places - 1])[:-1]:
            at += 1 + part.count(b",")
            values[at] *= factor
    if 0 < points < len(values):
        for at, cell in enumerate(shape[:-1].split(b",")):
            values[at] *= 1 if b"." in cell else 10**most
    return values, 10**most


def mixed(cells: list[str], where: str) -> Row:
    """Numbers as they are written elsewhere."""
    cells = [cell.strip() for cell in cells]
    if not MISSING.isdisjoint(cells):
        return [], 0
    numbers = [rational(cell, where) for cell in cells]
    unit = lcm(*[number.denominator for number in numbers])
    return [number.numerator * (unit // number.denominator) for number in numbers], unit
