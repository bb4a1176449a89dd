"""Slips on one line of TOML: how each is recognised, and the line as it should be.

A rule sees a line without its comment, each string a single letter, so that it changes only what
stands outside strings. It may be wrong: `verifier.game.slips` shows no line that is not TOML.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from verifier.game.toml import BARE, quoted, toml_key

STRING = re.compile(r"""(?:"(?:\\.|[^"\\])*"|'[^']*')""")
COMMENT = re.compile(r"\s*#.*")
FIRST = 0xE000
"""Strings are the letters from this one on, which are for private use."""
MOST_STRINGS = 6400

STRING_LETTER = S = "[\ue000-\uf8ff]"
START = r"(?<![\w.+-])"
END = r"(?![\w.])"
HEADER = re.compile(r"\s*\[+[^\[\],=]*\]+\s*")


@dataclass(frozen=True)
class Rule:
    """A slip: what it says to whoever made it, and what it makes of a line outside strings."""

    says: str
    change: Callable[[str], str]


def split(line: str) -> tuple[str, list[str], str]:
    """A line outside strings, each of which is one letter; the strings; the comment."""
    strings: list[str] = []

    def letter(found: re.Match[str]) -> str:
        strings.append(found[0])
        return chr(FIRST + len(strings) - 1)

    code = STRING.sub(letter, re.sub(S, "", line))
    comment = COMMENT.search(code)
    end = len(code) if comment is None else comment.start()
    return code[:end], strings, _whole(code[end:], strings)


def guess(line: str) -> str | None:
    """What is wrong with a line, where it cannot be said how it should be."""
    code, _, _ = split(line)
    return next((says for pattern, says in HINTS.items() if pattern.search(code)), None)


def ways(line: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """What up to three rules make of a line, one after the other, and what they say; by number."""
    reached: list[tuple[tuple[str, ...], str]] = [((), line)]
    seen = {line}
    for _ in range(3):
        before, reached = reached, []
        for says, text in before:
            for rule in RULES:
                changed = _changed(rule, text)
                if changed not in seen:
                    seen.add(changed)
                    reached.append(((*says, rule.says), changed))
                    yield reached[-1]


def _changed(rule: Rule, line: str) -> str:
    code, strings, comment = split(line)
    if len(strings) > MOST_STRINGS:
        return line
    return _whole(rule.change(code), strings) + comment


def _whole(code: str, strings: list[str]) -> str:
    return re.sub(S, lambda letter: strings[ord(letter[0]) - FIRST], code)


def _all(pattern: str, into: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    """Every occurrence of a pattern becomes something else."""
    compiled = re.compile(pattern)
    return lambda code: compiled.sub(into, code)


def _values(code: str) -> str:
    """Words that stand where values do get quotes."""
    if HEADER.fullmatch(code):
        return code
    begin = r"[=\[,]\s*" if "=" in code else r"^\s*|[\[,]\s*"
    word = rf"({begin})((?!{S})[^\W\d_][^\[\]{{}}=,\"]*?)(?=\s*(?:[,\]}}]|$))"

    def quote(found: re.Match[str]) -> str:
        known = found[2] in ("true", "false", "inf", "nan", "True", "False", "None", "null")
        return found[0] if known else found[1] + quoted(found[2])

    return re.sub(word, quote, code)


def _keys(code: str) -> str:
    """Keys of one table that are no bare words get quotes."""

    def quote(found: re.Match[str]) -> str:
        return found[1] + toml_key(found[2]) + found[3]

    return re.sub(rf"([{{,]\s*)((?!{S})[^\s{{}}=,\"\[\]][^{{}}=,\"\[\]]*?)(\s*=)", quote, code)


def _parts(code: str) -> str:
    """The parts of a key at the beginning of a line, or in a header, get quotes where needed."""
    header = re.fullmatch(r"(\s*\[+)([^\[\]]+)(\]+\s*)", code)
    pair = re.match(r"(\s*)([^\[{=]+?)(\s*=)", code)
    found = header or pair
    if found is None:
        return code
    names = [name.strip() for name in found[2].split(".")]
    known = (BARE.fullmatch(name) or re.fullmatch(S, name) or "" for name in names)
    parts = (name if good else quoted(name) for name, good in zip(names, known, strict=True))
    return found[1] + ".".join(parts) + found[3] + code[found.end() :]


def _percent(found: re.Match[str]) -> str:
    return f'"{Fraction(found[1].replace(",", ".")) / 100}"'


def _vulgar(found: re.Match[str]) -> str:
    fraction = unicodedata.normalize("NFKC", found[2]).replace("\u2044", "/")
    return quoted(found[1] + fraction)


HINTS = {
    re.compile(r"\b(?:None|null|nil|NULL)\b"): "there is no such value: leave the key out",
    re.compile(r"\r."): "a line ends with LF, or CR LF, and not with CR alone",
    re.compile(r"=\s*(?:[,}\]]|$)"): "a value is missing behind =",
    re.compile(
        r"^[^\[]*\][^\[]*$|\]\s*\]\s*,?\s*$"
    ): "a bracket ] is one too many, or [ is missing",
    re.compile(rf"{S}[^\s,=\]}}].*{S}|{S}\s*\w+\s*{S}"): 'a quote inside a text is written \\"',
}
"""What is wrong with a line that no rule makes good, by what stands outside strings."""

RULES = [
    Rule("quotes are straight, \" or '", _all("[\u201c\u201d\u201e\u201f\u00ab\u00bb]", '"')),
    Rule("quotes are straight, \" or '", _all("[\u2018\u2019\u201a\u201b`\u00b4]", "'")),
    Rule(
        "spaces are plain ones, U+0020, and nothing is invisible",
        _all("[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff\u2060]", " "),
    ),
    Rule("a minus sign is -", _all(r"[\u2212\u2012-\u2015](?=\d)", "-")),
    Rule("a comment begins with #", _all(r"(^|\s)(?://|--)\s*(.*)$", r"\1# \2")),
    Rule(
        'a fraction is written "p/q"',
        _all(r"(?<!\d)([+-]?)([\u00bc-\u00be\u2150-\u215e])", _vulgar),
    ),
    Rule('a fraction is written "p/q"', _all(r"(\d+)\s*\u2044\s*(\d+)", r'"\1/\2"')),
    Rule("between a key and its value stands =", _all(r"==+|:=|=>|->", "=")),
    Rule(
        "between a key and its value stands =",
        _all(rf"((?:^|[{{,])\s*(?:{S}|[^\W\d]?[\w. -]*?)\s*):(?!:)", r"\1 ="),
    ),
    Rule(
        "between a key and its value stands =",
        _all(rf"^(\s*[\w.-]+)\s+(?={S}|[\d\[{{])", r"\1 = "),
    ),
    Rule(
        "between a key and its value stands =",
        _all(rf"([{{,]\s*(?:{S}|[\w-]+))\s+(?={S}|[+-]?\d|[\[{{])", r"\1 = "),
    ),
    Rule("a bracket is missing", _all(r"^(\s*[\w.-]+\s*=)(\s*[\w-]+\s*=.*\}\s*)$", r"\1 {\2")),
    Rule("a bracket is missing", _all(rf"^(\s*[\w.-]+\s*=\s*)({S}.*\]\s*)$", r"\1[\2")),
    Rule("a bracket is missing", _all(rf"^(\s*)({S}.*\]\s*,?\s*)$", r"\1[\2")),
    Rule("a bracket is opened once", _all(r"\{(?:\s*\{)+", "{")),
    Rule("a number stands without brackets", _all(r"\((\s*[+-]?[\d./%]+\s*)\)", r"\1")),
    Rule("a number stands right behind its sign", _all(r"([=,\[]\s*[+-])\s+(?=\d)", r"\1")),
    Rule(
        "a table stands in braces",
        _all(rf"\[(\s*(?:{S}|[\w-]+)\s*=[^\[\]]*)\]", r"{\1}"),
    ),
    Rule("no comma stands behind a line", _all(rf"^(\s*(?:{S}|[\w.-]+)\s*=.*\S)\s*,\s*$", r"\1")),
    Rule("lists stand in square brackets", lambda code: code.translate({40: "[", 41: "]"})),
    Rule(
        "truth values are true and false",
        _all(r"\b(True|False|TRUE|FALSE)\b", lambda found: found[0].lower()),
    ),
    Rule(
        "percentages are fractions or decimals",
        _all(rf"{START}([+-]?\d+(?:[.,]\d+)?)\s*%", _percent),
    ),
    Rule(
        "a fraction stands in quotes",
        _all(rf"{START}([+-]?\d+)\s*/\s*(\d+){END}", r'"\1/\2"'),
    ),
    Rule(
        "a decimal number has a point",
        _all(r"(=\s*[+-]?\d+),(\d+)(?=\s*(?:[,}\]]|$))", r"\1.\2"),
    ),
    Rule(
        "a decimal number has digits before its point", _all(rf"{START}([+-]?)\.(?=\d)", r"\g<1>0.")
    ),
    Rule(
        "a decimal number has digits behind its point", _all(r"(\d)\.(?=\s*(?:[,}\]]|$))", r"\1.0")
    ),
    Rule("a number does not begin with 0", _all(rf"{START}([+-]?)0+(?=\d)", r"\1")),
    Rule("entries stand between commas", _all(r"\s*;\s*$", "")),
    Rule("entries stand between commas", _all(r"\s*;", ",")),
    Rule(
        "entries stand between commas",
        _all(rf"(?<=[\w\]}}\"\ue000-\uf8ff])\s+(?=[\[{{+-]|\d|{S}|[\w-]+\s*=)", ", "),
    ),
    Rule("entries stand between commas, and none is empty", _all(r",(?:\s*,)+", ",")),
    Rule("the last entry of a table in braces has no comma behind it", _all(r",\s*\}", " }")),
    Rule("a text stands in quotes", _values),
    Rule("a name with other characters than A-Z a-z 0-9 _ - stands in quotes", _keys),
    Rule("a name with other characters than A-Z a-z 0-9 _ - stands in quotes", _parts),
    Rule(
        "[[agents]] has two brackets on each side",
        _all(r"^\s*\[+(\s*(?:agents|rules|signals)\s*)\]+\s*$", r"[[\1]]"),
    ),
    Rule("the name of a table stands in brackets", _all(r"^\s*([\w.-]+)\](\s*)$", r"[\1]")),
    Rule("a bracket is closed once", _all(r"\}(\s*,?\s*)$", r"\1")),
    Rule("a header has as many brackets on each side", _all(r"^\s*\[+([^\[\]=]+)\]+\s*$", r"[\1]")),
    Rule("the name of a table stands in brackets", _all(r"^\s*([\w-]+)\s*:\s*$", r"[\1]")),
    Rule(
        "lists stand in square brackets",
        _all(r"^(\s*[\w.-]+\s*=\s*)([^\[\]{}=]+,[^\[\]{}=]*[^\s,])\s*$", r"\1[\2]"),
    ),
    Rule(
        "lists stand in square brackets", _all(rf"\{{(\s*{S}(?:\s*,\s*{S})*)\s*,?\s*\}}", r"[\1]")
    ),
]
"""The slips, the likeliest of what fits one line first where order matters."""
