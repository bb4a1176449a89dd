"""The line on which each key and each entry of a TOML text stands; `tomllib` does not tell.

The text is one that `tomllib` reads, or reads up to a key that comes twice. Values are not read.
"""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]

TOKEN = re.compile(
    r'''(?P<space>[ \t\r\ufeff]+|\#[^\n]*)
      | (?P<line>\n)
      | (?P<string>"""(?:\\.|[^\\])*?"""+|\'\'\'.*?\'\'\'+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
      | (?P<mark>[\[\]{}=,.])
      | (?P<bare>[^\s\[\]{}=,."'#]+)
      | (?P<other>.)''',
    re.VERBOSE | re.DOTALL,
)

DEEPEST = 8
"""How deep the entries of lists and tables inside one value are looked for; formats need 4."""


class Lines:
    """The lines of a TOML text by key path; `twice` has the keys that come again.

    Lines count from 1. A table has the line of its header, or of the first key that names it.
    """

    def __init__(self, text: str) -> None:
        self.first: dict[Path, int] = {}
        self.twice: list[tuple[Path, int]] = []
        self._given: set[Path] = set()
        self._counts: dict[Path, int] = {}
        self._tokens = TOKEN.finditer(text)
        self._line = self._next = 1
        self._base: Path = ()
        self._kind, self._text = "line", ""
        while self._kind:
            self._step()
            if self._text == "[" and self._kind == "mark":
                self._header()
            elif self._kind in ("bare", "string"):
                self._pair(self._base, 0)

    def of(self, path: Path) -> int | None:
        """The line of a key, or of the nearest table above that has one."""
        while path and path not in self.first:
            path = path[:-1]
        return self.first.get(path)

    def _step(self, over_lines: bool = False) -> None:
        """Goes to the next token that is no space, and no line end if those do not count."""
        for token in self._tokens:
            self._line = self._next
            self._next += token[0].count("\n")
            self._kind, self._text = str(token.lastgroup), token[0]
            if self._kind != "space" and not (over_lines and self._kind == "line"):
                return
        self._kind = self._text = ""

    def _key(self) -> tuple[str, ...]:
        """The parts of the key that begins here; stops behind it."""
        parts = []
        while self._kind in ("bare", "string"):
            parts.append(_plain(self._text) if self._kind == "string" else self._text)
            self._step()
            if self._text != ".":
                break
            self._step()
        return tuple(parts)

    def _header(self) -> None:
        line = self._line
        self._step()
        several = self._text == "["
        if several:
            self._step()
        *above, last = self._key() or ("",)
        base = self._noted(self._entered((), tuple(above), line), last, line)
        if several:
            number = self._counts[base] = self._counts.get(base, -1) + 1
            base = self._noted(base, number, line)
        else:
            self._once(base, line)
        self._base = base
        while self._kind not in ("line", ""):
            self._step()

    def _pair(self, base: Path, depth: int) -> None:
        """A key with its value; stops at the comma, bracket or line end behind it."""
        line = self._line
        *above, last = self._key() or ("",)
        path = self._noted(self._entered(base, tuple(above), line), last, line)
        self._once(path, line)
        self._step()
        self._value(path, depth)

    def _value(self, path: Path, depth: int) -> None:
        """A value of the key, from its first token; stops behind it."""
        if self._text == "{" and depth < DEEPEST:
            self._step(over_lines=True)
            while self._text not in ("}", ""):
                if self._kind in ("bare", "string"):
                    self._pair(path, depth + 1)
                else:
                    self._step(over_lines=True)
            self._step()
        elif self._text == "[" and depth < DEEPEST:
            self._entries(path, depth)
        else:
            self._skip()

    def _entries(self, path: Path, depth: int) -> None:
        number = 0
        self._step(over_lines=True)
        while self._text not in ("]", "}", ""):
            if self._text == "," or self._kind == "line":
                number += self._text == ","
                self._step(over_lines=True)
            else:
                self._value(self._noted(path, number, self._line), depth + 1)
        self._step()

    def _skip(self) -> None:
        """Goes behind a value whose parts do not matter."""
        open_brackets = 0
        while self._kind:
            mark = self._text if self._kind == "mark" else ""
            if not open_brackets and (self._kind == "line" or mark in (*"]},",)):
                return
            open_brackets += (mark in ("[", "{")) - (mark in ("]", "}"))
            self._step()

    def _entered(self, base: Path, keys: tuple[str, ...], line: int) -> Path:
        """The path of a table below another; inside a list of tables, of its last one."""
        for key in keys:
            base = self._noted(base, key, line)
            if base in self._counts:
                base = (*base, self._counts[base])
        return base

    def _noted(self, base: Path, key: str | int, line: int) -> Path:
        path = (*base, key)
        self.first.setdefault(path, line)
        return path

    def _once(self, path: Path, line: int) -> None:
        if path in self._given:
            self.twice.append((path, line))
        self._given.add(path)


def _plain(string: str) -> str:
    """The text of a string that is a key."""
    if "\\" not in string:
        return string[1:-1]
    try:
        return str(tomllib.loads(f"key = {string}")["key"])
    except tomllib.TOMLDecodeError:
        return string[1:-1]
