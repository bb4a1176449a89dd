"""Certificates: claims with their evidence as canonical JSON, and what the kernel must say of them.

proofs/FORMAT.md is the specification, and this file follows its list of claims. Each claim has a
sentence, written here independently of the kernel; the kernel's answer counts only if it is the
very same, so that a number that is shown is a number that was checked (theory.md 10.1). Same game
and finding, same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.checker import Certificate, accepted
from verifier.evidence import (
    bound_evidence,
    conversation_bounds,
    conversation_tree,
    conversations_of,
    deviation_bounds,
    hull_evidence,
    pieces_of,
    rule_tree,
    rules_of,
    signal_tree,
    signals_of,
    taken_moves,
    weighted_rows,
)
from verifier.game.affine import stated
from verifier.game.model import Game, Target, Ties, digest
from verifier.game.rules import common_coarsening
from verifier.json_text import indented
from verifier.numbers import enclose
from verifier.solve.exponential import QuotientSum
from verifier.theory.alignment import Hull
from verifier.theory.benchmark import no_information, optimum, quantal_value, team
from verifier.theory.bounds.outcome_program import Bound
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.equilibrium import Equilibrium, Indifference
from verifier.theory.equilibria.existence import Existence
from verifier.theory.equilibria.single_sender import OptimalConversation
from verifier.theory.guarantees.guarantee import Conflict, Fails, Guarantee, claimed_tolerance
from verifier.theory.judgements.conversation import (
    ConversationEquilibrium,
    ConversationJudgement,
    ConversationRefutation,
)
from verifier.theory.judgements.quantal import (
    QuantalEquilibrium,
    QuantalJudgement,
    QuantalRefutation,
)
from verifier.theory.judgements.signals import Refutation, SignalJudgement
from verifier.theory.verdict import Finding, Verdict

Shown = Equilibrium | ConversationEquilibrium | QuantalEquilibrium
"""An equilibrium that is exhibited, or given and judged to be one."""

Gain = Refutation | ConversationRefutation | QuantalRefutation
"""A deviation by which an agent surely gains."""


@dataclass(frozen=True)
class Claim:
    """One claim with its evidence, and its sentence."""

    content: dict[str, Any]
    sentence: str


EVERY = {
    Ties.ANY: "under every tie rule",
    Ties.BELIEF: "if she breaks ties by her belief alone",
    Ties.FAVOUR_SPEAKER: "if ties favour the speaker",
    Ties.ORDER: "if ties go to the first action",
}
"""What a tie rule means for a claim about all equilibria."""

SOME = {
    **EVERY,
    Ties.ANY: "for one way of breaking ties",
    Ties.BELIEF: "for one way of breaking ties by her belief alone",
}
"""What a tie rule means for a claim that there is an equilibrium."""

MOST_STEPS = 100_000
"""The largest count of sums for a claim that is told, but that no verdict needs."""

USUAL_PRECISION = 4096
"""The bits that the kernel takes where a certificate does not say how many."""

MEANING = {
    Verdict.PROVED: "holds in every {}, and there is one",
    Verdict.VACUOUS: "holds in every {}, {}",
    Verdict.REFUTED: "fails in an {}",
}


def certificate(game: Game, finding: Finding) -> Certificate | None:
    """The certificate of a verdict; None if it is open, for then there is nothing to check."""
    if finding.verdict is Verdict.OPEN:
        return None
    claims = list(_context(game, finding))
    if finding.verdict is not Verdict.REFUTED:
        claims.append(_every_equilibrium(game, finding.guarantee, finding.bound))
    claims += [_one_user(game, name, bound) for name, bound in finding.each.items()]
    if finding.equilibrium is not None:
        claims.append(_equilibrium(game, finding.guarantee, finding.equilibrium))
    elif finding.existence is Existence.THEOREM:
        claims.append(_existence(game, finding.guarantee))
    elif finding.existence is Existence.NO_OUTCOME:
        claims.append(_nonexistence(game, finding.guarantee, finding.bound))
    return _certificate(game, claims, _conclusion(game, finding))


def equilibrium_certificate(
    game: Game,
    guarantee: Guarantee,
    shown: Shown,
) -> Certificate:
    """The certificate that a profile of rules is an equilibrium for this kind of user."""
    return _certificate(game, [_equilibrium(game, guarantee, shown)])


def deviation_certificate(
    game: Game,
    guarantee: Guarantee,
    found: Gain,
) -> Certificate:
    """The certificate that a profile is no equilibrium: a profitable deviation."""
    return _certificate(game, [_no_equilibrium(game, guarantee, found)])


def claimed_in(text: str) -> frozenset[tuple[str, tuple[str, ...]]]:
    """The claims of a certificate of a game, each by its kind and the agents that it names."""
    return frozenset(
        (claim["claim"], tuple(claim.get("agents", ()))) for claim in json.loads(text)["claims"]
    )


Judgement = SignalJudgement | ConversationJudgement | QuantalJudgement
"""What is said of a profile: it is an equilibrium, it is none, or it is open."""


def judgement_certificate(game: Game, guarantee: Guarantee, found: Judgement) -> Certificate | None:
    """The certificate of a profile's judgement for a user; None where it is unresolved."""
    if isinstance(found, Gain):
        return deviation_certificate(game, guarantee, found)
    if isinstance(found, SignalEquilibrium | ConversationEquilibrium | QuantalEquilibrium):
        return equilibrium_certificate(game, guarantee, found)
    return None


def _certificate(
    game: Game, claims: Sequence[Claim], conclusion: Claim | None = None
) -> Certificate:
    """The JSON text, and the kernel's line: what follows from the claims, then the claims."""
    content: dict[str, Any] = {"format": 2, "game": digest(game)}
    if game.parameters:
        content["parameters"] = {name: str(value) for name, value in game.parameters.items()}
    if game.user is not None:
        content["user"] = game.user
    sentences = [claim.sentence for claim in claims]
    if conclusion is not None:
        content["conclusion"] = conclusion.content
        sentences.insert(0, conclusion.sentence)
    content["claims"] = [claim.content for claim in claims]
    at = f" at {stated(game.parameters)}" if game.parameters else ""
    said = f"{game.title[:200]!a}{game.whose}{at} ({digest(game)[:19]}): {'; '.join(sentences)}"
    return Certificate(indented(content) + "\n", accepted(said))


def _number(value: Fraction | QuotientSum) -> tuple[Any, str]:
    """A number in JSON and in a sentence: rational, or rational ends that enclose it."""
    if isinstance(value, Fraction):
        return str(value), str(value)
    ends = enclose(value)
    lower, upper = str(ends.lower), str(ends.upper)
    said = lower if lower == upper else f"between {lower} and {upper}"
    return {"lower": lower, "upper": upper}, said


def _named(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _kind(game: Game) -> str:
    return f"equilibrium up to gains of {game.gamma}" if game.gamma else "equilibrium"


def _digest(part: Any) -> str:
    """The digest of a part of a certificate, as it is written."""
    return f"sha256:{hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:16]}"


def _context(game: Game, finding: Finding) -> Iterator[Claim]:
    """The claims that a verdict needs besides bound and equilibrium, or that its story tells."""
    hull, guarantee = finding.setting.hull, finding.guarantee
    yield _hull_distance(hull)
    yield _value("optimum", "OPT", optimum(game))
    yield _value("no information", "NOINFO", no_information(game))
    if guarantee is Guarantee.QUANTAL:
        content, said = _number(quantal_value(game))
        yield Claim(
            {"claim": "quantal value", "user": str(guarantee), "value": content}, f"QR is {said}"
        )
    if guarantee is Guarantee.BEST_AI and hull.supporters:
        yield _team(game, hull.supporters)
    if guarantee is Guarantee.BAYES:
        yield from (_team(game, [name]) for name in hull.supporters if _is_checkable(game, name))
    for hypothesis in finding.setting.hypotheses.values():
        if isinstance(hypothesis, Fails) and hypothesis.conflict is not None:
            yield _conflict(game, hypothesis.conflict)


def _hull_distance(hull: Hull) -> Claim:
    """`hull distance` (theory.md 2.1)."""
    nearest = ", ".join(f"{w} {name!r}" for name, w in hull.weights.items() if w)
    return Claim(
        {"claim": "hull distance", **hull_evidence(hull)},
        f"the hull distance is {hull.epsilon} ({hull.convention}; nearest mixture"
        f" {nearest or 'of no agent'})",
    )


def _value(claim: str, name: str, value: Fraction) -> Claim:
    """`optimum` and `no information` (theory.md 3.1)."""
    return Claim({"claim": claim, "value": str(value)}, f"{name} is {value}")


def _team(game: Game, names: Sequence[str]) -> Claim:
    """`team`: the most that a rule gives the user that all these agents can follow."""
    seen = [agent.sees for agent in game.agents if agent.name in names]
    value = team(game, common_coarsening(game, seen)).value
    return Claim(
        {"claim": "team", "agents": list(names), "value": str(value)},
        f"TEAM of {_named(names)} is {value}",
    )


def _is_checkable(game: Game, name: str) -> bool:
    """Whether TEAM of this agent alone, which no verdict needs, is quick work for the kernel."""
    cells = next(len(agent.sees) for agent in game.agents if agent.name == name)
    users, talk = len(game.user_support), game.conversation
    steps = 2 ** (users + cells) * len(game.user_payoff)
    small = cells <= 7 and users <= 5 and talk.rounds <= 4 and steps <= MOST_STEPS
    return talk.conveys(cells) or small


def _conflict(game: Game, found: Conflict) -> Claim:
    """`conflict`: why (identical) or (anonymous) fails for a rule."""
    content: dict[str, Any] = {"claim": "conflict", "agents": list(found.agents)}
    name = "full information"
    if found.rule is not None:
        first = next(agent for agent in game.agents if agent.name == found.agents[0])
        content["rule"] = rule_tree(first, found.rule)
        name = f"the rule {_digest(content['rule'])}"
    content |= {"apart": str(found.apart), "together": str(found.together)}
    return Claim(
        content,
        f"no best response to {name} is worst for all of {_named(found.agents)}: they get"
        f" {found.apart} at the worst for each, {found.together} at the worst for all"
        + (", and so it is by every rule near it that they can all offer" if found.lasting else ""),
    )


def _every_equilibrium(game: Game, guarantee: Guarantee, bound: Bound) -> Claim:
    """`every equilibrium`: the bound of theory.md 5.2."""
    content, said = _number(bound.value)
    least, ties = f"at least {said}", f", {EVERY[game.ties]}"
    if guarantee is Guarantee.QUANTAL:
        least, ties = f"at least a number that is {said}", ""
    return Claim(
        {
            "claim": "every equilibrium",
            "user": str(guarantee),
            "at least": content,
            **bound_evidence(game, bound),
        },
        f"every {_kind(game)} gives the {guarantee} user {least}{ties}",
    )


def _one_user(game: Game, name: str, bound: Bound) -> Claim:
    """`one user`: what one of several users gets under one rule for all (theory.md 5.8)."""
    return Claim(
        {
            "claim": "one user",
            "name": name,
            "at least": str(bound.value),
            **weighted_rows(game, bound, bound.multipliers),
        },
        f"every {_kind(game)} gives the bayes user {name!r} at least {bound.value},"
        f" {EVERY[game.ties]}",
    )


def _existence(game: Game, guarantee: Guarantee) -> Claim:
    """`existence`: an equilibrium by a theorem (theory.md 6.7)."""
    ties = "" if guarantee is Guarantee.QUANTAL else f", {SOME[game.ties]}"
    return Claim(
        {"claim": "existence", "user": str(guarantee)},
        f"an {_kind(game)} with the {guarantee} user exists{ties}",
    )


def _nonexistence(game: Game, guarantee: Guarantee, bound: Bound) -> Claim:
    """`nonexistence`: what every equilibrium satisfies leaves none (theory.md 6.7)."""
    rows = weighted_rows(game, bound, bound.emptiness or bound.multipliers)
    steps = {} if bound.excluded is None else pieces_of(bound.excluded)
    return Claim(
        {"claim": "nonexistence", "user": str(guarantee), **rows, **steps},
        f"no {_kind(game)} with the {guarantee} user exists, {EVERY[game.ties]}",
    )


def _equilibrium(
    game: Game,
    guarantee: Guarantee,
    shown: Shown,
) -> Claim:
    """`equilibrium`: rules, the user's response, and why nobody deviates (theory.md 6.1, 6.7)."""
    evidence: dict[str, Any]
    if isinstance(shown, SignalEquilibrium):
        evidence = {
            **_picked(shown.picked),
            "rules": signals_of(game, shown.signals),
            "response": [[*user_type, action] for user_type, action in shown.response.items()],
        }
        if shown.turns_to:
            evidence["turns_to"] = dict(shown.turns_to)
        else:
            evidence["deviation_bounds"] = deviation_bounds(shown.deviation_bounds)
    elif isinstance(shown, OptimalConversation):
        evidence = {
            "rules": rules_of(game, shown.rules),
            "response": [],
            "deviation_bounds": deviation_bounds([shown.deviation_bound]),
        }
    elif isinstance(shown, QuantalEquilibrium):
        evidence = {"rules": signals_of(game, shown.signals)}
    elif isinstance(shown, ConversationEquilibrium):
        evidence = {
            **_picked(shown.picked),
            "rules": conversations_of(game, shown.profile),
            "response": taken_moves(game, shown.taken),
            "deviation_bounds": conversation_bounds(shown.proofs),
        }
    elif isinstance(shown, Indifference):
        evidence = {"rules": []}
    else:
        evidence = {"rules": rules_of(game, shown.rules)}
        if guarantee is not Guarantee.QUANTAL:
            evidence["response"] = [[*point, action] for point, action in shown.response.items()]
    content, gets = _number(shown.user_utility)
    how = f"by the rules {_digest(evidence['rules'])}" if evidence["rules"] else "if all are silent"
    ties = "" if guarantee is Guarantee.QUANTAL else f"{SOME[game.ties]}, "
    return Claim(
        {"claim": "equilibrium", "user": str(guarantee), "utility": content, **evidence},
        f"an {_kind(game)} gives the {guarantee} user {gets}, {ties}{how}",
    )


def _picked(agent: str | None) -> dict[str, str]:
    """The agent whom she picks, where the offers differ."""
    return {} if agent is None else {"picked": agent}


def _no_equilibrium(
    game: Game,
    guarantee: Guarantee,
    found: Gain,
) -> Claim:
    """`no equilibrium`: a rule by which one agent surely gains (theory.md 6.9 to 6.13)."""
    deviating = next(agent for agent in game.agents if agent.name == found.agent)
    if isinstance(found, Refutation | QuantalRefutation):
        rules = signals_of(game, found.signals)
        rule = signal_tree(deviating, found.deviation)
    else:
        rules = conversations_of(game, found.profile)
        rule = conversation_tree(game, deviating, found.rule)
    (at_most, has), (deviating, gets) = _number(found.before), _number(found.after)
    quantal = guarantee is Guarantee.QUANTAL  # nobody breaks ties
    ties = "" if quantal else f", {EVERY[game.ties]}"
    most, least = ("", "") if quantal else ("at most ", "at least ")
    content = {
        "claim": "no equilibrium",
        "user": str(guarantee),
        "at most": at_most,
        "deviating": deviating,
        "rules": rules,
        "agent": found.agent,
        "rule": rule,
    }
    return Claim(
        content,
        f"the rules {_digest(rules)} are no {_kind(game)} with the {guarantee} user{ties}:"
        f" {found.agent!r} has {most}{has}, and gets {least}{gets} by deviating",
    )


def _conclusion(game: Game, finding: Finding) -> Claim:
    """`conclusion`: what the theorem promises, and what the claims say of it (theory.md 9.1)."""
    content, number = _number(finding.claimed_bound)
    concluded: dict[str, Any] = {
        "verdict": str(finding.verdict),
        "guarantee": str(finding.guarantee),
        "tolerance": str(finding.tolerance),
        "claimed": content,
    }
    eps = claimed_tolerance(game, finding.guarantee, finding.tolerance)
    usual = finding.verdict is Verdict.REFUTED and finding.precision <= USUAL_PRECISION
    if finding.guarantee is Guarantee.QUANTAL and not usual:
        concluded["precision"] = finding.precision
    supporters, informed = finding.setting.hull.supporters, game.target is Target.OPTIMUM
    if finding.guarantee is Guarantee.BAYES or informed or not supporters:
        benchmark = "OPT"
    elif finding.guarantee is Guarantee.QUANTAL:
        benchmark = "QR - span loss(delta)"
    else:
        benchmark = f"TEAM of {_named(supporters)}"
    none = finding.existence is Existence.NO_OUTCOME
    known = "of which there is none" if none else "if there is one"
    return Claim(
        concluded,
        f"{finding.verdict}: {benchmark} - 2 * {eps} = {number}, claimed for the"
        f" {finding.guarantee} user, {MEANING[finding.verdict].format(_kind(game), known)}",
    )
