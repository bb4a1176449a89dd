"""Words of instances in LaTeX: no sign of markup, and only characters that pdflatex knows."""

from __future__ import annotations

from unicodedata import normalize

from verifier.printable import printable

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    '"': "''",
    "-": "-{}",
    "'": "'{}",
    "`": "`{}",
    "≥": r"$\ge$",
    "≤": r"$\le$",
    "·": r"$\cdot$",
    "×": r"$\times$",
    "−": "$-$",
    "…": r"\ldots{}",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "–": "--",
    "—": "---",
    "←": r"$\leftarrow$",
    "→": r"$\rightarrow$",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "œ": r"\oe{}",
    "Œ": r"\OE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
    "μ": r"$\mu$",
    "ν": r"$\nu$",
    "ε": r"$\epsilon$",
    "γ": r"$\gamma$",
    "δ": r"$\delta$",
    "η": r"$\eta$",
    "\u00a0": "~",
    **{chr(0x2080 + n): f"$_{n}$" for n in range(10)},
}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
}


def tex(words: str) -> str:
    """The words as ASCII that LaTeX sets as they are; a character that it cannot set, by its code.

    >>> print(tex("50% of A_1 & Zoë"), tex("中"))
    50\\% of A\\_1 \\& Zo\\"{e} [U+4E2D]
    """
    return "".join(map(_character, normalize("NFC", printable(words))))


def _character(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    if character.isascii():
        return character
    parts = normalize("NFD", character)
    base, mark = parts[0], parts[1:]
    if mark in _ACCENTS and base.isascii() and base.isalpha():
        return f"\\{_ACCENTS[mark]}{{{base}}}"
    return f"[U+{ord(character):04X}]"
