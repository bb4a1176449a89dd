"""Second opinions that share no table and no program with the package: signals and best responses
read straight from the joint distribution, and programs written from the definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise, product

from verifier.game.model import Agent, Cell, Game, Ties, Utility
from verifier.game.rules import Signal
from verifier.solve.exact import solve
from verifier.solve.exponential import Decided, QuotientSum
from verifier.solve.program import Goal, Infeasible, Key, Optimal, Program, Sense
from verifier.theory.verdict import compare

F = Fraction

USER = "the user"

Masses = dict[str, Fraction]
"""State -> its probability together with that of what she hears."""


def situations(
    game: Game, signals: Sequence[Signal], weights: Mapping[str, Fraction] | None = None
) -> dict[Cell, Masses]:
    """(x_A, words...) -> state -> probability; `weights`: only that often at each x_B (default:
    always).
    """
    found: dict[Cell, Masses] = {}
    for (x_user, x, y), p in game.joint.items():
        for said in product(*(signal[x].items() for signal in signals)):
            mass = p if weights is None else p * weights[x]
            for _, chance in said:
                mass *= chance
            if mass:
                here = found.setdefault((x_user, *(word for word, _ in said)), {})
                here[y] = here.get(y, F(0)) + mass
    return found


def worth(game: Game, utility: Utility, masses: Masses) -> dict[str, Fraction]:
    """Each action's payoff there."""
    return {a: sum((m * utility[a, y] for y, m in masses.items()), F(0)) for a in game.actions}


def best_actions(game: Game, masses: Masses) -> list[str]:
    """Hers, in instance order."""
    values = worth(game, game.utility, masses)
    return [a for a in game.actions if values[a] == max(values.values())]


def surely(game: Game, utility: Utility, masses: Masses) -> Fraction:
    """What a speaker may count on there: ties against him under `any`, the first best action under
    `order`, else for him.
    """
    values = worth(game, utility, masses)
    best = [values[a] for a in best_actions(game, masses)]
    if game.ties is Ties.ORDER:
        return best[0]
    return min(best) if game.ties is Ties.ANY else max(best)


def counted_on(
    game: Game,
    utility: Utility,
    signals: Sequence[Signal],
    weights: Mapping[str, Fraction] | None = None,
) -> Fraction:
    """The sum of `surely` over all that she may hear."""
    return sum(
        (surely(game, utility, masses) for masses in situations(game, signals, weights).values()),
        F(0),
    )


def user_value(game: Game, signals: Sequence[Signal]) -> Fraction:
    """Her utility when she best-responds to these signals."""
    return sum(
        (
            max(worth(game, game.utility, masses).values())
            for masses in situations(game, signals).values()
        ),
        F(0),
    )


def possible_cells(game: Game, agent: Agent) -> list[Cell]:
    """The agent's cells of positive probability."""
    possible = {x for _, x in game.points}
    return [cell for cell in agent.sees if possible.intersection(cell)]


def supremum(game: Game, agent: Agent, others: Sequence[Signal]) -> Fraction:
    """The most that an agent with one or two possible cells gets by any signal: the best chord of
    what messages are worth.

    A message is sent with weight 1 - q in the first cell and q in the second. What it is worth is
    linear between the q where payoffs of two actions cross; at these a message nearby may be worth
    more.
    """
    cells = possible_cells(game, agent)
    if len(cells) == 1:
        return counted_on(game, agent.utility, others)
    first, second = cells

    @cache
    def message(q: Fraction) -> Fraction:
        weights = {
            x: q if x in second else 1 - q if x in first else F(0) for x in game.agent_observations
        }
        return counted_on(game, agent.utility, others, weights)

    cuts = sorted(crossings(game, agent, others, first, second) | {F(0), F(1, 2), F(1)})
    reached = {q: message(q) for q in cuts}
    for low, high in pairwise(cuts):
        left, right = message((2 * low + high) / 3), message((low + 2 * high) / 3)
        reached[low] = max(reached[low], 2 * left - right)
        reached[high] = max(reached[high], 2 * right - left)
    chords = [reached[F(1, 2)]]
    for low, high in product([q for q in cuts if q < F(1, 2)], [q for q in cuts if q > F(1, 2)]):
        share = (F(1, 2) - low) / (high - low)
        chords.append((1 - share) * reached[low] + share * reached[high])
    return 2 * max(chords)


def crossings(
    game: Game, agent: Agent, others: Sequence[Signal], first: Cell, second: Cell
) -> set[Fraction]:
    """All q at which two actions are worth the same to the user or to the agent, whatever else she
    has heard.
    """
    ends = [
        situations(game, others, {x: F(x in cell) for x in game.agent_observations})
        for cell in (first, second)
    ]
    found = set()
    for heard, utility in product({*ends[0], *ends[1]}, (game.utility, agent.utility)):
        left, right = (worth(game, utility, end.get(heard, {})) for end in ends)
        for a, b in combinations(game.actions, 2):
            here, there = left[a] - left[b], right[a] - right[b]
            if here != there and 0 < (q := here / (here - there)) < 1:
                found.add(q)
    return found


def obedient(
    game: Game, sees: Sequence[Cell], others: Sequence[Signal], words: int | None = None
) -> Iterator[tuple[Program, dict[Key, dict[str, Fraction]]]]:
    """A program without objective over signals of someone who sees these cells, ties as he likes:
    she does as she is told.

    Columns (cell, what she does for everything she may hear), with their worth to "the user" and to
    every agent. With `words` messages: one program for every set of so many strategies.
    """
    cells = [cell for cell in sees if any(x in cell for _, x in game.points)]
    tables = {
        cell: situations(game, others, {x: F(x in cell) for x in game.agent_observations})
        for cell in cells
    }
    heard = list(dict.fromkeys(t for table in tables.values() for t in table))
    strategies = list(product(game.actions, repeat=len(heard)))
    parties = {USER: game.utility} | {agent.name: agent.utility for agent in game.agents}
    worths = {
        (c, t, name): worth(game, utility, tables[c].get(t, {}))
        for c, t, (name, utility) in product(cells, heard, parties.items())
    }
    for chosen in (
        [strategies] if words is None else combinations(strategies, min(words, len(strategies)))
    ):
        program, payoffs = Program(Goal.MAXIMISE), dict[Key, dict[str, Fraction]]()
        for c, s in product(cells, chosen):
            pairs = list(zip(heard, s, strict=True))
            payoffs[c, s] = {
                name: sum((worths[c, t, name][a] for t, a in pairs), F(0)) for name in parties
            }
            program.column((c, s))
        for c in cells:
            program.row(c, {(c, s): F(1) for s in chosen}, Sense.EQUAL, 1)
        for s in chosen:
            for (t, a), b in product(zip(heard, s, strict=True), game.actions):
                row: dict[Key, Fraction] = {
                    (c, s): worths[c, t, USER][a] - worths[c, t, USER][b] for c in cells
                }
                if a != b:
                    program.row((s, t, b), row, Sense.AT_LEAST)
        yield program, payoffs


def best_value(
    program: Program, costs: Mapping[Key, Fraction], goal: Goal = Goal.MAXIMISE
) -> Fraction | None:
    """The optimum with these costs; None where nothing is feasible."""
    answer = solve(
        Program(
            goal,
            {key: costs.get(key, F(0)) for key in program.costs},
            set(program.free),
            dict(program.rows),
        )
    )
    assert isinstance(answer, Optimal | Infeasible)
    return answer.value if isinstance(answer, Optimal) else None


def persuasion_value(
    game: Game,
    agent: Agent,
    others: Sequence[Signal],
    words: int | None = None,
    floor: Fraction | None = None,
) -> Fraction:
    """The most that an agent gets, ties in his favour; `floor`: from signals that give her at least
    so much.
    """
    values = []
    for program, payoffs in obedient(game, agent.sees, others, words):
        if floor is not None:
            program.row(
                "floor",
                {key: worths[USER] for key, worths in payoffs.items()},
                Sense.AT_LEAST,
                floor,
            )
        values.append(
            best_value(program, {key: worths[agent.name] for key, worths in payoffs.items()})
        )
    return max(value for value in values if value is not None)


def sign_of(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> int:
    """The sign of left - right; fails where it is beyond the size limits."""
    decision = compare(left, right)
    assert isinstance(decision, Decided), decision
    return decision.sign
