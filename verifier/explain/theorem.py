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
from verifier.theory.equilibria.equilibrium import Equilibrium, FullRevelation
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationEquilibrium
from verifier.theory.judgements.history_bound import HistoryBound
from verifier.theory.verdict import Verdict

SHIPPED = Path(__file__).with_name("theory.md")
SOURCE = Path(__file__).parents[2] / "docs" / "explanation" / "theory.md"
NUMBERED = re.compile(
    r'^<a id="(?P<name>t-[\d-]+)"></a>\n### (?P<number>[\d.]+) (?P<title>.+)\n'
    r"(?P<text>(?s:.*?))(?=^## |^<a id=|\Z)",
    re.MULTILINE,
)
EXAMPLE = re.compile(r"· Example: \[[^]]*\]\((?P<target>\S+\.toml)\)$")
DROPPED_NUMBER = "7.1"
WITHOUT = "without-"
"""How the names of the pages of dropped hypotheses begin."""

Predicate = Callable[[Subject], bool]


@dataclass(frozen=True)
class Theorem:
    """A numbered definition or theorem of theory.md, or one dropped hypothesis of theory.md 7.1.

    `name` is a slug, `text` Markdown with links relative to docs/explanation/. `shows` says whether
    the verdict on a guarantee, which the kernel has accepted, rests on the theorem; None where that
    cannot be told from it.
    """

    name: str
    number: str
    title: str
    text: str
    shows: Predicate | None = None
    dropped: DroppedHypothesis | None = None

    @property
    def drops(self) -> bool:
        """Whether it is the page of a dropped hypothesis."""
        return self.dropped is not None

    @property
    def example(self) -> str | None:
        """The instance that the text names as its example, as a path; None if it names none."""
        found = EXAMPLE.search(self.text)
        return None if found is None else found["target"]

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
        hypothesis,
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


def _guaranteed(subject: Subject) -> bool:
    """The claim is proved, and all hypotheses hold."""
    return subject.verdict is Verdict.PROVED and not subject.failing


def _shift_lemma(subject: Subject) -> bool:
    """The paper's bound rests on the lemma, at a positive distance."""
    return _guaranteed(subject) and bool(subject.hull.epsilon)


def _of(guarantee: Guarantee) -> Predicate:
    """The guarantee itself, where its hypotheses hold."""
    return lambda subject: subject.guarantee is guarantee and _guaranteed(subject)


def _gamma(subject: Subject) -> bool:
    return bool(subject.game.gamma) and _guaranteed(subject)


def _sharper(subject: Subject) -> bool:
    """The certified bound is above the paper's, or the paper's theorem does not apply."""
    finding = subject.finding
    if not subject.bound_accepted or not isinstance(finding.bound.value, Fraction):
        return False
    return finding.paper_bound is None or finding.bound.value != finding.paper_bound


def _exhibited(subject: Subject) -> Equilibrium | None:
    """The equilibrium that the verdict rests on."""
    return None if subject.verdict is Verdict.OPEN else subject.finding.equilibrium


def _signals(subject: Subject) -> SignalEquilibrium | None:
    shown = _exhibited(subject)
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
    climbs = subject.bound_accepted and subject.finding.bound.climbs
    return climbs or (_signals(subject) is not None and len(subject.game.agents) > 1)


def _conversation(subject: Subject) -> bool:
    return isinstance(_exhibited(subject), ConversationEquilibrium)


def _by_histories(subject: Subject) -> bool:
    shown = _exhibited(subject)
    proofs = shown.proofs.values() if isinstance(shown, ConversationEquilibrium) else ()
    return any(isinstance(proof, HistoryBound) for proof in proofs)


def _announced(subject: Subject) -> bool:
    return subject.bound_accepted and bool(subject.finding.bound.announcements)


def _contested(subject: Subject) -> bool:
    return subject.bound_accepted and subject.finding.bound.margins is not None


def _remarked(subject: Subject) -> bool:
    return subject.bound_accepted and subject.finding.bound.remarks is not None


def _vacuity(subject: Subject) -> bool:
    """There is an equilibrium by a theorem, or none, or one in which agents reveal everything."""
    told = subject.vouched("existence") or subject.vouched("nonexistence")
    return told or isinstance(_exhibited(subject), FullRevelation)


def _tight(subject: Subject) -> bool:
    """An equilibrium worth exactly the paper's bound, at a positive distance."""
    shown, promised = _exhibited(subject), subject.finding.paper_bound
    if shown is None or not subject.hull.epsilon or not isinstance(promised, Fraction):
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
"""Theorem -> whether the verdict on a guarantee rests on it."""
