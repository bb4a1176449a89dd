"""Equilibria that can be exhibited exactly (theory.md 6)."""

from __future__ import annotations

from verifier.explain.document import Listing, say, words
from verifier.explain.subject import Subject
from verifier.explain.theorem.statement import Theorem
from verifier.theory.equilibrium import FullRevelation
from verifier.theory.guarantee import Guarantee
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.verdict import Verdict


def _signals(subject: Subject) -> SignalEquilibrium | None:
    shown = subject.finding.equilibrium
    return shown if isinstance(shown, SignalEquilibrium) else None


def _alone(subject: Subject) -> bool:
    return (
        len(subject.game.agents) == 1
        and subject.guarantee is Guarantee.BAYES
        and _signals(subject) is not None
    )


def _together(subject: Subject) -> bool:
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
    return bool(subject.finding.bound.pieces) or (
        _signals(subject) is not None and len(subject.game.agents) > 1
    )


PRICES = Theorem(
    "prices",
    "Prices that deter every deviation",
    "theory.md 6",
    (
        say(
            "Fix what all other agents say. Suppose that each thing x that an agent can see has a"
            " price l(x), such that at every belief to which a message can lead her, what he then"
            " has is at most the average price under that belief. Then no rule of his, however"
            " random, gives him more than the average price under the prior. If he has that much"
            " already, he has no reason to deviate."
        ),
    ),
    (
        say(
            "A rule of his splits the prior into beliefs, one per message, whose average is the"
            " prior. After each message he has at most the average price under its belief. The"
            " price is linear in the belief, so averaging over his messages gives the average price"
            " under the prior."
        ),
        say(
            "Best prices exist: they are the dual of the linear program that looks for his best"
            " rule (Kamenica and Gentzkow 2011; for the prices, Dworczak and Martini 2019). Where"
            " she also hears others or sees something herself, a message leads to a strategy, one"
            " action per type of her, instead of an action."
        ),
    ),
    lambda subject: (shown := _signals(subject)) is not None and bool(shown.deviation_bounds),
)

PARTITIONS = Theorem(
    "partitions",
    "All agents say the same",
    "theory.md 6",
    (
        say(
            "Let all of at least two agents announce the same partition of what they see, to a"
            " Bayesian user. Given how she breaks ties, this is an equilibrium exactly if in every"
            " cell no agent gains by revealing more inside the cell."
        ),
    ),
    (
        say(
            "If one agent deviates, another still announces the cell. So he cannot hide the cell,"
            " and can only split it further. A message of his reaches her together with the cell,"
            " so what he says in one cell does not matter in another: his problem falls apart into"
            " one of persuasion inside each cell, and he gains overall if he gains in one of them."
        ),
        say(
            "What she gets is a sum over cells as well. So the worst and the best such equilibrium"
            " are found by building up sets of observations from smaller ones."
        ),
    ),
    _together,
)

ALONE = Theorem(
    "one-agent",
    "One agent: Bayesian persuasion",
    "theory.md 6",
    (
        say(
            "With one agent and a Bayesian user the equilibria are his optimal plans of persuasion:"
            " he has the concave envelope of his value over beliefs, at the prior. Among the plans"
            " that are best for him one that is worst for her is found by a second linear program."
        ),
    ),
    (
        say(
            "Nobody else deviates, so a rule is an equilibrium exactly if no other gives him more."
            " By the revelation principle his messages may be named after what she does next; then"
            " his rules are the solutions of a linear program with her obedience as rows. Its"
            " optimum is his value; adding the row that he has this value leaves the optimal plans,"
            " over which her utility is minimised."
        ),
        say(
            "Prosecutor and judge (Kamenica and Gentzkow 2011): prior 3/10 guilty, and he convicts"
            " with probability 3/5."
        ),
    ),
    _alone,
)

FRONTIERS = Theorem(
    "frontiers",
    "The user who picks the best AI: every equilibrium value",
    "theory.md 6",
    (
        say(
            "A recommendation names an action for each of the user's private observations, and she"
            " does best to follow it. Without such observations its outcomes are the obedient ones;"
            " with them they are fewer, since the agent must recommend without knowing what she"
            " saw. Let f_i(v) be the most that agent i can have in an outcome of one agent's"
            " recommendations that is worth at least v to her. With several agents who see the"
            " same, one silent round, enough messages, and ties broken in favour of the agent who"
            " offers, such an outcome worth v is an equilibrium outcome exactly if every agent i"
            " has at least f_i(v) in it."
        ),
    ),
    (
        say(
            "If some agent has less than f_i(v), he offers the rule that gives him f_i(v) and is"
            " worth at least v to her; she picks him or is indifferent, and he gains. If nobody has"
            " less, let all of them offer this outcome. A deviation that she does not pick changes"
            " nothing. One that she picks is worth at least v to her, so it gives him at most"
            " f_i(v)."
        ),
        say(
            "Each f_i is concave and linear between breakpoints. On a piece where all are linear"
            " the condition is linear in the outcome, so the least and greatest equilibrium value"
            " come from a linear program per piece."
        ),
        say(
            "Where ties are broken otherwise, the supremum over rules that she follows strictly"
            " takes the place of f_i: the condition then excludes values at which nothing is an"
            " equilibrium, piece by piece from below."
        ),
    ),
    _frontiers,
)

EXISTENCE = Theorem(
    "existence",
    "A claim about no equilibria is no success",
    "theory.md 6",
    (
        say(
            "A guarantee for all equilibria is proved here only together with one equilibrium;"
            " otherwise it is called vacuous. If at least two agents can each teach the user all"
            " that she needs, an equilibrium exists: all reveal."
        ),
    ),
    (
        say(
            "Let all agents reveal. If one of them deviates, another still does, so she still"
            " attains OPT and plays best actions."
        ),
        Listing(
            (
                words(
                    "If best actions are unique, the outcome does not change, and he does not gain."
                ),
                words(
                    "If some are tied, her response must not turn in his favour. Her tie rule has"
                    " to allow a response that depends on what is seen alone; two agents who"
                    " separate all observations make sure that she knows it."
                ),
            )
        ),
    ),
    lambda subject: (
        subject.verdict is Verdict.VACUOUS
        or isinstance(subject.finding.equilibrium, FullRevelation)
    ),
)

EQUILIBRIA = (PRICES, PARTITIONS, ALONE, FRONTIERS, EXISTENCE)
