"""The improved bound for the user who picks the best AI, along the frontiers (theory.md 6.5).

In an equilibrium worth v to the user every agent has at least f_i(v), since he could offer her a
little more than v and be picked. On an interval [a, b] where all frontiers are linear this is one
linear program: the least u(mu) with u(mu) >= a and U_i(mu) >= f_i(u(mu)). If it is at least b, no
equilibrium lies in [a, b). Repeated from bound* upwards, this ends at the worst equilibrium value,
or where the tie rule leaves a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from verifier.game.model import Game
from verifier.solve.effort import Effort
from verifier.solve.program import Infeasible, Key, Number, Optimal, Program, Sense
from verifier.theory.best_ai import BestAIValues
from verifier.theory.dominance import duplicate_actions, strictly_followed
from verifier.theory.frontier import Frontier, Frontiers, Line, LinearPiece, StrictPlan
from verifier.theory.outcome_program import Bound, outcome_program


def improved_bound(game: Game, lower: Bound, values: BestAIValues, effort: Effort) -> Bound:
    """The bound with all pieces that improve it; the bound itself where none does.

    Only a rich alphabet and a rational bound are improved.
    """
    if not isinstance(lower.value, Fraction) or not game.conversation.rich:
        return lower
    ends = sorted({v for frontier in values.frontiers for v, _ in frontier.breakpoints})
    goal = ends[-1] if values.least is None else values.least
    reached, pieces = lower.value, list[LinearPiece]()
    for b in (b for b in [*[v for v in ends if v < goal], goal] if b > lower.value):
        piece = _piece(game, values, reached, b, effort)
        if piece is None:
            break
        pieces.append(piece)
        reached = piece.upper
        if reached < b:
            break
    return replace(lower, value=reached, pieces=tuple(pieces))


def _piece(
    game: Game, values: BestAIValues, a: Fraction, b: Fraction, effort: Effort
) -> LinearPiece | None:
    """The piece from a as far towards b as the program allows, None where it proves nothing."""
    lines = {frontier.agent: _line(frontier, a, b) for frontier in values.frontiers}
    program = _program(game, lines, a)
    answer = effort.solve(program)
    if isinstance(answer, Optimal):
        reached, dual = min(b, answer.value * game.grain), dict(answer.dual)
    elif isinstance(answer, Infeasible):
        reached, dual = b, _scaled(game, program, answer.ray, b, effort)
    else:
        return None
    if reached <= a:
        return None
    offers = {
        agent.name: _offers(game, values.curves, n, a, reached, effort)
        for n, agent in enumerate(game.agents)
    }
    sure = {name: pair for name, pair in offers.items() if pair is not None}
    if any(dual["agent", name] and name not in sure for name in lines):
        return None
    used = {name: dual["agent", name] for name in lines if dual["agent", name]}
    marginal = {point: dual[("marginal", *point)] * game.grain for point in game.points}
    obedience = {
        key[1:]: m
        for key, m in dual.items()
        if isinstance(key, tuple) and key[0] == "obedience" and m
    }
    return LinearPiece(
        reached, {name: sure[name] for name in used}, used, dual["start"], marginal, obedience
    )


def _line(frontier: Frontier, a: Fraction, b: Fraction) -> Line:
    """The line of f_i on [a, b]; below the first breakpoint the frontier is constant."""
    first, value = frontier.breakpoints[0]
    return Line(first, value, Fraction(0)) if b <= first else frontier.piece(max(a, first), b)


def _program(game: Game, lines: Mapping[str, Line], a: Fraction) -> Program:
    program, grain = outcome_program(game, obedient=True), game.grain
    hers = game.whole_user_payoff
    program.row("start", {("play", *key): v for key, v in hers.items()}, Sense.AT_LEAST, a / grain)
    for name, line in lines.items():
        row: dict[Key, Number] = {
            ("play", *key): value - line.slope * hers[key]
            for key, value in game.whole_agent_payoffs[name].items()
        }
        most = line.value - line.slope * line.at - game.gamma
        program.row(("agent", name), row, Sense.AT_LEAST, most / grain)
    return program


def _scaled(
    game: Game, program: Program, ray: Mapping[Key, Fraction], goal: Fraction, effort: Effort
) -> dict[Key, Fraction]:
    """Multipliers that prove the goal where no outcome satisfies the rows.

    They are those of the outcome program plus a multiple of the Farkas ray.
    """
    base = effort.solve(outcome_program(game, obedient=True))
    dual = base.dual if isinstance(base, Optimal) else {}
    worth = sum(
        (dual.get(key, Fraction(0)) * row.bound for key, row in program.rows.items()), Fraction(0)
    )
    gain = sum(
        (multiplier * program.rows[key].bound for key, multiplier in ray.items()), Fraction(0)
    )
    scale = max(Fraction(0), (goal / game.grain - worth) / gain)
    return {key: dual.get(key, Fraction(0)) + scale * multiplier for key, multiplier in ray.items()}


def _offers(
    game: Game, curves: Frontiers, n: int, a: Fraction, b: Fraction, effort: Effort
) -> tuple[StrictPlan, StrictPlan] | None:
    """The agent's plans at both ends with strict-incentive perturbations, None without them."""
    if not curves.worst_duplicates and duplicate_actions(game, curves.subproblems[n]):
        return None  # which of the duplicates she would take is open
    offers = []
    for v in (a, b):
        sends = curves.point(n, v).sends
        perturbations = {
            s: strictly_followed(game, curves.subproblems[n], s, effort)
            for s in dict.fromkeys(s for _, s in sends)
        }
        strict = {s: weights for s, weights in perturbations.items() if weights is not None}
        if len(strict) < len(perturbations):
            return None
        offers.append(StrictPlan(sends, strict))
    return offers[0], offers[1]
