"""A lemma of a theory, taken apart: its statement, and the groups of sentences of its proof."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

STATES = r"^(?:Theorem|Corollary|Lemma) {name}\b"
OPENING, CLOSING = "(*", "*)"
QUOTED = re.compile(r'"([^"]+)" *')
BULLET = re.compile(r"[-+*]+ ")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a proof, and where it ends in the text of the theory."""

    text: str
    end: int


@dataclass(frozen=True)
class Group:
    """Sentences of a proof under one comment.

    `quotes` are the first words of the sentences of the proof on paper that the comment names,
    `words` is what else it says.
    """

    quotes: tuple[str, ...]
    words: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Lemma:
    """What is said of a lemma, its statement, where its proof begins, and the groups of it."""

    name: str
    words: str
    statement: str
    start: int
    groups: tuple[Group, ...]


def lemma(theory: str, name: str) -> Lemma:
    """The lemma `name` in the text of a theory. Raises LookupError where there is none."""
    found = re.search(STATES.format(name=re.escape(name)), theory, re.MULTILINE)
    if found is None:
        raise LookupError(f"no lemma {name}")
    pieces = _pieces(theory, found.start())
    statement, proof = next(pieces), next(pieces)
    if not (isinstance(statement, Sentence) and isinstance(proof, Sentence)):
        raise LookupError(f"{name}: a comment stands where the statement and Proof should be")
    return Lemma(
        name,
        _comment_before(theory, found.start()),
        statement.text,
        proof.end,
        tuple(_groups(pieces)),
    )


def _groups(pieces: Iterator[Sentence | str]) -> Iterator[Group]:
    """The groups of a proof, up to Qed; what stands before the first comment is one, too."""
    comment, kept = "", list[Sentence]()
    for piece in pieces:
        ends = isinstance(piece, Sentence) and piece.text == "Qed."
        if ends or isinstance(piece, str):
            if kept:
                yield _group(comment, kept)
            kept = []
        if ends:
            return
        if isinstance(piece, str):
            comment = piece
        else:
            kept.append(piece)


def _group(comment: str, sentences: list[Sentence]) -> Group:
    quotes, words = [], comment
    while found := QUOTED.match(words):
        quotes.append(found[1])
        words = words[found.end() :]
    return Group(tuple(quotes), words, tuple(sentences))


def _pieces(theory: str, start: int) -> Iterator[Sentence | str]:
    """The sentences and the comments between them, from a place on."""
    while start < len(theory):
        if theory[start].isspace():
            start += 1
        elif theory.startswith(OPENING, start):
            end = _past_comment(theory, start)
            yield _plain(theory[start:end])
            start = end
        else:
            end = _past_sentence(theory, start)
            yield Sentence(_aligned(theory, start, end), end)
            start = end


def _past_sentence(theory: str, start: int) -> int:
    """Where a sentence ends: after the first full stop that is followed by a blank."""
    if bullet := BULLET.match(theory, start):
        start = bullet.end()
    while not (theory[start] == "." and theory[start + 1 : start + 2].isspace()):
        start = _past_comment(theory, start) if theory.startswith(OPENING, start) else start + 1
    return start + 1


def _past_comment(theory: str, start: int) -> int:
    """Where a comment ends, which may have comments in it."""
    depth, place = 1, start + len(OPENING)
    while depth:
        opening, closing = theory.find(OPENING, place), theory.find(CLOSING, place)
        inner = 0 <= opening < closing
        depth += 1 if inner else -1
        place = (opening if inner else closing) + len(OPENING)
    return place


def _comment_before(theory: str, start: int) -> str:
    """The comment right before a place, if there is one."""
    before = theory[:start].rstrip()
    if not before.endswith(CLOSING) or "\n\n" in theory[len(before) : start]:
        return ""
    return _plain(before[before.rindex("(**") :])


def _plain(comment: str) -> str:
    """The words of a comment, in one line."""
    return " ".join(comment.strip("(* )\n").split())


def _aligned(theory: str, start: int, end: int) -> str:
    """A sentence, whose further lines are indented as far as they are in relation to the first."""
    first, *further = theory[start:end].split("\n")
    margin = start - theory.rfind("\n", 0, start) - 1
    return "\n".join([first, *(line[min(margin, _indent(line)) :] for line in further)])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
