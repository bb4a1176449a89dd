"""Certificates about distances of a table of utilities."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.second_checker.reading import (
    ZERO,
    Json,
    count,
    from_text,
    keys,
    listing,
    need,
    number,
    quoted,
    readable,
    records,
    sha256,
    text,
)


def csv_rows(content: str) -> Iterator[list[str]]:
    """List the rows of a CSV file that are not empty, with a small automaton."""
    row, cell, state, used = [], "", "start", False
    for letter in content.replace("\r\n", "\n").replace("\r", "\n") + "\n":
        if state == "inside":
            cell, state = (cell, "ended") if letter == '"' else (cell + letter, state)
        elif letter == '"' and state == "ended":
            cell, state = cell + letter, "inside"
        elif letter == '"' and state == "start":
            state, used = "inside", True
        elif letter in ",\n":
            row.append(cell)
            cell, state = "", "start"
            if letter == "\n":
                if used or len(row) > 1 or row[0]:
                    yield row
                row, used = [], False
        else:
            readable(state != "ended", "something after a quoted cell")
            cell, state = cell + letter, "open"
    readable(state == "start" and not row, "a quote is not closed")


def decide_table(data: Json, path: str | Path) -> str:
    """Check a certificate about distances of a table; return the line."""
    keys(data, "format,table,user,agents,rows,left_out,columns_left_out,claims")
    readable(count(data["format"]) == 2, "the format is 2")
    content = Path(path).read_bytes()
    readable(len(content) <= 256 * 2**20, "too large: the table")
    need(text(data["table"]) == f"sha256:{sha256(content)}", "this is another table")
    written = content.decode("utf-8").removeprefix("\ufeff")
    readable(written[:1] not in ("\n", "\r"), "the header is an empty line")
    rows = csv_rows(written)
    header = [name.strip() for name in next(rows, [])]
    readable(header and len(set(header)) == len(header), "a header of different names")
    user, agents = text(data["user"]), [text(name) for name in listing(data["agents"])]
    columns = [user, *agents]
    need(agents and len(set(columns)) == len(columns), "the columns are not different")
    need(set(columns) <= set(header), "there is no such column")
    places = [header.index(name) for name in columns]
    table: dict[int, list[Fraction]] = {}
    total = 0
    for total, row in enumerate(rows, 1):
        readable(len(row) == len(header), f"row {total} has another number of cells")
        cells = [row[place].strip() for place in places]
        if not set(cells) & {"", "NA", "N/A", "NaN", "nan", "null"}:
            table[total] = [from_text(cell) for cell in cells]
    need(table and count(data["rows"]) == len(table), f"there are {len(table)} rows")
    need(count(data["left_out"]) == total - len(table), "rows are left out")
    other = [name for name in header if name not in {*columns, "action", "state", "item"}]
    need(count(data["columns_left_out"]) == len(other), f"columns left out: {len(other)}")
    sentences = [distance(claim, user, agents, table) for claim in listing(data["claims"])]
    need(sentences, "there is no claim")
    return (
        f"accepted: table sha256:{sha256(content)[:16]}, {len(table)} rows "
        f"(left out: {total - len(table)} rows, {len(other)} columns), "
        f"agents {', '.join(map(quoted, agents))}: " + "; ".join(sentences)
    )


def distance(claim: Any, user: str, agents: list[str], table: dict[int, list[Fraction]]) -> str:
    """Check one distance of a table."""
    keys(claim, "claim,norm,mixture,distance,weights,offset,witness")
    need(claim["claim"] == "distance", "not a distance")
    norm, mixture = text(claim["norm"]), text(claim["mixture"])
    need(
        norm in ("sup", "mean", "squared") and mixture in ("simplex", "cone"),
        "no such norm or mixture",
    )
    far, offset = number(claim["distance"]), number(claim["offset"])
    weights = {name: w for (name,), w in records(claim["weights"], agents).items()}
    masses = {row: m for (row,), m in records(claim["witness"], range(1, 2**63)).items()}
    need(all(w >= 0 for w in weights.values()), "a weight is below 0")
    need(mixture == "cone" or sum(weights.values(), ZERO) == 1, "the weights do not sum to 1")
    w = [weights.get(name, ZERO) for name in agents]
    off = {
        number: sum((a * b for a, b in zip(w, row[1:], strict=True)), offset) - row[0]
        for number, row in table.items()
    }
    miss = [abs(value) for value in off.values()]
    need(all(row in table for row, m in masses.items() if m), "mass on a row that is not there")
    masses = {row: m for row, m in masses.items() if m}
    if norm == "squared":
        need(not claim["witness"], "the witness of squares is not listed")
        masses = {row: -value / len(table) for row, value in off.items()}
    need(sum(masses.values(), ZERO) == 0, "the masses do not sum to 0")
    if norm == "sup":
        need(max(miss) <= far, "the mixture misses by more")
        need(sum(map(abs, masses.values()), ZERO) <= 1, "the masses are too large")
    elif norm == "squared":
        need(sum((m * m for m in miss), ZERO) <= len(table) * far, "the mixture misses by more")
        squares = sum((m * m for m in masses.values()), ZERO)
        need(len(table) * squares <= far, "the masses are too large")
    else:
        need(sum(miss, ZERO) <= len(table) * far, "the mixture misses by more")
        need(all(abs(m) * len(table) <= 1 for m in masses.values()), "a mass is too large")
    at = [
        sum((m * table[row][k] for row, m in masses.items()), ZERO) for k in range(len(agents) + 1)
    ]
    if mixture == "simplex":
        need(all(at[0] - other >= far for other in at[1:]), "the witness is too near")
    else:
        need(at[0] >= far and all(other <= 0 for other in at[1:]), "the witness is too near")
    return f"the distance of {quoted(user)} is {far} ({norm} norm, {mixture})"
