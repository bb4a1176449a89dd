"""Short stories: one screen for every shipped game, with the numbers of the verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import FILM, IDENTICAL, Run
from tests.games import INSTANCES, nasty_game
from tests.markup import parsed
from tests.shipped import FILES, verified
from verifier.api import verify
from verifier.explain.render.html import screen as html
from verifier.explain.render.markdown import screen as markdown
from verifier.explain.render.text import screen
from verifier.explain.stories import short_stories


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_stories_of_a_shipped_game_fit_on_one_screen(path: Path) -> None:
    found = verified(path)
    told = short_stories(found)
    shown = screen(found.report.game.title, list(told.values())).splitlines()
    assert len(shown) <= 24 and max(map(len, shown)) <= 100
    assert not any("…" in line or "he if" in line or "he says nothing" in line for line in shown)
    for name, story in told.items():
        assert story.verdict == str(found.verdicts[name])
        assert len(story.sentences) == 3
        assert any(line.startswith(f"{name}: {story.verdict.upper()}, ") for line in shown)


def test_a_proof_is_its_inequality_and_who_would_gain(run: Run) -> None:
    done = run("explain", INSTANCES / "guarantees" / "home_buyer.toml", "--short")
    assert (done.code, done.err) == (0, "")
    assert (
        "  Because u(μ) ≥ 3 U₁(μ) - 29/4 ≥ 3 d₁ - 29/4 = 7/4 (1.75).\n"
        "  If she got less, seller's agent would gain by deviating: he announces"
    ) in done.out


def test_a_refutation_says_why_nobody_deviates_and_what_repairs_it(run: Run) -> None:
    done = run("explain", IDENTICAL, "--short", "--guarantee", "bayes").out
    assert "An equilibrium gives her 1/2 (0.5); the claim is at least 1." in done
    assert "and by another rule at most 1/2 (0.5)" in done
    assert 'What fails: (identical). To repair it: ties = "belief"' in done


def test_who_would_gain_by_answers_and_by_silence(run: Run) -> None:
    cases = INSTANCES / "counterexamples"
    done = " ".join(run("explain", cases / "learning_question_twin.toml", "--short").out.split())
    assert "would gain by deviating: if asked question 1, he announces the cell: calm" in done
    assert "forecaster would gain by saying nothing." in done
    done = run("explain", INSTANCES / "guarantees" / "two_facts.toml", "--short").out
    assert "If she got less, expert would gain by revealing what he can." in done


def test_what_is_open_ends_with_a_whole_remark(run: Run) -> None:
    done = run("explain", INSTANCES / "guarantees" / "one_lamp.toml", "--short").out
    assert "with --tolerance\n    1/4 or more the bound proves the claim.\n" in done


def test_without_agents_nobody_needs_to_deviate(run: Run) -> None:
    done = run("explain", INSTANCES / "classics" / "prosecutor.toml", "--short").out
    assert "Because u(μ) ≥ 7/10.\n  No agent is needed for this: by acting in her own" in done
    assert "Because u(μ) ≥ 0.\n  No agent is needed for this: whatever she does" in done


@pytest.mark.parametrize(("form", "start"), [("md", "# Film night"), ("html", "<!DOCTYPE html>")])
def test_it_can_be_had_as_markdown_and_as_a_page(
    run: Run, tmp_path: Path, form: str, start: str
) -> None:
    page = tmp_path / f"short.{form}"
    done = run("explain", FILM, "--short", "-o", page)
    assert (done.code, done.out, done.err) == (0, "", "")
    told = page.read_text(encoding="utf-8")
    assert told.startswith(start)
    assert ("$u{\\left(" in told) == (form == "md")
    assert ("<math>" in told) == (form == "html")


def test_names_are_never_markup_in_short() -> None:
    found = verify(nasty_game())
    told = list(short_stories(found).values())
    tags = parsed(html(told))
    assert not {"b", "i", "script"} & {tag for tag, _ in tags.seen}
    source = markdown(found.report.game.title, told)
    assert "<b>" not in source and "<script>" not in source


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([FILM, "--full"], "--short: leaves out what --full shows"),
        ([INSTANCES], f"--short: {INSTANCES} is a folder; name one instance"),
    ],
)
def test_what_does_not_go_with_short(run: Run, words: list[Path | str], message: str) -> None:
    done = run("explain", *words, "--short")
    assert done.code == 2 and message in done.err
