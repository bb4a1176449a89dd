"""Benchmarks, hull distance, and the hypotheses of a guarantee (theory.md 2.1, 3.1 and 4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from verifier.explain.document import (
    Block,
    Formula,
    Inline,
    Listing,
    Reference,
    Section,
    Symbol,
    Table,
    Text,
    say,
    words,
)
from verifier.explain.sections.expectations import of_benchmarks
from verifier.explain.sections.witness import witness_words
from verifier.explain.subject import Subject
from verifier.explain.symbols import EPSILON, GAMMA, signed, single
from verifier.game.model import Convention, Ties
from verifier.numbers import show
from verifier.theory.guarantees.guarantee import Fails, Guarantee, Holds, claimed_tolerance

QUANTAL_LEARNING = (
    "every agent of positive weight can reveal a cell within which no action's value to her varies"
    " by more than delta"
)
"""The hypothesis (learning) for a quantal user."""
OTHERWISE = {
    Convention.SIMPLEX: "With weights that sum to 1",
    Convention.CONE: "With weights of any sum",
}
"""How a claim with other weights begins."""
HYPOTHESES = {
    "hull": "her utility is within the claimed tolerance of a mixture of theirs",
    "learning": "every agent of positive weight has a rule with which she attains OPT",
    "identical": "whichever of them reveals, the outcome is the same",
    "anonymous": "her response to a rule does not depend on who offers it",
    "evaluation": "whom she picks offers her at least the best less z",
}


def benchmarks(subject: Subject) -> Section:
    """The section on the benchmarks OPT, TEAM, NOINFO and QR, and on the claim."""
    found = subject.report.benchmarks
    rows: list[tuple[Text, ...]] = [
        (words("OPT"), words("if she knew all observations"), (found.optimum,)),
        *_team(subject),
        (
            words("NOINFO"),
            words("alone, from the prior and her observation"),
            (found.no_information,),
        ),
    ]
    if subject.guarantee is Guarantee.QUANTAL and found.quantal is not None:
        rows.append((words("QR"), words("as OPT, but with her quantal response"), (found.quantal,)))
    table = Table(
        "What the user could get", ("benchmark", "what it is", "her utility"), tuple(rows)
    )
    blocks = (table, *of_benchmarks(subject.game), say(*_claim(subject)))
    return Section("benchmarks", "The benchmarks", blocks)


def teams(subject: Subject) -> Iterator[tuple[str, Sequence[str]]]:
    """TEAM with the agents whom it is of, and that of each alone, where that is another number."""
    found = subject.report.benchmarks
    yield "TEAM", subject.report.alignment.claimed.supporters
    for name, value in found.team_by_agent.items():
        if value != found.team:
            yield f"TEAM of {name}", (name,)


def _team(subject: Subject) -> Iterator[tuple[Text, ...]]:
    (team, _), *others = teams(subject)
    found = subject.report.benchmarks
    what = "with one perfectly aligned agent, same conversation"
    if others:
        what += ", by a rule that all agents of positive weight can follow"
    yield words(team), words(what), (found.team,)
    for title, (name,) in others:
        value = found.team_by_agent[name]
        yield words(title), words(f"the same with what {name} alone sees"), (value,)


def _claim(subject: Subject) -> Text:
    setting = subject.finding.setting
    tolerance = claimed_tolerance(subject.game, subject.guarantee, subject.finding.tolerance)
    errs = tolerance != subject.finding.tolerance
    what = "the error of her evaluation," if errs else "the tolerance"
    name = {Guarantee.BAYES: "OPT", Guarantee.BEST_AI: "TEAM", Guarantee.QUANTAL: "QR"}[
        setting.guarantee
    ]
    noise = (
        ", minus the loss where the agents cannot tell her everything"
        if setting.guarantee is Guarantee.QUANTAL
        else ""
    )
    if subject.game.target == "optimum" or not subject.hull.supporters:
        name, noise = "OPT", ""
    slack: Text = ()
    if subject.game.gamma:
        slack = words(
            " Here equilibrium means that no agent could gain more than ",
            single(GAMMA),
            " = ",
            subject.game.gamma,
            " by deviating (",
            Reference("4.4"),
            ").",
        )
    exact = (
        " OPT, TEAM and NOINFO are for a user without noise."
        if setting.guarantee is Guarantee.QUANTAL
        else ""
    )
    return words(
        f"The claim: in every equilibrium she gets at least {name} minus twice {what} of ",
        tolerance,
        noise + ", which is ",
        subject.finding.claimed_bound,
        ".",
        *_against_optimum(subject),
        *_other_claims(subject),
        *slack,
        exact,
    )


def _against_optimum(subject: Subject) -> Text:
    """What the claim about a quantal user is against OPT, the paper's benchmark (theory.md 4.2)."""
    claimed = subject.report.against_optimum
    if subject.guarantee is not Guarantee.QUANTAL or claimed is None:
        return ()
    game = subject.game
    return words(
        f" QR is at most log({len(game.actions)}) / eta below OPT, with the logarithm to the base"
        f" {game.quantal.base} and eta = {game.quantal.eta} (",
        Reference("3.2"),
        f"); so with OPT in the place of QR the claim is {show(claimed)}.",
    )


def _other_claims(subject: Subject) -> Iterator[Inline]:
    """What is claimed with other weights, where it is another number (theory.md 2.3)."""
    for convention, claimed in subject.report.claims[subject.guarantee].items():
        if show(claimed) != show(subject.finding.claimed_bound):
            said = OTHERWISE[convention]
            yield from words(f" {said} (", Reference("2.3"), ") it would be ", claimed)
            yield from words("; that is not what is decided here.")


def hull(subject: Subject) -> Section:
    """The section on the hull distance, the weights that attain it, and its witness."""
    hull, game = subject.hull, subject.game
    several = len(set(hull.offsets.values())) > 1
    offset = Fraction(0) if several else next(iter(hull.offsets.values()))
    weights = tuple((words(agent.name), (hull.weights[agent.name],)) for agent in game.agents)
    shares = [
        signed(hull.weights[name], Symbol("U", subject.index[name])) for name in hull.supporters
    ]
    mixture = Formula((*shares, signed(offset)) if offset or not shares else tuple(shares))
    named = words("The mixture " if shares else "The constant ", mixture)
    if several:
        named += words(" plus a constant for each state")
    sentence = words(*named, " equals u")
    if hull.epsilon:
        sentence = words(*named, " is within ", single(EPSILON), " = ", hull.epsilon, " of u")
    blocks: list[Block] = [
        *_convention(subject),
        Table("Hull weights w", ("agent", "weight"), weights),
        *(_offsets(subject) if several else ()),
        say(*sentence, " for every action and state.", *_share(subject)),
        *_witness(subject),
    ]
    return Section("hull", "How close their utilities come to hers", tuple(blocks))


def _convention(subject: Subject) -> Iterator[Block]:
    """Which mixtures count, where the weights need not sum to 1 (theory.md 2.3)."""
    if subject.hull.convention is Convention.SIMPLEX:
        return
    by_state = ""
    if subject.hull.convention is Convention.STATE_OFFSET:
        by_state = ", and the constant may be another in each state"
    yield say(
        f"Here weights need not sum to 1{by_state} (",
        Reference("2.3"),
        "); these sum to ",
        subject.hull.total_weight,
        ".",
    )


def _offsets(subject: Subject) -> Iterator[Block]:
    rows = tuple((words(y), (c,)) for y, c in subject.hull.offsets.items())
    yield Table("The constants of the states", ("state", "constant"), rows)


def _share(subject: Subject) -> Text:
    """The hull distance over the range of her utility, which is 1 in the paper at most."""
    share = subject.report.alignment.share(subject.hull)
    if share in (None, subject.hull.epsilon):
        return ()
    return words(" That is ", share, " of the range of her utility.")


def _witness(subject: Subject) -> Iterator[Block]:
    measure = subject.hull.witness
    if not measure or not subject.hull.epsilon:
        return
    rows = tuple((words(a), words(y), (mass,)) for (a, y), mass in measure.items())
    kind = subject.hull.convention
    each = " in each state" if kind is Convention.STATE_OFFSET else ""
    apart: Text = words(
        " The integral of u is at least ",
        subject.hull.epsilon,
        ", and that of every agent's utility at most 0, hence that of every mixture.",
    )
    if kind is Convention.SIMPLEX:
        apart = words(
            " The integral of u is at least ",
            subject.hull.epsilon,
            " greater than that of every agent's utility, hence than that of every mixture.",
        )
    yield say(
        "No mixture is closer (",
        Reference("2.1" if kind is Convention.SIMPLEX else "2.3"),
        f"). The witness is a signed measure on actions and states: its masses sum to 0{each}, and"
        " their absolute values to at most 1. So a constant adds nothing to the integral of a"
        " utility, and the integrals of two utilities differ by no more than the utilities do.",
        *apart,
    )
    yield Table("The witness of the hull distance", ("action", "state", "mass"), rows)


def hypotheses(subject: Subject) -> Section:
    """The section on the hypotheses, each with what shows that it holds or fails."""
    items = tuple(
        _hypothesis(subject, name, entry)
        for name, entry in subject.finding.setting.hypotheses.items()
    )
    return Section("hypotheses", "The hypotheses of the theorem", (Listing(items),))


def hypothesis_words(subject: Subject, name: str) -> str:
    """The name and the statement of a hypothesis."""
    quantal = subject.guarantee is Guarantee.QUANTAL and name == "learning"
    return f"({name}) {QUANTAL_LEARNING if quantal else HYPOTHESES[name]}"


def _hypothesis(subject: Subject, name: str, entry: Holds | Fails) -> Text:
    head = f"{hypothesis_words(subject, name)}: "
    if isinstance(entry, Fails):
        return words(f"{head}fails. ", *witness_words(name, entry))
    parts: list[Inline] = [f"{head}holds"]
    if name in ("identical", "anonymous"):
        parts += _as_needed(subject, name, entry)
    for n, (key, value) in enumerate(entry.detail.items()):
        parts += [" and " if n else ", with ", f"{key} = ", Fraction(value)]
    return words(*parts, ".")


def _as_needed(subject: Subject, name: str, entry: Holds) -> Iterator[str]:
    """What holds instead of (identical) or (anonymous) itself: one outcome will do (theory.md 4.1,
    4.3).
    """
    setting, supporters = subject.finding.setting, subject.hull.supporters
    ties = {d.ties for d in setting.deviations if d.agent in supporters}
    if isinstance(setting.hypotheses.get("learning"), Fails):
        ties = {subject.game.ties}
        yield ", if each of them could reveal everything"
    alone = len(supporters) < 2 or (name == "anonymous" and len(subject.game.agents) < 2)
    unique = name == "identical" and subject.game.has_unique_best_actions
    if alone or unique or ties <= {Ties.BELIEF, Ties.ORDER}:
        return
    yield " in the form that the proof needs: one outcome"
    if entry.nearby:
        yield (
            ", once a small change of the rule, the same for all, has broken all ties but those"
            " between actions that are the same to her,"
        )
    yield " gives each of them at most what he surely gets by it"


def failure_checked(subject: Subject, name: str) -> bool:
    """Whether the kernel has accepted claims that show that this hypothesis fails.

    These are the hull distance; OPT and TEAM of an agent of positive weight alone; or that no best
    response to a rule is worst for all of the agents, for (anonymous) nor to any rule near it.
    """
    entry = subject.finding.setting.hypotheses[name]
    if not isinstance(entry, Fails):
        return False
    if name == "hull":
        return subject.vouched("hull distance")
    if name == "learning":
        return subject.vouched("optimum") and subject.vouched("team", str(entry.witness["agent"]))
    conflict = entry.conflict
    shown = conflict is not None and (conflict.lasting or name == "identical")
    return conflict is not None and shown and subject.vouched("conflict", *conflict.agents)
