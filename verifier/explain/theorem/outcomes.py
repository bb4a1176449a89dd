"""What holds of every equilibrium outcome, without weights chosen in advance (theory.md 5)."""

from __future__ import annotations

from fractions import Fraction

from verifier.explain.document import Formula, Listing, Symbol, Term, plus, say, words
from verifier.explain.subject import Subject
from verifier.explain.symbols import USER_UTILITY, payoff_symbol, single, utility_symbol
from verifier.explain.theorem.statement import Theorem, chain


def _sharper(subject: Subject) -> bool:
    """The certified bound is above the paper's, or the paper's theorem does not apply."""
    finding = subject.finding
    if not subject.bound_accepted or not isinstance(finding.bound.value, Fraction):
        return False
    return finding.paper_bound is None or finding.bound.value != finding.paper_bound


def weighed(*entries: Symbol) -> Formula:
    """m + m_1 U_1 + m_2 U_2 + ...: what multipliers make of what the agents have."""
    products = (Term(None, (Symbol("m", n), entry)) for n, entry in enumerate(entries, start=1))
    return Formula((plus(Symbol("m")), *products))


PROGRAM = Theorem(
    "outcome-program",
    "The outcome program: a sharper bound, and its short certificate",
    "theory.md 5",
    (
        say(
            "An outcome says how likely each action is where she sees x_A and the agents see x_B."
            " Whatever was said, it is obedient: she would not gain on average by doing something"
            " else instead of what she does. Let each agent i be sure of ",
            single(payoff_symbol(1)),
            ", ",
            single(payoff_symbol(2)),
            ", … by a deviation. Let bound* be the least that she has in an obedient outcome in"
            " which every agent has at least what he can be sure of. Then in every equilibrium she"
            " has at least bound*; and bound* is never below the paper's bound.",
        ),
    ),
    (
        say(
            "The outcome of an equilibrium satisfies all these rows: obedience, because she chooses"
            " a best action after whatever she heard, and averages of that remain true (Bergemann"
            " and Morris 2016 call it Bayes correlated equilibrium); the agents' rows, because"
            " otherwise one of them would deviate. So it cannot be worth less than the least such"
            " outcome."
        ),
        say(
            "For the paper's bound, weigh the agents' rows by the hull weights: the shift lemma is"
            " one way to combine the rows, and the program uses the best way."
        ),
        say(
            "A proof on one line, which multiplies and adds only. With multipliers m that are not"
            " negative:"
        ),
        chain(
            "theory.md 5",
            single(USER_UTILITY),
            (
                ">=",
                weighed(utility_symbol(1), utility_symbol(2)),
                words("for each action and observations, hence on average, with obedience added"),
            ),
            (
                ">=",
                weighed(payoff_symbol(1), payoff_symbol(2)),
                words("each agent has at least what he can be sure of"),
            ),
        ),
        say(
            "and so on for more agents. By the duality of linear programs some multipliers reach"
            " bound* itself."
        ),
        Listing(
            (
                words("A quantal user is not obedient: her rows are left out."),
                words(
                    "The user who picks the best AI: the agents' rows hold only in equilibria worth"
                    " less to her than the offered rule, so what is proved is the smaller of the"
                    " two."
                ),
                words(
                    "An agent who cannot tell her enough contributes no row; the bound stays true."
                ),
            )
        ),
    ),
    _sharper,
)

OUTCOMES = (PROGRAM,)
