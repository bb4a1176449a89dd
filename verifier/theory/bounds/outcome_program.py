"""The outcome program: bound*, the least user utility that equilibria may have (theory.md 5.2).

It minimises u(mu) over all outcomes with obedience (5.1) in which every agent has at least what he
surely gets by a deviation; its dual solution is the certificate (5.4). The program runs over
sigma(a | x_A, x_B): given both observations the action does not depend on the state, so that
mu(x_A, x_B, y, a) = p(x_A, x_B, y) sigma(a | x_A, x_B) for every outcome of play; payoffs are
integers, multiples of the game's grain. Under `belief`
and `order` the response to a deviation is a variable too, in sequence form. For the quantal user
there is no obedience; multipliers come from rational lower ends of the agents' payoffs, or from the
theorem (5.3), whichever prove more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from verifier.errors import SizeError, SolverError
from verifier.game.model import Game, Ties
from verifier.game.response import best_response_flow, value_of
from verifier.numbers import enclose, rational
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import Decided, QuotientSum, sign
from verifier.solve.program import (
    AT_LEAST,
    EQUAL,
    Answer,
    Goal,
    Infeasible,
    Key,
    Number,
    Optimal,
    Program,
)
from verifier.theory.benchmark import optimum
from verifier.theory.bounds.announcement import Announcement, announcement
from verifier.theory.bounds.contested import Margins, contested_margins
from verifier.theory.bounds.pieces import ContestPiece, Exclusion, OutcomePiece, ReceivedPiece
from verifier.theory.guarantees.guarantee import Deviation, Guarantee, Setting, deviation_payoff
from verifier.theory.guarantees.quantal import deviation_loss, quantal_deviation_payoff
from verifier.theory.quantal import informed_reply

if TYPE_CHECKING:
    from verifier.theory.bounds.rare_remarks import RemarkBound


@dataclass(frozen=True)
class Multipliers:
    """The multipliers that prove the bound, by point, obedience row and agent (theory.md 5.4)."""

    marginal: Mapping[tuple[str, str], Fraction]
    obedience: Mapping[tuple[str, str, str], Fraction]
    agents: Mapping[str, Fraction]


@dataclass(frozen=True)
class Bound:
    """A lower bound on the user's utility in every equilibrium, with the multipliers that prove it.

    `pieces`, and then `received`, improve it for a user with one agent to receive from (6.5, 6.2),
    and then `contests` where ties favour who deviates (6.21);
    `margins` raise it to OPT for the Bayesian user (5.5), `remarks` raise it, perhaps less (5.7).
    `announcements` are deviations of agents who cannot tell her enough (5.6). `value` is rational
    for `bayes` and `best-ai`, a sum of quotients of exponentials for `quantal`.
    `emptiness` proves more than OPT where no outcome satisfies the rows of the Bayesian user;
    `excluded`, with the multipliers, that a user who picks has no equilibrium either (6.7).
    """

    value: Fraction | QuotientSum
    multipliers: Multipliers
    deviations: tuple[Deviation, ...]
    pieces: tuple[OutcomePiece, ...] = ()
    received: tuple[ReceivedPiece, ...] = ()
    contests: tuple[ContestPiece, ...] = ()
    emptiness: Multipliers | None = None
    excluded: Exclusion | None = None
    margins: Margins | None = None
    announcements: tuple[Announcement, ...] = ()
    remarks: RemarkBound | None = None

    @property
    def climbs(self) -> bool:
        """Whether steps raise it, along what agents could offer instead (6.2, 6.5, 6.21)."""
        return bool(self.pieces or self.received or self.contests)

    @property
    def improved(self) -> bool:
        """Whether it is more than the rows of the outcome program prove."""
        return self.climbs or self.margins is not None or self.remarks is not None


def bound(game: Game, setting: Setting, effort: Effort = USUAL) -> Bound:
    """The bound of theory.md 5.2 for the guarantee of this setting.

    Raises SizeError where the program would have more than `effort.program_limit` coefficients.
    """
    _refuse_if_large(game, effort)
    if setting.guarantee is Guarantee.QUANTAL:
        return _quantal_bound(game, setting, effort)
    found = _linear_bound(game, setting, effort)
    if game.evaluation and setting.guarantee is Guarantee.BEST_AI:  # what she has without rows
        alone = _linear_bound(game, replace(setting, deviations=()), effort)
        return max(found, alone, key=lambda each: rational(each.value))
    if setting.guarantee is Guarantee.BEST_AI or found.value == optimum(game):
        return found
    margins = contested_margins(game, setting, effort)
    return found if margins is None else replace(found, value=optimum(game), margins=margins)


def _linear_bound(game: Game, setting: Setting, effort: Effort) -> Bound:
    """The bound that the rows of the outcome program prove."""
    announced = _announcements(game, setting, effort)
    program, answer = _solved(game, setting, announced, effort)
    ceiling, beyond = bound_ceiling(game, setting), dict[Key, Fraction]()
    dual: Mapping[Key, Fraction]
    if isinstance(answer, Infeasible):
        by_ray = partial(_dual_by_ray, game, _obedient(game, effort), answer.ray, program)
        value, dual = ceiling, by_ray(ceiling)
        if setting.guarantee is Guarantee.BAYES:
            beyond = by_ray(ceiling + 1)
    elif isinstance(answer, Optimal):
        value, dual = min(answer.value * game.grain, ceiling), answer.dual
    else:
        raise SolverError("the outcome program is bounded, yet a direction was returned")
    used = tuple(
        told for told in announced if dual["agent", told.agent] or beyond.get(("agent", told.agent))
    )
    agents = [d.agent for d in setting.deviations] + [told.agent for told in used]
    return Bound(
        value,
        multipliers_of(game, agents, dual),
        setting.deviations,
        emptiness=multipliers_of(game, agents, beyond) if beyond else None,
        announcements=used,
    )


def _solved(
    game: Game, setting: Setting, announced: Sequence[Announcement], effort: Effort
) -> tuple[Program, Answer]:
    """The outcome program with a row for each of these deviations, and its answer.

    Guarantees with the same deviations have the same: it is found once.
    """
    question = "outcomes", setting.deviations, tuple(told.agent for told in announced), effort
    if question not in game.memo:
        program = _stated(game, setting, announced)
        game.memo[question] = program, effort.solve(program)
    found: tuple[Program, Answer] = game.memo[question]
    return found


def bound_program(game: Game, setting: Setting, effort: Effort) -> Program:
    """The outcome program whose rows prove the bound for a user who best-responds (theory.md 5.2).

    Columns ("play", x_A, x_B, action), over the grain of the game. Raises SizeError as `bound`.
    """
    _refuse_if_large(game, effort)
    return _stated(game, setting, _announcements(game, setting, effort))


def solved_bound_program(game: Game, setting: Setting, effort: Effort) -> tuple[Program, Answer]:
    """The program of `bound_program` with its answer, which the bound has found already."""
    return _solved(game, setting, _announcements(game, setting, effort), effort)


def one_user_bound(game: Game, setting: Setting, name: str, effort: Effort) -> Bound | None:
    """What one of several users gets at least under one rule for all (theory.md 5.8).

    The setting is that of the Bayesian user. None where the rows leave no outcome, or for a share
    of 0.
    """
    if game.origin is None or not game.origin.shares.get(name):
        return None
    announced = _announcements(game, setting, effort)
    program = _stated(game, setting, announced)
    for x_user, x_agent, action in game.whole_user_payoff:
        if x_user not in game.origin.seen[name]:
            program.costs["play", x_user, x_agent, action] = 0
    answer = effort.solve(program)
    if not isinstance(answer, Optimal):
        return None
    agents = [d.agent for d in setting.deviations] + [told.agent for told in announced]
    return Bound(
        answer.value * game.grain / game.origin.shares[name],
        multipliers_of(game, agents, answer.dual),
        setting.deviations,
        announcements=tuple(announced),
    )


def _stated(game: Game, setting: Setting, announced: Sequence[Announcement]) -> Program:
    program = outcome_program(game, obedient=True)
    for deviation in setting.deviations:
        _add_deviation(program, game, deviation)
    for told in announced:
        least = (told.payoff - game.gamma) / game.grain
        program.row(("agent", told.agent), _payoff_row(game, told.agent), AT_LEAST, least)
    return program


def _announcements(game: Game, setting: Setting, effort: Effort) -> list[Announcement]:
    """The announcements of the agents who have no revealing rule, to the Bayesian user."""
    able = {deviation.agent for deviation in setting.deviations}
    unable = [agent for agent in game.agents if agent.name not in able]
    bayes = setting.guarantee is Guarantee.BAYES
    found = (announcement(game, agent, effort) for agent in unable if bayes)
    return [told for told in found if told is not None]


def _refuse_if_large(game: Game, effort: Effort) -> None:
    points, actions = len(game.points), len(game.actions)
    size = points * actions * (actions + len(game.agents) + 1)
    if size > effort.program_limit:
        raise SizeError(
            f"the outcome program would have {size} coefficients ({points} observation pairs,"
            f" {actions} actions, {len(game.agents)} agents), the limit is {effort.program_limit};"
            " raise it with --program-limit"
        )


def outcome_program(game: Game, *, obedient: bool) -> Program:
    """The program min u(sigma) over sigma(a | x_A, x_B), perhaps with the obedience rows."""
    question = "outcome program", obedient
    if question not in game.memo:
        game.memo[question] = _outcome_program(game, obedient=obedient)
    found: Program = game.memo[question]
    return found.copy()


def _outcome_program(game: Game, *, obedient: bool) -> Program:
    program = Program(Goal.MINIMISE)
    for key, value in game.whole_user_payoff.items():
        program.column(("play", *key), value)
    for point in game.points:
        one: dict[Key, Number] = {("play", *point, a): 1 for a in game.actions}
        program.row(("marginal", *point), one, EQUAL, 1)
    for x_user in game.user_support if obedient else ():
        for chosen in game.actions:
            for other in game.actions:
                if other != chosen:
                    slack = obedience_slack(game, x_user, chosen, other)
                    program.row(("obedience", x_user, chosen, other), slack, AT_LEAST)
    return program


def obedience_slack(game: Game, x_user: str, chosen: str, other: str) -> dict[Key, int]:
    """The obedience row: the user's loss from `other` wherever she takes `chosen` (theory.md 5.1).

    Its columns are ("play", x_A, x_B, chosen), its entries multiples of the grain.
    """
    hers = game.whole_user_payoff
    return {
        ("play", x_user, x, chosen): hers[x_user, x, chosen] - hers[x_user, x, other]
        for x in game.agent_observations
        if (x_user, x) in game.probability
    }


def _payoff_row(game: Game, agent: str) -> dict[Key, Number]:
    return {("play", *key): value for key, value in game.whole_agent_payoffs[agent].items()}


def _add_deviation(program: Program, game: Game, deviation: Deviation) -> None:
    """Add the row U_i(mu) >= d_i - gamma, where d_i is the sure payoff of the deviation.

    Under `belief` and `order` the response, the same to all agents, is itself a variable.
    """
    row = _payoff_row(game, deviation.agent)
    if deviation.ties not in (Ties.BELIEF, Ties.ORDER):
        least = deviation_payoff(game, deviation) - game.gamma
        program.row(("agent", deviation.agent), row, AT_LEAST, least / game.grain)
        return
    for x_user in game.user_support:
        flow = best_response_flow(game, x_user, deviation.response, deviation.ties)
        _add_flow(program, x_user, flow.balance)
        for (path, action), cell in flow.leaves.items():
            his = game.expected(game.agent_payoff(deviation.agent), x_user, cell, action)
            row["respond", ("act", x_user, path, action)] = -his / game.grain
    program.row(("agent", deviation.agent), row, AT_LEAST, -game.gamma / game.grain)


def _add_flow(
    program: Program, x_user: str, balance: tuple[tuple[Mapping[object, int], int], ...]
) -> None:
    """Add the rows of the common response, once for all agents who share it."""
    for n, (row, total) in enumerate(balance):
        key = ("respond", x_user, n)
        if key in program.rows:
            return
        for move in row:
            if ("respond", move) not in program.costs:
                program.column(("respond", move))
        program.row(
            key,
            {("respond", move): sign for move, sign in row.items()},
            EQUAL,
            total,
        )


def bound_ceiling(game: Game, setting: Setting) -> Fraction:
    """The greatest bound that the rows can prove: OPT, for best-ai the value of the offered rule.

    An equilibrium worth more than that rule, less twice what her evaluation errs by, need not have
    the rows (theory.md 4.5).
    """
    if setting.guarantee is not Guarantee.BEST_AI:
        return optimum(game)
    worths = (value_of(game, d.rule) - 2 * game.evaluation for d in setting.deviations)
    return min([optimum(game), *worths])


def multipliers_of(game: Game, agents: Sequence[str], dual: Mapping[Key, Fraction]) -> Multipliers:
    """The multipliers of a dual solution of the outcome program, for these agents.

    Domain: every row of the program has an entry.
    """
    actions = game.actions
    obedience = {
        (x, a, b): dual["obedience", x, a, b]
        for x in game.user_support
        for a in actions
        for b in actions
        if a != b
    }
    return Multipliers(
        {point: dual[("marginal", *point)] * game.grain for point in game.points},
        {key: value for key, value in obedience.items() if value},
        {name: dual["agent", name] for name in agents},
    )


def _obedient(game: Game, effort: Effort) -> Optimal:
    """The optimum of the outcome program without deviations."""
    base = effort.solve(outcome_program(game, obedient=True))
    if not isinstance(base, Optimal):
        raise SolverError("the outcome program without deviations always has an optimum")
    return base


def _dual_by_ray(
    game: Game,
    base: Optimal,
    ray: Mapping[Key, Fraction],
    program: Program,
    ceiling: Fraction,
) -> dict[Key, Fraction]:
    """The dual solution that proves the ceiling where no outcome satisfies every row.

    It is that without deviations, `base`, plus the Farkas ray, scaled to reach the ceiling.
    """
    gain = sum(
        (multiplier * program.rows[key].bound for key, multiplier in ray.items()), Fraction(0)
    )
    scale = max(Fraction(0), (ceiling / game.grain - base.value) / gain)
    return {
        key: base.dual.get(key, Fraction(0)) + scale * multiplier for key, multiplier in ray.items()
    }


def _quantal_bound(game: Game, setting: Setting, effort: Effort) -> Bound:
    """The best bound for the quantal user: by a rational program's multipliers, or the theorem's.

    The program knows what the agents secure by rational ends only. Its multipliers may be those of
    another vertex, which the exact numbers put below the claim; the weights of the hull never are
    (theory.md 5.3).
    """
    weights = {d.agent: setting.hull.weights[d.agent] for d in setting.deviations}
    proposed = _quantal_bound_by(game, setting, _proposed(game, setting, effort))
    proved = _quantal_bound_by(game, setting, weights)
    if proposed.multipliers == proved.multipliers:
        return proposed
    order = sign(proposed.value - proved.value)
    return proposed if isinstance(order, Decided) and order.sign >= 0 else proved


def _proposed(game: Game, setting: Setting, effort: Effort) -> Mapping[str, Fraction]:
    """The agents' multipliers in a program with lower ends of what their deviations secure.

    Over the grain its numbers are the same in every unit, and so are the multipliers.
    """
    program = outcome_program(game, obedient=False)
    for d in setting.deviations:
        payoff = quantal_deviation_payoff(game, setting, d.agent) - game.gamma
        least = enclose(payoff * (1 / game.grain)).lower
        program.row(("agent", d.agent), _payoff_row(game, d.agent), AT_LEAST, least)
    answer = effort.solve(program)
    if not isinstance(answer, Optimal):
        raise SolverError("the informed quantal reply satisfies every row of the quantal program")
    return {d.agent: answer.dual["agent", d.agent] for d in setting.deviations}


def _quantal_bound_by(game: Game, setting: Setting, multipliers: Mapping[str, Fraction]) -> Bound:
    """The bound that these multipliers of the agents prove, with the best prices of the points."""
    mixture = game.mixture(multipliers)
    marginal = {
        point: min(game.user_payoff[(*point, a)] - mixture[(*point, a)] for a in game.actions)
        for point in game.points
    }
    slack = game.gamma * sum(multipliers.values(), Fraction(0))
    total = informed_reply(game, mixture) + (sum(marginal.values(), Fraction(0)) - slack)
    for name, weight in multipliers.items():
        total -= deviation_loss(game, setting, name) * weight
    return Bound(total, Multipliers(marginal, {}, multipliers), setting.deviations)
