"""The end of a narrative: verdict, dropped hypotheses, trust (theory.md 7.1, 9.1 and 10.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from verifier.explain.document import Block, Listing, Reference, Section, Text, say, words
from verifier.explain.phrases import joined
from verifier.explain.sections.hypotheses import failure_checked, teams
from verifier.explain.subject import Subject
from verifier.game.model import Cell
from verifier.game.response import expected, signal_distribution
from verifier.game.rules import common_coarsening
from verifier.numbers import show
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.dropped import DROPPED
from verifier.theory.equilibria.existence import Existence
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.margin import margin_words
from verifier.theory.verdict import Finding, Verdict

MEANING = {
    Verdict.PROVED: "proved: the claim holds in every equilibrium, and there is one",
    Verdict.VACUOUS: "vacuous: the claim holds in every equilibrium, but {}",
    Verdict.REFUTED: "refuted: there is an equilibrium in which the claim fails",
    Verdict.OPEN: "open: neither proved nor refuted",
}
"""What a verdict says of the claim."""

EMPTY = {
    Existence.UNKNOWN: " So the claim may be empty.",
    Existence.NO_OUTCOME: " So the claim is empty.",
    Existence.EMPTY_LIST: " So the claim is empty.",
}
"""What follows for the claim where no equilibrium is known, or where there is none."""

CHECKED = (
    "The verdict rests on the kernel alone, which read the certificate and the instance, rebuilt"
    " the game, and computed with integers and fractions only, in a process of its own. The kernel"
    " trusts Python's integers and fractions, the file system, and the theorems of theory.md."
)
BENCHMARKS = {"optimum": "OPT", "no information": "NOINFO", "quantal value": "QR"}
"""The names of the benchmarks that are claims of their own."""


def meaning(subject: Subject) -> str:
    """What the verdict says of the claim, and of equilibria where it is vacuous."""
    known = subject.finding.existence
    return MEANING[subject.verdict].format("none is known" if _unsure(known) else "there is none")


def _unsure(known: Existence | None) -> bool:
    return known not in (Existence.NO_OUTCOME, Existence.EMPTY_LIST)


def existence(subject: Subject) -> Iterator[Block]:
    """What is known of equilibria where none is exhibited, and who says so (theory.md 6.7)."""
    known = subject.finding.existence
    if known is None:
        return
    said = f"{known.capitalize()} ("
    if subject.verdict is not Verdict.OPEN:
        checked = subject.vouched("existence") or subject.vouched("nonexistence")
        head = "As the kernel has checked," if checked else "According to the verifier alone"
        said = f"{head} {known} ("
    yield say(said, Reference("6.7"), f").{EMPTY.get(known, '')}")


def conclusion(subject: Subject) -> Section:
    """The section on the verdict, with the bound and the claim."""
    finding, shown = subject.finding, subject.finding.equilibrium
    blocks: list[Block] = [say(f"{meaning(subject).capitalize()}.")]
    if subject.verdict is not Verdict.REFUTED:
        head = "In" if subject.bound_accepted else "According to the verifier alone, in"
        blocks.append(
            say(
                head,
                " every equilibrium she gets at least ",
                finding.bound.value,
                "; the claim is ",
                finding.claimed_bound,
                ".",
                *_margin(finding),
            )
        )
    if subject.verdict is Verdict.OPEN:
        if shown is not None:
            blocks.append(say("The worst equilibrium found gives her ", shown.user_utility, "."))
        blocks.append(
            say("No certificate decides the claim, so all of this is said by the verifier alone.")
        )
        blocks.append(say(f"Why it is open: {subject.reason}."))
        blocks += [say("What to try next:"), Listing(tuple(next_steps(subject)))]
    blocks += _errors(subject)
    if subject.kernel is not None:
        blocks.append(say(f"The kernel's words: {subject.kernel}."))
    return Section("conclusion", "The conclusion", tuple(blocks))


def next_steps(subject: Subject) -> Iterator[Text]:
    """The steps that may decide a claim that is open, the most promising first."""
    finding = subject.finding
    if finding.found.out_of_time:
        yield words("Give it more time, with --seconds: the search for equilibria was cut short.")
    elif finding.found.left_out is not None:
        yield words("Allow larger programs, with --program-limit: equilibria were left out.")
    yield from _bolder_claim(finding)
    for known in DROPPED.values():
        fits = known.hypothesis in subject.failing and subject.guarantee in known.guarantees
        if fits and known.applies(subject.game):
            yield words(
                f"Repair ({known.called}), which fails here: {known.remedy}. verifier search"
                f" --drop {known.name} finds the smallest game in which the claim fails without"
                " it."
            )
    yield words(
        "Make the game smaller: with fewer actions, agents or observations, more equilibria can be"
        " looked for, and the bound is often sharper."
    )


def _bolder_claim(finding: Finding) -> Iterator[Text]:
    """The tolerance below which the equilibrium that was found refutes the claim."""
    claimed, shown = finding.claimed_bound, finding.equilibrium
    if shown is None or not isinstance(shown.user_utility, Fraction):
        return
    if isinstance(claimed, Fraction):
        tolerance = finding.tolerance - (shown.user_utility - claimed) / 2
        if tolerance > 0:
            yield words(
                "Claim more: with a --tolerance below ",
                tolerance,
                " the equilibrium that was found refutes the claim.",
            )


def _errors(subject: Subject) -> Iterator[Block]:
    """How often she errs in the equilibrium, and what she can lose there (theory.md 2.2).

    It is said of G1, where best actions are unique.
    """
    game, shown, hull = subject.game, subject.finding.equilibrium, subject.hull
    if not isinstance(shown, SignalEquilibrium) or not game.has_unique_best_actions:
        return
    if subject.guarantee is not Guarantee.BAYES or not subject.theorem_applies:
        return
    wrong = {
        (x, o, a): Fraction(0) if a in best else game.probability[x, o]
        for (x, o), best in game.best_actions.items()
        for a in game.actions
    }
    heard = signal_distribution(game, list(shown.signals.values()))
    slack = game.gamma * hull.total_weight
    errs, lost = expected(wrong, heard, shown.response), subject.report.benchmarks.optimum
    yield say(
        "In this equilibrium she takes another action than the best with probability ",
        errs,
        ", and loses ",
        lost - shown.user_utility,
        ". By the shift lemma (",
        Reference("2.2"),
        ") she loses at most twice the hull distance where she errs, on average",
        *((", and ", slack, " for what agents leave alone") if slack else ()),
        ": at most ",
        2 * hull.epsilon * errs + slack,
        ".",
    )


def _margin(finding: Finding) -> Text:
    """How the bound compares with the claim, where their digits are the same."""
    compared = margin_words(finding)
    return () if compared is None else words(f" The bound is {compared}.")


def without_hypotheses(subject: Subject) -> Section:
    """The section on how sharp the claim is, and what can happen without each hypothesis.

    Of hypotheses that hold, that is; examples with more agents than the game's are left out.
    """
    failing = subject.failing
    items: list[Text] = [words(f"({name}) fails already, as shown above.") for name in failing]
    counterexamples = [
        dropped
        for dropped in DROPPED.values()
        if dropped.concerns(subject.game, subject.guarantee)
        and dropped.hypothesis not in failing
        and not dropped.positive_gamma
        and dropped.smallest_shape.agents <= len(subject.game.agents)
    ]
    items += [
        words(
            f"Without ({dropped.called}): {dropped.lesson}"
            f" See verifier search --drop {dropped.name}."
        )
        for dropped in counterexamples
    ]
    known = {dropped.hypothesis for dropped in counterexamples} | failing.keys()
    others = [name for name in subject.finding.setting.hypotheses if name not in known]
    items += [
        words(f"Without ({name}) the theorem does not apply: the claim may hold or fail.")
        for name in others
    ]
    return Section("breaks", "What would break it", (*_slack(subject), Listing(tuple(items))))


def _slack(subject: Subject) -> Iterator[Block]:
    """The least tolerance with which the claim would still be proved."""
    finding = subject.finding
    if isinstance(finding.claimed_bound, Fraction) and isinstance(finding.bound.value, Fraction):
        spare = finding.bound.value - finding.claimed_bound
        if spare > 0:
            yield say(
                "There is slack: the bound exceeds the claim by ",
                spare,
                ", so the claim would still hold with a tolerance that is smaller by ",
                spare / 2,
                ".",
            )
        else:
            yield say("There is no slack: the bound equals the claim.")


def trust(subject: Subject) -> Section:
    """The section on what the kernel checked, and what rests on the verifier alone."""
    blocks: list[Block] = []
    if subject.kernel is None:
        blocks.append(
            say("There is no certificate: everything here is said by the verifier alone.")
        )
    elif not subject.claims:
        blocks.append(
            say(
                "The kernel did not accept the certificate: everything here is said by the verifier"
                " alone."
            )
        )
    else:
        blocks += [
            say(CHECKED),
            Listing(
                (
                    words(f"Checked by the kernel: {'; '.join(_checked(subject))}."),
                    words(f"Said by the verifier alone: {joined(list(_unchecked(subject)))}."),
                )
            ),
        ]
    return Section("trust", "What was trusted", tuple(blocks))


def _checked(subject: Subject) -> Iterator[str]:
    """What the claims of the certificate establish."""
    known = [name for claim, name in BENCHMARKS.items() if subject.vouched(claim)]
    known += _teams_checked(subject)
    yield f"the hull distance with its weights and witness, {', '.join(known)}, the claimed bound"
    if subject.vouched("every equilibrium"):
        yield (
            "the lower bound on what she gets in every equilibrium, by the rules of the deviations,"
            " the multipliers, and the sum of the deviation payoffs, weighted by them"
            f"{', with all that improves it' if subject.finding.bound.improved else ''}"
        )
    if subject.vouched("one user"):
        yield "a lower bound for each user"
    if subject.vouched("existence"):
        yield "that there is an equilibrium"
    if subject.vouched("nonexistence"):
        yield "that there is no equilibrium"
    if subject.vouched("equilibrium"):
        gamma = subject.game.gamma
        over = f"more than {show(gamma)} " if gamma else ""
        yield f"the equilibrium, her utility in it, and that no agent gains {over}by deviating"
    failing = [name for name in subject.failing if failure_checked(subject, name)]
    if failing:
        yield f"that {joined([f'({name})' for name in failing])} fails"


def _unchecked(subject: Subject) -> Iterator[str]:
    checked = _teams_checked(subject)
    yield from (name for name, _ in teams(subject) if name not in checked)
    failing = [name for name in subject.failing if failure_checked(subject, name)]
    yield f"which {'other ' if failing else ''}hypotheses hold or fail"
    yield "the deviation payoff of each single agent"
    yield "lines that are marked so"
    yield "the words, tables and pictures"


def _teams_checked(subject: Subject) -> list[str]:
    """The names of every TEAM that the kernel has accepted: it is one of agents who can follow the
    same rules.
    """
    sees = {agent.name: agent.sees for agent in subject.game.agents}

    def common(names: Sequence[str]) -> tuple[Cell, ...]:
        return common_coarsening(subject.game, [sees[name] for name in names])

    claimed = sorted(named for claim, named in subject.claims if claim == "team")
    shown = {name: common(agents) for name, agents in teams(subject) if agents}
    alone = {f"TEAM of {joined(named)}": common(named) for named in claimed}
    said = {name: cells for name, cells in alone.items() if cells not in shown.values()}
    return [name for name, cells in (shown | said).items() if cells in alone.values()]
