"""The proof of a guarantee with one game's numbers (theory.md 4.1-4.4, 5.2 and 5.4).

It has the deviation of each agent, the paper's chain of inequalities, and the chain of the
certificate that the kernel checks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from verifier.explain.document import (
    Authority,
    Block,
    Chain,
    Formula,
    Inline,
    Listing,
    Number,
    Reference,
    Section,
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
from verifier.explain.sections.climb import climb
from verifier.explain.sections.expectations import of_deviations
from verifier.explain.sections.inequalities import of_announcement, of_pairs
from verifier.explain.subject import Subject
from verifier.explain.symbols import (
    DEVIATION_UTILITY,
    EPSILON,
    GAMMA,
    LOSS,
    OPT,
    QR,
    TEAM,
    USER_UTILITY,
    payoff_symbol,
    signed,
    single,
    utility_symbol,
)
from verifier.game.model import Target, Ties
from verifier.solve.exponential import Decided, QuotientSum, like, sign
from verifier.theory.bounds.contested import Margins
from verifier.theory.bounds.rare_remarks import RemarkBound
from verifier.theory.bounds.remark_proof import RemarkProof
from verifier.theory.guarantees.guarantee import (
    Deviation,
    Guarantee,
    Holds,
    claimed_tolerance,
    common_payoffs,
    deviation_payoff,
)
from verifier.theory.guarantees.quantal import (
    largest_delta,
    quantal_deviation_payoff,
    total_variation,
    weighted_span,
)
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
MULTIPLIED = words(
    "the sum of these inequalities over the outcome, where the gain from obeying is at least 0"
)
QUANTAL_MULTIPLIED = words("the sum of these inequalities over the outcome")
DUAL_PRICES = "Dual prices of pairs of observations"
OBEDIENCE = "Multiples of what she gains by obeying"
LARGEST = 64
"""Tables with more rows than this are left to the certificate."""


def deviations(subject: Subject) -> Section:
    """The section on the rule to which each agent could deviate, and his deviation payoff."""
    setting = subject.finding.setting
    told = tuple(_announcements(subject))
    if not setting.deviations:
        none = say("No agent has a rule that surely gives her the benchmark of the theorem.")
        return Section("deviations", "The agents' deviations", (none, *told))
    rows = tuple(_deviation(subject, deviation) for deviation in setting.deviations)
    alone = len(subject.game.agents) == 1
    whom = "The agent" if alone else "Each of these agents"
    others = "" if alone else ", whatever the others say"
    intro = {
        Guarantee.BAYES: (
            f"{whom} has a rule that reveals all that she needs to attain OPT{others}. By deviating"
            " to it he surely gets at least d."
        ),
        Guarantee.BEST_AI: (
            "The agent could offer her the rule that is best for her among those that he can"
            " follow. He then surely gets at least d."
            if alone
            else "Each of these agents could offer her the rule that is best for her among those"
            " that all agents of positive weight can follow. If she gets less than that in"
            f" equilibrium,{_by_more(subject)} she picks him, and he surely gets at least d."
        ),
        Guarantee.QUANTAL: (
            f"{whom} could reveal the cell that his observation is in. He then gets at least"
            f" d{others}."
        ),
    }[subject.guarantee]
    table = Table("The deviation of each agent", ("agent", "his rule", "deviation payoff d"), rows)
    blocks = (say(intro), table, *of_deviations(subject), *told)
    return Section("deviations", "The agents' deviations", blocks)


def _announcements(subject: Subject) -> Iterator[Block]:
    """The deviations of agents who cannot tell her enough (theory.md 5.6)."""
    announced = subject.finding.bound.announcements
    if announced:
        what = "What" if len(subject.game.agents) == 1 else "Whatever the others say, what"
        yield say(
            f"An agent who cannot tell her enough can still announce what he sees. {what} she then"
            " does is best for her given what he announces, so that he surely gets at least d (",
            Reference("5.6"),
            ").",
        )
        rows = tuple((words(a.agent), words(rule_words(a.rule)), (a.payoff,)) for a in announced)
        heads = ("agent", "his rule", "deviation payoff d")
        yield Table("Deviations that tell her less", heads, rows)
        for one in announced:
            yield from of_announcement(subject, one)


def _deviation(subject: Subject, deviation: Deviation) -> tuple[Text, ...]:
    gives: Number = (
        quantal_deviation_payoff(subject.game, subject.finding.setting, deviation.agent)
        if subject.guarantee is Guarantee.QUANTAL
        else deviation_payoff(subject.game, deviation)
    )
    return words(deviation.agent), words(rule_words(deviation.rule)), (gives,)


def proof(subject: Subject) -> Section:
    """The section with the paper's chain, where its hypotheses hold, and the certificate's."""
    blocks: list[Block] = []
    if subject.theorem_applies:
        blocks += [
            say(
                "Take any equilibrium, with outcome ",
                single(Symbol("mu")),
                ", and let ",
                single(Symbol("nu")),
                " be the outcome after one of the deviations above.",
                *_assumption(subject),
            ),
            paper_chain(subject),
            *_in_the_worst(subject, _worst_outcome(subject, _paper_weights(subject))),
            *_in_either_case(subject),
            *_against_claim(subject),
            *_loss(subject),
        ]
    else:
        blocks.append(
            say(
                "A hypothesis fails, so the paper's theorem does not apply here; the following"
                " bound does."
            )
        )
    blocks += certified_chain(subject)
    if subject.verdict is Verdict.OPEN:
        blocks.append(
            say(
                "Neither this bound nor a known equilibrium decides the claim of ",
                subject.finding.claimed_bound,
                ".",
            )
        )
        return Section("proof", "What can be shown, with this game's numbers", tuple(blocks))
    return Section("proof", "The proof, with this game's numbers", tuple(blocks))


def _assumption(subject: Subject) -> Text:
    if subject.guarantee is not Guarantee.BEST_AI:
        return ()
    z = subject.game.evaluation
    if z:
        return words(
            " If she already gets TEAM less twice z = ",
            z,
            " in the equilibrium, there is nothing to prove; so suppose that she gets less. Then no"
            " offer is worth as much as TEAM less z, and who offers her TEAM is picked.",
        )
    return words(
        " If she already gets TEAM in the equilibrium, there is nothing to prove; so suppose that"
        " she gets less."
    )


def _by_more(subject: Subject) -> str:
    return " by more than twice what her evaluation errs by," if subject.game.evaluation else ""


def _in_either_case(subject: Subject) -> Iterator[Block]:
    """What follows where her evaluation errs, whether she gets less or not (theory.md 4.5)."""
    z, proved = subject.game.evaluation, subject.finding.paper_bound
    if z and subject.guarantee is Guarantee.BEST_AI and proved is not None:
        yield say("In either case she gets at least ", proved, " (", Reference("4.5"), ").")


def paper_chain(subject: Subject) -> Chain:
    """The chain of theory.md 4.1: the shift lemma, no gain from deviating, the hull distance again.

    u(mu) >= sum w U(mu) + c - eps >= sum w d + c - eps >= benchmark - 2 eps - losses.
    """
    hull, offset = subject.hull, subject.offset
    gamma = subject.game.gamma * hull.total_weight
    weights = _paper_weights(subject)
    loss = [signed(-hull.epsilon)] if hull.epsilon else []
    shift = [*([signed(offset)] if offset or not weights else []), *loss]
    slack = [signed(-gamma)] if gamma else []
    mixture_terms = [signed(w, utility_symbol(subject.index[name])) for name, w in weights.items()]
    if _nearby(subject):
        outcome = ((w, subject.index[name]) for name, w in weights.items())
        deviation_terms = [signed(w, utility_symbol(n, "nu")) for w, n in outcome]
        least, kept = None, _LIMIT
    else:
        deviation_terms = _deviation_terms(subject, weights)
        least = _mixed_deviation_payoff(subject, weights) + (offset - hull.epsilon - gamma)
        kept = _no_gain(subject, weights)
    what = "their mixture" if weights else "a constant"
    near = words(f"{what} {'is within the hull distance of' if hull.epsilon else 'equals'} u")
    theorem = THEOREM[subject.guarantee]
    kept_step = Step(
        ">=",
        Formula((*deviation_terms, *shift, *slack)),
        least,
        kept,
        EQUILIBRIUM,
        Authority.VERIFIER,
    )
    steps = [
        Step(
            ">=",
            Formula((*mixture_terms, *shift)),
            None,
            near,
            SHIFT_LEMMA,
            Authority.KERNEL if subject.vouched("hull distance") else Authority.VERIFIER,
        ),
        *([kept_step] if weights else []),
        Step(
            ">=",
            _paper_bound(subject),
            _promised(subject),
            _last_reason(subject),
            theorem,
            Authority.THEOREM,
        ),
    ]
    return Chain(single(USER_UTILITY), tuple(steps))


def _paper_weights(subject: Subject) -> dict[str, Fraction]:
    return {name: subject.hull.weights[name] for name in subject.hull.supporters}


def _worst_outcome(subject: Subject, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """What each agent gets in the outcome nu of a chain; nothing where it has d in its place."""
    if not _common_response(subject, weights) or _nearby(subject):
        return {}
    used = [d for d in subject.finding.setting.deviations if d.agent in weights]
    return common_payoffs(subject.game, used, weights)


def _in_the_worst(subject: Subject, payoffs: Mapping[str, Fraction]) -> Iterator[Block]:
    """The numbers U_i(nu) of a chain."""
    parts: list[Inline] = []
    for name, value in payoffs.items():
        symbol = single(utility_symbol(subject.index[name], "nu"))
        parts += [" and " if parts else "Here ", symbol, " = ", value]
    if parts:
        yield say(*parts, ".")


def _against_claim(subject: Subject) -> Iterator[Block]:
    """The claim, where it is another number than the one that the theorem promises."""
    finding = subject.finding
    if finding.paper_bound is None:
        return
    order = sign(finding.paper_bound - finding.claimed_bound)
    if not isinstance(order, Decided) or not order.sign:
        return
    tolerance = claimed_tolerance(subject.game, subject.guarantee, finding.tolerance)
    other: Text = ()
    if subject.game.target is Target.OPTIMUM and subject.guarantee is not Guarantee.BAYES:
        other = words(", from OPT")
    if tolerance != subject.hull.epsilon:
        other += words(", with the tolerance ", tolerance, " in place of ", single(EPSILON))
    if subject.game.gamma:
        other += words(", with nothing taken off for ", single(GAMMA))
    follows = "follows" if order.sign > 0 else "does not follow"
    yield say("The claim is ", finding.claimed_bound, *other, f": it {follows} from this.")


def _promised(subject: Subject) -> Number | None:
    """What the chain comes to, before it is said what follows of an evaluation that errs."""
    hull, setting = subject.hull, subject.finding.setting
    if subject.guarantee is not Guarantee.BEST_AI:
        return subject.finding.paper_bound
    return setting.benchmark - (2 * hull.epsilon + subject.game.gamma * hull.total_weight)


_LIMIT = words(
    "no agent gains by offering a rule near the team-optimal one, after which nothing ties but"
    " actions that are the same to her; ",
    single(Symbol("nu")),
    " is the limit of the outcomes, with those of them that are worst for all",
)


def _nearby(subject: Subject) -> bool:
    """Whether (anonymous) holds of rules near the team-optimal one only (theory.md 4.3)."""
    anonymous = subject.finding.setting.hypotheses.get("anonymous")
    return isinstance(anonymous, Holds) and anonymous.nearby


def _common_response(subject: Subject, names: Collection[str]) -> bool:
    """Whether the user's response to a deviation is the same whichever of these agents deviates.

    Then the worst response for the mixture of their utilities counts, not the worst for each.
    """
    used = [d for d in subject.finding.setting.deviations if d.agent in names]
    alike = bool(used) and all(d.ties in (Ties.BELIEF, Ties.ORDER) for d in used)
    return subject.guarantee is not Guarantee.QUANTAL and alike


def _deviation_terms(subject: Subject, weights: Mapping[str, Fraction]) -> list[Term]:
    """The deviation payoffs as weighted terms: U_i(nu) of a common outcome nu, or d_i."""
    own = {a.agent for a in subject.finding.bound.announcements}
    common = _common_response(subject, weights)

    def symbol(name: str) -> Symbol:
        n = subject.index[name]
        return utility_symbol(n, "nu") if common and name not in own else payoff_symbol(n)

    return [signed(w, symbol(name)) for name, w in weights.items()]


def _mixed_deviation_payoff(subject: Subject, weights: Mapping[str, Fraction]) -> Number:
    """The least mixture of deviation payoffs that the user's tie rule allows."""
    setting = subject.finding.setting
    if setting.guarantee is Guarantee.QUANTAL:
        payoffs = (
            w * quantal_deviation_payoff(subject.game, setting, name) for name, w in weights.items()
        )
        return sum(payoffs, QuotientSum(subject.game.quantal.base))
    announced = subject.finding.bound.announcements
    told = sum((weights.get(a.agent, 0) * a.payoff for a in announced), Fraction(0))
    used = [d for d in setting.deviations if d.agent in weights]
    if _common_response(subject, weights):
        least = common_payoffs(subject.game, used, weights)
    else:
        least = {d.agent: deviation_payoff(subject.game, d) for d in used}
    return told + sum((weights[name] * value for name, value in least.items()), Fraction(0))


def _no_gain(subject: Subject, names: Collection[str]) -> Text:
    """The reason why an agent's equilibrium payoff is at least his deviation payoff."""
    if subject.game.gamma:
        return words(
            "no agent gains more than ", single(GAMMA), " = ", subject.game.gamma, " by deviating"
        )
    if _common_response(subject, names):
        return words(
            "in an equilibrium no agent gains by deviating; ",
            single(Symbol("nu")),
            " is one outcome for all of them, since her response does not depend on who told her,"
            " and of several such outcomes the worst counts",
        )
    return words(
        "in an equilibrium no agent gains by deviating, so each gets at least his deviation payoff"
    )


def _paper_bound(subject: Subject) -> Formula:
    """The paper's bound: OPT, TEAM or QR, less 2 eps, gamma, and the loss of a quantal user."""
    top = {Guarantee.BAYES: OPT, Guarantee.BEST_AI: TEAM, Guarantee.QUANTAL: QR}[subject.guarantee]
    weight = subject.hull.total_weight
    terms = [plus(top if weight else OPT)]
    if subject.hull.epsilon:
        terms.append(Term(Fraction(2), (EPSILON,), minus=True))
    if _largest_delta(subject):
        terms.append(minus(LOSS))
    if subject.game.gamma and weight:
        terms.append(minus(GAMMA) if weight == 1 else Term(weight, (GAMMA,), minus=True))
    return Formula(tuple(terms))


def _last_reason(subject: Subject) -> Text:
    """The reason for the last step of the paper's chain."""
    name = {Guarantee.BAYES: "OPT", Guarantee.BEST_AI: "TEAM", Guarantee.QUANTAL: "QR"}[
        subject.guarantee
    ]
    if not subject.hull.supporters:
        return words("the hull distance once more, for the outcome that gives her OPT")
    if _largest_delta(subject):
        return words(
            "the hull distance once more; after the deviation she acts as if fully informed, up to"
            " the ",
            single(LOSS),
        )
    if subject.guarantee is Guarantee.QUANTAL:
        return words(
            "the hull distance once more; after the deviation she acts exactly as if fully informed"
        )
    return words("the hull distance once more, since ", single(DEVIATION_UTILITY), f" is {name}")


def _largest_delta(subject: Subject) -> Fraction:
    """The delta of theory.md 4.2: how much an action's value to a quantal user varies in a cell.

    It is 0 for other users.
    """
    if subject.guarantee is not Guarantee.QUANTAL:
        return Fraction(0)
    return largest_delta(subject.game, subject.hull)


def _loss(subject: Subject) -> Iterator[Block]:
    """The loss of theory.md 4.2, the span of the mixture times tanh(eta delta / 2)."""
    delta = _largest_delta(subject)
    if not delta:
        return
    wide = weighted_span(subject.game, subject.hull)
    far, base = total_variation(subject.game, delta), subject.game.quantal.base
    shape = "tanh of x / 2" if base == "e" else f"({base}^x - 1) / ({base}^x + 1)"
    yield say(
        "The ",
        single(LOSS),
        " is that of what they cannot reveal (",
        THEOREM[Guarantee.QUANTAL],
        "). Within a cell that one of them reveals, an"
        " action's value to her varies by at most delta = ",
        delta,
        ", so the probability of any set of actions is within ",
        far,
        f" ({shape}, where x is eta delta) of what it would be if she were fully informed."
        " Multiplied by ",
        wide,
        ", the weighted sum of the spans of the agents' utilities, this is ",
        far * wide,
        ".",
    )


def certified_chain(subject: Subject) -> Iterator[Block]:
    """The dual certificate of theory.md 5.4 as a chain, with its prices and multipliers."""
    chain, total = dual_certificate(subject)
    yield say(_introduction(subject))
    yield from _multipliers(subject)
    yield from of_pairs(subject)
    yield chain
    used = {name: m for name, m in subject.finding.bound.multipliers.agents.items() if m}
    worst = _worst_outcome(subject, used)
    if not subject.theorem_applies or worst != _worst_outcome(subject, _paper_weights(subject)):
        yield from _in_the_worst(subject, worst)
    yield from _improvement(subject, total)


def dual_certificate(subject: Subject) -> tuple[Chain, Number]:
    """The chain of the dual certificate (theory.md 5.4), and the number that it comes to."""
    lower = subject.finding.bound
    multipliers = {name: m for name, m in lower.multipliers.agents.items() if m}
    base = sum(lower.multipliers.marginal.values(), Fraction(0))
    allowed = subject.game.gamma * sum(multipliers.values(), Fraction(0))
    constant = [signed(base)] if base or not multipliers else []
    shares = [signed(m, utility_symbol(subject.index[name])) for name, m in multipliers.items()]
    deviation_terms = _deviation_terms(subject, multipliers)
    slack = [signed(-allowed)] if allowed else []
    total = like(base - allowed, lower.value)
    if multipliers:
        total = _mixed_deviation_payoff(subject, multipliers) + total
    authority = Authority.KERNEL if subject.bound_accepted else Authority.VERIFIER
    why = QUANTAL_MULTIPLIED if subject.guarantee is Guarantee.QUANTAL else MULTIPLIED
    first = Step(
        ">=",
        Formula((*shares, *constant)),
        None if multipliers else total,
        why,
        DUAL_CERTIFICATE,
        authority,
    )
    second = Step(
        ">=",
        Formula((*deviation_terms, *constant, *slack)),
        total,
        _no_gain(subject, multipliers),
        OUTCOME_PROGRAM,
        authority,
    )
    return Chain(single(USER_UTILITY), (first, second) if multipliers else (first,)), total


def _introduction(subject: Subject) -> str:
    """An introduction to the dual certificate."""
    checked = (
        "The dual certificate that the kernel checked"
        if subject.bound_accepted
        else "The best dual certificate"
    )
    obeying = (
        ""
        if subject.guarantee is Guarantee.QUANTAL
        else ", plus multiples of what she gains by obeying"
    )
    return (
        f"{checked} needs no weights chosen in advance. For each pair of observations and each"
        " action, her payoff is at least the dual price of the pair, plus multiples of the agents'"
        f" payoffs{obeying}; all payoffs are weighted by the prior."
    )


def _multipliers(subject: Subject) -> Iterator[Block]:
    """The dual prices and the multipliers of obedience, as needed to check the sum by hand."""
    found = subject.finding.bound.multipliers
    marginal = tuple((words(x), words(z), (price,)) for (x, z), price in found.marginal.items())
    obedience = tuple(
        (words(x), words(a), words(b), (m,)) for (x, a, b), m in found.obedience.items() if m
    )
    if len(marginal) + len(obedience) > LARGEST:
        yield say("The dual prices and the multiples are in the certificate.")
        return
    yield Table(DUAL_PRICES, ("her observation", "agents' observation", "dual price"), marginal)
    if obedience:
        yield Table(
            OBEDIENCE, ("her observation", "she takes", "rather than", "multiple"), obedience
        )


def _improvement(subject: Subject, total: Number) -> Iterator[Block]:
    """The bound, where it is not the sum: capped at the benchmark, or improved (theory.md 6.5)."""
    lower = subject.finding.bound
    capped = isinstance(total, Fraction) and total != lower.value
    if not subject.bound_accepted and (lower.improved or capped):
        yield say("The kernel has not checked what follows:")
    if lower.climbs:
        yield from climb(subject, total)
    elif lower.margins is not None:
        yield from _margins(subject, lower.margins)
    elif lower.remarks is not None:
        yield from _remarks(subject, lower.remarks)
    elif capped:
        yield say(
            "The sum exceeds the benchmark"
            + (" less twice what her evaluation errs by" if subject.game.evaluation else "")
            + ", beyond which the deviations prove nothing. So she gets at least ",
            lower.value,
            ".",
        )
    if lower.improved:
        where = "the certificate has them all" if subject.bound_accepted else "there are others"
        yield say(
            "Not all numbers that prove this improvement are shown here, so that it cannot be"
            f" checked by hand from this story: {where}."
        )


def _remarks(subject: Subject, found: RemarkBound) -> Iterator[Block]:
    """The remarks of theory.md 5.7 that nobody would make, and what follows."""
    if found.proof is None:
        yield say(
            "In fact she gets OPT (",
            Reference("5.7"),
            "): if she were indifferent between two best actions, one of those who see everything"
            " would gain by a hint so small that it costs him nothing; and where she is not, one of"
            " them would gain by telling a little more, until she knows all that matters.",
        )
        return
    if found.proof.shifts:
        yield from _steady(found, found.proof)
    if not found.proof.remarks:
        return
    yield say(
        "In fact she gets at least ",
        found.value,
        " (",
        Reference("5.7"),
        "): an agent may add a remark to whatever he says, with a small probability, and in an"
        " equilibrium none gains by one. These remarks count, with these likelihoods (up to a"
        " factor):",
    )
    rows = tuple(
        (words(str(n)), words(remark.agent), words(o), (likelihood,))
        for n, remark in enumerate(found.proof.remarks, start=1)
        for o, likelihood in remark.likelihoods.items()
        if likelihood
    )
    yield Table(
        "Remarks by which nobody gains",
        ("remark", "agent", "agents' observation", "likelihood"),
        rows,
    )
    count = len(found.ties.left)
    yield say(
        "Where she is indifferent, remarks could break a tie against an agent. ",
        "No equilibrium has a tie here."
        if not count
        else "These remarks do not, at any tie that an equilibrium may have.",
    )


def _steady(found: RemarkBound, proof: RemarkProof) -> Iterator[Block]:
    """The sets of theory.md 5.10, of which she could be told without doing anything else."""
    bound = words("In fact she gets at least ", found.value)
    if proof.remarks:
        bound = words("Some things she could be told without any effect")
    yield say(
        *bound,
        " (",
        Reference("5.10"),
        "): in an equilibrium she is indifferent nowhere, and could be told that one of these sets"
        " is the case: what she does would still be best. For agents who see so much could say"
        " ever less often what they say where something else is the case; and wherever this made"
        " her do something else, they would gain.",
    )
    rows = tuple((words(" or ".join(sorted(shift.steady))),) for shift in proof.shifts)
    yield Table("What would change nothing", ("the case is",), rows)


def _margins(subject: Subject, margins: Margins) -> Iterator[Block]:
    """The contested margins of theory.md 5.5: who would say more, about each observation."""
    yield say(
        "In fact she gets OPT (",
        Reference("5.5"),
        "): wherever she is indifferent between two best actions, those who can tell one"
        " observation from the rest want, with these weights, the action that is better there; so"
        " one of them would gain by telling a little more, until she knows all that matters.",
    )
    rows = tuple(
        (words(part.observation), words(name), (weight,))
        for part in margins.towards
        for name, weight in part.weights.items()
    )
    yield Table("Who would tell more", ("agents' observation", "agent", "weight"), rows)
    if margins.never is not None:
        listed = tuple(
            words(action, *([] if len(subject.game.user_support) == 1 else [" after ", x]))
            for x, action in margins.never.actions
        )
        yield say("This leaves out the actions that no equilibrium has, by the rows above:")
        yield Listing(listed)
