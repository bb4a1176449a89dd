"""The Python interface: typed, frozen, exact objects (docs/reference/python.md)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, note, settings

import verifier.api as vf
from tests.games import INSTANCES, games
from verifier.checker import check
from verifier.errors import InstanceError, OutputError, SizeError
from verifier.game.model import Game
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.signals import Refutation
from verifier.theory.verdict import Verdict

F = Fraction
PROSECUTOR = INSTANCES / "classics/prosecutor.toml"


def no_floats(value: object) -> None:
    """No float anywhere in what is handed out."""
    assert not isinstance(value, float), value
    if isinstance(value, Mapping):
        for key, entry in value.items():
            no_floats(key)
            no_floats(entry)
    elif isinstance(value, list | tuple | set | frozenset):
        for entry in value:
            no_floats(entry)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            no_floats(getattr(value, field.name))


def test_load_verify_and_read_the_verdicts() -> None:
    game = vf.load(PROSECUTOR)
    found = vf.verify(game)
    assert found.verdicts == {"bayes": "proved", "quantal": "proved", "best-ai": "proved"}
    assert found.report.game == game
    bayes = found.guarantees["bayes"]
    assert (bayes.finding.bound.value, bayes.path) == (F(7, 10), None)
    assert bayes.reply is not None and bayes.reply.accepted
    assert bayes.certificate is not None
    assert json.loads(bayes.certificate)["conclusion"]["verdict"] == "proved"


def test_load_takes_text_and_paths() -> None:
    assert vf.load(str(PROSECUTOR)) == vf.load(PROSECUTOR)


def test_one_guarantee_and_another_tolerance() -> None:
    found = vf.verify(vf.load(PROSECUTOR), ["best-ai"], F(0))
    assert found.verdicts == {"best-ai": "refuted"}
    with pytest.raises(InstanceError, match="guarantees nonsense: expected one of bayes"):
        vf.verify(vf.load(PROSECUTOR), ["nonsense"])


def test_hull_and_persuade() -> None:
    game = vf.load(PROSECUTOR)
    assert vf.hull(game).simplex.epsilon == 1
    assert vf.persuade(game, "prosecutor").value == F(3, 5)
    with pytest.raises(
        InstanceError, match=r"no agent is called 'defender'; the agents are prosecutor"
    ):
        vf.persuade(game, "defender")


def test_limits_are_refused_before_work() -> None:
    with pytest.raises(SizeError, match=r"raise it with effort\.program_limit"):
        vf.verify(vf.load(PROSECUTOR), effort=vf.Effort(program_limit=1))


def test_results_are_frozen_and_have_no_floats() -> None:
    found = vf.verify(vf.load(PROSECUTOR))
    no_floats(found)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.guarantees = {}  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.guarantees["bayes"].finding.verdict = Verdict.OPEN  # type: ignore[misc]


def test_a_refused_certificate_leaves_the_claim_open(tmp_path: Path) -> None:
    """Whatever the theory says: certified against another instance file, nothing is proved."""
    other = tmp_path / "other.toml"
    other.write_text(
        PROSECUTOR.read_text(encoding="utf-8").replace("7/10", "3/5").replace("3/10", "2/5"),
        encoding="utf-8",
    )
    assert vf.load(other) != vf.load(PROSECUTOR)
    found = vf.certify(vf.load(PROSECUTOR), other, tmp_path, "stem", [Guarantee.BAYES])
    bayes = found.guarantees["bayes"]
    assert bayes.finding.verdict is Verdict.PROVED
    assert bayes.reply is not None
    assert (bayes.reply.code, bayes.reply.accepted) == (1, False)
    assert found.verdicts == {"bayes": "open"}


def test_a_claim_that_is_now_open_removes_the_old_certificate(tmp_path: Path) -> None:
    path = INSTANCES / "regions/sponsors_bonus.toml"
    game = vf.load(path)
    kept = vf.certify(game, path, tmp_path, "stem", [Guarantee.BAYES]).guarantees["bayes"].path
    assert kept is not None and kept.exists()
    vf.certify(game, path, tmp_path, "stem", [Guarantee.BAYES], F(1, 25))
    assert list(tmp_path.iterdir()) == []


def test_certificates_are_kept_beside_the_instance_that_they_are_about(tmp_path: Path) -> None:
    game, rules = vf.load(PROSECUTOR), tmp_path / "rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    found = vf.verify(game, ["bayes"], keep=tmp_path / "a")
    vf.equilibria(game, ["bayes"], keep=tmp_path / "a", stem="game")
    vf.judge(game, rules, keep=tmp_path / "a", stem="game")
    assert found.guarantees["bayes"].path == tmp_path / "a/instance.bayes.json"
    kept = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert kept == [
        "game.bayes.worst.json",
        "game.rules.json",
        "game.toml",
        "instance.bayes.json",
        "instance.toml",
    ]
    for name in kept:
        if name.endswith(".json"):
            path = tmp_path / "a" / name
            instance = path.with_name(f"{name.partition('.')[0]}.toml")
            assert check(path, instance).accepted


def test_where_certificates_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        vf.verify(vf.load(PROSECUTOR), ["bayes"], keep=tmp_path / "file")


def test_the_record_is_json_with_exact_numbers() -> None:
    record = vf.as_record(vf.verify(vf.load(PROSECUTOR)), "somewhere.toml")
    assert json.loads(json.dumps(record)) == record
    assert record["instance"] == "somewhere.toml"
    no_floats(record)


def test_equilibria_worst_and_best_and_the_certain_interval() -> None:
    game = vf.load(INSTANCES / "classics/opposed_advocates.toml")
    found = vf.equilibria(game)
    assert set(found.witnesses) == {"bayes", "best-ai"}
    for name in found.witnesses:
        lower, upper = found.certain(name)
        assert isinstance(lower, F) and lower <= F(1) and upper == F(1)
        assert set(found.witnesses[name]) == {"worst"}
        witness = found.witnesses[name]["worst"]
        assert (
            witness.accepted
            and witness.certificate is None
            and witness.kernel.startswith("accepted: ")
        )
    record = vf.as_record(found, "somewhere.toml")
    assert json.loads(json.dumps(record)) == record
    no_floats(record)
    no_floats(found.witnesses)
    with pytest.raises(InstanceError, match="guarantees nonsense: expected one of bayes"):
        vf.equilibria(game, ["nonsense"])


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True)
@given(game=games())
def test_the_kernel_accepts_every_equilibrium(game: Game) -> None:
    note(write(game))
    found = vf.equilibria(game, [str(name) for name in Guarantee])
    for name, ends in found.witnesses.items():
        assert all(witness.accepted for witness in ends.values()), {
            end: w.kernel for end, w in ends.items()
        }
        assert (found.certain(name)[1] is None) == (not ends)


RULES = """format = 1
[[rules]]
agent = "prosecutor"
signal = { innocent = { i = 1 }, guilty = { g = 1 } }
"""


def test_judge_a_profile(tmp_path: Path) -> None:
    game, rules = vf.load(PROSECUTOR), tmp_path / "rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    found = vf.judge(game, rules)
    assert isinstance(found, Refutation)
    assert (found.agent, found.before) == ("prosecutor", F(3, 10))
    kept = vf.judge(dataclasses.replace(game, gamma=F(3, 10)), rules)
    assert isinstance(kept, SignalEquilibrium)
    assert (kept.user_utility, dict(kept.agent_utilities)) == (F(1), {"prosecutor": F(3, 10)})
    no_floats(found)
    no_floats(kept)


def test_judge_refuses_what_is_no_profile_of_the_game(tmp_path: Path) -> None:
    game, rules = vf.load(PROSECUTOR), tmp_path / "rules.toml"
    rules.write_text(RULES.replace("prosecutor", "defender"), encoding="utf-8")
    with pytest.raises(InstanceError, match=r"rules.toml: line 3: rules\[0\].agent: .*defender"):
        vf.judge(game, rules)
    spoken = "answers = [{ signal = { innocent = { i = 1 }, guilty = { g = 1 } } }]"
    rules.write_text(
        RULES.replace("signal = { innocent = { i = 1 }, guilty = { g = 1 } }", spoken),
        encoding="utf-8",
    )
    assert isinstance(vf.judge(game, rules), Refutation)
    talk = dataclasses.replace(game.conversation, rounds=2)
    with pytest.raises(InstanceError):  # nothing is said in the second round
        vf.judge(dataclasses.replace(game, conversation=talk), rules)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(game=games())
def test_games_survive_their_file(game: Game) -> None:
    text = write(game)
    note(text)
    assert parse(text, "written") == game
    assert write(parse(text, "written")) == text
