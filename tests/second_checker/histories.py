"""Bounds on a deviation by what she could do instead, after each history."""

from __future__ import annotations

from fractions import Fraction

from tests.second_checker.game import Agent, Game, Shares, Weights
from tests.second_checker.play import Place, Rule, Talk
from tests.second_checker.reading import ZERO, Json, keys, listing, need, number, readable, text

Where = tuple[str, ...]
"""What she has seen and heard, and at the end a choice."""

Plans = dict[Where, dict[Where, Fraction]]
"""After which choice -> the records of a plan, each with its number."""


def read_plans(value: Json) -> Plans:
    """Read what she could do instead."""
    plans: Plans = {}
    for entry in listing(value):
        keys(entry, "after,plan")
        after = tuple(map(text, listing(entry["after"])))
        readable(after not in plans, f"{after} comes twice")
        plans[after] = {}
        for pair in listing(entry["plan"]):
            readable(len(listing(pair)) == 2, "a record and a number")
            record, t = tuple(map(text, listing(pair[0]))), number(pair[1])
            readable(record not in plans[after], f"the record {record} comes twice")
            need(t >= 0, "a number of a plan is below 0")
            plans[after][record] = t
    return plans


class Histories:
    """Her conversations with all but one agent, and what an agent may make of them."""

    def __init__(self, game: Game, agent: Agent, plans: Plans) -> None:
        self.game, self.agent, self.plans = game, agent, plans
        self.used: set[Where] = set()

    def by_cell(self, seen: str, place: Place, weights: Weights, action: str) -> Shares:
        """List what an action is worth in each of his cells."""
        return {
            cell[0]: sum(
                (w * weights[seen, x, action] for x, w in place.q.items() if x in cell), ZERO
            )
            for cell in self.agent.cells
        }

    def plan_worth(
        self, talk: Talk, seen: str, place: Place, plan: dict[Where, Fraction], met: set[Where]
    ) -> tuple[Fraction, Shares]:
        """Return how much of a plan is left at a place, and what it is worth by cell."""
        options = talk.options(place)
        here = (seen, *place.heard)
        total, worth = ZERO, {cell[0]: ZERO for cell in self.agent.cells}
        for option in options:
            parts = [self.plan_worth(talk, seen, after, plan, met) for after in option]
            need(len({mass for mass, _ in parts}) == 1, f"a plan depends on the words after {here}")
            total += parts[0][0]
            worth = {c: w + sum((part[c] for _, part in parts), ZERO) for c, w in worth.items()}
        for action in [] if options else self.game.actions:
            t = plan.get((*here, action), ZERO)
            met.add((*here, action))
            total += t
            more = self.by_cell(seen, place, self.game.weights, action)
            worth = {c: w + t * more[c] for c, w in worth.items()}
        return total, worth

    def choices(self, talk: Talk, seen: str, place: Place, theta: Fraction) -> list[Shares]:
        """List by cell what each of her choices at a place is worth at most."""
        options = talk.options(place)
        names = [str(n + 1) for n in range(len(options))] or self.game.actions
        found = []
        for n, name in enumerate(names):
            after = (seen, *place.heard, name)
            plan, mass, lost = self.plans.get(after, {}), ZERO, dict[str, Fraction]()
            if after in self.plans:
                met: set[Where] = set()
                mass, lost = self.plan_worth(talk, seen, place, plan, met)
                need(set(plan) <= met, f"a plan after {after} has a record that is not reached")
                self.used.add(after)
            if options:
                best = [self.best(self.choices(talk, seen, p, theta + mass)) for p in options[n]]
                worth = {c[0]: sum((one[c[0]] for one in best), ZERO) for c in self.agent.cells}
            else:
                hers = self.by_cell(seen, place, self.game.weights, name)
                his = self.by_cell(seen, place, self.agent.weights, name)
                worth = {c: his[c] + (theta + mass) * hers[c] for c in his}
            found.append({c: w - lost.get(c, ZERO) for c, w in worth.items()})
        return found

    def best(self, choices: list[Shares]) -> Shares:
        """Return the most of the choices, cell by cell."""
        return {c: max(choice[c] for choice in choices) for c in choices[0]}


def by_histories(
    game: Game, agent: Agent, bound: Json, others: list[Rule], rho: Fraction
) -> Fraction:
    """Check a bound by histories; return D."""
    talk = Talk(game, others)
    tree = Histories(game, agent, read_plans(bound["instead"]))
    value = ZERO
    for seen in game.seen:
        start = talk.start(seen)
        choices = tree.choices(talk, seen, start, rho)
        if talk.options(start):
            value += max(sum(choice.values(), ZERO) for choice in choices)
        else:
            value += sum(tree.best(choices).values(), ZERO)
    need(tree.used == set(tree.plans), "a plan stands where she never is")
    return value
