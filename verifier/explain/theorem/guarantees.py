"""The shift lemma and the three guarantees (theory.md 2 and 4)."""

from __future__ import annotations

from fractions import Fraction

from verifier.explain.document import Formula, Symbol, Term, minus, plus, say, words
from verifier.explain.subject import Subject
from verifier.explain.symbols import (
    DEVIATION_UTILITY,
    EPSILON,
    GAMMA,
    OFFSET,
    OPT,
    USER_UTILITY,
    single,
)
from verifier.explain.theorem.statement import INFORMED_MIXTURE, MIXTURE, Theorem, chain
from verifier.theory.guarantee import Guarantee

TWICE = Term(Fraction(2), (EPSILON,), minus=True)
SHIFT = "theory.md 2, shift lemma"


def _used(subject: Subject) -> bool:
    """The paper's bound rests on the lemma, at a positive distance."""
    return subject.bound_accepted and subject.theorem_applies and bool(subject.hull.epsilon)


LEMMA = Theorem(
    "shift-lemma",
    "The shift lemma",
    "theory.md 2",
    (
        say(
            "Let weights w that are nonnegative and sum to 1, and a constant c, bring the mixture"
            " w·U + c within ",
            single(EPSILON),
            " of the user's utility u, for every action and state. If every agent of positive"
            " weight has in an outcome ",
            single(Symbol("mu")),
            " at least what he has in an outcome ",
            single(Symbol("nu")),
            ", then the user has in ",
            single(Symbol("mu")),
            " at least what she has in ",
            single(Symbol("nu")),
            ", less ",
            Formula((Term(Fraction(2), (EPSILON,)),)),
            ".",
        ),
    ),
    (
        say(
            "What holds for every action and state holds on average, so in every outcome. Use it"
            " twice:"
        ),
        chain(
            "theory.md 2",
            single(USER_UTILITY),
            (
                ">=",
                Formula((plus(MIXTURE), plus(OFFSET), minus(EPSILON))),
                words("the mixture is near u in the one outcome"),
            ),
            (
                ">=",
                Formula((plus(INFORMED_MIXTURE), plus(OFFSET), minus(EPSILON))),
                words("each agent has at least as much"),
            ),
            (
                ">=",
                Formula((plus(DEVIATION_UTILITY), TWICE)),
                words("the mixture is near u in the other outcome"),
            ),
        ),
        say(
            "The agents need not agree with her, nor with each other: what one of them overstates"
            " another may understate."
        ),
    ),
    _used,
)

BAYES = Theorem(
    "bayes",
    "G1: a Bayesian user",
    "theory.md 4, G1",
    (
        say(
            "The user hears all agents, believes what follows by Bayes' rule, and takes a best"
            " action. Suppose that (hull) her utility is within ",
            single(EPSILON),
            " of a mixture of theirs; (learning) every agent of positive weight has a rule after"
            " which she attains OPT, whatever the others say; (identical) whichever of them uses"
            " it, the outcome is the same. Then in every equilibrium she has at least OPT less ",
            Formula((Term(Fraction(2), (EPSILON,)),)),
            ".",
        ),
    ),
    (
        say(
            "Take an equilibrium with outcome ",
            single(Symbol("mu")),
            ". Any agent of positive weight could use his revealing "
            "rule instead. By (learning) the outcome ",
            single(Symbol("nu")),
            " would be worth OPT to her, and by (identical) "
            "it does not depend on which agent it is. Nobody gains by it, so each has in ",
            single(Symbol("mu")),
            " at least what he has in ",
            single(Symbol("nu")),
            ".",
        ),
        chain(
            SHIFT,
            single(USER_UTILITY),
            (">=", Formula((plus(DEVIATION_UTILITY), TWICE)), words("the shift lemma")),
            ("=", Formula((plus(OPT), TWICE)), words("after the deviation she attains OPT")),
        ),
        say(
            "(identical) holds where her best action is unique whatever is seen. Where actions are"
            " tied it is her tie rule that decides; it is enough that one and the same table of"
            " best actions gives each of these agents no more than he can secure."
        ),
    ),
    lambda subject: subject.guarantee is Guarantee.BAYES and subject.theorem_applies,
)

QUANTAL = Theorem(
    "quantal",
    "G2: a user who chooses by quantal response",
    "theory.md 4, G2",
    (
        say(
            "The user takes each action with a probability proportional to exp(η times what she"
            " thinks it is worth). QR is what she would have if she knew all that the agents see."
            " Suppose that (hull) holds, and that each agent of positive weight can sort what he"
            " sees into cells inside which no action's worth to her varies by more than δ. Then in"
            " every equilibrium she has at least QR less ",
            Formula((Term(Fraction(2), (EPSILON,)),)),
            " less span · tanh(η δ / 2), where span is the weighted sum of the agents' ranges. QR"
            " itself is at least OPT less log(number of actions) / η. Ties do not matter.",
        ),
    ),
    (
        say(
            "Let an agent announce his cell. What she then believes an action to be worth is within"
            " δ of the truth, whatever the others say: it is an average over the cell. If no worth"
            " moves by more than δ, the odds of any set of actions change by at most a factor exp(2"
            " η δ). Two probabilities whose odds differ by a factor exp(c) are furthest apart when"
            " they lie symmetrically around 1/2, and then differ by tanh(c / 4): here by tanh(η δ /"
            " 2). So each agent's utility is within his range times tanh(η δ / 2) of what he has"
            " when she is fully informed; that outcome is the same for all agents. Nobody gains by"
            " deviating, and the shift lemma, with this loss once, gives the claim."
        ),
        say(
            "For QR: the chosen probabilities maximise expected worth plus entropy / η, and the"
            " entropy of a choice among m actions lies between 0 and log m. So the expected worth"
            " is at least the maximum less log(m) / η."
        ),
    ),
    lambda subject: subject.guarantee is Guarantee.QUANTAL and subject.theorem_applies,
)

BEST_AI = Theorem(
    "best-ai",
    "G3: a user who picks the best single AI",
    "theory.md 4, G3",
    (
        say(
            "The user evaluates the agents' rules, picks one that is worth most to her, and talks"
            " to that agent alone. TEAM is the most she could have with one aligned agent under the"
            " same protocol. Suppose (hull), and (anonymous): how she responds to a rule does not"
            " depend on who offers it. Then in every equilibrium she has at least TEAM less ",
            Formula((Term(Fraction(2), (EPSILON,)),)),
            ", whatever the prior is.",
        ),
    ),
    (
        say(
            "If she already has TEAM there is nothing to prove. Otherwise any agent could offer the"
            " rule that is best for her, which is then strictly better than all others: he is"
            " picked, and the outcome ",
            single(Symbol("nu")),
            " is worth TEAM to her. By (anonymous) it is the same whoever offers it. In an"
            " equilibrium none of them gains by it, and the shift lemma gives the claim.",
        ),
        say(
            "Agents who see different things can offer the same rule only if it uses what all of"
            " positive weight can tell apart; TEAM is computed for that."
        ),
    ),
    lambda subject: subject.guarantee is Guarantee.BEST_AI and subject.theorem_applies,
)

NEARLY = Theorem(
    "gamma-equilibrium",
    "Equilibria in which agents leave a little on the table",
    "theory.md 4",
    (
        say(
            "If no agent gains more than ",
            single(GAMMA),
            " by deviating, each guarantee holds with ",
            single(GAMMA),
            " less.",
        ),
    ),
    (
        say(
            "Each agent has at least what the deviation gives him, less ",
            single(GAMMA),
            ". In the lemma's second line:",
        ),
        chain(
            SHIFT,
            single(USER_UTILITY),
            (">=", Formula((plus(MIXTURE), plus(OFFSET), minus(EPSILON))), words("as before")),
            (
                ">=",
                Formula((plus(INFORMED_MIXTURE), plus(OFFSET), minus(EPSILON), minus(GAMMA))),
                words("the weights sum to 1, so the mixture loses no more than ", single(GAMMA)),
            ),
            (">=", Formula((plus(DEVIATION_UTILITY), TWICE, minus(GAMMA))), words("as before")),
        ),
    ),
    lambda subject: bool(subject.game.gamma),
)

GUARANTEES = (LEMMA, BAYES, QUANTAL, BEST_AI, NEARLY)
