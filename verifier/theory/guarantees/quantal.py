"""G2, the quantal user: scripts that tell her enough, and what remains uncertain (theory.md 4.2).

An agent's script announces a part of his cells; its delta is the most that the value of an action
varies inside a part. Her choice then moves by at most tanh(eta delta / 2) in total variation, and
at a point by tanh(eta D / 4) if no difference of two values changes by more than D from there.
Where an agent has too few messages for his cells, the script with the least delta is found by a
min-max recursion over sets of cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

from verifier.errors import SizeError
from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.rules import Rule, spell
from verifier.solve.exponential import ExponentialSum, QuotientSum, like
from verifier.theory.alignment import Hull
from verifier.theory.benchmark import optimum, quantal_value
from verifier.theory.guarantees.guarantee import (
    Deviation,
    Guarantee,
    Holds,
    Setting,
    full_information,
    hull_hypothesis,
)
from verifier.theory.quantal import informed_reply

MAX_CELLS = 12
"""Most cells of an agent for whom the best of all scripts with too few messages is sought."""


def quantal_setting(game: Game, hull: Hull, tolerance: Fraction) -> Setting:
    """G2 on a game, with each agent's sharpest script as his deviation.

    The approximate learning always holds, with the largest delta of an agent of positive weight.
    """
    scripts = {agent.name: sharpest_script(game, agent) for agent in game.agents}
    informed = full_information(game)
    deviations = tuple(Deviation(name, s.rule, informed, Ties.ANY) for name, s in scripts.items())
    delta = largest_delta(game, hull)
    hypotheses = {
        "hull": hull_hypothesis(hull, tolerance),
        "learning": Holds({"delta": str(delta)}),
    }
    return Setting(
        Guarantee.QUANTAL,
        hull,
        quantal_value(game) if hull.supporters else like(optimum(game), quantal_value(game)),
        deviations,
        hypotheses,
        {name: script.delta for name, script in scripts.items()},
        quantal_loss(game, hull),
    )


def largest_delta(game: Game, hull: Hull) -> Fraction:
    """The most that the value of an action varies inside a cell of an agent of positive weight."""
    agents = (agent for agent in game.agents if agent.name in hull.supporters)
    return max((sharpest_script(game, agent).delta for agent in agents), default=Fraction(0))


def quantal_loss(game: Game, hull: Hull) -> QuotientSum:
    """The term span tanh(eta delta / 2) of theory.md 4.2."""
    return total_variation(game, largest_delta(game, hull)) * weighted_span(game, hull)


def quantal_deviation_payoff(game: Game, setting: Setting, agent: str) -> QuotientSum:
    """U_i(nu) less `deviation_loss`: the payoff that agent i surely gets by his script."""
    return informed_reply(game, game.agent_payoff(agent)) - deviation_loss(game, setting, agent)


def deviation_loss(game: Game, setting: Setting, agent: str) -> QuotientSum:
    """The most that agent i may lose by what his script does not tell (theory.md 4.2).

    It is the sum over points of what he may have there at most, less what he may have at least,
    times tanh(eta D / 4).
    """
    payoff = game.agent_payoff(agent)
    rule = next(d.rule for d in setting.deviations if d.agent == agent)
    scales: dict[Fraction, Fraction] = {}
    for point, change in _changes(game, rule).items():
        has = [payoff[(*point, a)] for a in game.actions]
        scales[change] = scales.get(change, Fraction(0)) + max(has) - min(has)
    losses = (total_variation(game, change / 2) * scale for change, scale in scales.items())
    return sum(losses, QuotientSum(game.quantal.base))


def _changes(game: Game, rule: Rule) -> dict[tuple[str, str], Fraction]:
    """D at every point: the most that the difference of two values changes inside its cell."""
    changes: dict[tuple[str, str], Fraction] = {}
    for cell, x_user in product(rule.leaves(), game.user_support):
        inside = {x: _values(game, (x_user, x)) for x in cell if (x_user, x) in game.probability}
        for x, here in inside.items():
            moves = [[there[a] - here[a] for a in game.actions] for there in inside.values()]
            changes[x_user, x] = max(max(move) - min(move) for move in moves)
    return changes


def span(agent: Agent) -> Fraction:
    """The range max U_i - min U_i of an agent's utility."""
    return max(agent.utility.values()) - min(agent.utility.values())


def weighted_span(game: Game, hull: Hull) -> Fraction:
    """The agents' ranges, summed with the weights of the hull."""
    spans = {agent.name: span(agent) for agent in game.agents}
    return sum((hull.weights[name] * spans[name] for name in hull.supporters), Fraction(0))


def total_variation(game: Game, delta: Fraction) -> QuotientSum:
    """The greatest total variation of a choice if each value moves by at most delta.

    It is tanh(eta delta / 2) for base e, and (b^x - 1) / (b^x + 1) with x = eta delta for base b.
    """
    power, one = game.quantal.eta * delta, Fraction(1)
    if power == 0:
        return QuotientSum(game.quantal.base, Fraction(0))
    numerator = ExponentialSum({power: one, Fraction(0): -one})
    denominator = ExponentialSum({power: one, Fraction(0): one})
    return QuotientSum(game.quantal.base, Fraction(0), ((numerator, denominator),))


def variation(game: Game, cells: Sequence[Cell]) -> Fraction:
    """The delta of a partition: the most that some E[u(a, y) | x_A, x_B] varies inside a cell."""
    values = {point: _values(game, point) for point in game.points}
    delta = Fraction(0)
    for cell in cells:
        for x_user in game.user_support:
            inside = [values[x_user, x] for x in cell if (x_user, x) in values]
            for a in game.actions if inside else ():
                worths = [value[a] for value in inside]
                delta = max(delta, max(worths) - min(worths))
    return delta


def _values(game: Game, point: tuple[str, str]) -> dict[str, Fraction]:
    """E[u(a, y) | x_A, x_B] for every action."""
    return {a: game.user_payoff[(*point, a)] / game.probability[point] for a in game.actions}


@dataclass(frozen=True)
class Script:
    """A rule that answers without regard to questions, and the delta that it leaves uncertain."""

    rule: Rule
    delta: Fraction


def sharpest_script(game: Game, agent: Agent) -> Script:
    """The agent's script of least delta: his cells where they fit, else the best merging of them.

    Raises SizeError for more than MAX_CELLS cells that do not fit.
    """
    question = "sharpest script", agent.name, agent.sees
    if question not in game.memo:
        game.memo[question] = _sharpest(game, agent.name, agent.sees)
    script: Script = game.memo[question]
    return script


def _sharpest(game: Game, name: str, sees: tuple[Cell, ...]) -> Script:
    talk = game.conversation
    cells = sees if talk.conveys(len(sees)) else _merged(game, name, sees)
    return Script(spell(cells, talk), variation(game, cells))


def _merged(game: Game, name: str, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The partition of least delta into at most |M_B|^R unions of cells, by recursion over sets."""
    talk = game.conversation
    if len(cells) > MAX_CELLS:
        raise SizeError(
            f"{name} sees {len(cells)} cells, more than {MAX_CELLS}: too many to find the best of"
            f" all mergings into {talk.agent_alphabet}^{talk.rounds} messages; give the agent a"
            " larger alphabet or fewer cells"
        )

    def union(members: Sequence[int]) -> Cell:
        return tuple(x for n in members for x in cells[n])

    delta = cache(lambda members: variation(game, [union(members)]))

    @cache
    def best(members: tuple[int, ...], parts: int) -> tuple[Fraction, tuple[tuple[int, ...], ...]]:
        if not members:
            return Fraction(0), ()
        if parts == 1:
            return delta(members), (members,)
        partitions = []
        for part, rest in _splits(members):
            of_rest, others = best(rest, parts - 1)
            partitions.append((max(delta(part), of_rest), (part, *others)))
        return min(partitions, key=lambda partition: partition[0])

    parts = best(tuple(range(len(cells))), talk.messages(len(cells)))[1]
    return tuple(union(part) for part in parts)


def _splits(members: tuple[int, ...]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All splits (part, rest) of the members in which the part has the first one."""
    splits: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((members[0],), ())]
    for n in members[1:]:
        splits = [
            pair for part, rest in splits for pair in (((*part, n), rest), (part, (*rest, n)))
        ]
    return splits
