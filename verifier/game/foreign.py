"""Files that are no instance: what they are, by their content, and what can be done with them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from verifier.errors import InstanceError
from verifier.files import read_bytes
from verifier.game.place import Place, document

TABLE = (
    "is a table of utilities: `verifier hull FILE` measures it, and `verifier instance FILE` makes"
    " an instance of it"
)
BINARY = {
    b"PAR1": f"is a Parquet file; it {TABLE}",
    b"PK\x03\x04": "is a workbook or another ZIP file: save a table as CSV, for `verifier hull`",
    b"\xd0\xcf\x11\xe0": "is a workbook: save a table as CSV, for `verifier hull`",
    b"%PDF": "is a PDF document",
    b"\x1f\x8b": "is compressed: unpack it first",
    b"\xff\xfe": "is UTF-16 text: save it as UTF-8",
    b"\xfe\xff": "is UTF-16 text: save it as UTF-8",
}
"""What the first bytes of a file say."""

TEXTS = {
    "EFG": "is a game in Gambit's extensive form, which is not read: `verifier tree INSTANCE"
    " --format efg` only writes them",
    "NFG": "is a game in Gambit's normal form, which is not read",
    "<": "is HTML or XML",
}
"""What the first letters of a text say."""

CERTIFICATE = (
    "is a certificate: `verifier check FILE INSTANCE` has the kernel check it, `verifier verify"
    " INSTANCE` makes it again"
)
KINDS = {
    "instance": ({"states", "actions", "user"}, "`verifier verify FILE` verifies it"),
    "rules file": ({"rules"}, "`verifier equilibria INSTANCE --rules FILE` judges it"),
    "menu file": (
        {"signals"},
        "`verifier equilibria INSTANCE --menu FILE` finds the equilibria of the game restricted to"
        " it",
    ),
}
"""The kinds of TOML files: keys of which no other kind has any, and what can be done with them."""


def read(path: Path | str, limit: int, wanted: str) -> Place:
    """The document of a file of one of the KINDS.

    Raises InstanceError, for a file of another kind with what it is; SizeError above the limit.
    """
    data = read_bytes(path, limit)
    for begin, what in BINARY.items():
        if data.startswith(begin):
            raise _refusal(str(path), what, wanted)
    try:
        return of_text(data.decode("utf-8"), str(path), limit, wanted)
    except UnicodeDecodeError as error:
        raise InstanceError(
            f"{path}: is not UTF-8 text: byte {error.start} is wrong, expected UTF-8"
        ) from error


def of_text(text: str, name: str, limit: int, wanted: str) -> Place:
    """The document of a text of one of the KINDS; `name` stands for the file in messages.

    Raises InstanceError, SizeError.
    """
    what = what_it_is(text[: limit + 1])
    if what is not None:
        raise _refusal(name, what, wanted)
    top = document(text, name, limit)
    refuse_other_kinds(top, wanted)
    return top


def what_it_is(text: str) -> str | None:
    """What a text is that is no TOML, and what can be done with it; None where it may be TOML."""
    begin = text[:1000].lstrip("\ufeff \t\r\n")
    for letters, what in TEXTS.items():
        if begin.startswith(letters):
            return what
    if begin.startswith(("{", "[")):
        return _json(text.lstrip("\ufeff"))
    return TABLE if _is_table(text) else None


def _json(text: str) -> str | None:
    try:
        found = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None if text.lstrip().startswith("[") else _almost_json(text)
    if isinstance(found, dict) and {"claims", "conclusion"} & found.keys():
        return CERTIFICATE
    if isinstance(found, list) and found and all(isinstance(row, dict) for row in found):
        return TABLE
    return _almost_json(text) if isinstance(found, dict) else None


def _almost_json(text: str) -> str:
    keys = [key for key in ("states", "actions", "rules", "signals") if f'"{key}"' in text]
    again = f": {keys[0]} = [...] and so on, without the outer braces" if keys else ""
    return f"is JSON, or like it; this file is written in TOML{again}"


def _is_table(text: str) -> bool:
    """The first lines have no = and no brackets, and the same number of separators."""
    lines = [line for line in text[:10_000].splitlines() if line.strip()][:2]
    counts = [[line.count(sign) for sign in ",;\t|"] for line in lines]
    plain = all(not re.search(r"^\s*[#\[]|[={}]", line) for line in lines)
    return plain and len(lines) == 2 and counts[0] == counts[1] and any(counts[0])


def refuse_other_kinds(top: Place, wanted: str) -> None:
    """Raises InstanceError for a document of another of the KINDS, with what can be done."""
    if KINDS[wanted][0] & top.value.keys():
        return
    for kind, (keys, use) in KINDS.items():
        if keys & top.value.keys():
            raise _refusal(top.file.name, f"is a{'n' * (kind[0] == 'i')} {kind}: {use}", wanted)


def _refusal(name: str, what: str, wanted: str) -> InstanceError:
    article = "an" if wanted.startswith("i") else "a"
    return InstanceError(f"{name}: {what}; expected {article} {wanted}")
