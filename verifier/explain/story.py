"""The narrative of one guarantee on one game: which sections it has, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.explain.document import Narrative, Section, Text, say, words
from verifier.explain.sections.conclusion import (
    conclusion,
    existence,
    meaning,
    trust,
    without_hypotheses,
)
from verifier.explain.sections.conversation import best_conversation
from verifier.explain.sections.equilibrium import behaviour, no_gain
from verifier.explain.sections.hypotheses import benchmarks, hull, hypotheses
from verifier.explain.sections.players import knowledge, players, user
from verifier.explain.sections.proof import deviations, proof
from verifier.explain.sections.refutation import refutation
from verifier.explain.subject import Subject
from verifier.report.terminal import MEANING as USERS
from verifier.theory.verdict import Verdict


def story(subject: Subject) -> Narrative:
    """The narrative of a subject, from the players to what was trusted.

    A narrative says `proved` and `refuted` only where the kernel accepted a certificate.
    """
    sections = (
        *_opening(subject),
        *_middle(subject),
        *best_conversation(subject),
        conclusion(subject),
        *_closing(subject),
        trust(subject),
    )
    agents = {n: name for name, n in subject.index.items()}
    title = subject.game.heading
    return Narrative(
        title,
        str(subject.guarantee),
        str(subject.verdict),
        _summary(subject),
        sections,
        subject.kernel,
        agents,
    )


def _summary(subject: Subject) -> Text:
    finding = subject.finding
    who = USERS[subject.guarantee]
    return words(
        f"{who[0].upper()}{who[1:]}. {meaning(subject).capitalize()}. The claim: she gets at"
        " least ",
        finding.claimed_bound,
        ".",
    )


def _opening(subject: Subject) -> Iterator[Section]:
    yield from (
        players(subject),
        knowledge(subject),
        user(subject),
        benchmarks(subject),
        hull(subject),
        hypotheses(subject),
    )


def _middle(subject: Subject) -> Iterator[Section]:
    shown = subject.finding.equilibrium
    if subject.verdict is Verdict.REFUTED and shown is not None:
        yield from refutation(subject, shown)
        return
    yield deviations(subject)
    yield proof(subject)
    if shown is None:
        yield Section("equilibrium", "Is there an equilibrium?", tuple(existence(subject)))
        return
    opening = (
        "An equilibrium was found:"
        if subject.verdict is Verdict.OPEN
        else "The claim is not empty: here is an equilibrium."
    )
    blocks = (say(opening), *behaviour(subject, shown), *no_gain(subject, shown))
    yield Section("equilibrium", "An equilibrium", blocks)


def _closing(subject: Subject) -> Iterator[Section]:
    if subject.verdict in (Verdict.PROVED, Verdict.VACUOUS):
        yield without_hypotheses(subject)
