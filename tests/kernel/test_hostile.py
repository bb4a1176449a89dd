"""What is said of hostile files: one line that can be printed, an exit code that fits, and soon."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from fractions import Fraction as F  # noqa: N817
from pathlib import Path
from typing import Any

import pytest
from verifier.kernel.equilibrium import equilibrium
from verifier.kernel.play import study

from tests.games import ROOT, simple_game
from tests.kernel.building import read, says, shown
from tests.kernel.certificates import INSTANCES, SHIPPED, judge, made
from verifier.game.model import Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.kernel.__main__ import main
from verifier.kernel.reader.document import BITS, UnreadableError, WrongError, read_json, tame
from verifier.kernel.reader.instance import read_game

KERNEL = str(ROOT / "verifier" / "kernel")
TABLE = {
    "format": 1,
    "verdict": "hull distance",
    "table": "",
    "user": "u",
    "agents": ["a"],
    "rows": 2,
    "left_out": 0,
    "columns_left_out": 0,
    "claims": [],
}
CLAIM = {
    "norm": "sup",
    "mixture": "simplex",
    "distance": "0",
    "weights": [["a", "1"]],
    "offset": "0",
    "witness": [],
}


def asked(
    folder: Path, certificate: object, instance: str = "u,a\n1,1\n2,2\n", locale: str = "utf-8"
) -> tuple[int, str]:
    """The kernel in a process of its own, on a table or a game: exit code and output."""
    (folder / "c.json").write_text(json.dumps(certificate), encoding="utf-8")
    (folder / "i.csv").write_text(instance, encoding="utf-8", newline="")
    words = [sys.executable, "-I", "-S", "-X", "utf8=0", KERNEL, "c.json", "i.csv"]
    environment = {"PYTHONIOENCODING": locale, "LC_ALL": "C"}
    ran = subprocess.run(
        words, capture_output=True, cwd=folder, env=environment, check=False, timeout=60
    )
    assert ran.stderr == b""
    return ran.returncode, ran.stdout.decode(locale)


def digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["\ud800", "a\naccepted: all is well", "\x1b[2J", "é" * 50])
@pytest.mark.parametrize("key", ["table", "user", "agents"])
def test_whatever_a_certificate_calls_things_one_line_is_said(
    key: str, name: str, tmp_path: Path
) -> None:
    text = "u,a\n1,1\n2,2\n"
    named: Any = [name] if key == "agents" else name
    content = {**TABLE, "table": digest(text), "claims": [CLAIM], key: named}
    code, said = asked(tmp_path, content, text)
    assert code == (1 if key == "table" else 2)
    assert said.count("\n") == 1 and said.startswith("refused: " if code == 1 else "unreadable: ")
    assert "\x1b" not in said and "\naccepted" not in said


def test_a_column_with_a_line_end_in_its_name_is_said_in_one_line(tmp_path: Path) -> None:
    text = '"u\nv",a\n1,1\n2,2\n'
    content = {**TABLE, "table": digest(text), "user": "u\nv", "claims": [CLAIM]}
    code, said = asked(tmp_path, content, text)
    assert (code, said.count("\n")) == (0, 1) and said.startswith(
        r"accepted: distance of u\nv from 1 agents"
    )


def test_a_terminal_that_knows_no_accents_gets_escapes(tmp_path: Path) -> None:
    text = "é,a\n1,1\n2,2\n"
    code, said = asked(
        tmp_path, {**TABLE, "table": digest(text), "user": "é", "claims": [CLAIM]}, text, "ascii"
    )
    assert code == 0 and r"distance of \xe9 from" in said


def primes() -> list[int]:
    """Denominators of a thousand digits and more, no two alike."""
    return [10**1000 + 2 * n + 1 for n in range(300)]


def test_numbers_that_take_for_ever_to_add_are_unreadable(tmp_path: Path) -> None:
    witness = [[n, f"1/{q}"] for n, q in enumerate(primes())]
    content = {
        **TABLE,
        "table": digest("u,a\n1,1\n2,2\n"),
        "claims": [{**CLAIM, "witness": witness}],
    }
    assert asked(tmp_path, content) == (
        2,
        "unreadable: too large: too many numbers, or too long a common denominator\n",
    )


def test_many_numbers_or_long_ones_but_not_both() -> None:
    tame([f"{n}/7" for n in range(100_000)])
    tame(["1/" + "3" * 4000] * 1000)
    assert (10**1000).bit_length() * 300 > BITS
    words = [["7/0", f"1/{q}"] for q in primes()]
    for hostile in (
        words,
        [f"1/{q}" for q in primes()],
        {"a": [[f"1/{q}" for q in primes()[:50]], ["1/2"] * 100_000]},
    ):
        with pytest.raises(
            UnreadableError, match="too many numbers, or too long a common denominator"
        ):
            tame(hostile)


@pytest.mark.slow
def test_shipped_certificates_are_far_from_that() -> None:
    for instance, guarantee in SHIPPED:
        tame(
            [read_json(str(ROOT / "proofs" / "certificates" / f"{instance}.{guarantee}.json"))]
            * 1000
        )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (".".join("a" * 20_000) + " = 1", "a key of 100 parts"),
        ("a = { " + ".".join("a" * 20_000) + " = 1 }", "a key of 100 parts"),
        (".".join(['","'] * 8_000) + " = 1", "a key of 100 parts"),
        ("a = " + "[" * 100_000, "recursion|nested"),
    ],
    ids=["a key of many parts", "within a table", "quoted", "nesting"],
)
def test_instances_that_take_toml_for_ever_are_unreadable(
    text: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "game.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match=reason):
        read_game(str(path))


def test_points_in_prose_are_no_keys(tmp_path: Path) -> None:
    """Both readers take long comments and long notes without commas."""
    text = (INSTANCES / "classics" / "prosecutor.toml").read_text(encoding="utf-8")
    path = tmp_path / "game.toml"
    prose = "# " + "." * 300 + '\nsource = "' + "It is so. " * 300 + '"\n'
    path.write_text(
        prose + "\n".join(line for line in text.split("\n") if not line.startswith("source")),
        encoding="utf-8",
    )
    assert (
        read_game(str(path)).digest()
        == read_game(str(INSTANCES / "classics" / "prosecutor.toml")).digest()
    )
    assert load(path).states == ("innocent", "guilty")


def test_priors_that_take_for_ever_to_add_are_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "game.toml"
    prior = ", ".join(f's{n} = "1/{q}"' for n, q in enumerate(primes()))
    path.write_text(f"format = 1\ntitle = 'x'\nprior = {{ {prior} }}\n", encoding="utf-8")
    with pytest.raises(UnreadableError, match="too long a common denominator"):
        read_game(str(path))


def test_beliefs_are_compared_in_time_that_grows_with_the_game() -> None:
    """One look at every pair of observation and state, not one for every pair of pairs."""
    states = tuple(f"s{n}" for n in range(60))
    rows = {"a": tuple(range(60)), "b": (0,) * 60}
    game = replace(
        simple_game(dict.fromkeys(states, F(1, 60)), rows, {"i": rows, "j": rows}), ties=Ties.BELIEF
    )
    position = study(read(write(game)))
    counted = Counter[str]()

    class Watched(dict[Any, Any]):
        def items(self) -> Any:
            counted["looks"] += len(self)
            return super().items()

    position.likely.update({point: Watched(chances) for point, chances in position.likely.items()})
    assert equilibrium(position, "bayes", shown(game)["equilibrium"]) == F(59, 2)
    assert counted["looks"] <= 60


@pytest.mark.slow
def test_too_many_payoffs_are_unreadable(tmp_path: Path) -> None:
    states, actions = [f"s{n}" for n in range(300)], [f"a{n}" for n in range(300)]
    names = [f"x{n}" for n in range(40)]
    row = "{ " + ", ".join(f"{y} = 0" for y in states) + " }"
    utility = "{ " + ", ".join(f"{a} = {row}" for a in actions) + " }"
    joint = ",\n".join(f'["n", "{x}", "{y}", "1/12000"]' for x in names for y in states)
    text = f"""format = 1
title = "large"
states = {json.dumps(states)}
actions = {json.dumps(actions)}
user_observations = ["n"]
agent_observations = {json.dumps(names)}
joint = [{joint}]
[user]
utility = {utility}
[[agents]]
name = "i"
utility = {utility}
[[agents]]
name = "j"
utility = {utility}
"""
    path = tmp_path / "large.toml"
    path.write_text(text, encoding="utf-8")
    content = made("classics/prosecutor", "bayes") | {"instance": read_game(str(path)).digest()}
    with pytest.raises(UnreadableError, match="the payoffs would take 10800000 steps"):
        says(content, text)


@pytest.mark.slow
def test_a_large_game_has_less_precision() -> None:
    content = made("guarantees/drug_sponsors", "quantal")
    content["bound"]["precision"] = 8_192
    judge(content, "guarantees/drug_sponsors")
    content["bound"]["precision"] = 65_536
    with pytest.raises(UnreadableError, match=r"too large: \d+ powers with 65536 bits each"):
        judge(content, "guarantees/drug_sponsors")
    content["bound"]["precision"] = 65_537
    with pytest.raises(
        UnreadableError, match=r"bound\.precision: expected 0 to 65536 bits, fewer if large"
    ):
        judge(content, "guarantees/drug_sponsors")


def test_what_is_claimed_can_be_insisted_on() -> None:
    content = made("guarantees/drug_sponsors", "bayes")
    assert judge(content, "guarantees/drug_sponsors", claimed="1/5").startswith(
        "proved: the bayes user gets at least 17/25"
    )
    with pytest.raises(WrongError, match="claimed: the certificate is for 1/5, not for 17/25"):
        judge(content, "guarantees/drug_sponsors", claimed="17/25")
    with pytest.raises(UnreadableError, match="--claimed: a quantal user's bound is not rational"):
        judge(
            made("guarantees/drug_sponsors", "quantal"), "guarantees/drug_sponsors", claimed="1/5"
        )
    with pytest.raises(WrongError, match="claimed: the certificate is for None"):
        profile = {
            key: content[key] for key in ("format", "instance", "guarantee", "ties", "equilibrium")
        }
        judge({**profile, "verdict": "equilibrium"}, "guarantees/drug_sponsors", claimed="1/5")


def test_another_nearest_mixture_is_another_claim() -> None:
    """Two sellers with one bias, the second blind: all weight on him makes TEAM what she knows
    alone. The sentence tells.
    """
    text = write(load(INSTANCES / "counterexamples" / "hull.toml"))
    blind = text.replace(
        'name = "second seller"', 'name = "second seller"\nsees = [["sound", "bad"]]'
    )
    assert blind != text
    instance = "counterexamples/hull"
    content = made(instance, "best-ai")
    equilibrium = content["equilibrium"]
    equilibrium["rules"][1]["signal"] = equilibrium["rules"][1]["signal"][:1]
    option = equilibrium["deterrence"][1]["blocks"][0]["options"][0]
    option["prices"], option["reasons"] = [[option["prices"][0][0], "1"]], []
    content["instance"] = read(blind).digest()
    for weights, claimed in ((["1", "0"], "1/2"), (["0", "1"], "0")):
        content["hull"]["weights"] = [["seller", weights[0]], ["second seller", weights[1]]]
        content["claimed_bound"] = claimed
        if claimed == "1/2":
            assert (
                says(content, blind, claimed="1/2")
                == "refuted: the best-ai user gets 0 in an equilibrium, less than the claimed 1/2"
            )
            with pytest.raises(WrongError, match="claimed: the certificate is for 1/2, not for 0"):
                says(content, blind, claimed="0")
        else:
            with pytest.raises(WrongError, match="the equilibrium's 0 is not below the claimed 0"):
                says(content, blind, claimed="0")


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("deep")])
def test_what_is_too_large_for_the_machine_is_said_with_a_reason(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def exhausted(path: str) -> Any:
        raise error

    monkeypatch.setattr("verifier.kernel.__main__.read_json", exhausted)
    assert main(["c.json", "i.toml"]) == 2
    assert capsys.readouterr().out == f"unreadable: too large ({type(error).__name__})\n"
