"""The linear programs of a game, with rows and columns that are named by what they mean.

    hull               the least distance of a mixture of the agents' utilities (theory.md 2.1)
    bound              the least that the user gets in an outcome that satisfies the rows of every
                       equilibrium (theory.md 5.2), of a user who best-responds; where a best-ai
                       user's hold of equilibria of little worth only, `heading` says so
    persuasion:AGENT   the most that the agent gets if nobody else says anything (theory.md 6.2)
    deviation:AGENT    the most that he gets if the others tell all that they see, or follow given
                       rules, and ties go his way (theory.md 6.1)

Their optimal values are in the units of the game.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from verifier.errors import InstanceError, SizeError
from verifier.game.model import Agent, Convention, Game
from verifier.game.own_prior import full_heading
from verifier.game.response import signal_distribution
from verifier.game.rules import Profile, Signal, truth
from verifier.meant import choose
from verifier.solve.effort import USUAL, Effort
from verifier.solve.hull import hull_program
from verifier.solve.points import Mixture
from verifier.solve.program import Goal, Key, Program, Sense
from verifier.theory.alignment import hull
from verifier.theory.benchmark import optimum
from verifier.theory.bounds.outcome_program import bound_ceiling, bound_program
from verifier.theory.deviations.persuasion import (
    column_payoffs,
    signal_program,
    subproblem_of,
    user_strategies,
)
from verifier.theory.guarantees.guarantee import Guarantee, Setting
from verifier.theory.judgements.signals import signals_of
from verifier.theory.verdict import setting_of

KINDS = ("hull", "bound", "persuasion:AGENT", "deviation:AGENT")
"""What can be asked for."""


def stated(
    game: Game,
    what: str,
    guarantee: Guarantee = Guarantee.BAYES,
    profile: Profile | None = None,
    effort: Effort = USUAL,
) -> Program:
    """The program that `what` names, one of KINDS.

    `guarantee` is the kind of user of `bound`; `profile` has the rules that the others follow in
    `deviation`. Raises InstanceError for anything else, SizeError above the effort's limits.
    """
    kind, _, name = what.partition(":")
    if kind == "hull" and not name:
        return _hull(game, effort)
    if kind == "bound" and not name:
        return _bound(game, guarantee, effort)
    if kind not in ("persuasion", "deviation"):
        raise InstanceError(f"--what {what}: expected one of {', '.join(KINDS)}")
    agents = {agent.name: agent for agent in game.agents}
    agent = choose(f"--what {kind}:", name, agents)
    signals = {} if kind == "persuasion" else _followed(game, agent, profile)
    return _deviation(game, agent, signals, effort)


def heading(
    game: Game, what: str, guarantee: Guarantee = Guarantee.BAYES, effort: Effort = USUAL
) -> str:
    """The game's title and what is stated of it.

    A signal by one agent alone has any number of messages, though the game may have few words.
    The rows of a user who picks the best AI hold in equilibria that are worth less to her than an
    offer of a certain worth (theory.md 4.5, 5.2): then the bound is at most that, as is said.
    """
    said = f"{full_heading(game)}: {what}"
    if what.startswith("persuasion") and game.conversation.capacity is not None:
        return f"{said}, by any number of messages"
    if what != "bound" or guarantee is not Guarantee.BEST_AI:
        return said
    ceiling = bound_ceiling(game, _setting(game, guarantee, effort))
    if ceiling == optimum(game):
        return said
    return f"{said}, in equilibria worth less than {ceiling} to her"


def _hull(game: Game, effort: Effort) -> Program:
    size = 2 * len(game.actions) * len(game.states) * (len(game.agents) + 2)
    if size > effort.program_limit:
        raise SizeError(
            f"the program of the hull distance would have {size} coefficients, the limit is"
            f" {effort.program_limit}; raise it with --program-limit"
        )
    pairs = [(a, y) for a in game.actions for y in game.states]
    by_state = game.hull is Convention.STATE_OFFSET
    program = hull_program(
        [game.utility[pair] for pair in pairs],
        [[agent.utility[pair] for pair in pairs] for agent in game.agents],
        [y if by_state else "" for _, y in pairs],
        Mixture.SIMPLEX if game.hull is Convention.SIMPLEX else Mixture.CONE,
    )
    meanings: dict[Key, Key] = {("offset", ""): "offset", "sum": ("weights", "sum")}
    meanings |= {("weight", n): ("weight", a.name) for n, a in enumerate(game.agents)}
    for side, word in ((+1, "at_most"), (-1, "at_least")):
        meanings |= {(side, n): (word, *pair) for n, pair in enumerate(pairs)}
    return _renamed(program, lambda key: meanings.get(key, key))


def _bound(game: Game, guarantee: Guarantee, effort: Effort) -> Program:
    if guarantee is Guarantee.QUANTAL:
        raise InstanceError(
            "the numbers of a quantal user's program are irrational; take --guarantee bayes or"
            " best-ai"
        )
    setting = _setting(game, guarantee, effort)
    return _in_units(bound_program(game, setting, effort), game.grain)


def _setting(game: Game, guarantee: Guarantee, effort: Effort) -> Setting:
    nearest = hull(game, game.hull)
    return setting_of(game, guarantee, nearest, nearest.epsilon, effort)


def _followed(game: Game, agent: Agent, profile: Profile | None) -> Mapping[str, Signal]:
    """The signals of all but the agent."""
    found: Mapping[str, Signal] | None
    if profile is None:
        found = {other.name: truth(other) for other in game.agents}
    else:
        found = signals_of(game, profile)
    if found is None:
        raise InstanceError(
            "an answer depends on what is asked: a program is stated for signals, one round in"
            " which the user is silent"
        )
    return {name: signal for name, signal in found.items() if name != agent.name}


def _deviation(game: Game, agent: Agent, signals: Mapping[str, Signal], effort: Effort) -> Program:
    subproblem = subproblem_of(game, agent, signal_distribution(game, [*signals.values()]))
    strategies = user_strategies(game, subproblem)
    costs = column_payoffs(subproblem, strategies, subproblem.agent_payoff, effort)
    program = signal_program(game, subproblem, strategies, Goal.MAXIMISE, costs)
    types = subproblem.types
    meanings: dict[Key, Key] = {
        ("obedience", s, n, other): ("obedience", s, types[n], other)
        for s in strategies
        for n in range(len(types))
        for other in game.actions
    }
    return _renamed(_in_units(program, subproblem.grain), lambda key: meanings.get(key, key))


def _in_units(program: Program, grain: Fraction) -> Program:
    """The program with objective and inequalities in the units of the game, not over a grain."""
    found = Program(program.goal)
    for key, cost in program.costs.items():
        found.column(key, cost * grain, free=key in program.free)
    for key, row in program.rows.items():
        scale = Fraction(1) if row.sense is Sense.EQUAL else grain
        coefficients = {name: scale * c for name, c in row.coefficients.items()}
        found.row(key, coefficients, row.sense, row.bound * scale)
    return found


def _renamed(program: Program, name: Callable[[Key], Key]) -> Program:
    found = Program(program.goal)
    for key, cost in program.costs.items():
        found.column(name(key), cost, free=key in program.free)
    for key, row in program.rows.items():
        coefficients = {name(column): c for column, c in row.coefficients.items()}
        found.row(name(key), coefficients, row.sense, row.bound)
    return found
