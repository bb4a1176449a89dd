"""What an agent could get by any other rule in a conversation, at most: plans that she
could follow instead, ignoring him (theory.md 6.17).

A deviating agent is granted all that she sees and hears from the others, round by round.
Whatever she asks or does where she follows him is worth to her at least as much as a
plan by which she goes on without him.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import prod
from typing import Any

from verifier.kernel.core.game import Payoff, Position
from verifier.kernel.core.rule import (
    Rule,
    Seen,
    Type,
    alone,
    answered,
    asks,
    hearings,
    inside,
    longest,
)
from verifier.kernel.reader.document import (
    affordable,
    nonnegative,
    readable,
    require,
    total,
)
from verifier.kernel.reader.instance import Agent

SHAPE = {
    "agent": str,
    "floor": Fraction,
    "instead": [{"after": [str], "plan": [([str], Fraction)]}],
}
ByCell = dict[str, Fraction]  # what something is worth in each cell that is possible
State = tuple[Type, Seen, list[Rule]]  # what she has heard, and what may follow


def granted(
    position: Position, agent: Agent, others: list[Rule], part: dict[str, Any]
) -> Fraction:
    """At most so much can any rule give the agent, plus `floor` times what the user
    then gets, if the others' rules are these.
    """
    asked = prod(max(map(len, inside(rule))) for rule in others)
    each = position.game.rounds * asked + len(position.game.actions) + 2
    steps = hearings(position, others) * len(position.game.actions) * each
    affordable(steps, position.bits + longest(others), "what she may do instead")
    tree, found = Tree(position, agent, part), Fraction(0)
    for x, seen in alone(position).items():
        options = tree.follow(((x,), seen, others), part["floor"])
        if any(others):  # she asks before he has said anything: alike in all cells
            found += max(total(option.values()) for option in options)
        else:
            found += total(most(options).values())
    require(not tree.plans, f"after: she never does {[*tree.plans][:1]!r:.80}")
    return found


def add(parts: Iterable[ByCell]) -> ByCell:
    """The sum, cell by cell."""
    found: ByCell = {}
    for part in parts:
        found |= {c: found.get(c, Fraction(0)) + value for c, value in part.items()}
    return found


def most(options: list[ByCell]) -> ByCell:
    """The most that an option is worth, cell by cell."""
    return {c: max(option[c] for option in options) for c in options[0]}


class Tree:
    """The user's conversation with all but one agent, whose cell she may learn."""

    def __init__(self, position: Position, agent: Agent, part: dict[str, Any]) -> None:
        self.position, self.his = position, position.agents[agent.name]
        self.cell = {o: cell[0] for cell in agent.sees for o in cell}
        given = [(tuple(p["after"]), p["plan"]) for p in part["instead"]]
        self.plans = {
            at: {tuple(record): t for record, t in plan} for at, plan in given
        }
        twice = len(self.plans) < len(given) or any(
            len(self.plans[at]) < len(plan) for at, plan in given
        )
        readable(not twice, "instead: a plan or a record appears twice")
        nonnegative((t for _, plan in given for _, t in plan), "instead")

    def moves(self, state: State) -> Iterator[tuple[str, list[State]]]:
        """What she can do: ask something, with what she may then hear, or act."""
        key, seen, nodes = state
        if any(nodes):
            for n, asked in enumerate(asks(nodes), 1):
                yield str(n), answered(key, seen, nodes, asked)
        else:
            yield from ((action, []) for action in self.position.game.actions)

    def worth(self, payoff: Payoff, state: State, action: str) -> ByCell:
        """What a payoff is worth if she takes the action."""
        (x, *_), seen, _ = state
        return add({self.cell[o]: p * payoff[x, o, action]} for o, p in seen.items())

    def follow(self, state: State, weight: Fraction) -> list[ByCell]:
        """What each of her moves is worth at most: to him, and `weight` times to her,
        less the plans that she could follow instead.
        """
        found = []
        for move, heard in self.moves(state):
            plan = self.plans.pop((*state[0], move), {})
            share, lost = self.ignore(state, plan) if plan else (Fraction(0), {})
            require(not plan, f"plan: she never does {[*plan][:1]!r:.80}")
            if heard:
                gets = add(most(self.follow(after, weight + share)) for after in heard)
            else:
                hers = self.worth(self.position.user, state, move)
                gets = self.worth(self.his, state, move)
                gets = {c: v + (weight + share) * hers[c] for c, v in gets.items()}
            found.append({c: v - lost.get(c, 0) for c, v in gets.items()})
        return found

    def ignore(
        self, state: State, plan: dict[Type, Fraction]
    ) -> tuple[Fraction, ByCell]:
        """How often the plan is followed, and what it is worth to her: she goes on as
        often whatever she hears.
        """
        often, worth = Fraction(0), list[ByCell]()
        for move, heard in self.moves(state):
            if heard:
                ways = [self.ignore(after, plan) for after in heard]
                share = ways[0][0]
                same = all(t == share for t, _ in ways)
                require(
                    same, f"plan: {[*state[0], move]!r:.80} depends on what is said"
                )
                worth += [gets for _, gets in ways]
            else:
                share = plan.pop((*state[0], move), Fraction(0))
                hers = self.worth(self.position.user, state, move)
                worth.append({c: share * v for c, v in hers.items()})
            often += share
        return often, add(worth)
