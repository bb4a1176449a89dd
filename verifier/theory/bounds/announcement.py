"""The deviation payoff of an agent who announces his cells, all that he can tell (theory.md 5.6).

Whatever the others say, what she then does is obedient inside each of his cells. The least that he
has in such an outcome is a linear program; its dual solution is the certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product

from verifier.errors import SolverError
from verifier.game.model import Agent, Game
from verifier.game.rules import Rule, announce
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense


@dataclass(frozen=True)
class Announcement:
    """The announcement of an agent's cells, and the payoff that it surely gives him.

    `obedience` has multipliers by user observation, first observation of the cell, and actions.
    """

    agent: str
    rule: Rule
    payoff: Fraction
    marginal: Mapping[tuple[str, str], Fraction]
    obedience: Mapping[tuple[str, str, str, str], Fraction]


def announcement(game: Game, agent: Agent, effort: Effort) -> Announcement | None:
    """The announcement of the agent's cells; None where he has too few words for them."""
    if not game.conversation.conveys(len(agent.sees)):
        return None
    answer = extreme_outcome(game, agent, game.whole_agent_payoffs[agent.name], effort)
    dual, grain = answer.dual, game.grain
    return Announcement(
        agent.name,
        announce(agent.sees),
        answer.value * grain,
        {point: dual["marginal", *point] * grain for point in game.points},
        {key: dual["obedience", *key] for key in _pairs(game, agent) if dual["obedience", *key]},
    )


def extreme_outcome(
    game: Game, agent: Agent, payoff: Mapping[tuple[str, str, str], Number], effort: Effort
) -> Optimal:
    """The least expectation of a payoff where she knows the agent's cell, and perhaps more.

    The payoff is times the probability of the point. The program has a row `marginal` for each
    point, and a row `obedience` for each observation of hers, cell and pair of actions.
    """
    hers, program = game.whole_user_payoff, Program(Goal.MINIMISE)
    for key, value in payoff.items():
        program.column(("play", *key), value)
    for point in game.points:
        one: dict[Key, Number] = {("play", *point, a): 1 for a in game.actions}
        program.row(("marginal", *point), one, Sense.EQUAL, 1)
    cells = {cell[0]: cell for cell in agent.sees}
    for x, name, a, b in _pairs(game, agent):
        inside = [(x, o) for o in cells[name] if (x, o) in game.probability]
        slack: dict[Key, Number] = {("play", *h, a): hers[(*h, a)] - hers[(*h, b)] for h in inside}
        program.row(("obedience", x, name, a, b), slack, Sense.AT_LEAST)
    answer = effort.solve(program)
    if not isinstance(answer, Optimal):
        raise SolverError("telling her everything is obedient inside every cell")
    return answer


def _pairs(game: Game, agent: Agent) -> list[tuple[str, str, str, str]]:
    """User observation, first observation of a cell that is then possible, and two actions."""
    return [
        (x, cell[0], a, b)
        for x, cell in product(game.user_support, agent.sees)
        if any((x, o) in game.probability for o in cell)
        for a, b in permutations(game.actions, 2)
    ]
