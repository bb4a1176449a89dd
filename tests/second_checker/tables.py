"""Certificates about distances of a table of utilities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    sentences = [decide(claim, user, agents, table) for claim in listing(data["claims"])]
    need(sentences, "there is no claim")
    return (
        f"accepted: table sha256:{sha256(content)[:16]}, {len(table)} rows "
        f"(left out: {total - len(table)} rows, {len(other)} columns), "
        f"agents {', '.join(map(quoted, agents))}: " + "; ".join(sentences)
    )


Table = dict[int, list[Fraction]]


def decide(claim: Any, user: str, agents: list[str], table: Table) -> str:
    """Check one claim of either kind."""
    if isinstance(claim, dict) and claim.get("claim") == "removal":
        return removal(claim, user, agents, table)
    if isinstance(claim, dict) and claim.get("claim") == "coverage":
        return coverage(claim, user, agents, table)
    return distance(claim, user, agents, table)


def removal(claim: Json, user: str, agents: list[str], table: Table) -> str:
    """Check what is said of the worst removal of some agents.

    The sets that meet all mixtures are found by multiplying them out, mixture by mixture.
    """
    keys(claim, "claim,count,mixture,least,without,witness,most,mixtures")
    gone, without = count(claim["count"]), [text(name) for name in listing(claim["without"])]
    least, most = number(claim["least"]), number(claim["most"])
    mixtures = listing(claim["mixtures"])
    readable(mixtures and gone < len(agents), "some mixture, and agents that are left")
    readable(len(set(without)) == len(without) <= gone, "too many are removed")
    readable(set(without) <= set(agents), "no such agent is removed")
    common = {"claim": "distance", "norm": "sup", "mixture": claim["mixture"]}
    for mixture in mixtures:
        keys(mixture, "weights,offset")
        reached({**common, **mixture, "distance": claim["most"], "witness": []}, agents, table)
    need(not meeting([one["weights"] for one in mixtures], agents, gone), "no mixture is left")
    part = {**common, **mixtures[0], "distance": claim["least"], "witness": claim["witness"]}
    left = [n for n, name in enumerate(agents) if name not in without]
    kept_away(part, agents, table, left)
    names = ", ".join(map(quoted, without)) or "nobody"
    return (
        f"the distance of {quoted(user)} without any {gone} agents is at most {most}, "
        f"and without {names} at least {least} (sup norm, {claim['mixture']})"
    )


def meeting(weights: list[Any], agents: list[str], most: int) -> set[frozenset[str]]:
    """List sets of at most so many agents that meet all mixtures, all smallest ones included."""
    found: set[frozenset[str]] = {frozenset()}
    for some in weights:
        used = {name for (name,), w in records(some, agents).items() if w}
        larger = {one | {name} for one in found if not one & used for name in used}
        found = {one for one in found if one & used} | larger
        found = {one for one in found if len(one) <= most}
    return found


def coverage(claim: Json, user: str, agents: list[str], table: Table) -> str:
    """Check how many agents object to whatever harms the user."""
    keys(claim, "claim,baseline,least,covers,proposal")
    base, least, covers = count(claim["baseline"]), count(claim["least"]), listing(claim["covers"])
    readable(least >= 0, "a bound below 0")
    need(base in table, "no such baseline")
    gains = {p: [v - b for v, b in zip(row, table[base], strict=True)] for p, row in table.items()}
    for cover in covers:
        weights = {name: w for (name,), w in records(cover, agents).items()}
        need(all(w >= 0 for w in weights.values()), "a weight is below 0")
        w = [weights.get(name, ZERO) for name in agents]
        for row in gains.values():
            mixed = sum((a * b for a, b in zip(w, row[1:], strict=True)), ZERO)
            need(mixed <= row[0], "a cover is worth more than to the user")
    if least:
        need(not meeting(covers, agents, least - 1), "no cover is left")
    masses = {row: q for (row,), q in records(claim["proposal"], range(1, 2**63)).items()}
    need(all(q > 0 for q in masses.values()), "a mass is not above 0")
    need(masses.keys() <= table.keys(), "mass on a row that is not there")
    if not all(covers):
        return f"from row {base} nothing harms {quoted(user)}"
    said = f"from row {base} at least {least} agents object to whatever harms {quoted(user)}"
    if not masses:
        return said
    at = [sum((q * gains[p][k] for p, q in masses.items()), ZERO) for k in range(1 + len(agents))]
    need(at[0] < 0, "the proposal does no harm")
    objecting = [quoted(name) for name, value in zip(agents, at[1:], strict=True) if value < 0]
    return f"{said}, and to something only {', '.join(objecting) or 'nobody'}"


def distance(claim: Any, user: str, agents: list[str], table: Table) -> str:
    """Check one distance of a table."""
    keys(claim, "claim,norm,mixture,distance,weights,offset,witness")
    need(claim["claim"] == "distance", "not a distance")
    reached(claim, agents, table)
    kept_away(claim, agents, table, range(len(agents)))
    return (
        f"the distance of {quoted(user)} is {number(claim['distance'])} "
        f"({claim['norm']} norm, {claim['mixture']})"
    )


def misses(claim: Json, agents: list[str], table: Table) -> dict[int, Fraction]:
    """How far the mixture is above the user, row by row."""
    norm, mixture, offset = text(claim["norm"]), text(claim["mixture"]), number(claim["offset"])
    need(norm in ("sup", "mean", "squared"), "no such norm")
    need(mixture in ("simplex", "cone"), "no such mixture")
    weights = {name: w for (name,), w in records(claim["weights"], agents).items()}
    need(all(w >= 0 for w in weights.values()), "a weight is below 0")
    need(mixture == "cone" or sum(weights.values(), ZERO) == 1, "the weights do not sum to 1")
    w = [weights.get(name, ZERO) for name in agents]
    return {
        place: sum((a * b for a, b in zip(w, row[1:], strict=True)), offset) - row[0]
        for place, row in table.items()
    }


def reached(claim: Json, agents: list[str], table: Table) -> None:
    """Check that the mixture is as near as the distance."""
    far, miss = number(claim["distance"]), misses(claim, agents, table).values()
    size = {
        "sup": max(map(abs, miss)) * len(table),
        "mean": sum(map(abs, miss), ZERO),
        "squared": sum((m * m for m in miss), ZERO),
    }
    need(size[claim["norm"]] <= len(table) * far, "the mixture misses by more")


def kept_away(claim: Json, agents: list[str], table: Table, left: Iterable[int]) -> None:
    """Check that the witness keeps the agents who are left as far away as the distance."""
    norm, far = claim["norm"], number(claim["distance"])
    masses = {row: m for (row,), m in records(claim["witness"], range(1, 2**63)).items()}
    if norm == "squared":
        need(not claim["witness"], "the witness of squares is not listed")
        off = misses(claim, agents, table)
        masses = {row: -value / len(table) for row, value in off.items()}
    masses = {row: m for row, m in masses.items() if m}
    need(masses.keys() <= table.keys(), "mass on a row that is not there")
    need(sum(masses.values(), ZERO) == 0, "the masses do not sum to 0")
    sizes = [abs(m) for m in masses.values()]
    if norm == "sup":
        need(sum(sizes, ZERO) <= 1, "the masses are too large")
    elif norm == "mean":
        need(all(m * len(table) <= 1 for m in sizes), "a mass is too large")
    else:
        need(len(table) * sum((m * m for m in sizes), ZERO) <= far, "the masses are too large")
    at = [
        sum((m * table[row][k] for row, m in masses.items()), ZERO) for k in range(len(agents) + 1)
    ]
    others = [at[1 + n] for n in left]
    if claim["mixture"] == "simplex":
        need(all(at[0] - other >= far for other in others), "the witness is too near")
    else:
        need(at[0] >= far and all(other <= 0 for other in others), "the witness is too near")
