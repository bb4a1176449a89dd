"""The common part of the guarantees: hypotheses, sure deviations, the claim (theory.md 4.4).

A guarantee on a game is a `Setting`: its benchmark, for each agent the deviation that the proof
uses, and for each hypothesis whether it holds. `guarantee_bayes` (4.1), `guarantee_quantal` (4.2)
and `guarantee_best_ai` (4.3) build it. By the shift lemma (2.2) `theorem_bound` is what it
promises, also for gamma-equilibria.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import lcm

from verifier.errors import InstanceError
from verifier.game.model import Cell, Game, Ties, WholePayoff, finest
from verifier.game.response import RangeEnd, rule_payoff_end, sure_end
from verifier.game.rules import Rule, announce
from verifier.meant import choose
from verifier.solve.exponential import QuotientSum
from verifier.theory.alignment import Hull


class Guarantee(StrEnum):
    """The paper's guarantees G1, G2 and G3, named by the user's kind (theory.md 4.1, 4.2, 4.3)."""

    BAYES = "bayes"
    QUANTAL = "quantal"
    BEST_AI = "best-ai"


PAPER_NAMES = {"g1": "bayes", "g2": "quantal", "g3": "best-ai"}
"""The guarantees as the paper numbers them."""


def named(words: Iterable[str], said: str) -> list[Guarantee]:
    """The guarantees of these names, in their usual order; capitals and G1, G2, G3 count as well.

    `said` is what gave the words, for messages. Raises InstanceError for another name.

    >>> named(["G3", "bayes"], "--guarantee")
    [<Guarantee.BAYES: 'bayes'>, <Guarantee.BEST_AI: 'best-ai'>]
    """
    known = {str(name): name for name in Guarantee}
    known |= {word: Guarantee(name) for word, name in PAPER_NAMES.items()}
    lower = (word.lower() if word.lower() in known else word for word in words)
    asked = {choose(said, word, known) for word in lower}
    return [name for name in Guarantee if name in asked]


def answerable(game: Game, guarantees: Iterable[Guarantee]) -> tuple[Guarantee, ...]:
    """Those of the guarantees that can be asked of a game (theory.md 1.8).

    Several users under one rule for all are no user who picks one agent: each picks for herself,
    knowing who she is. Raises InstanceError where nothing is left.
    """
    asked = tuple(guarantees)
    left = tuple(g for g in asked if not (game.population and g is Guarantee.BEST_AI))
    if asked and not left:
        raise InstanceError(
            "best-ai is about a user who picks one agent, and here each of several"
            " users picks for herself; name one of them (--user), or ask for bayes or quantal"
        )
    return left


@dataclass(frozen=True)
class Holds:
    """A hypothesis that holds; `detail` gives its constant, where it has one.

    `nearby`: it holds of rules as near as one likes to the team-optimal one (theory.md 4.3).
    """

    detail: Mapping[str, str] = field(default_factory=dict)
    nearby: bool = False


@dataclass(frozen=True)
class Conflict:
    """A rule to which no best response is worst for all of the agents.

    Where she picks for each agent what is worst for him they get `apart` in all, and `together`,
    which is more, at the response that is worst for all. `rule` None is full information. It is
    `lasting` if duplicates divide them (theory.md 4.3), so that it is so by every rule near it.
    """

    agents: tuple[str, ...]
    rule: Rule | None
    apart: Fraction
    together: Fraction
    lasting: bool = False


@dataclass(frozen=True)
class Fails:
    """A hypothesis that fails; the witness names the observations, actions or agents at fault.

    `conflict` is what the kernel can check of a failing (identical) or (anonymous).
    """

    witness: Mapping[str, object]
    conflict: Conflict | None = None


Hypothesis = Holds | Fails


@dataclass(frozen=True)
class Deviation:
    """A rule that an agent can always change to, and what the user then surely does.

    `response` is the rule to which she replies: the rule itself, or full information where the rule
    lets her attain OPT. `ties` is the tie rule on which the agent can count there.
    """

    agent: str
    rule: Rule
    response: Rule
    ties: Ties


@dataclass(frozen=True)
class Setting:
    """A guarantee on a game: its benchmark (OPT, TEAM or QR), sure deviations and hypotheses.

    Only G2 has `deltas`, what the user cannot learn from each agent's deviation, and `loss`, the
    term span tanh(eta delta / 2).
    """

    guarantee: Guarantee
    hull: Hull
    benchmark: Fraction | QuotientSum
    deviations: tuple[Deviation, ...]
    hypotheses: Mapping[str, Hypothesis]
    deltas: Mapping[str, Fraction] = field(default_factory=dict)
    loss: QuotientSum | None = None


def theorem_bound(
    game: Game, setting: Setting, tolerance: Fraction, gamma: Fraction
) -> Fraction | QuotientSum:
    """The utility that the theorem promises: benchmark - 2 tolerance, less G2's loss.

    In gamma-equilibria it is less by gamma times the sum of the weights (theory.md 4.4).
    """
    lost = Fraction(0) if setting.loss is None else setting.loss
    less = 2 * tolerance + gamma * setting.hull.total_weight
    if setting.guarantee is Guarantee.BEST_AI:
        less = max(less, 2 * game.evaluation)
    return setting.benchmark - lost - less


def claimed_tolerance(game: Game, guarantee: Guarantee, tolerance: Fraction) -> Fraction:
    """Twice this is taken off what is promised: for G3 at least her evaluation's error (4.5)."""
    return max(tolerance, game.evaluation) if guarantee is Guarantee.BEST_AI else tolerance


def full_information(game: Game) -> Rule:
    """The rule that announces the agent observation."""
    return announce(finest(game.agent_observations))


def deviation_payoff(game: Game, deviation: Deviation) -> Fraction:
    """The payoff that the deviation surely gives its agent, whatever the others do.

    It is the least over the user's ties, the greatest where they favour the deviating agent.
    """
    payoff, end = game.whole_agent_payoffs[deviation.agent], sure_end(deviation.ties)
    return game.grain * rule_payoff_end(game, deviation.response, payoff, end, deviation.ties)


def common_payoffs(
    game: Game, deviations: Sequence[Deviation], weights: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """What each of these agents gets in the outcome nu, the same whoever deviates (theory.md 4.1).

    It is the outcome that is worst for the mixture with these weights, of all that her ties allow;
    of several the worst for the first agent, and so on. Domain: deviations with one response, to
    which hers does not depend on who deviates; weights that are not negative.
    """
    response, ties = deviations[0].response, deviations[0].ties
    parts = lcm(*(weights[d.agent].denominator for d in deviations))
    wholes = {d.agent: game.whole_agent_payoffs[d.agent] for d in deviations}
    shares = {name: int(weights[name] * parts) for name in wholes}
    ranked = {
        key: sum([shares[name] * whole[key] for name, whole in wholes.items()])
        for key in game.whole_user_payoff
    }
    found = dict[str, Fraction]()
    least = rule_payoff_end(game, response, ranked, RangeEnd.LEAST, ties)
    for name, whole in wholes.items():
        far = 1 + 2 * sum(map(abs, whole.values()))  # no payoff outweighs what comes before it
        ranked = {key: far * before + whole[key] for key, before in ranked.items()}
        lower = rule_payoff_end(game, response, ranked, RangeEnd.LEAST, ties)
        found[name] = game.grain * (lower - far * least)
        least = lower
    return found


def hull_hypothesis(hull: Hull, tolerance: Fraction) -> Hypothesis:
    """The hypothesis (hull): the hull distance is at most the tolerance.

    Where it fails, the signed measure of theory.md 2.1 shows it.
    """
    if hull.epsilon <= tolerance:
        return Holds({"epsilon": str(hull.epsilon)})
    measure = [[*pair, str(mass)] for pair, mass in hull.witness.items()]
    return Fails({"epsilon": str(hull.epsilon), "tolerance": str(tolerance), "measure": measure})


def common_outcome(game: Game, deviations: Sequence[Deviation]) -> Hypothesis:
    """The hypothesis that one outcome nu gives each of these agents at most his sure payoff.

    The proofs need no more of (identical) in G1 and (anonymous) in G3. It always holds where the
    user's choice does not depend on the agent (belief, order) or favours the deviating agent; under
    `any` it holds if and only if one best response is worst for all.
    """
    adverse = [d for d in deviations if d.ties is Ties.ANY]
    if any(d.ties in (Ties.BELIEF, Ties.ORDER) for d in deviations) and adverse:
        adverse = list(deviations)
    if not adverse:
        return Holds()
    response = adverse[0].response
    payoffs = {d.agent: game.whole_agent_payoffs[d.agent] for d in adverse}
    sums = {key: sum([whole[key] for whole in payoffs.values()]) for key in game.whole_user_payoff}

    def least(whole: WholePayoff) -> Fraction:
        return game.grain * rule_payoff_end(game, response, whole, RangeEnd.LEAST)

    apart, together = sum(map(least, payoffs.values()), Fraction(0)), least(sums)
    if together == apart:
        return Holds()
    rule = None if response == full_information(game) else response
    conflict = Conflict(tuple(payoffs), rule, apart, together)
    return Fails(_witness(game, response, payoffs), conflict)


def _witness(game: Game, rule: Rule, payoffs: Mapping[str, WholePayoff]) -> dict[str, object]:
    """The witness: tied best actions of which no one is worst for all agents."""
    for cell in rule.leaves():
        for x_user in game.user_support:
            tied = game.optimal_actions(x_user, cell)
            worst = worst_for(game, payoffs, x_user, cell, tied)
            if not set.intersection(*map(set, worst.values())):
                return tied_witness(game, payoffs, x_user, cell, tied)
    return {"messages": "the user's optimal questions tie, and lead to different outcomes"}


def tied_witness(
    game: Game, payoffs: Mapping[str, WholePayoff], x_user: str, cell: Cell, tied: Sequence[str]
) -> dict[str, object]:
    """The witness of tied actions: where they tie, and which are worst for each agent."""
    return {
        "user_observation": x_user,
        "cell": list(cell),
        "tied_actions": list(tied),
        "worst_for": worst_for(game, payoffs, x_user, cell, tied),
    }


def worst_for(
    game: Game, payoffs: Mapping[str, WholePayoff], x_user: str, cell: Cell, tied: Sequence[str]
) -> dict[str, list[str]]:
    """The tied actions that are worst for each agent where she knows that x_B is in the cell."""

    def worst(payoff: WholePayoff) -> list[str]:
        values = {a: game.total(payoff, x_user, cell, a) for a in tied}
        return [a for a in tied if values[a] == min(values.values())]

    return {name: worst(payoff) for name, payoff in payoffs.items()}
