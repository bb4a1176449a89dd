"""The story of a counterexample: what she loses, which hypothesis failed, and how a twin repairs it
(theory.md 7).
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.explain.arithmetic import less
from verifier.explain.document import Block, Listing, Reference, Section, Text, say, words
from verifier.explain.sections.equilibrium import no_gain, told
from verifier.explain.sections.landscape import hypothesis_words, witness_words
from verifier.explain.sections.players import utility_table
from verifier.explain.subject import RepairedGame, Subject
from verifier.game.model import Game
from verifier.theory.dropped import DROPPED, DroppedHypothesis, alone, failing
from verifier.theory.equilibrium import Equilibrium
from verifier.theory.verdict import Finding, Verdict


def refutation(subject: Subject, shown: Equilibrium) -> Iterator[Section]:
    """The equilibrium, why it is one, what she loses, and what would repair it."""
    yield Section("equilibrium", "An equilibrium below the claim", tuple(told(subject, shown)))
    yield Section("no-gain", "Why nobody deviates", tuple(no_gain(subject, shown)))
    yield Section("loss", "What she loses", tuple(_loss(subject, shown)))
    yield Section("failed", "What failed", tuple(_failed(subject)))
    if subject.twin is not None:
        holds = subject.twin.verdict is Verdict.PROVED
        title = (
            "The twin in which the guarantee holds"
            if holds
            else "A twin in which every hypothesis holds"
        )
        yield Section("twin", title, tuple(_twin(subject, subject.twin)))


def _loss(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    claimed, gets, top = (
        subject.finding.claimed_bound,
        shown.user_utility,
        subject.constant(subject.report.benchmarks.optimum),
    )
    yield say("She was promised at least ", claimed, ", and gets ", gets, ".")
    yield say(
        "That is ",
        less(claimed, gets),
        " less than promised, and ",
        less(top, gets),
        " less than OPT.",
    )


def _failed(subject: Subject) -> Iterator[Block]:
    if not subject.failing:
        yield say(
            "No hypothesis of the theorem fails: it is the claim that asks for more than the"
            " theorem gives."
        )
        return
    yield Listing(tuple(_failure(subject, name) for name in subject.failing))


def _failure(subject: Subject, name: str) -> Text:
    entry = subject.failing[name]
    return words(f"{hypothesis_words(subject, name)}. Here not: ", *witness_words(entry), ".")


def _twin(subject: Subject, twin: RepairedGame) -> Iterator[Block]:
    yield say(
        f"Of games without ({twin.row.fails or twin.row.name}) ",
        Reference("7.1"),
        f" says: {twin.row.lesson}",
    )
    yield say(f"Change one thing: {twin.row.remedy}.")
    for n, (agent, changed) in enumerate(
        zip(subject.game.agents, twin.game.agents, strict=False), start=1
    ):
        if agent.utility != changed.utility:
            yield from utility_table(
                twin.game, f"What it is worth to {changed.name} in the twin, U{n}", changed.utility
            )
    if twin.verdict is Verdict.PROVED:
        yield say("In that game the guarantee is proved.")
    else:
        yield say(
            "There every hypothesis holds, by the verifier's word; the verdict on the claim is:"
            f" {twin.verdict}."
        )
    if twin.kernel is not None:
        yield say(f"The kernel's words: {twin.kernel}.")


def dropped(game: Game, finding: Finding) -> DroppedHypothesis | None:
    """The row of theory.md 7 that this refuted game belongs to; None where it fails in another way."""
    if finding.verdict is not Verdict.REFUTED:
        return None
    for row in DROPPED.values():
        fits = (
            finding.guarantee in row.guarantees
            and len(game.agents) >= row.least.agents
            and row.fits(game)
        )
        if fits and failing(finding.setting) == alone(row) and _about(row, game):
            return row
    return None


def _about(row: DroppedHypothesis, game: Game) -> bool:
    """Where no hypothesis fails, the claim itself says which row it is."""
    if row.fails is not None:
        return True
    return game.gamma > 0 if row.gammas else game.target == row.target and game.gamma == 0
