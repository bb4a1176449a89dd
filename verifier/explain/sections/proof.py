"""The proof of a guarantee with one game's numbers: deviations, the paper's chain, the kernel's
chain (theory.md 4 and 5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from verifier.explain.arithmetic import added
from verifier.explain.document import (
    Block,
    Chain,
    Formula,
    Listing,
    Number,
    Reference,
    Section,
    Standing,
    Step,
    Symbol,
    Table,
    Term,
    Text,
    minus,
    plus,
    say,
    words,
)
from verifier.explain.phrases import rule_words
from verifier.explain.subject import Subject
from verifier.explain.symbols import (
    BLUR,
    EPSILON,
    GAMMA,
    HERS,
    INFORMED,
    OPT,
    QR,
    TEAM,
    his,
    secured,
    signed,
    single,
)
from verifier.game.model import Ties
from verifier.game.response import Extreme, extreme
from verifier.solve.exponential import QuotientSum
from verifier.theory.guarantee import Deviation, Guarantee, deviation_payoff
from verifier.theory.outcome_program import quantal_deviation_payoff
from verifier.theory.quantal import span, total_variation
from verifier.theory.verdict import Verdict

THEOREM = {
    Guarantee.BAYES: Reference("4.1"),
    Guarantee.QUANTAL: Reference("4.2"),
    Guarantee.BEST_AI: Reference("4.3"),
}
SHIFT_LEMMA = Reference("2.2")
EQUILIBRIUM = Reference("1.5")
OUTCOME_PROGRAM = Reference("5.2")
DUAL_CERTIFICATE = Reference("5.4")
MULTIPLIED = words("the sum of these inequalities over play, where obeying is worth at least 0")
QUANTAL_MULTIPLIED = words("the sum of these inequalities over play")
LARGEST = 64
"""Tables with more rows than this are left to the certificate."""


def deviations(subject: Subject) -> Section:
    """The rule that every agent could switch to, and what it is sure to give him."""
    setting = subject.finding.setting
    if not setting.deviations:
        blocks: tuple[Block, ...] = (
            say("No agent has a rule that surely leads her to what the theorem measures against."),
        )
        return Section("deviations", "What every agent could do instead", blocks)
    rows = tuple(_deviation(subject, deviation) for deviation in setting.deviations)
    intro = {
        Guarantee.BAYES: (
            "Each of these agents could use a rule that tells her all that she needs. Whatever the"
            " others say, she then does what is best for her. He surely gets at least the last"
            " column."
        ),
        Guarantee.BEST_AI: (
            "Each of these agents could offer her the rule that is best for her among those that"
            " all agents of positive weight can follow. If she has less than that, she picks him."
            " He surely gets at least the last column then."
        ),
        Guarantee.QUANTAL: (
            "Each of these agents could tell her the cell in which what he sees lies. He gets at"
            " least the last column, whatever the others say."
        ),
    }[subject.guarantee]
    table = Table(
        "The deviation of each agent", ("agent", "his rule", "surely gives him (d)"), rows
    )
    return Section("deviations", "What every agent could do instead", (say(intro), table))


def _deviation(subject: Subject, deviation: Deviation) -> tuple[Text, ...]:
    gives: Number = (
        quantal_deviation_payoff(subject.game, subject.finding.setting, deviation.agent)
        if subject.guarantee is Guarantee.QUANTAL
        else deviation_payoff(subject.game, deviation)
    )
    return words(deviation.agent), words(rule_words(deviation.rule)), (gives,)


def proof(subject: Subject) -> Section:
    """The chain of the paper, where its hypotheses hold, and the chain of the certificate."""
    blocks: list[Block] = []
    if subject.theorem_applies:
        blocks += [
            say(
                "Take any equilibrium, with outcome ",
                single(Symbol("mu")),
                ". Call ",
                single(Symbol("nu")),
                " the outcome after one of the deviations above.",
                *_otherwise(subject),
            ),
            paper_chain(subject),
            *_blurred(subject),
        ]
    else:
        blocks.append(
            say(
                "A hypothesis fails, so the paper's theorem says nothing here; the numbers"
                " still do."
            )
        )
    blocks += certified(subject)
    if subject.verdict is Verdict.OPEN:
        blocks.append(
            say(
                "Neither this nor an equilibrium settles the claim of ",
                subject.finding.claimed_bound,
                ".",
            )
        )
        return Section("proof", "What can be shown, with this game's numbers", tuple(blocks))
    return Section("proof", "The proof, with this game's numbers", tuple(blocks))


def _otherwise(subject: Subject) -> Text:
    if subject.guarantee is not Guarantee.BEST_AI:
        return ()
    return words(
        " If she already has TEAM in the equilibrium, there is nothing to prove; so suppose that"
        " she has less."
    )


def paper_chain(subject: Subject) -> Chain:
    """u(mu) >= sum w U(mu) + c - eps >= sum w d + c - eps >= benchmark - 2 eps - losses (theory.md
    4).
    """
    hull, gamma = subject.hull, subject.game.gamma
    offset = next(iter(hull.offsets.values()))
    loss = [signed(-hull.epsilon)] if hull.epsilon else []
    shift = [*([signed(offset)] if offset else []), *loss]
    slack = [signed(-gamma)] if gamma else []
    weights = {name: hull.weights[name] for name in hull.supporters}
    mixed = [signed(w, his(subject.index[name])) for name, w in weights.items()]
    promised = _promised(subject, weights)
    sure = added(_mixed_secured(subject, weights), subject.constant(offset - hull.epsilon - gamma))
    near = (
        words("their mixture is never further than the hull distance from u")
        if hull.epsilon
        else words("their mixture is u")
    )
    theorem = THEOREM[subject.guarantee]
    steps = [
        Step(
            ">=",
            Formula((*mixed, *shift)),
            None,
            near,
            SHIFT_LEMMA,
            Standing.KERNEL if subject.kernel else Standing.VERIFIER,
        ),
        Step(
            ">=",
            Formula((*promised, *shift, *slack)),
            sure,
            _no_gain(subject, weights),
            EQUILIBRIUM,
            Standing.VERIFIER,
        ),
        Step(
            ">=",
            _promise(subject),
            subject.finding.paper_bound,
            _again(subject),
            theorem,
            Standing.THEOREM,
        ),
    ]
    return Chain(single(HERS), tuple(steps))


def _shared(subject: Subject, names: Collection[str]) -> bool:
    """Whether her response after a deviation is one for all of these agents: then it counts
    together, not for each alone.
    """
    used = [d for d in subject.finding.setting.deviations if d.agent in names]
    return subject.guarantee is not Guarantee.QUANTAL and all(
        d.ties in (Ties.BELIEF, Ties.ORDER) for d in used
    )


def _promised(subject: Subject, weights: Mapping[str, Fraction]) -> list[Term]:
    """What agents can be sure of, weighted: U_i of the common outcome, or d_i."""
    shared = _shared(subject, weights)
    numbers = ((w, subject.index[name]) for name, w in weights.items())
    return [signed(w, his(n, "nu") if shared else secured(n)) for w, n in numbers]


def _mixed_secured(subject: Subject, weights: Mapping[str, Fraction]) -> Number:
    """The least of sum w d over what her ties allow: one common response where her choice is
    anonymous.
    """
    setting = subject.finding.setting
    if setting.guarantee is Guarantee.QUANTAL:
        total: Number = QuotientSum.constant_sum(subject.game.quantal.base, Fraction(0))
        for name, w in weights.items():
            total = added(total, quantal_deviation_payoff(subject.game, setting, name).scale(w))
        return total
    used = [d for d in setting.deviations if d.agent in weights]
    if _shared(subject, weights):
        together = subject.game.mixture(weights)
        return extreme(subject.game, used[0].response, together, Extreme.LEAST, used[0].ties)
    return sum((weights[d.agent] * deviation_payoff(subject.game, d) for d in used), Fraction(0))


def _no_gain(subject: Subject, names: Collection[str]) -> Text:
    """Why what an agent has is at least what he could secure."""
    if subject.game.gamma:
        return words(
            "no agent gains more than ", single(GAMMA), " = ", subject.game.gamma, " by deviating"
        )
    if _shared(subject, names):
        return words(
            "in an equilibrium no agent gains by deviating; ",
            single(Symbol("nu")),
            " is one outcome for all of them, since "
            "what she does then does not depend on who told her, and the worst such counts",
        )
    return words(
        "in an equilibrium no agent gains by deviating, so each has at least what he could secure"
    )


def _promise(subject: Subject) -> Formula:
    """OPT, TEAM or QR, less 2 eps, gamma, and for a quantal user what the cells blur."""
    top = {Guarantee.BAYES: OPT, Guarantee.BEST_AI: TEAM, Guarantee.QUANTAL: QR}[subject.guarantee]
    terms = [plus(top)]
    if subject.hull.epsilon:
        terms.append(Term(Fraction(2), (EPSILON,), minus=True))
    if _delta(subject):
        terms.append(minus(BLUR))
    if subject.game.gamma:
        terms.append(minus(GAMMA))
    return Formula(tuple(terms))


def _again(subject: Subject) -> Text:
    name = {Guarantee.BAYES: "OPT", Guarantee.BEST_AI: "TEAM", Guarantee.QUANTAL: "QR"}[
        subject.guarantee
    ]
    if _delta(subject):
        return words(
            "the hull distance once more; after the deviation she acts as if informed, but for"
            " the ",
            single(BLUR),
        )
    if subject.guarantee is Guarantee.QUANTAL:
        return words(
            "the hull distance once more; after the deviation she acts exactly as if fully informed"
        )
    return words("the hull distance once more, and ", single(INFORMED), f" is {name}")


def _delta(subject: Subject) -> Fraction:
    """By how much an action's worth to a quantal user can differ within what a supporter tells her;
    0 for other users.
    """
    if subject.guarantee is not Guarantee.QUANTAL:
        return Fraction(0)
    return max(subject.finding.setting.scripts[name].delta for name in subject.hull.supporters)


def _blurred(subject: Subject) -> Iterator[Block]:
    """What is lost where the agents cannot tell a quantal user all: span times how far her actions
    are from informed ones.
    """
    delta = _delta(subject)
    if not delta:
        return
    agents = {agent.name: agent for agent in subject.game.agents}
    wide = sum(
        (subject.hull.weights[name] * span(agents[name]) for name in subject.hull.supporters),
        Fraction(0),
    )
    far, base = total_variation(subject.game, delta), subject.game.quantal.base
    shape = "tanh of x / 2" if base == "e" else f"({base}^x - 1) / ({base}^x + 1)"
    yield say(
        "The ",
        single(BLUR),
        " is the price of what they cannot tell her. Within what one of them tells, an action's"
        " worth to her differs by at most delta = ",
        delta,
        ", so the chances of her actions are within ",
        far,
        f" ({shape}, where x is eta delta) of the fully informed ones; times ",
        wide,
        ", the mixture of the agents' spans, that is ",
        far.scale(wide),
        ".",
    )


def certified(subject: Subject) -> Iterator[Block]:
    """The inequality that the kernel multiplied out: marginal prices, multipliers of the
    deviations, what they come to.
    """
    lower = subject.finding.bound
    multipliers = {name: m for name, m in lower.multipliers.agents.items() if m}
    base = sum(lower.multipliers.marginal.values(), Fraction(0))
    allowed = subject.game.gamma * sum(multipliers.values(), Fraction(0))
    constant = [signed(base)] if base or not multipliers else []
    shares = [signed(m, his(subject.index[name])) for name, m in multipliers.items()]
    promised = _promised(subject, multipliers)
    slack = [signed(-allowed)] if allowed else []
    total = subject.constant(base - allowed)
    if multipliers:
        total = added(_mixed_secured(subject, multipliers), total)
    standing = Standing.KERNEL if subject.bound_accepted else Standing.VERIFIER
    why = QUANTAL_MULTIPLIED if subject.guarantee is Guarantee.QUANTAL else MULTIPLIED
    first = Step(
        ">=",
        Formula((*shares, *constant)),
        None if multipliers else total,
        why,
        DUAL_CERTIFICATE,
        standing,
    )
    second = Step(
        ">=",
        Formula((*promised, *constant, *slack)),
        total,
        _no_gain(subject, multipliers),
        OUTCOME_PROGRAM,
        standing,
    )
    yield say(_intro(subject))
    yield from _multipliers(subject)
    yield Chain(single(HERS), (first, second) if multipliers else (first,))
    yield from _reached(subject, total)


def _intro(subject: Subject) -> str:
    """What the certificate adds to the paper's proof."""
    checked = (
        "What the kernel multiplied out" if subject.bound_accepted else "The sharpest such sum"
    )
    obeying = (
        ""
        if subject.guarantee is Guarantee.QUANTAL
        else ", plus the multiples of what she gains by obeying"
    )
    return (
        f"{checked} needs no weights chosen in advance. At each pair of observations and for each"
        " action, what she gets there is at least the price of the pair, plus the multiples of"
        f" what the agents get{obeying}; all utilities weighted by the prior."
    )


def _multipliers(subject: Subject) -> Iterator[Block]:
    """The prices of observations and the multiples of obedience, so that every inequality can be
    checked by hand.
    """
    found = subject.finding.bound.multipliers
    marginal = tuple((words(x), words(z), (price,)) for (x, z), price in found.marginal.items())
    obedience = tuple(
        (words(x), words(a), words(b), (m,)) for (x, a, b), m in found.obedience.items() if m
    )
    if len(marginal) + len(obedience) > LARGEST:
        yield say("The certificate has the prices and the multiples.")
        return
    yield Table("Prices of observations", ("she sees", "they could see", "price"), marginal)
    if obedience:
        yield Table(
            "Multiples of obeying", ("she sees", "she takes", "and not", "multiple"), obedience
        )


def _reached(subject: Subject, total: Number) -> Iterator[Block]:
    """The bound, where it is not just that sum."""
    lower = subject.finding.bound
    capped = isinstance(total, Fraction) and total != lower.value
    if not subject.bound_accepted and (lower.pieces or capped):
        yield say("What follows is the verifier's word:")
    if lower.pieces:
        yield say(
            "From there it climbs. In an equilibrium worth v to her, each agent could offer a"
            " little more and be picked:"
        )
        yield Listing(
            tuple(
                words("no equilibrium is worth less to her than ", piece.upper)
                for piece in lower.pieces
            )
        )
    elif capped:
        yield say(
            "The sum exceeds the benchmark; beyond that the deviations say nothing. So she gets at"
            " least ",
            lower.value,
            ".",
        )
