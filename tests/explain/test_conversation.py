"""Stories of equilibria in conversations: who is asked and answers what, and why nobody gains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

import verifier.api as vf
from tests.games import INSTANCES
from verifier.explain.document import Block, Listing, Narrative, Paragraph, Table, Text
from verifier.explain.sections.conversation import conversation, conversation_bounds
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.solve.effort import Effort
from verifier.theory.equilibria.conversations import conversation_equilibria
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationEquilibrium, upheld_conversation
from verifier.theory.judgements.pure_rules import pure_rule, quiet_answers, team_answers


@cache
def told(name: str) -> Narrative:
    report = vf.verify(load(INSTANCES / f"conversations/{name}.toml"), ["bayes"])
    return vf.explain(report)["bayes"]


def plain(text: Text) -> str:
    return "".join(map(str, text))


def lines(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield plain(block.text)
        if isinstance(block, Listing):
            yield from map(plain, block.items)
        if isinstance(block, Table):
            yield from (" ".join(map(plain, row)) for row in block.rows)


def section(name: str, anchor: str) -> list[str]:
    return next(list(lines(part.blocks)) for part in told(name).sections if part.name == anchor)


def test_the_doctor_s_story_tells_questions_answers_and_treatment() -> None:
    told = section("doctor_who_must_ask", "equilibrium")
    assert (
        "patient answers, in every situation that arises:" in told
        and "What she asks, in every situation that arises:" in told
    )
    asked = [line for line in told if "she asks patient question" in line]
    assert {line.split(",")[0] for line in asked} == {"seeing rash", "seeing cough"}
    does = [line for line in told if "she takes" in line]
    assert len(does) == 8
    assert {line.rsplit(" ", 1)[1] for line in does} == {
        "antibiotic",
        "antihistamine",
        "ointment",
        "wait",
    }
    assert "patient 13/12 13/12" in section("doctor_who_must_ask", "no-gain")


@pytest.mark.slow
def test_the_best_conversation_is_told_beside_the_worst_equilibrium() -> None:
    told = section("two_quotes", "best-conversation")
    assert "She gets 2." in told
    assert "the verifier alone" in told[0]
    assert any(line.startswith("told by analyst") and "she asks analyst" in line for line in told)


def test_no_conversation_is_told_twice() -> None:
    anchors = [part.name for part in told("doctor_who_must_ask").sections]
    assert "best-conversation" not in anchors


ANSWER = re.compile(r"(?:after (?P<past>.*), )?asked question (?P<q>\d), (?P<says>“.*)")
ASKS = re.compile(
    r"seeing (?P<x>[^,]*), (?:told by \S* (?P<heard>[^,]*), )?she asks \S* question (?P<q>\d)"
)
ACTS = re.compile(r"seeing (?P<x>[^,]*), told by \S* (?P<heard>[^,]*), she takes (?P<a>.*)")


def said(line: re.Match[str], z: str) -> str | None:
    """The word of a line of answers at an observation."""
    if line["says"].endswith(" in any case"):
        return line["says"][1:].split("”")[0]
    for part in line["says"].split("; "):
        word, cells = re.fullmatch("“(.*)” if it is (.*)", part).groups()  # type: ignore[union-attr]
        if z in re.split(", | or |/", cells):
            return str(word)
    return None


@pytest.mark.parametrize(
    ("name", "guarantee"), [("doctor_who_must_ask", "bayes"), ("teacher_who_probes", "best-ai")]
)
def test_a_conversation_can_be_played_from_what_is_told(name: str, guarantee: str) -> None:
    """Two rounds with one agent: what he answers, she asks and does is told for all that arises."""
    found = vf.verify(load(INSTANCES / f"conversations/{name}.toml"), [guarantee])
    story = vf.explain(found)[guarantee]
    (part,) = (part for part in story.sections if part.name == "equilibrium")
    listed = list(lines(part.blocks))
    answers, asks, acts = (
        list(filter(None, map(one.match, listed))) for one in (ANSWER, ASKS, ACTS)
    )
    total, game = Fraction(0), found.report.game
    for (x, z, y), p in game.joint.items():
        past, words = list[str](), list[str]()
        for _ in range(2):
            heard = " then ".join(f"“{word}”" for word in words) or None
            asked = [line["q"] for line in asks if (line["x"], line["heard"]) == (x, heard)]
            (q,) = asked or ["1"]
            (word,) = (
                said(line, z)
                for line in answers
                if (line["past"], line["q"]) == (", ".join(past) or None, q) and said(line, z)
            )
            words.append(str(word))
            past.append(f"question {q} and “{word}”")
        heard = " then ".join(f"“{word}”" for word in words)
        (action,) = (line["a"] for line in acts if (line["x"], line["heard"]) == (x, heard))
        total += p * game.utility[action, y]
    shown = found.report.findings[Guarantee(guarantee)].equilibrium
    assert isinstance(shown, ConversationEquilibrium) and total == shown.user_utility


def debate() -> tuple[Game, ConversationEquilibrium]:
    game = load(INSTANCES / "conversations/debate_with_a_reply.toml")
    proponent, opponent = game.agents
    alone = team_answers(game, opponent, opponent.sees, Effort())
    assert alone is not None
    profile = {
        proponent.name: pure_rule(game, proponent, quiet_answers(game, proponent)),
        opponent.name: pure_rule(game, opponent, alone),
    }
    shown = upheld_conversation(game, profile, "one team rule", Effort())
    assert shown is not None
    return game, shown


def test_who_says_nothing_of_use_and_who_could_do_no_more_whatever_she_did() -> None:
    game, shown = debate()
    assert "proponent says nothing of use." in lines(tuple(conversation(game, shown)))
    why = " ".join(lines(tuple(conversation_bounds(shown))))
    assert "Even if she then asked and did whatever he liked" in why
    assert "theory.md 6.17" in why


def test_plans_without_him_are_counted() -> None:
    _, shown = debate()
    (name, proof), *_ = shown.proofs.items()
    many = replace(proof, instead={("x", str(n)): {} for n in range(2)})  # type: ignore[arg-type]
    why = " ".join(lines(tuple(conversation_bounds(replace(shown, proofs={name: many})))))
    assert "2 plans of going on without him bound" in why


def test_who_is_picked_is_told_and_the_others_are_not_asked() -> None:
    game = load(INSTANCES / "conversations/teacher_who_probes.toml")
    shown = exhibit(game, Guarantee.BEST_AI).best
    assert isinstance(shown, ConversationEquilibrium)
    told = list(lines((*conversation(game, shown), *conversation_bounds(shown))))
    assert told[0].startswith("She picks student.")
    assert any(line.startswith("student answers") for line in told)
    assert not any(line.startswith("classmate answers") for line in told)
    assert any("what the best of the others offers" in line for line in told)


def test_a_user_who_is_silent_asks_nothing() -> None:
    game = load(INSTANCES / "conversations/teacher_who_probes.toml")
    silent = replace(game, conversation=replace(game.conversation, user_alphabet=1))
    shown = max(conversation_equilibria(silent).equilibria, key=lambda found: found.user_utility)
    told = list(lines(tuple(conversation(silent, shown))))
    assert not any(line.startswith("What she asks") for line in told)
    assert not any("question" in line for line in told)
