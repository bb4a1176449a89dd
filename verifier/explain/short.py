"""Short stories: of each guarantee the verdict, the one inequality that proves it, who would gain.

All stories of one game fit on one screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.explain.document import Inline, Number, Reference, Text, words
from verifier.explain.phrases import joined, rule_words
from verifier.explain.sections.deviations import no_gain_claim
from verifier.explain.sections.proof import dual_certificate
from verifier.explain.sections.refutation import asks_for_more
from verifier.explain.subject import Subject
from verifier.report.terminal import MEANING
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.equilibrium import Equilibrium
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationEquilibrium
from verifier.theory.verdict import Verdict

LONGEST = 190
"""The most characters of a sentence that could also be shorter: it should fit on two lines."""


@dataclass(frozen=True)
class ShortStory:
    """The short story of one guarantee: its verdict, and what is said of it in few sentences.

    `verdict` is what the kernel accepted, or `open`.
    """

    guarantee: str
    verdict: str
    user: str
    sentences: tuple[Text, ...]


def short_story(subject: Subject) -> ShortStory:
    """The short story of a subject: the verdict's numbers, its inequality, who would deviate."""
    shown = subject.finding.equilibrium
    if subject.verdict is Verdict.REFUTED and shown is not None:
        sentences = tuple(_refuted(subject, shown))
    else:
        sentences = tuple(_bounded(subject))
    name = str(subject.guarantee)
    return ShortStory(name, str(subject.verdict), MEANING[name], sentences)


def _refuted(subject: Subject, shown: Equilibrium) -> Iterator[Text]:
    yield words(
        "An equilibrium gives her ",
        shown.user_utility,
        "; the claim is at least ",
        subject.finding.claimed_bound,
        ".",
    )
    yield words("Why it is one: ", *_nobody_gains(subject, shown))
    if subject.failing:
        fails = joined([f"({name})" for name in subject.failing])
        repaired = subject.repaired
        remedy = "" if repaired is None else f" To repair it: {repaired.dropped.remedy}."
        yield words(f"What fails: {fails}.{remedy}")
    else:
        yield words("No hypothesis fails; ", asks_for_more(subject), ".")


def _nobody_gains(subject: Subject, shown: Equilibrium) -> Text:
    """What each agent gets, and the most that he could get by deviating."""
    bounds: Mapping[str, tuple[Fraction, Fraction]] = {}
    if isinstance(shown, SignalEquilibrium):
        bounds = {name: (has, shown.at_most[name]) for name, has in shown.agent_utilities.items()}
    elif isinstance(shown, ConversationEquilibrium):
        bounds = shown.bounds
    if not bounds:
        return no_gain_claim(subject)
    parts: list[Inline] = []
    for n, (name, (has, at_most)) in enumerate(bounds.items()):
        parts += ["; " if n else "", f"{name} gets ", has]
        parts += [" and by another rule at most ", at_most]
    if subject.game.gamma:
        parts += ["; gains of up to ", subject.game.gamma, " are left alone"]
    return words(*parts, ".")


def _bounded(subject: Subject) -> Iterator[Text]:
    finding = subject.finding
    known: Text = words("; no equilibrium is known.")
    if finding.equilibrium is not None:
        known = words("; an equilibrium gives her ", finding.equilibrium.user_utility, ".")
    elif finding.existence is not None:
        known = words(f"; {finding.existence}.")
    yield words(
        "In every equilibrium she gets at least ",
        finding.bound.value,
        ", the claim is ",
        finding.claimed_bound,
        *known,
    )
    yield _inequality(subject)
    if subject.verdict is Verdict.OPEN:
        yield words(_open(subject.reason))
    else:
        yield _who_deviates(subject)


def _inequality(subject: Subject) -> Text:
    """The chain of the dual certificate on one line, and what it is improved to."""
    chain, total = dual_certificate(subject)
    parts: list[Inline] = ["Because ", chain.start]
    for step in chain.steps:
        parts += [" ≥ ", step.formula]
    if any(term.symbols for term in chain.steps[-1].formula.terms):
        parts += [" = ", total]
    return words(*parts, *_improvement(subject, total), ".")


def _improvement(subject: Subject, total: Number) -> Text:
    """Where the sum is not the bound: how it gets there."""
    lower = subject.finding.bound
    if lower.climbs:
        theorem = "6.2" if len(subject.game.agents) == 1 else "6.5"
    elif lower.margins is not None or lower.remarks is not None:
        theorem = "5.5" if lower.margins is not None else "5.7"
    else:
        capped = isinstance(total, Fraction) and total != lower.value
        if capped and subject.game.evaluation and subject.guarantee is Guarantee.BEST_AI:
            return words(", of which at most ", lower.value, " counts (", Reference("4.5"), ")")
        return words(", of which at most OPT counts") if capped else ()
    return words(", improved to ", lower.value, " (", Reference(theorem), ")")


def _who_deviates(subject: Subject) -> Text:
    """The agents on whom the bound rests, and how one of them would gain if she got less."""
    lower = subject.finding.bound
    rules = {deviation.agent: deviation.rule for deviation in lower.deviations}
    rules |= {told.agent: told.rule for told in lower.announcements}
    used = [name for name, m in lower.multipliers.agents.items() if m]
    if lower.climbs:
        return words("If she got less, an agent would gain by offering her a better rule.")
    if lower.margins is not None or lower.remarks is not None:
        return words("If she got less, an agent would gain by telling her a little more.")
    if not used:
        how = (
            "by acting in her own interest" if lower.multipliers.obedience else "whatever she does"
        )
        return words(f"No agent is needed for this: {how} she gets that much.")
    one = used[0] if len(used) == 1 else f"one of {joined(used)}"
    gamma = subject.game.gamma
    head = f"If she got less, {one} would gain {f'more than {gamma} ' if gamma else ''}by"
    what = {rule_words(rules[name], "he") for name in used}
    if what == {"he says nothing"}:
        return words(f"{head} saying nothing.")
    told = f"{head} deviating: {'; '.join(what)}."
    fits = len(what) == 1 and len(told) <= LONGEST
    return words(told if fits else f"{head} revealing what he can.")


def _open(reason: str | None) -> str:
    """Why a claim is open: of several remarks those for which there is room, from the first on."""
    first, *others = str(reason).split("; ")
    said = f"Open: {first}"
    for remark in others:
        if len(said) + len(remark) > LONGEST:
            break
        said += f"; {remark}"
    return f"{said}."
