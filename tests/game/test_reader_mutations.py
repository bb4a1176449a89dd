"""Ten thousand damaged files: each is a game or a clean refusal, never another exception, and the
kernel's reader agrees.
"""

import random
import re
from pathlib import Path

import pytest

from tests.damage import SEEDS, damaged
from verifier.errors import InstanceError
from verifier.game.model import Game, digest
from verifier.game.reader import parse
from verifier.game.text.gathering import MOST_SHOWN
from verifier.game.writer import write
from verifier.kernel.game_file import read_game
from verifier.kernel.reader.document import UnreadableError

MUTATIONS = 10_000


def mutant(seed: int) -> str:
    """The damaged file of that number."""
    return damaged(random.Random(seed), SEEDS)


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
            (tmp_path / "mutant.toml").write_bytes(text.encode())
            with pytest.raises(UnreadableError):
                read_game(str(tmp_path / "mutant.toml"))
        except Exception as error:
            pytest.fail(f"mutant({seed}) raised {error!r}")
        else:
            games += 1
            assert parse(write(game), "again.toml") == game, seed
            check(game)
            (tmp_path / "mutant.toml").write_bytes(text.encode())
            assert read_game(str(tmp_path / "mutant.toml")).digest == digest(game), seed
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
