"""The numbered definitions and theorems of theory.md, and which stories show them.

The texts exist once, in docs/explanation/theory.md; a build copies that file beside this module.
What is added here is a predicate for each theorem, and a page for each dropped hypothesis of
theory.md 7.1, made from the data that the search for counterexamples uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from verifier.errors import VerifierError
from verifier.explain.sections.proof import THEOREM
from verifier.explain.subject import Subject
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.dropped import DROPPED, DroppedHypothesis
from verifier.theory.equilibria.equilibrium import FullRevelation
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationEquilibrium
from verifier.theory.judgements.history_bound import HistoryBound

SHIPPED = Path(__file__).with_name("theory.md")
SOURCE = Path(__file__).parents[2] / "docs" / "explanation" / "theory.md"
NUMBERED = re.compile(
    r'^<a id="(?P<name>t-[\d-]+)"></a>\n### (?P<number>[\d.]+) (?P<title>.+)\n'
    r"(?P<text>(?s:.*?))(?=^## |^<a id=|\Z)",
    re.MULTILINE,
)
DROPPED_NUMBER = "7.1"
WITHOUT = "without-"
"""How the names of the pages of dropped hypotheses begin."""

Predicate = Callable[[Subject], bool]


@dataclass(frozen=True)
class Theorem:
    """A numbered definition or theorem of theory.md, or one dropped hypothesis of theory.md 7.1.

    `name` is a slug, `text` Markdown with links relative to docs/explanation/. `shows` says whether
    a verified guarantee is an example; None where no guarantee is one.
    """

    name: str
    number: str
    title: str
    text: str
    shows: Predicate | None = None
    hypothesis: str | None = None

    @property
    def drops(self) -> bool:
        """Whether it is the page of a dropped hypothesis."""
        return self.name.startswith(WITHOUT)

    @property
    def source(self) -> str:
        """The citation."""
        return f"theory.md {self.number}"


@cache
def theory() -> str:
    """The text of theory.md: the copy in an installed package, else the repository's file.

    Raises VerifierError where the package was copied without either.
    """
    found = next((path for path in (SHIPPED, SOURCE) if path.is_file()), None)
    if found is None:
        raise VerifierError(
            f"the theorems' texts are missing: neither {SHIPPED} nor {SOURCE} is there; install the"
            " package with pip, or copy docs/explanation/theory.md with it"
        )
    return found.read_text(encoding="utf-8")


@cache
def theorems() -> tuple[Theorem, ...]:
    """All theorems in the order of theory.md; dropped hypotheses follow 7.1."""
    return tuple(_all())


def _all() -> Iterator[Theorem]:
    for found in NUMBERED.finditer(theory()):
        number = found["number"]
        yield Theorem(
            found["name"], number, found["title"], found["text"].strip(), SHOWS.get(number)
        )
        if number == DROPPED_NUMBER:
            yield from map(_without, DROPPED.values())


def _without(hypothesis: DroppedHypothesis) -> Theorem:
    """The page of one dropped hypothesis: its counterexamples are its proof."""
    guarantees = " and ".join(
        f"[{guarantee}](#{THEOREM[guarantee].anchor})" for guarantee in hypothesis.guarantees
    )
    text = (
        f"If this [hypothesis](#t-7-1) is dropped, the guarantee ({guarantees}) can fail although"
        f" all other hypotheses hold.\n{hypothesis.lesson}\n\n"
        "*Proof.* An example is a proof.\nThe kernel checked that what is shown is an equilibrium"
        " and that the user gets less than claimed.\n\n"
        f"There is no smaller example: {hypothesis.why_smallest}.\n"
        f"Change one thing in it and the guarantee holds again: {hypothesis.remedy}."
    )

    def shows(subject: Subject) -> bool:
        return subject.repaired is not None and subject.repaired.dropped.name == hypothesis.name

    return Theorem(
        f"{WITHOUT}{hypothesis.name}",
        DROPPED_NUMBER,
        _title(hypothesis),
        text,
        shows,
        hypothesis.hypothesis,
    )


def _title(hypothesis: DroppedHypothesis) -> str:
    """The hypothesis, and which part of it where several dropped hypotheses share it."""
    dropped = hypothesis.called.replace("-", " ")
    part = (
        hypothesis.name.removeprefix(f"{dropped}-")
        if hypothesis.name.startswith(f"{dropped}-")
        else ""
    )
    return f"Without ({dropped}){': ' if part else ''}{part}"


def _shift_lemma(subject: Subject) -> bool:
    """The paper's bound rests on the lemma, at a positive distance."""
    return subject.bound_accepted and subject.theorem_applies and bool(subject.hull.epsilon)


def _of(guarantee: Guarantee) -> Predicate:
    """The guarantee itself, where its hypotheses hold."""
    return lambda subject: subject.guarantee is guarantee and subject.theorem_applies


def _gamma(subject: Subject) -> bool:
    return bool(subject.game.gamma)


def _sharper(subject: Subject) -> bool:
    """The certified bound is above the paper's, or the paper's theorem does not apply."""
    finding = subject.finding
    if not subject.bound_accepted or not isinstance(finding.bound.value, Fraction):
        return False
    return finding.paper_bound is None or finding.bound.value != finding.paper_bound


def _signals(subject: Subject) -> SignalEquilibrium | None:
    shown = subject.finding.equilibrium
    return shown if isinstance(shown, SignalEquilibrium) else None


def _dual_prices(subject: Subject) -> bool:
    return (shown := _signals(subject)) is not None and bool(shown.deviation_bounds)


def _one_agent(subject: Subject) -> bool:
    return (
        len(subject.game.agents) == 1
        and subject.guarantee is Guarantee.BAYES
        and _signals(subject) is not None
    )


def _partition(subject: Subject) -> bool:
    """Several agents who all announce the same partition."""
    shown = _signals(subject)
    if shown is None or subject.guarantee is not Guarantee.BAYES or len(shown.signals) < 2:
        return False
    pure = all(
        set(says.values()) == {1} for signal in shown.signals.values() for says in signal.values()
    )
    return (
        pure and len({tuple(map(tuple, signal.values())) for signal in shown.signals.values()}) == 1
    )


def _frontiers(subject: Subject) -> bool:
    if subject.guarantee is not Guarantee.BEST_AI:
        return False
    return subject.finding.bound.climbs or (
        _signals(subject) is not None and len(subject.game.agents) > 1
    )


def _conversations(subject: Subject) -> Iterator[ConversationEquilibrium]:
    """The equilibria in conversation rules that a story tells."""
    for shown in (subject.finding.equilibrium, subject.finding.found.best):
        if isinstance(shown, ConversationEquilibrium):
            yield shown


def _conversation(subject: Subject) -> bool:
    return any(True for _ in _conversations(subject))


def _by_histories(subject: Subject) -> bool:
    return any(
        isinstance(proof, HistoryBound)
        for shown in _conversations(subject)
        for proof in shown.proofs.values()
    )


def _announced(subject: Subject) -> bool:
    return bool(subject.finding.bound.announcements)


def _contested(subject: Subject) -> bool:
    return subject.finding.bound.margins is not None


def _remarked(subject: Subject) -> bool:
    return subject.finding.bound.remarks is not None


def _vacuity(subject: Subject) -> bool:
    found = subject.finding
    return found.existence is not None or isinstance(found.equilibrium, FullRevelation)


def _tight(subject: Subject) -> bool:
    """An equilibrium worth exactly the paper's bound, at a positive distance."""
    shown, promised = subject.finding.equilibrium, subject.finding.paper_bound
    if (
        shown is None
        or subject.kernel is None
        or not subject.hull.epsilon
        or not isinstance(promised, Fraction)
    ):
        return False
    return isinstance(shown.user_utility, Fraction) and shown.user_utility == promised


def _parameters(subject: Subject) -> bool:
    """The game's file has parameters, so that its page shows cells."""
    return bool(subject.game.parameters)


SHOWS: Mapping[str, Predicate] = {
    "2.2": _shift_lemma,
    **{reference.number: _of(guarantee) for guarantee, reference in THEOREM.items()},
    "4.4": _gamma,
    "5.2": _sharper,
    "5.5": _contested,
    "5.6": _announced,
    "5.7": _remarked,
    "6.1": _dual_prices,
    "6.2": _one_agent,
    "6.3": _partition,
    "6.5": _frontiers,
    "6.7": _vacuity,
    "6.10": _conversation,
    "6.17": _by_histories,
    "7.2": _tight,
    "12.1": _parameters,
}
"""Theorem -> whether a verified guarantee is an example of it."""
