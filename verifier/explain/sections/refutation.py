"""A counterexample: equilibrium, loss, failing hypothesis, repaired game (theory.md 7.1)."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.explain.document import Block, Listing, Reference, Section, say, words
from verifier.explain.sections.equilibrium import behaviour, no_gain
from verifier.explain.sections.expectations import answers_to_revelation
from verifier.explain.sections.hypotheses import hypothesis_words
from verifier.explain.sections.players import utility_table
from verifier.explain.subject import Repair, Subject
from verifier.game.model import Game, Target
from verifier.theory.dropped import DROPPED, DroppedHypothesis, failing
from verifier.theory.equilibria.equilibrium import Equilibrium
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Finding, Verdict


def refutation(subject: Subject, shown: Equilibrium) -> Iterator[Section]:
    """The sections on the equilibrium, the user's loss, the failing hypothesis and the repair."""
    yield Section("equilibrium", "An equilibrium below the claim", tuple(behaviour(subject, shown)))
    reasons = (*no_gain(subject, shown), *_answers(subject))
    yield Section("no-gain", "Why nobody deviates", reasons)
    yield Section("loss", "What she loses", tuple(_loss(subject, shown)))
    yield Section("failed", "What fails", tuple(_failed(subject)))
    if subject.repaired is not None:
        blocks = tuple(_repair(subject.repaired, subject.game))
        yield Section("repaired", _title(subject.repaired), blocks)


def _title(repair: Repair) -> str:
    if repair.dropped.personal:
        holds = ", with which the guarantee holds for each" if repair.proved else ""
        return f"Rules for each user{holds}"
    if repair.proved:
        return "The repaired game, in which the guarantee holds"
    if repair.enough:
        return "A repaired game, in which every hypothesis holds"
    return "What one change does, which is not enough"


def _answers(subject: Subject) -> Iterator[Block]:
    """Her answers to an agent who tells what he sees, in a game of one round and many messages."""
    game = subject.game
    if subject.guarantee is not Guarantee.QUANTAL and game.conversation.one_shot:
        yield from answers_to_revelation(game)


def _loss(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    claimed, gets = subject.finding.claimed_bound, shown.user_utility
    optimum = subject.report.benchmarks.optimum
    yield say("The claim is that she gets at least ", claimed, "; she gets ", gets, ".")
    yield say(
        "That is ",
        claimed - gets,
        " less than claimed, and ",
        optimum - gets,
        " less than OPT.",
    )


def _failed(subject: Subject) -> Iterator[Block]:
    if not subject.failing:
        yield say("No hypothesis of the theorem fails; ", asks_for_more(subject), ".")
        return
    failing = (hypothesis_words(subject, name) for name in subject.failing)
    yield Listing(tuple(words(f"{said}. It fails here, as shown above.") for said in failing))


def asks_for_more(subject: Subject) -> str:
    """Why a claim may fail although all hypotheses hold: what it does not allow for."""
    if subject.game.gamma:
        return (
            "the theorem takes something off for gains that agents leave alone, here of up to"
            f" {subject.game.gamma}, and the claim does not"
        )
    if subject.guarantee is Guarantee.QUANTAL and subject.game.target is Target.OPTIMUM:
        return "the claim is about OPT, and the theorem about QR"
    return "the claim asks for more than the theorem gives"


def _repair(repair: Repair, game: Game) -> Iterator[Block]:
    yield say(
        f"What can happen without ({repair.dropped.called}), by ",
        Reference("7.1"),
        f": {repair.dropped.lesson}",
    )
    yield say(f"Change one thing: {repair.dropped.remedy}.")
    if repair.dropped.personal:
        yield from _each_user(repair)
        return
    (repaired,) = repair.games
    pairs = zip(game.agents, repaired.game.agents, strict=False)
    for n, (agent, changed) in enumerate(pairs, start=1):
        if agent.utility != changed.utility:
            yield from utility_table(
                repaired.game,
                f"Utility of {changed.name} in the repaired game, U{n}",
                changed.utility,
            )
    if repair.proved:
        yield say("In the repaired game the guarantee is proved.")
    elif repaired.failing:
        names = " and ".join(f"({name})" for name in sorted(repaired.failing))
        yield say(
            f"That is not enough: in the game changed so {names} fails, according to the verifier"
            f" alone; the verdict on the claim is {repaired.verdict}."
        )
    elif not repair.enough:
        yield say(
            "That is not enough: the claim is refuted in the game changed so, too, although no"
            " hypothesis fails there; it asks for more than the theorem gives."
        )
    else:
        yield say(
            "There every hypothesis holds, according to the verifier alone; the verdict on the"
            f" claim is {repaired.verdict}."
        )
    if repaired.kernel is not None:
        yield say(f"The kernel's words: {repaired.kernel}.")


def _each_user(repair: Repair) -> Iterator[Block]:
    """What holds for each of several users by herself (theory.md 1.8)."""
    yield say(
        "What an agent gets is then a sum, of which each term depends on the rules for one user; so"
        " each user has a game of her own (",
        Reference("1.8"),
        ").",
    )
    for one in repair.games:
        yield say(f"For {one.game.user}: the verdict on the claim is {one.verdict}.")
        if one.kernel is not None:
            yield say(f"The kernel's words: {one.kernel}.")


def dropped(game: Game, finding: Finding) -> DroppedHypothesis | None:
    """The dropped hypothesis of theory.md 7.1 that a refuted game is an example of.

    It is None where the verdict is another, or where the game fails in another way.
    """
    if finding.verdict is not Verdict.REFUTED:
        return None
    for hypothesis in DROPPED.values():
        fits = (
            finding.guarantee in hypothesis.guarantees
            and len(game.agents) >= hypothesis.smallest_shape.agents
            and hypothesis.applies(game)
        )
        if fits and failing(finding.setting) == hypothesis.failing and _about(hypothesis, game):
            return hypothesis
    return None


def _about(hypothesis: DroppedHypothesis, game: Game) -> bool:
    """Whether the claim is about this hypothesis: decided by gamma and target where none fails."""
    if hypothesis.hypothesis is not None:
        return True
    if hypothesis.positive_gamma:
        return game.gamma > 0
    return game.target == hypothesis.target and game.gamma == 0
