"""The digest of a game, to which a certificate is bound, and the protocol."""

import hashlib
import json
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.games import INSTANCES, games, simple_game
from verifier.game.model import Agent, Conversation, Game, Quantal, Ties, canonical, digest
from verifier.game.reader import load, parse
from verifier.game.writer import write
from verifier.kernel.game_file import read_game

JUDGE = simple_game(
    {"innocent": Fraction(7, 10), "guilty": Fraction(3, 10)},
    {"acquit": [1, 0], "convict": [0, 1]},
    {"prosecutor": {"acquit": [0, 0], "convict": [1, Fraction(1, 2)]}},
)

JUDGE_CANONICAL = {
    "actions": ["acquit", "convict"],
    "agent_alphabet": None,
    "agent_observations": ["innocent", "guilty"],
    "agents": [
        {
            "name": "prosecutor",
            "sees": [["innocent"], ["guilty"]],
            "utility": {
                "acquit": {"guilty": "0", "innocent": "0"},
                "convict": {"guilty": "1/2", "innocent": "1"},
            },
        }
    ],
    "base": None,
    "eta": "10",
    "joint": [["nothing", "innocent", "innocent", "7/10"], ["nothing", "guilty", "guilty", "3/10"]],
    "rounds": 1,
    "states": ["innocent", "guilty"],
    "ties": "any",
    "tolerance": None,
    "user_alphabet": 1,
    "user_observations": ["nothing"],
    "utility": {
        "acquit": {"guilty": "0", "innocent": "1"},
        "convict": {"guilty": "1", "innocent": "0"},
    },
}


def test_canonical_text_of_one_game() -> None:
    assert canonical(JUDGE) == json.dumps(JUDGE_CANONICAL)
    assert (
        digest(JUDGE)
        == "sha256:" + hashlib.sha256(json.dumps(JUDGE_CANONICAL).encode()).hexdigest()
    )


@pytest.mark.slow
@given(games(odd=True))
@settings(max_examples=100, deadline=None)
def test_digest_survives_printing(game: Game) -> None:
    assert digest(parse(write(game), "random.toml")) == digest(game)


@pytest.mark.slow
@given(games(odd=True))
@settings(max_examples=100, deadline=None)
def test_kernel_reads_the_same_game(tmp_path_factory: pytest.TempPathFactory, game: Game) -> None:
    path = tmp_path_factory.mktemp("games") / "random.toml"
    path.write_bytes(write(game).encode())
    assert read_game(str(path)).digest == digest(game)


@pytest.mark.parametrize("path", sorted(INSTANCES.rglob("*.toml")), ids=lambda path: path.stem)
def test_kernel_agrees_on_shipped_instances(path: Path) -> None:
    game = load(path)
    at = {name: str(value) for name, value in game.parameters.items()}
    assert read_game(str(path), at or None).digest == digest(game)


def test_prose_and_layout_do_not_count() -> None:
    assert digest(replace(JUDGE, title="mended", source="cited", notes="explained")) == digest(
        JUDGE
    )
    shuffled = replace(JUDGE, utility=dict(reversed(list(JUDGE.utility.items()))))
    assert digest(shuffled) == digest(JUDGE)


SENDER = JUDGE.agents[0]


@pytest.mark.parametrize(
    "other",
    [
        replace(JUDGE, states=("guilty", "innocent")),
        replace(JUDGE, actions=("convict", "acquit")),
        replace(JUDGE, user_observations=("something",)),
        replace(JUDGE, agent_observations=("guilty", "innocent")),
        replace(JUDGE, joint={key: Fraction(1, 2) for key in JUDGE.joint}),
        replace(JUDGE, utility=SENDER.utility),
        replace(JUDGE, agents=(Agent("lawyer", SENDER.utility, SENDER.sees),)),
        replace(JUDGE, agents=(Agent("prosecutor", JUDGE.utility, SENDER.sees),)),
        replace(JUDGE, agents=(Agent("prosecutor", SENDER.utility, (("innocent", "guilty"),)),)),
        replace(JUDGE, agents=(SENDER, replace(SENDER, name="second"))),
        replace(JUDGE, conversation=Conversation(2, 1, "rich")),
        replace(JUDGE, conversation=Conversation(1, 2, "rich")),
        replace(JUDGE, conversation=Conversation(1, 1, 2)),
        replace(JUDGE, ties=Ties.BELIEF),
        replace(JUDGE, quantal=Quantal(Fraction(9), "e")),
        replace(JUDGE, quantal=Quantal(Fraction(10), 2)),
        replace(JUDGE, tolerance=Fraction(0)),
    ],
    ids=range(17),
)
def test_everything_else_counts(other: Game) -> None:
    assert digest(other) != digest(JUDGE)


def test_sequences_of_questions_are_as_short_as_they_can_be() -> None:
    talk = Conversation(rounds=3, user_alphabet=2)
    assert talk.sequences(1) == [(0,)]
    assert talk.sequences(2) == [(0,), (1,)]
    assert talk.sequences(3) == [(0, 0), (0, 1), (1, 0)]
    assert set(talk.sequences(8)) == set(product((0, 1), repeat=3))
    assert len(talk.sequences(9)) == 8
    assert Conversation(rounds=3).sequences(2) == [(0, 0, 0)]


def test_what_is_left_once_she_has_asked() -> None:
    talk = Conversation(rounds=3, user_alphabet=2, agent_alphabet=2)
    assert talk.once_asked(2) == talk
    assert talk.once_asked(4) == Conversation(rounds=2, user_alphabet=4, agent_alphabet=2)
    assert talk.once_asked(8) == Conversation(rounds=1, user_alphabet=8, agent_alphabet=2)
    assert talk.once_asked(9) is None
    assert Conversation(rounds=3).once_asked(2) is None
