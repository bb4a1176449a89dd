"""The beliefs at which a user may change what she does, on path or after a remark (theory.md 5.7).

What follows a user observation is a cone of beliefs, which are vectors over the agent observations
that remain possible. Where she is indifferent between two actions, or would be after a remark, it
is cut; within a piece all payoffs are linear, so that its extreme beliefs suffice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from operator import mul

from verifier.game.model import Game
from verifier.solve.rays import Ray, rays

Message = Mapping[str, int]
"""How likely something is to be said at each agent observation, up to a factor."""


@dataclass(frozen=True, eq=False)
class After:
    """What follows a user observation: payoffs by action, in whole numbers, as vectors over the
    agent observations that remain possible.
    """

    game: Game
    user_observation: str

    @cached_property
    def observations(self) -> tuple[str, ...]:
        """The agent observations that remain possible."""
        return tuple(o for x, o in self.game.points if x == self.user_observation)

    @cached_property
    def hers(self) -> dict[str, Ray]:
        """Her payoff of each action."""
        return self._vectors(self.game.whole_user_payoff)

    @cached_property
    def theirs(self) -> dict[str, dict[str, Ray]]:
        """Each agent's payoff of each action."""
        payoffs = self.game.whole_agent_payoffs
        return {name: self._vectors(payoff) for name, payoff in payoffs.items()}

    def _vectors(self, payoff: Mapping[tuple[str, str, str], int]) -> dict[str, Ray]:
        x = self.user_observation
        return {a: tuple(payoff[x, o, a] for o in self.observations) for a in self.game.actions}

    def moved(self, belief: Ray, message: Message) -> Ray:
        """The belief after a message, up to a factor."""
        return tuple([p * message[o] for p, o in zip(belief, self.observations, strict=True)])

    def best(self, belief: Ray) -> list[str]:
        """The actions that are best for her."""
        values = [dot(belief, hers) for hers in self.hers.values()]
        most = max(values)
        return [a for a, value in zip(self.hers, values, strict=True) if value == most]

    def at(self, belief: Ray, messages: Sequence[Message]) -> ExtremeBelief:
        """A belief with what is best for her there, and after each of these messages."""
        moved = [self.moved(belief, message) for message in messages]
        return ExtremeBelief(self, belief, self.best(belief), [(m, self.best(m)) for m in moved])


def dot(left: Sequence[int], right: Sequence[int]) -> int:
    """The product of a belief with a payoff."""
    return sum(map(mul, left, right))


@dataclass(frozen=True)
class ExtremeBelief:
    """A belief at which she may change what she does, and the actions that are best there.

    `moved` has for each message the belief after it, and the actions that are best then.
    """

    after: After
    belief: Ray
    best: Sequence[str]
    moved: Sequence[tuple[Ray, Sequence[str]]]

    @property
    def certain(self) -> bool:
        """Whether she knows what the agents could know."""
        return sum(map(bool, self.belief)) == 1


def extreme_beliefs(
    after: After,
    messages: Sequence[Message],
    limit: int,
    steady: Sequence[Message] = (),
) -> list[ExtremeBelief] | None:
    """The extreme beliefs with these messages; None where there are too many.

    At most `limit` choices of hyperplanes are looked at. What is best must be best after each of
    the `steady` messages, too; beliefs at which nothing is are left out.
    """
    gaps = [
        tuple(p - q for p, q in zip(after.hers[a], after.hers[b], strict=True))
        for a, b in combinations(after.game.actions, 2)
    ]
    said = [*messages, *(told for told in steady if sum(map(bool, told.values())) > 1)]
    planes = [*gaps, *(after.moved(gap, message) for message in said for gap in gaps)]
    beliefs = rays(planes, len(after.observations), limit)
    if beliefs is None:
        return None
    found = []
    for belief in beliefs:
        kept = [after.best(after.moved(belief, message)) for message in steady]
        extreme = after.at(belief, messages)
        best = [a for a in extreme.best if all(a in some for some in kept)]
        if best:
            found.append(replace(extreme, best=best))
    return found
