"""The story of a counterexample: what she loses, which hypothesis failed, and how a twin repairs it (theory.md 7)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from verifier.explain.equilibrium import no_gain, told
from verifier.explain.landscape import HYPOTHESES, witness_words
from verifier.explain.narrative import Block, Listing, Section, Text, say, words
from verifier.explain.subject import Subject
from verifier.theory.equilibrium import Equilibrium
from verifier.theory.verdict import Verdict


def refutation(subject: Subject, shown: Equilibrium) -> Iterator[Section]:
    """The equilibrium, why it is one, what she loses, and what would repair it."""
    yield Section("equilibrium", "An equilibrium below the claim", tuple(told(subject, shown)))
    yield Section("no-gain", "Why nobody deviates", tuple(no_gain(subject, shown)))
    yield Section("loss", "What she loses", tuple(_loss(subject, shown)))
    yield Section("failed", "What failed", tuple(_failed(subject)))
    if subject.twin is not None:
        yield Section("twin", "The twin in which the guarantee holds", tuple(_twin(subject)))


def _loss(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    claimed = subject.finding.claimed_bound
    yield say("She was promised at least ", claimed, ", and gets ", shown.user_utility, ".")
    if isinstance(claimed, Fraction) and isinstance(shown.user_utility, Fraction):
        top = subject.report.benchmarks.optimum
        yield say("That is ", claimed - shown.user_utility, " less than promised, and ", top - shown.user_utility,
                  " less than if everything were known.")  # fmt: skip


def _failed(subject: Subject) -> Iterator[Block]:
    if not subject.failing:
        yield say("No hypothesis of the theorem fails: it is the claim that asks for more than the theorem gives.")
        return
    yield Listing(tuple(_failure(subject, name) for name in subject.failing))


def _failure(subject: Subject, name: str) -> Text:
    entry = subject.failing[name]
    return words(f"({name}) says: {HYPOTHESES[name]}. Here not: ", *witness_words(entry), ".")


def _twin(subject: Subject) -> Iterator[Block]:
    twin = subject.twin
    if twin is None:
        return
    yield say(f"{twin.row.lesson} Change one thing: {twin.row.remedy}.")
    if twin.verdict is Verdict.PROVED:
        yield say(f"In that game the guarantee is proved. The kernel's words: {twin.kernel}.")
    else:
        yield say(f"There every hypothesis holds; the verdict on the claim is: {twin.verdict}.")
