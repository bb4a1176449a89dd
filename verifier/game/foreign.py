"""Files that are no instance: what they are, by their content, and what can be done with them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifier.errors import InstanceError
from verifier.files import decoded, read_bytes, read_text
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
    r"EFG \d [RD] ": "is a game in Gambit's extensive form, which is not read: `verifier tree"
    " INSTANCE --format efg` only writes them",
    r"NFG \d [RD] ": "is a game in Gambit's normal form, which is not read",
    r"<[!?\w]": "is HTML or XML",
}
"""What the first letters of a text say, by the patterns that match them."""

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


def is_about_a_table(certificate: Path, limit: int) -> bool:
    """Whether a certificate is about a table, and not about an instance.

    Raises InstanceError for a file that is known to be no certificate, with what it is.
    """
    text = read_text(certificate, limit)
    what = not_a_table(text)
    if what not in (None, CERTIFICATE):
        raise _refusal(str(certificate), str(what), "certificate")
    data = _json(text)
    return isinstance(data, dict) and "table" in data


def read(path: Path | str, limit: int, wanted: str) -> Place:
    """The document of a file of one of the KINDS.

    Raises InstanceError, for a file of another kind with what it is; SizeError above the limit.
    """
    data = read_bytes(path, limit)
    for begin, what in BINARY.items():
        if data.startswith(begin):
            raise _refusal(f"{path}", what, wanted)
    return of_text(decoded(path, data), f"{path}", limit, wanted)


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
    if (what := _by_first_letters(begin)) is not None:
        return what
    if begin.startswith(("{", "[")):
        return _bracketed(text.lstrip("\ufeff"))
    return TABLE if _is_table(text) else None


def not_a_table(text: str) -> str | None:
    """What a text is that is no table, and what can be done with it; None where it may be one."""
    begin = text[:1000].lstrip("\ufeff \t\r\n")
    if begin.startswith("{") and _is_certificate(_json(text)):
        return CERTIFICATE
    if re.search(r"^[ \t]*format[ \t]*=", text[:10_000], re.MULTILINE):
        for key, what in _uses():
            if re.search(rf"^[ \t\[]*{key}\b", text, re.MULTILINE):
                return what
    return _by_first_letters(begin)


def _by_first_letters(text: str) -> str | None:
    return next((what for letters, what in TEXTS.items() if re.match(letters, text)), None)


def _uses() -> Iterator[tuple[str, str]]:
    """The keys that tell the kinds of TOML files, with what each is and can be used for."""
    for kind, (keys, use) in KINDS.items():
        yield from ((key, f"is {_article(kind)} {kind}: {use}") for key in keys)


def _json(text: str) -> Any:
    """The data of a JSON text, None for any other."""
    try:
        return json.loads(text.lstrip("\ufeff"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None


def _is_certificate(data: object) -> bool:
    return isinstance(data, dict) and not {"claims", "conclusion", "table"}.isdisjoint(data)


def _bracketed(text: str) -> str | None:
    """What a text is that begins with a bracket; None for a list that is no JSON, as in TOML."""
    data = _json(text)
    if _is_certificate(data):
        return CERTIFICATE
    if isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
        return TABLE
    return None if data is None and text.lstrip().startswith("[") else _almost_json(text)


def _almost_json(text: str) -> str:
    keys = [key for key in ("states", "actions", "rules", "signals") if f'"{key}"' in text]
    again = f", where it reads {keys[0]} = [...]" if keys else ""
    return f"is JSON, or like it; what this command reads is TOML{again}"


def _is_table(text: str) -> bool:
    """The first lines have no = and no brackets, and equally many of one of the separators.

    Of the others there may be any number, such as decimal commas between semicolons.
    """
    lines = [line for line in text[:10_000].splitlines() if line.strip()][:2]
    counts = [{line.count(sign) for line in lines} for sign in ",;\t|"]
    plain = all(not re.search(r"^\s*[#\[]|[={}]", line) for line in lines)
    return plain and len(lines) == 2 and any(len(of) == 1 and 0 not in of for of in counts)


def refuse_other_kinds(top: Place, wanted: str) -> None:
    """Raises InstanceError for a document of another of the KINDS, with what can be done."""
    if KINDS[wanted][0].isdisjoint(top.value):
        what = next((what for key, what in _uses() if key in top.value), None)
        if what is not None:
            raise _refusal(top.file.name, what, wanted)


def _article(kind: str) -> str:
    return "an" if kind.startswith("i") else "a"


def _refusal(name: str, what: str, wanted: str) -> InstanceError:
    return InstanceError(f"{name}: {what}; expected {_article(wanted)} {wanted}")
