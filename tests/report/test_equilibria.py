"""What is said of equilibria: records with exact strings, and lines for people (theory.md 6.7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, note, settings

import verifier.api as vf
from tests.games import INSTANCES, games, simple_game
from verifier.errors import SizeError
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.report.equilibria import (
    equilibria_lines,
    signal_table,
    worst_and_best_record,
)
from verifier.report.judgement import judgement_lines, judgement_record
from verifier.report.terminal import report_lines
from verifier.solve.effort import Effort
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria import partition
from verifier.theory.judgements.signals import Refutation, Unresolved, judge
from verifier.theory.verdict import Finding

F = Fraction
PROSECUTOR = load(INSTANCES / "classics/prosecutor.toml")
TELL = {"innocent": {"i": F(1)}, "guilty": {"g": F(1)}}


def told(found: SignalEquilibrium | Refutation | Unresolved) -> str:
    return "\n".join(judgement_lines(found))


def test_a_judgement_up_to_gamma_does_not_say_that_nobody_gains() -> None:
    """The prosecutor could have 3/5, and has 3/10 by telling the truth: he forgoes 3/10."""
    game = replace(PROSECUTOR, gamma=F(3, 10))
    found = judge(game, {"prosecutor": TELL}, Effort())
    assert isinstance(found, SignalEquilibrium)
    said = "\n".join(judgement_lines(found, game.gamma))
    assert "no agent gains more than 3/10 (0.3) by any other rule" in said
    assert "no rule gives more than 3/5 (0.6)" in said
    assert isinstance(judge(PROSECUTOR, {"prosecutor": TELL}, Effort()), Refutation)


def numbers(value: object) -> Iterator[object]:
    """All that is in a record except texts, lists and tables."""
    if isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from numbers(entry)
    elif not isinstance(value, str):
        yield value


def ends(finding: Finding) -> tuple[object, object]:
    return (
        finding.bound.value,
        None if finding.equilibrium is None else finding.equilibrium.user_utility,
    )


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True)
@given(game=games(max_states=2))
def test_records_are_exact_and_say_what_was_found(game: Game) -> None:
    note(write(game))
    found = vf.equilibria(game)
    for name, finding in found.report.findings.items():
        witnesses = found.witnesses[str(name)]
        record = worst_and_best_record(found, str(name))
        assert json.loads(json.dumps(record)) == record
        assert all(value is None or isinstance(value, bool) for value in numbers(record))
        lower, upper = ends(finding)
        certain = record["certain"]
        assert (F(certain["lower"]), None if certain["upper"] is None else F(certain["upper"])) == (
            lower,
            upper,
        )
        assert certain["exact"] == found.exact(str(name)) == (lower == upper)
        assert set(record) == {"certain", *witnesses} | (
            {"values"} if finding.found.best_ai_values is not None else set()
        )
        for end, witness in witnesses.items():
            assert F(record[end]["user_utility"]) == witness.equilibrium.user_utility
        lines = list(equilibria_lines(found, str(name)))
        assert lines and all(isinstance(line, str) for line in lines)
        assert str(name) in lines[0]


def test_the_prosecutor_is_known_exactly() -> None:
    found = vf.equilibria(PROSECUTOR, ["bayes"])
    assert found.exact("bayes")
    text = "\n".join(equilibria_lines(found, "bayes"))
    assert "7/10 (0.7)" in text


def test_a_judged_equilibrium() -> None:
    signal = {"innocent": {"acquit": F(4, 7), "convict": F(3, 7)}, "guilty": {"convict": F(1)}}
    found = judge(PROSECUTOR, {"prosecutor": signal}, Effort())
    assert judgement_record(found) == {
        "verdict": "equilibrium",
        "user_utility": "7/10",
        "agent_utilities": {"prosecutor": "3/5"},
        "response": [["nothing", "acquit", "acquit"], ["nothing", "convict", "convict"]],
    }
    assert "EQUILIBRIUM: the user gets 7/10 (0.7)" in told(found)
    assert "prosecutor has 3/5 (0.6), no rule gives more than 3/5 (0.6)" in told(found)


def test_a_judged_profile_that_is_none() -> None:
    found = judge(PROSECUTOR, {"prosecutor": TELL}, Effort())
    assert isinstance(found, Refutation)
    record = judgement_record(found)
    assert set(record) == {"verdict", "agent", "before", "after", "deviation"}
    assert (record["verdict"], record["before"], record["after"]) == (
        "no equilibrium",
        "3/10",
        str(found.after),
    )
    assert record["deviation"] == signal_table(found.deviation)
    assert "NO EQUILIBRIUM: prosecutor has at most 3/10 (0.3)" in told(found)
    assert "on innocent: " in told(found)


def test_an_unsettled_profile() -> None:
    found = Unresolved({"prosecutor": (F(1, 2), F(3, 5))})
    assert judgement_record(found) == {
        "verdict": "open",
        "agents": {"prosecutor": {"has": "1/2", "at_most": "3/5"}},
    }
    assert told(found).splitlines()[0] == "  OPEN: neither proved nor refuted"
    assert "prosecutor has 1/2 (0.5), no rule gives more than 3/5 (0.6)" in told(found)


def test_signal_tables_keep_fractions() -> None:
    assert signal_table({"x": {"a": F(1, 3), "b": F(2, 3)}}) == {"x": {"a": "1/3", "b": "2/3"}}


def test_an_equilibrium_that_the_kernel_refused_ends_no_interval() -> None:
    found = vf.equilibria(PROSECUTOR, ["bayes"])
    witnesses = {
        end: replace(witness, accepted=False) for end, witness in found.witnesses["bayes"].items()
    }
    refused = replace(found, witnesses={"bayes": witnesses})
    assert not refused.exact("bayes")
    assert worst_and_best_record(refused, "bayes")["certain"]["upper"] is None
    assert "none is known" in "\n".join(equilibria_lines(refused, "bayes"))


def test_equilibria_that_a_limit_leaves_out_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise SizeError("the program is too large, raise --program-limit")

    monkeypatch.setattr(partition, "partition_equilibria", refuse)
    game = load(INSTANCES / "classics/two_prosecutors.toml")
    found = vf.equilibria(game, ["bayes", "best-ai"])
    record = vf.as_record(found, "two_prosecutors.toml")["equilibria"]
    assert record["bayes"]["left_out"] == "the program is too large, raise --program-limit"
    assert "left_out" not in record["best-ai"]
    said = "equilibria were left out: the program is too large, raise --program-limit"
    for lines in (
        equilibria_lines(found, "bayes"),
        report_lines("two_prosecutors.toml", vf.verify(game, ["bayes"])),
    ):
        assert said in " ".join(" ".join(lines).split())


def test_team_of_agents_who_see_different_things_is_told_apart() -> None:
    """Each school alone could tell her all that she needs; what both can tell is nothing."""
    want = {"one": [1, 1, 0, 0], "two": [1, 0, 1, 0]}
    first = {"one": [1, 1, 1, 1], "two": [0, 0, 0, 0]}
    second = {"one": [0, 0, 0, 0], "two": [1, 1, 1, 1]}
    states = {y: F(1, 4) for y in ("gg", "gb", "bg", "bb")}
    game = simple_game(states, want, {"school 1": first, "school 2": second})
    halves = [(("gg", "gb"), ("bg", "bb")), (("gg", "bg"), ("gb", "bb"))]
    agents = tuple(replace(a, sees=cells) for a, cells in zip(game.agents, halves, strict=True))
    lines = list(report_lines("game.toml", vf.verify(replace(game, agents=agents))))
    place = lines.index("  TEAM             1/2 (0.5)")
    alone = "3/4 (0.75) by school 1 alone, 3/4 (0.75) by school 2 alone"
    assert lines[place + 1].strip() == alone
