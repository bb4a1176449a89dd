"""How a story ends: the conclusion, what would break it, and what was trusted (theory.md 9 and 10)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from verifier.explain.document import Block, Listing, Section, Text, say, words
from verifier.explain.subject import Subject
from verifier.theory.dropped import DROPPED
from verifier.theory.verdict import Verdict

MEANING = {
    Verdict.PROVED: "proved: the claim holds in every equilibrium, and there is one",
    Verdict.VACUOUS: "vacuous: the claim holds in every equilibrium, but none is known",
    Verdict.REFUTED: "refuted: there is an equilibrium in which the claim fails",
    Verdict.OPEN: "open: neither proved nor refuted",
}


KERNEL = (
    "The verdict rests on the kernel alone: it read the certificate and the instance, rebuilt the"
    " game, and used integers and fractions only, in a process of its own. It trusts Python's"
    " integers and fractions, the file system, and the theorems of theory.md."
)
OURS = (
    "The verifier's word: OPT, TEAM and NOINFO where the claim does not name them, which hypotheses"
    " hold or fail, what each deviation secures by itself, lines that are marked so, and the words,"
    " tables and pictures."
)


def conclusion(subject: Subject) -> Section:
    """The verdict, and between what numbers the truth lies."""
    finding, shown = subject.finding, subject.finding.equilibrium
    blocks: list[Block] = [say(f"{MEANING[subject.verdict].capitalize()}.")]
    if subject.verdict is not Verdict.REFUTED:
        head = "In" if subject.bound_accepted else "By the verifier's word, in"
        blocks.append(
            say(
                head,
                " every equilibrium she gets at least ",
                finding.bound.value,
                "; claimed is ",
                finding.claimed_bound,
                ".",
            )
        )
    if subject.verdict is Verdict.OPEN:
        found = words("No equilibrium is known.")
        if shown is not None:
            found = words("The worst equilibrium found gives her ", shown.user_utility, ".")
        blocks.append(
            say(*found, " No certificate settles it, so all of this is the verifier's word.")
        )
    if subject.kernel is not None:
        blocks.append(say(f"The kernel's words: {subject.kernel}."))
    return Section("conclusion", "The conclusion", tuple(blocks))


def breaks(subject: Subject) -> Section:
    """How far the claim could be sharpened, and what happens without each hypothesis."""
    rows = [
        row
        for row in DROPPED.values()
        if subject.guarantee in row.guarantees and not row.positive_gamma
    ]
    items: list[Text] = [
        words(
            f"Without ({row.hypothesis or row.name}): {row.lesson} See verifier search --drop"
            f" {row.name}."
        )
        for row in rows
    ]
    told = {row.hypothesis for row in rows}
    others = [name for name in subject.finding.setting.hypotheses if name not in told]
    items += [
        words(f"Without ({name}) the theorem says nothing; what is true then is another matter.")
        for name in others
    ]
    return Section("breaks", "What would break it", (*_slack(subject), Listing(tuple(items))))


def _slack(subject: Subject) -> Iterator[Block]:
    """The least tolerance with which the claim would still be proved here."""
    finding = subject.finding
    if isinstance(finding.claimed_bound, Fraction) and isinstance(finding.bound.value, Fraction):
        spare = finding.bound.value - finding.claimed_bound
        if spare > 0:
            yield say(
                "There is room: the bound is ",
                spare,
                " above the claim, which would still hold with a tolerance that is ",
                spare / 2,
                " smaller.",
            )
        else:
            yield say("There is no room: the bound is exactly the claim.")


def trust(subject: Subject) -> Section:
    """What was checked by whom."""
    blocks: list[Block] = []
    if subject.kernel is None:
        blocks.append(say("There is no certificate: everything here is the verifier's word."))
    else:
        blocks += [
            say(KERNEL),
            Listing((words(f"Checked by the kernel: {_checked(subject)}"), words(OURS))),
        ]
    return Section("trust", "What was trusted", tuple(blocks))


def _checked(subject: Subject) -> str:
    bound = (
        "the rules of the deviations, the multipliers, and the sum of what the deviations secure,"
        " weighted by them"
    )
    equilibrium = "the equilibrium, what she gets in it, and that no agent gains by deviating"
    parts = {
        Verdict.PROVED: f"{bound}; {equilibrium}",
        Verdict.VACUOUS: bound,
        Verdict.REFUTED: equilibrium,
    }
    hull = "the hull distance with its weights and witness, the claimed bound"
    return f"{hull}; {parts.get(subject.verdict, 'nothing else')}."
