"""What goes wrong without each hypothesis, and that the constant 2 cannot be smaller (theory.md 7)."""

from __future__ import annotations

from fractions import Fraction

from verifier.explain.document import Formula, Term, say
from verifier.explain.subject import Subject
from verifier.explain.symbols import EPSILON, single
from verifier.explain.theorem.statement import Theorem
from verifier.theory.dropped import DROPPED, DroppedHypothesis

TWICE = Term(Fraction(2), (EPSILON,))


def _without(row: DroppedHypothesis) -> Theorem:
    """The page of one row: its counterexamples are its proof."""
    who = " and ".join(row.guarantees)
    return Theorem(
        f"without-{row.name}",
        _title(row),
        "theory.md 7",
        (
            say(
                f"If this is dropped, the guarantee ({who}) can fail although all other hypotheses"
                f" hold. {row.lesson}"
            ),
        ),
        (
            say(
                "An example is a proof. The kernel checked that what is shown is an equilibrium and"
                " that she gets less than claimed."
            ),
            say(
                f"It does not get smaller: {row.why_smallest}. Change one thing in it and the guarantee"
                f" holds again: {row.remedy}."
            ),
        ),
        lambda subject: subject.repaired is not None and subject.repaired.dropped.name == row.name,
    )


def _title(row: DroppedHypothesis) -> str:
    """The hypothesis, and which part of it where several rows drop it."""
    dropped = row.hypothesis or row.name.replace("-", " ")
    part = row.name.removeprefix(f"{dropped}-") if row.name.startswith(f"{dropped}-") else ""
    return f"Without ({dropped}){': ' if part else ''}{part}"


def _attained(subject: Subject) -> bool:
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


TIGHT = Theorem(
    "tightness",
    "The constant 2 is the best possible",
    "theory.md 7",
    (
        say(
            "For a Bayesian user and for one who picks the best AI, and for any number of agents,"
            " there are games in which an equilibrium gives her exactly the benchmark less ",
            Formula((TWICE,)),
            ".",
        ),
    ),
    (
        say(
            "Give her a safe action worth 0 everywhere, and for each state an action worth ",
            Formula((TWICE,)),
            " in that state and very little elsewhere. Let the agents value the right action and"
            " the safe one alike, and wrong ones as little as she does. Shifted by ",
            single(EPSILON),
            ", their table is never further from hers than that. If everyone withholds, she takes"
            " the safe action. Nobody gains by telling her, for no agent has more from the right"
            " action than from the safe one. Knowing the state she would have ",
            Formula((TWICE,)),
            ".",
        ),
    ),
    _attained,
)

DROPPED_THEOREMS = (*map(_without, DROPPED.values()), TIGHT)
