"""Every key that a command prints as JSON is in the reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Run
from tests.games import INSTANCES, ROOT

NAMED = {
    "agent_utilities",
    "offers",
    "alone",
    "alone_at_most",
    "final_signal",
    "signals",
    "sends",
    "profile",
    "frontiers",
    "gains",
    "deviation",
    "agents",
    "agent_alphabets",
    "pure_rules_tried",
    "parameters",
    "set",
    "values",
    "verdicts",
    "witness",
    "team_by_agent",
}
"""What is below these is called after agents, observations, messages or verdicts."""

SECTIONS = re.split(
    r"^## ",
    (ROOT / "docs/reference/json_output.md").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)

RULES = """
format = 1
[[rules]]
agent = "prosecutor"
signal = { innocent = { convict = 1 }, guilty = { convict = 1 } }
"""

COMMANDS: list[list[object]] = [
    ["verify", INSTANCES / "counterexamples/identical.toml", "--json"],
    ["hull", INSTANCES / "guarantees/drug_sponsors.toml", "--json"],
    ["hull", INSTANCES / "data/films.csv", "--curve", "--within", "1/2", "--json"],
    ["persuade", INSTANCES / "classics/prosecutor.toml", "--agent", "prosecutor", "--json"],
    ["cheap-talk", INSTANCES / "classics/prosecutor.toml", "--json"],
    ["cheap-talk", INSTANCES / "classics/opposed_advocates.toml", "--json"],
    ["cheap-talk", INSTANCES / "classics/opposed_experts.toml", "--json"],
    ["learning", INSTANCES / "conversations/doctor_who_must_ask.toml", "--steps", "2", "--json"],
    ["equilibria", INSTANCES / "counterexamples/hull.toml", "--json"],
    ["equilibria", INSTANCES / "classics/prosecutor.toml", "--pure", "--json"],
    ["equilibria", INSTANCES / "classics/prosecutor.toml", "--rules", "silent.toml", "--json"],
    ["dynamics", INSTANCES / "guarantees/film_night.toml", "--ties", "favour-speaker", "--json"],
    ["tree", INSTANCES / "classics/prosecutor.toml", "--format", "json"],
    *(
        [command, INSTANCES / "regions/standard_of_proof.toml", *words]
        for command, *words in (
            ["verify", "--guarantee", "bayes", "--json"],
            ["equilibria", "--guarantee", "bayes", "--json"],
            ["dynamics", "--json"],
            ["tree", "--format", "json"],
        )
    ),
    ["region", INSTANCES / "regions/standard_of_proof.toml", "--parameter", "t", "--json"],
    ["region", INSTANCES / "regions/identical_prior.toml", "--guarantee", "bayes", "--json"],
    ["search", "--drop", "full-rationality", "--json"],
    ["sweep", "uniform", "--count", "2", "--workers", "1", "--json"],
    ["examples", "--json"],
]


def keys(record: object, below: str = "") -> Iterator[str]:
    """All keys but names from the instance."""
    if isinstance(record, list):
        for entry in record:
            yield from keys(entry, below)
    if isinstance(record, dict):
        for key, value in record.items():
            if below not in NAMED or (isinstance(value, dict) and below == "agents"):
                yield key
            yield from keys(value, below if below in NAMED else key)


def listed(command: str) -> set[str]:
    """The words in backquotes, and in blocks, of the command's section; of `verify`'s too, for what
    others take from it.
    """
    found = [
        part for part in SECTIONS if part.startswith((f"`verifier {command} ", "`verifier verify "))
    ]
    assert any(part.startswith(f"`verifier {command} ") for part in found)
    text = "".join(found)
    quoted = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return {word for phrase in quoted for word in phrase.split(".")} | set(
        re.findall(r'"(\w+)":', text)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", COMMANDS, ids=lambda words: " ".join(Path(str(word)).name for word in words[:3])
)
def test_every_key_is_in_the_reference(words: list[object], run: Run, tmp_path: Path) -> None:
    (tmp_path / "silent.toml").write_text(RULES, encoding="utf-8")
    ran = run(*words)
    known = listed(str(words[0])) | {"bayes", "quantal", "best-ai"}
    assert {key for key in keys(ran.records) if key not in known} == set()
