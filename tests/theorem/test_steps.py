"""The pages of proofs step by step show the theories as they are, and quote theory.md."""

from __future__ import annotations

import re
from html import unescape

import pytest

from proofs.steps.goals import Goal, goals
from proofs.steps.page import Page
from proofs.steps.pages import PAGES
from proofs.steps.paper import sentence
from proofs.steps.script import lemma
from proofs.steps.write import file_of, lemmas, written
from tests.theorem.test_rocq import needs_prover

TOLD = re.compile(r"<(?:summary|p class=\"proof-done\")><code>(?P<text>(?s:.*?))</code>")

EXAMPLE = """\
(** ** A part

    (* A comment in a comment. *) Nothing is stated here. *)

(** Adding 0 (to a [nat]) changes nothing. *)
Lemma add0 n : n + 0 = n.
Proof.
(* "By induction" It is shown for 0 (* at once *) first. *)
elim: n => [|n IH].
- by [].
(* Then for the next number. *)
rewrite addn0 (* a remark.  It ends no sentence *)
  //.
Qed.
"""


def slug(page: Page) -> str:
    return page.slug


@needs_prover
@pytest.mark.parametrize("page", PAGES, ids=slug)
def test_a_page_is_what_the_theories_say(page: Page) -> None:
    """`python -m proofs.steps` writes the pages again."""
    assert file_of(page).read_text(encoding="utf-8") == written(page)


@pytest.mark.parametrize("page", PAGES, ids=slug)
def test_a_page_has_every_sentence_of_its_proofs(page: Page) -> None:
    text = file_of(page).read_text(encoding="utf-8")
    told = [
        one.text for _, found in lemmas(page) for group in found.groups for one in group.sentences
    ]
    assert told
    assert [unescape(found["text"]) for found in TOLD.finditer(text)] == told


@pytest.mark.parametrize("page", PAGES, ids=slug)
def test_what_is_quoted_is_on_paper(page: Page) -> None:
    text = file_of(page).read_text(encoding="utf-8")
    quotes = 0
    for part, (_, found) in zip(page.parts, lemmas(page), strict=True):
        for group in found.groups:
            for quote in group.quotes:
                first, *_ = sentence(part.number, quote).split("\n")
                assert f"> {first}\n" in text
                quotes += 1
    assert quotes > 1


def test_what_is_not_on_paper_is_not_quoted() -> None:
    with pytest.raises(LookupError, match=r"2\.2 has no sentence that begins with 'Nobody'"):
        sentence("2.2", "Nobody")


@pytest.mark.parametrize("page", PAGES, ids=slug)
def test_every_step_is_explained(page: Page) -> None:
    """Only the first group of a proof, which names what is supposed, may have no comment."""
    for _, found in lemmas(page):
        assert found.words
        assert all(group.words for group in found.groups[1:])


def test_a_proof_is_taken_apart_at_full_stops_and_comments() -> None:
    found = lemma(EXAMPLE, "add0")
    assert found.words == "Adding 0 (to a [nat]) changes nothing."
    assert found.statement == "Lemma add0 n : n + 0 = n."
    first, second = found.groups
    assert first.quotes == ("By induction",)
    assert [one.text for one in first.sentences] == ["elim: n => [|n IH].", "- by []."]
    assert second.quotes == ()
    assert second.words == "Then for the next number."
    assert [one.text for one in second.sentences] == [
        "rewrite addn0 (* a remark.  It ends no sentence *)\n  //."
    ]
    for group in found.groups:
        for one in group.sentences:
            assert EXAMPLE[: one.end].endswith(one.text.splitlines()[-1])


def test_a_lemma_that_is_missing_is_named() -> None:
    with pytest.raises(LookupError, match="no lemma add1"):
        lemma(EXAMPLE, "add1")


@needs_prover
def test_goals_are_those_of_the_prover() -> None:
    theory = (
        "Lemma both (A B : Prop) : A -> B -> A /\\ B.\nProof.\n"
        "intros a b.\nsplit.\n- exact a.\n- exact b.\nQed.\n"
    )
    found = lemma(theory, "both")
    known = goals(theory, [found])
    after = [known[one.end] for group in found.groups for one in group.sentences]
    given = ("A, B : Prop", "a : A", "b : B")
    assert known[found.start] == Goal(("A, B : Prop",), "A -> B -> A /\\ B", ())
    assert after == [Goal(given, "A /\\ B", ()), Goal(given, "A", ("B",)), None, None]
