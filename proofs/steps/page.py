"""A proof as a page: English and the proof on paper beside what Rocq is told, and its goals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from proofs.steps.goals import Goal
from proofs.steps.paper import sentence
from proofs.steps.script import Group, Lemma, Sentence

CODE = re.compile(r"\[([^\[\]]+)\]")
"""What stands between brackets in a comment is code."""


@dataclass(frozen=True)
class Part:
    """A lemma of a theory, and the number of theory.md whose proof it is beside."""

    theory: str
    name: str
    number: str


@dataclass(frozen=True)
class Page:
    """A page, its words sentence by sentence, and its lemmas in the order of reading."""

    slug: str
    title: str
    words: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Proof:
    """A lemma with its goals, by places in the text of its theory."""

    part: Part
    lemma: Lemma
    goals: Mapping[int, Goal | None]


def markdown(page: Page, proofs: Sequence[Proof]) -> str:
    """The text of the page."""
    lines = [f"# {page.title}", "", *page.words, ""]
    for proof in proofs:
        lines += ["", *_lemma(proof)]
    return "\n".join(lines) + "\n"


def _lemma(proof: Proof) -> Iterator[str]:
    lemma, part = proof.lemma, proof.part
    first = proof.goals[lemma.start]
    if first is None:
        raise LookupError(f"{lemma.name} has nothing to show")
    yield f"## `{lemma.name}`"
    yield ""
    yield (
        f"{_english(lemma.words)}\n"
        f"([`{lemma.name}`](../../proofs/theories/{part.theory}.v) in {part.theory}.v;"
        f" [theory {part.number}](../explanation/theory.md#t-{part.number.replace('.', '-')}))"
    )
    yield ""
    yield f"```coq\n{lemma.statement}\n```"
    yield ""
    yield (
        "<details>\n<summary>What is given, and what is to be shown</summary>\n"
        f"{_state([(text, 'known') for text in first.hypotheses], first)}\n</details>"
    )
    yield ""
    before = first
    for group in lemma.groups:
        yield from _group(proof, group, first, before)
        after = proof.goals[group.sentences[-1].end]
        before = before if after is None else after


def _group(proof: Proof, group: Group, first: Goal, before: Goal) -> Iterator[str]:
    yield '<div class="proof-step">\n<div class="proof-words">\n'
    for quote in group.quotes:
        for line in sentence(proof.part.number, quote).split("\n"):
            yield f"> {line}".rstrip()
        yield ""
    yield _english(group.words or "What the lemma supposes gets names.")
    yield '\n</div>\n<div class="proof-rocq">'
    *_, last = group.sentences
    for one in group.sentences:
        after = proof.goals[one.end]
        yield _sentence(one, after, first, before, opened=one is last)
        before = before if after is None else after
    yield "</div>\n</div>\n"


def _sentence(one: Sentence, after: Goal | None, first: Goal, before: Goal, *, opened: bool) -> str:
    """A sentence that opens to the goal after it, or that says that nothing is left."""
    told = f"<code>{escape(one.text, quote=False)}</code>"
    if after is None:
        return f'<p class="proof-done">{told} <span>Proved.</span></p>'
    closed = "<p>That is shown. Next:</p>\n" if _closes(before, after) else ""
    marked = [
        (text, "known" if text in before.hypotheses else "new")
        for text in after.hypotheses
        if text not in first.hypotheses
    ]
    return (
        f"<details{' open' if opened else ''}>\n<summary>{told}</summary>\n"
        f"{closed}{_state(marked, after)}\n</details>"
    )


def _state(hypotheses: Sequence[tuple[str, str]], goal: Goal) -> str:
    """Hypotheses, each with how it is marked, and what is to be shown under them."""
    lines = [_line(mark, text) for text, mark in hypotheses]
    lines.append(_line("shown", f"⊢ {_hanging(goal.conclusion)}"))
    lines += [_line("later", f"then ⊢ {_hanging(text)}") for text in goal.further]
    return "<pre>\n" + "\n".join(lines) + "</pre>"


def _line(mark: str, text: str) -> str:
    return f'<span class="{mark}">{escape(text, quote=False)}</span>'


def _closes(before: Goal, after: Goal) -> bool:
    """Whether a sentence ends the proof of a goal, so that what is shown is another one."""
    return len(after.further) < len(before.further)


def _hanging(text: str) -> str:
    """A conclusion, whose further lines stand under the first."""
    return text.replace("\n", "\n  ")


def _english(words: str) -> str:
    """A comment as Markdown, one sentence a line."""
    return re.sub(r"(?<=[.:;]) (?=[A-Z])", "\n", CODE.sub(r"`\1`", words))
