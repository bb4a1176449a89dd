"""Ten thousand damaged files: each is a game (the kernel's reader agrees) or a clean refusal, never
another exception.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.game.texts import JUDGE, TESTS
from verifier.errors import InstanceError
from verifier.game.gathering import MOST_SHOWN
from verifier.game.model import Game, digest
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.kernel.reader.instance import read_game

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
MUTATIONS = 10_000

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
        found = rng.choice(list(pattern.finditer(text)))
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


def mutant(seed: int) -> str:
    """The damaged file of that number: one or two mutations of a sound one."""
    rng = random.Random(seed)
    text = rng.choice(SEEDS)
    for _ in range(rng.choice([1, 1, 1, 2])):
        text = rng.choice(MUTATORS)(text, rng) or "\n"
    return text


@pytest.mark.parametrize("text", SEEDS, ids=["judge", "tests", "cube"])
def test_seeds_are_sound(text: str) -> None:
    assert isinstance(parse(text, "seed.toml"), Game)


@pytest.mark.slow
def test_damaged_files_give_a_game_or_a_clean_error(tmp_path: Path) -> None:
    games, messages = 0, set()
    for seed in range(MUTATIONS):
        text = mutant(seed)
        try:
            game = parse(text, "mutant.toml")
        except InstanceError as error:
            assert str(error).startswith("mutant.toml: "), seed
            assert all(len(line) < 2500 for line in error.lines), seed
            assert len(error.lines) <= MOST_SHOWN + 1, seed
            messages.add(re.sub(r"\d+|'[^']*'", "*", str(error)))
        except Exception as error:
            pytest.fail(f"mutant({seed}) raised {error!r}")
        else:
            games += 1
            assert parse(write(game), "again.toml") == game, seed
            check(game)
            (tmp_path / "mutant.toml").write_bytes(text.encode())
            assert read_game(str(tmp_path / "mutant.toml")).digest() == digest(game), seed
    assert games > MUTATIONS // 50, "hardly any mutant was still a game"
    assert len(messages) > 150, "the mutants met only a few of the refusals"


def check(game: Game) -> None:
    """What every game promises (game.py)."""
    pairs = {(a, y) for a in game.actions for y in game.states}
    assert sum(game.joint.values()) == 1
    assert min(game.joint.values()) > 0
    order = [
        (x, o, y)
        for x in game.user_observations
        for o in game.agent_observations
        for y in game.states
    ]
    assert list(game.joint) == [key for key in order if key in game.joint]
    assert all(
        utility.keys() == pairs
        for utility in (game.utility, *(agent.utility for agent in game.agents))
    )
    assert len({agent.name for agent in game.agents}) == len(game.agents) > 0
    for agent in game.agents:
        assert sorted(x for cell in agent.sees for x in cell) == sorted(game.agent_observations)
    assert game.quantal.eta > 0
    assert game.tolerance is None or game.tolerance >= 0
