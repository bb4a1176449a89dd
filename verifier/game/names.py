"""Names of states, actions, observations, agents and messages, in letters that tell them apart.

The letters are an explicit set, the same whatever Python's version of Unicode
(docs/reference/instance_format.md). The kernel reads names by the same rule, in code of its own.
"""

from __future__ import annotations

import unicodedata

MAX_NAME_LENGTH = 100

LOOKALIKES = {
    "\u00c6": "AE",
    "\u00d0": "\u0110",
    "\u00d7": "x",
    "\u00e6": "ae",
    "\u00f0": "\u03b4",
    "\u00f7": "+",
    "\u0114": "\u011a",
    "\u0115": "\u011b",
    "\u0131": "i",
    "\u0132": "IJ",
    "\u0133": "ij",
    "\u0138": "k",
    "\u013f": "L",
    "\u0140": "l",
    "\u0149": "'n",
    "\u014a": "N",
    "\u014b": "\u03b7",
    "\u0150": "\u00d6",
    "\u0151": "\u00f6",
    "\u0152": "OE",
    "\u0153": "oe",
    "\u0170": "\u00dc",
    "\u0171": "\u00fc",
    "\u017f": "f",
}
"""Characters from U+00C0 to U+017F that names cannot have -> what they are taken for."""

CAPITALS = "GAMMA DELTA THETA LAMDA XI PI SIGMA PHI PSI OMEGA"
SMALL = "DELTA EPSILON ZETA ETA THETA LAMDA MU XI PI SIGMA PHI PSI OMEGA"
"""The Greek letters that names can have, by their names in Unicode."""

LETTERS = frozenset(
    [chr(code) for code in (*range(0x20, 0x7F), *range(0xC0, 0x180)) if chr(code) not in LOOKALIKES]
    + [unicodedata.lookup(f"GREEK CAPITAL LETTER {name}") for name in CAPITALS.split()]
    + [unicodedata.lookup(f"GREEK SMALL LETTER {name}") for name in SMALL.split()]
    + [chr(0x2080 + digit) for digit in range(10)]
)
"""Every character that a name can have: ASCII, Latin, Greek letters, subscript digits."""

REMEDY = (
    "titles and notes may hold any text; names need letters that cannot be mistaken for others:"
    " write it with ASCII or Latin letters, or Greek ones that look like none of these, such as"
    " \u03bb or \u03a9"
)


def name_fault(text: str) -> str | None:
    """What keeps a text from being a name, and the remedy, for messages; None for a name.

    >>> name_fault("q₀ or λ"), name_fault("")
    (None, 'is empty, expected a name')
    >>> name_fault("up ")
    "'up ' begins or ends with a space, expected a name without"
    """
    if not text:
        return "is empty, expected a name"
    if len(text) > MAX_NAME_LENGTH:
        return f"has {len(text)} characters, expected a name of at most {MAX_NAME_LENGTH}"
    for n, character in enumerate(text, 1):
        if unicodedata.category(character) == "Cc":
            code = f"U+{ord(character):04X}"
            return (
                f"{text!r}: character {n} is {code}, a control character; expected a name"
                " of letters, digits and signs"
            )
        if character not in LETTERS:
            return f"{text!r}: character {n} is {_described(text, character)}; {REMEDY}"
    if text != text.strip(" "):
        return f"{text!r} begins or ends with a space, expected a name without"
    if "  " in text:
        return f"{text!r} has two spaces in a row, expected one"
    return None


def short(text: str) -> str:
    """The text cut to MAX_NAME_LENGTH characters, for messages."""
    return text if len(text) <= MAX_NAME_LENGTH else text[:MAX_NAME_LENGTH] + "..."


def _described(text: str, character: str) -> str:
    """A character that names cannot have: its code, its Unicode name, and why or what instead."""
    known = unicodedata.name(character, "")
    what = f"U+{ord(character):04X}{known and f' {known}'}"
    if character in LOOKALIKES:
        return f"{what}, which looks like {LOOKALIKES[character]!r}"
    if unicodedata.combining(character):
        composed = unicodedata.normalize("NFC", text)
        better = f", as in {composed!r}" if LETTERS.issuperset(composed) else ""
        return f"{what}, expected the letter and its mark as one character{better}"
    return what
