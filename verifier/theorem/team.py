"""What agents can tell her together, in the form that its check reads.

The check is that of proofs/theories/TeamChecker.v: where words are few it tries all ways to divide
what she and the agents may have observed. That of CommonRule.v uses it for a rule that two agents
offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations

from verifier.game.model import Game, Ties
from verifier.solve.partitions import partition_count, partitions
from verifier.theorem.beyond import BeyondError
from verifier.theorem.integers import Instance, Row

MOST = 100_000
"""The most ways to divide the classes and her observations once that are tried."""


@dataclass(frozen=True)
class Dividing:
    """The agents of a TEAM, and for each x_B the next one on a way through those of its class."""

    members: Row
    steps: Row


@dataclass(frozen=True)
class Aligned:
    """The steps of an agent who is alone and tells her what is best, since he wants it, too."""

    steps: Row


@dataclass(frozen=True)
class Common:
    """Two agents who offer one rule, their steps, and what each agent could offer alone."""

    first: int
    second: int
    shared: Row
    alone: tuple[tuple[Fraction, Row], ...]


def steps(instance: Instance, members: Sequence[int]) -> Row:
    """From each x_B a step to one that a member takes for the same and that is nearer to the
    first x_B of its class.
    """
    found = dict[int, int]()
    for start in range(instance.agent_observations):
        if start in found:
            continue
        found[start] = start
        reached = [start]
        for z in reached:
            for other in range(instance.agent_observations):
                if other not in found and any(
                    instance.cells[i][z] == instance.cells[i][other] for i in members
                ):
                    found[other] = z
                    reached.append(other)
    return tuple(found[z] for z in range(instance.agent_observations))


def team_value(instance: Instance, members: Sequence[int]) -> Fraction:
    """TEAM of agents, as the proved check computes it.

    Raises BeyondError where there are too many ways to divide, and for rich alphabets in several
    rounds.
    """
    words = instance.agent_words
    classes = _classes(steps(instance, members))
    xs = tuple(range(instance.user_observations))
    worths = instance.worths(instance.utility)
    if words is None and instance.rounds > 1:
        raise BeyondError("TEAM less than OPT in several rounds where the alphabet is rich")
    if words is None:
        told = sum(
            max(map(sum, zip(*(worths[x][z] for z in k), strict=True))) for x in xs for k in classes
        )
        return Fraction(told, instance.grain)
    ways = partition_count(len(classes), words) * partition_count(len(xs), instance.user_messages)
    if ways**instance.rounds > MOST:
        raise BeyondError("TEAM where there are too many ways to divide observations")

    @cache
    def asked(left: int, xs: Row, ks: tuple[Row, ...]) -> int:
        if left == 0:
            return sum(
                max(map(sum, zip(*(worths[x][z] for k in ks for z in k), strict=True)), default=0)
                for x in xs
            )
        ways = partitions(xs, instance.user_messages)
        return max((sum(said(left, part, ks) for part in way) for way in ways), default=0)

    @cache
    def said(left: int, xs: Row, ks: tuple[Row, ...]) -> int:
        ways = partitions(ks, words)
        return max((sum(asked(left - 1, xs, part) for part in way) for way in ways), default=0)

    return Fraction(asked(instance.rounds, xs, classes), instance.grain)


def _classes(steps: Row) -> tuple[Row, ...]:
    """The x_B by class."""
    found = dict[int, list[int]]()
    for z, start in enumerate(steps):
        root = start
        while steps[root] != root:
            root = steps[root]
        found.setdefault(root, []).append(z)
    return tuple(map(tuple, found.values()))


def aligned(game: Game, instance: Instance, value: Fraction) -> Aligned | None:
    """The evidence of an equilibrium of one agent who wants what she wants, if it is one."""
    alone = len(game.agents) == 1 and game.agents[0].utility == game.utility
    few = instance.agent_words is not None
    if alone and few and game.ties is Ties.ANY and team_value(instance, [0]) == value:
        return Aligned(steps(instance, [0]))
    return None


def common(game: Game, instance: Instance, user: str, value: Fraction) -> Common | None:
    """The evidence of an equilibrium in which two agents offer the same rule, if there is one."""
    if instance.agent_words is None and instance.rounds > 1:
        return None
    agents = range(len(game.agents))
    if user == "best-ai":
        alone = [team_value(instance, [i]) for i in agents]
        possible = game.ties is Ties.ANY and max(alone) <= value
    else:
        alone = []
        possible = game.has_unique_best_actions and game.ties is not Ties.FAVOUR_SPEAKER
        possible = possible and value == _optimum(instance)
    for pair in combinations(agents, 2):
        if possible and team_value(instance, pair) == value:
            each = tuple((worth, steps(instance, [i])) for i, worth in enumerate(alone))
            return Common(*pair, steps(instance, pair), each)
    return None


def _optimum(instance: Instance) -> Fraction:
    worths = instance.worths(instance.utility)
    return Fraction(sum(max(worth) for table in worths for worth in table), instance.grain)
