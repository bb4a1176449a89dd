"""Text with separated cells becomes a grid: commas, semicolons, tabs, bars; UTF-8 and UTF-16."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.errors import InstanceError
from verifier.files import read_bytes
from verifier.game.foreign import not_a_table
from verifier.tables import grid as limits
from verifier.tables.cells import CsvRows
from verifier.tables.grid import Grid, Row

if TYPE_CHECKING:
    from verifier.tables.planes import PlainText

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
"""The separators that are looked for, and what they are called."""

SURE = tuple(SEPARATORS)[:-1]
"""Those that are no part of a name: spaces count only where none of these does."""

WORDS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "bar": "|",
    "space": " ",
}
"""What --separator may say instead of the character."""

MARKS = {
    codecs.BOM_UTF32_LE: ("utf-32", "UTF-32"),
    codecs.BOM_UTF32_BE: ("utf-32", "UTF-32"),
    codecs.BOM_UTF16_LE: ("utf-16", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16", "UTF-16"),
}
"""The marks at the beginning of text that is not UTF-8, the longest first."""

OTHERS = {
    b"PAR1": "a Parquet file: let its name end in .parquet",
    b"PK\x03\x04": "a zip file, perhaps a workbook: save the sheet as CSV",
    b"\x1f\x8b": "compressed: unpack it first",
}
"""The beginnings of files that are no text."""

LONG = 2**16
"""So many characters are worth the import of numpy."""

HEAD, ROWS = 200_000, 50
"""How many characters and rows tell how cells are separated."""


def separator_named(word: str) -> str:
    """The separator that --separator names. Raises InstanceError for what cannot be one."""
    found = WORDS.get(word, word)
    if len(found) != 1 or found.isalnum() or found in "\"'+-./\r\n":
        raise InstanceError(
            f"--separator {word!r}: expected one character, such as ; or |, or one of"
            f" {', '.join(WORDS)}"
        )
    return found


def delimited_grid(path: Path, separator: str | None) -> Grid:
    """The grid of a file of text; its separator is made out if it is not given.

    Raises InstanceError where the file cannot be read, or more than one separator fits; SizeError
    beyond MAX_BYTES.
    """
    text, encoding = decoded(path)
    noted = re.match(r"\ufeff?sep=(.)\r?\n", text)  # Excel's own first line
    usual = "\t" if path.suffix.lower() in (".tsv", ".tab") else ","
    if noted is not None:
        text = text.replace(noted[0].rstrip("\r\n"), "", 1)
        usual = noted[1]
    chosen = separator or (noted[1] if noted else separator_of(str(path), text, usual))
    first = text.removeprefix("\ufeff")[:1]
    plain = not encoding and chosen == "," and first not in ("\r", "\n")
    read_as = [f"{encoding} text"] if encoding else []
    if chosen != ",":
        read_as.append(f"{SEPARATORS.get(chosen, repr(chosen))} between cells")
    header = tuple(CsvRows(str(path), text, chosen).header)
    return Grid(
        name=str(path),
        header=header,
        rows=lambda: _rows(CsvRows(str(path), text, chosen)),
        text=text if plain else None,
        commas=chosen != "," or '"' in text,
        read_as=tuple(read_as),
        plain=_plain(text, chosen, len(header)) if len(text) >= LONG else None,
    )


def _plain(text: str, separator: str, width: int) -> PlainText | None:
    """The text as one whose cells are read many at once, if it is one."""
    from verifier.tables.planes import PlainText, is_plain

    fit = is_plain(text) and separator != " " and separator.isascii()
    return PlainText(text, separator, width) if fit else None


def _rows(lines: CsvRows) -> Iterator[Row]:
    for cells in lines:
        yield lines.line, cells


def decoded(path: Path) -> tuple[str, str]:
    """The text of a file, and its encoding where that is not UTF-8.

    Raises InstanceError for what is no text in UTF-8, or in UTF-16 with a mark.
    """
    text, encoding = _decoded(path)
    if (what := not_a_table(text)) is not None:
        raise InstanceError(f"{path}: {what}; expected a table")
    return text, encoding


def _decoded(path: Path) -> tuple[str, str]:
    data = read_bytes(path, limits.MAX_BYTES)
    for mark, (codec, name) in MARKS.items():
        if data.startswith(mark):
            return _as(codec, name, path, data), name
    for beginning, what in OTHERS.items():
        if data.startswith(beginning):
            raise InstanceError(f"{path}: is {what}")
    if b"\0" in data[:1000]:
        raise InstanceError(
            f"{path}: has null bytes, as UTF-16 text without a mark has: save it as UTF-8"
        )
    return _as("utf-8", "UTF-8", path, data), ""


def _as(codec: str, name: str, path: Path, data: bytes) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InstanceError(
            f"{path}: is not {name} text: byte {error.start} is wrong, expected {name}: line"
            f" {line} has 0x{data[error.start]:02x}; save it as UTF-8"
        ) from error


def separator_of(name: str, text: str, usual: str) -> str:
    """The separator with which the first rows have as many cells as the header, two at least.

    If none has, the usual one; if that leaves the header whole, one that does not. Raises
    InstanceError if several fit.
    """
    head = text if len(text) <= HEAD else text[:HEAD].rpartition("\n")[0]
    widths = {sign: _widths(name, head, sign) for sign in SEPARATORS}
    fitting = [
        sign for sign in SURE if widths[sign][0] > 1 and widths[sign][1] <= {widths[sign][0]}
    ]
    if len(fitting) > 1:
        raise InstanceError(
            f"{name}: line 1: {' and '.join(SEPARATORS[sign] for sign in fitting)} may separate"
            " its cells: say which (--separator)"
        )
    if fitting:
        return fitting[0]
    if widths[usual][0] > 1:
        return usual
    width, rows = widths[" "]
    if width > 1 and rows in ({width}, {width + 1}):  # R leaves out the name of its row names
        return " "
    return max(SURE, key=lambda sign: (widths[sign][0], sign == usual))


def _widths(name: str, head: str, separator: str) -> tuple[int, set[int]]:
    """How many cells the header has, and how many the first rows have; 0 where it is not CSV."""
    try:
        lines = CsvRows(name, head, separator)
    except InstanceError:
        return 0, {0}
    return len(lines.header), lines.widths(ROWS)
