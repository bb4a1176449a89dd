"""Files damaged at random: texts by tokens, lines and letters, any file by its bytes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from tests.game.texts import JUDGE, TESTS

CUBE = '''
format = 0x1
"title" = """
Two lines, "quoted" \\u00e9
"""
notes = \'\'\'raw \\ text\'\'\'
states = [ "0,0", "it's", \'q"q\', ]
actions = ["a.b"]
prior."0,0" = 1e-1
prior."it's" = 0.9
prior.'q"q' = 0
user.utility."a.b" = { "0,0" = -0, "it's" = +7, 'q"q' = 1_000 }
model.ties = "order"
[[agents]]
name = "Zoë λ₁"
[agents.utility."a.b"]
"0,0" = 1
"it's" = "-1/3"
'q"q' = 2
'''
SEEDS = [JUDGE, TESTS, CUBE]
"""Sound instance files."""

TOKEN = re.compile(r"""\w+|"[^"\n]*"|'[^'\n]*'|\s+|.""")
NUMBER = re.compile(r"-?\d+(?:[./]\d+)?")
WORD = re.compile(r"[A-Za-z_]+")
NUMBERS = [
    "0",
    "-1",
    "1/0",
    "0/1",
    "inf",
    "nan",
    "-inf",
    "1e400",
    "1e-400",
    "1e9999999",
    "9" * 401,
    "9" * 5000,
    "0x" + "f" * 5000,
    "1_0",
    "1__0",
    "01",
    "0.1",
    "00.1",
    "true",
    "1979-05-27",
    "1979-02-31",
    "25:00:00",
    '"1/3"',
    '"\uff11"',
    "[]",
    "{}",
    '""',
    str(2**63),
    "-0.0",
    "1.",
    ".5",
    "0b2",
    "3/10",
]
STRANGE = [
    "\0",
    "\ufeff",
    "\u2028",
    "\ud7ff",
    "\U0001f600",
    "é",
    "\\",
    '"""',
    "'''",
    "[[",
    "]]",
    "{",
    "}",
    "#",
    "=",
    ".",
    "\r",
    "\x7f",
    "\\ud800",
    "\\U00110000",
    "[" * 3000,
    "{a=" * 3000,
    "a." * 3000,
    "\n[agents]\n",
    "\n[[agents]]\n",
    "\n[claim]\n",
]
KEYS = [
    "format",
    "title",
    "prior",
    "joint",
    "states",
    "sees",
    "name",
    "utility",
    "ties",
    "quantal",
    "eta",
    "base",
    "rounds",
    "guilty",
]


def one_byte(text: str, rng: random.Random) -> str:
    data = bytearray(text.encode())
    data[rng.randrange(len(data))] = rng.randrange(256)
    return data.decode(errors="replace")


def one_match(
    pattern: re.Pattern[str], replacements: list[str]
) -> Callable[[str, random.Random], str]:
    def mutate(text: str, rng: random.Random) -> str:
        every = list(pattern.finditer(text))
        if not every:
            return text
        found = rng.choice(every)
        return text[: found.start()] + rng.choice(replacements) + text[found.end() :]

    return mutate


def insert(text: str, rng: random.Random) -> str:
    n = rng.randrange(len(text) + 1)
    return text[:n] + rng.choice(STRANGE) + text[n:]


def truncate(text: str, rng: random.Random) -> str:
    n = rng.randrange(len(text))
    return text[:n] if rng.random() < 0.7 else text[n:]


def cut(text: str, rng: random.Random) -> str:
    a, b = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return text[:a] + text[min(b, a + 40) :]


def parts(split: Callable[[str], list[str]]) -> Callable[[str, random.Random], str]:
    def mutate(text: str, rng: random.Random) -> str:
        pieces = split(text)
        a, b = rng.randrange(len(pieces)), rng.randrange(len(pieces))
        match rng.randrange(3):
            case 0:
                pieces[a], pieces[b] = pieces[b], pieces[a]
            case 1:
                pieces.insert(b, pieces[a])
            case _:
                del pieces[a]
        return "".join(pieces)

    return mutate


def splice(text: str, rng: random.Random) -> str:
    lines, others = text.splitlines(True), rng.choice(SEEDS).splitlines(True)
    return "".join(lines[: rng.randrange(len(lines) + 1)] + others[rng.randrange(len(others)) :])


MUTATORS: list[Callable[[str, random.Random], str]] = [
    one_byte,
    one_match(NUMBER, NUMBERS),
    one_match(WORD, KEYS),
    one_match(TOKEN, NUMBERS + KEYS),
    insert,
    truncate,
    cut,
    parts(lambda text: TOKEN.findall(text)),
    parts(lambda text: text.splitlines(True)),
    splice,
]


def damaged(rng: random.Random, seeds: Sequence[str]) -> str:
    """One or two mutations of a sound file."""
    text = rng.choice(seeds)
    for _ in range(rng.choice([1, 1, 1, 2])):
        text = rng.choice(MUTATORS)(text, rng) or "\n"
    return text


SIGNS = [
    b",",
    b";",
    b"\t",
    b'"',
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc3",
    b"{",
    b"[",
    b"}",
    b"-",
    b".",
]
WORDS = [b"1e999", b"NaN", b"1/0", b"\xef\xbb\xbf", b"sep=;\n", b"\\u", b"9" * 900, b"[" * 5000]


def damaged_bytes(data: bytes, draw: random.Random) -> bytes:
    """Some bytes changed, left out, doubled, put in, or everything behind a place cut off."""
    for _ in range(draw.randint(1, 4)):
        start = draw.randrange(len(data) + 1)
        stop = min(len(data), start + draw.choice((0, 1, 1, 4, 30)))
        piece = draw.choice((b"", bytes([draw.randrange(256)]), draw.choice(SIGNS + WORDS)))
        tail = b"" if draw.random() < 0.1 else data[stop:]
        data = data[:start] + draw.choice((piece, 2 * data[start:stop])) + tail
    return data
