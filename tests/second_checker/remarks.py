"""Ties and remarks of claims about every equilibrium."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product
from typing import Any, NamedTuple

from tests.second_checker.game import Agent, Game, Weights
from tests.second_checker.reading import ZERO, Json, keys, listing, need, number, records, text

Vector = Mapping[str, Fraction]
TIE = "user_observation,best,possible,action"


class Tie(NamedTuple):
    """What she has seen, what is best and possible then, and what she does."""

    seen: str
    best: tuple[str, ...]
    possible: tuple[str, ...]
    action: str

    def difference(self, game: Game, x: str, other: str) -> Fraction:
        """Return G at a point of the tie."""
        return game.weights[self.seen, x, self.action] - game.weights[self.seen, x, other]

    def sign(self, game: Game, f: Vector, given: Any) -> Fraction:
        """Check that f is proved nonnegative; return something positive if it is proved so."""
        others = [c for c in game.actions if c != self.action]
        m = {c: w for (c,), w in records(given, others).items()}
        need(all(w >= 0 or c in self.best for c, w in m.items()), "a multiplier below 0")
        rest = [
            f[x] - sum((w * self.difference(game, x, c) for c, w in m.items()), ZERO)
            for x in self.possible
        ]
        need(all(r >= 0 for r in rest), "not proved at a tie")
        return sum(rest, ZERO)


def read_tie(entry: Json) -> Tie:
    """Read the names of a tie."""
    best, possible = ([text(n) for n in listing(entry[k])] for k in ("best", "possible"))
    return Tie(text(entry["user_observation"]), tuple(best), tuple(possible), text(entry["action"]))


def all_ties(game: Game, never: set[tuple[str, ...]]) -> Iterator[Tie]:
    """List the ties of the format."""
    for seen in dict.fromkeys(s for s, _ in game.points):
        xs = game.knows(seen)
        for n, k in product(range(2, len(game.actions) + 1), range(1, len(xs) + 1)):
            for best, possible in product(combinations(game.actions, n), combinations(xs, k)):
                if not clear(game, seen, best, possible):
                    for a in best[: 1 if game.ties == "order" else n]:
                        if (seen, a) not in never:
                            yield Tie(seen, best, possible, a)


def clear(game: Game, seen: str, best: tuple[str, ...], possible: tuple[str, ...]) -> bool:
    """Return whether one of these actions is plainly better than another."""
    for b, c in combinations(best, 2):
        gaps = [game.weights[seen, x, b] - game.weights[seen, x, c] for x in possible]
        if any(g != 0 for g in gaps) and (min(gaps) >= 0 or max(gaps) <= 0):
            return True
    return False


def open_ties(game: Game, value: Json, never: set[tuple[str, ...]]) -> list[Tie]:
    """Check the shifts and their gains; return the ties that stay open."""
    real = {x for _, x in game.points}
    shifts: list[tuple[Agent, list[str], Fraction]] = []
    for entry in listing(value["shifts"]):
        name, order, weight = listing(entry)
        agent, names, w = game.agent(name), [text(x) for x in listing(order)], number(weight)
        need(w >= 0 and {*names} == real and len(names) == len(real), "a shift")
        need(all(len(real & {*cell}) <= 1 for cell in agent.cells), "a shift of one who sees less")
        shifts.append((agent, names, w))
    given: dict[Tie, Any] = {}
    for entry in listing(value["ties"]):
        tie = read_tie(keys(entry, TIE + ",multipliers"))
        need(tie not in given, "a tie twice")
        given[tie] = entry["multipliers"]
    ties = list(all_ties(game, never))
    need(given.keys() <= {*ties}, "no such tie")
    still = []
    for tie in ties:
        f = dict.fromkeys(tie.possible, ZERO)
        for agent, order, w in shifts:
            rest = after_shift(game, tie, order)
            for x in f:
                least = min(agent.weights[tie.seen, x, b] for b in rest)
                f[x] += w * (least - agent.weights[tie.seen, x, tie.action])
        if tie.sign(game, f, given.get(tie, [])) == 0:
            still.append(tie)
    return still


def after_shift(game: Game, tie: Tie, order: list[str]) -> list[str]:
    """Return what a shift leaves of the actions that tie."""
    rest = [*tie.best]
    for x in order:
        if x in tie.possible:
            worth = {a: game.weights[tie.seen, x, a] for a in rest}
            rest = [a for a in rest if worth[a] == max(worth.values())]
    return rest


def same_in_cells(agent: Agent, vector: Vector) -> bool:
    """Return whether the numbers are the same for what the agent cannot tell apart."""
    return all(len({vector[x] for x in cell if x in vector}) <= 1 for cell in agent.cells)


def check_steady(
    game: Game, given: Any, still: list[Tie], never: set[tuple[str, ...]]
) -> list[frozenset[str]]:
    """Check the long shifts; return the set of all that is real, and those that they show."""
    real = [x for x in game.agents_see if any(x == z for _, z in game.points)]
    sets, shifts = [frozenset(real)], listing(given)
    need(not shifts or (not still and game.ties != "any"), "long shifts where she may tie")
    for shift in shifts:
        keys(shift, "direction,weights,crossings")
        voices = [listing(pair) for pair in listing(shift["weights"])]
        who = [(game.agent(name), number(w)) for name, w in voices]
        far = {x: d for (x,), d in records(shift["direction"], real).items()}
        need(len(far) == len(real) and min(far.values()) >= 0, "a direction")
        need(len(who) > 0 and all(w >= 0 and same_in_cells(a, far) for a, w in who), "who shifts")
        entries = {}
        for one in listing(shift["crossings"]):
            entries[read_tie(keys(one, TIE + ",gain,multipliers,within"))] = one
        for seen, a in product(dict.fromkeys(s for s, _ in game.points), game.actions):
            for b in game.actions:
                if b != a and (seen, a) not in never:
                    tie = Tie(seen, (b,), tuple(game.knows(seen)), a)
                    need(tie in entries, "no crossing")
                    check_crossing(game, tie, entries[tie], far, who, sets)
        sets.append(frozenset(x for x in real if far[x] == max(far.values())))
    return sets


def check_crossing(
    game: Game,
    tie: Tie,
    entry: Json,
    far: Vector,
    who: list[tuple[Agent, Fraction]],
    sets: list[frozenset[str]],
) -> None:
    """Check that who shifts gains where she crosses from one action to another."""
    (b,), gain = tie.best, number(entry["gain"])
    within = records(entry["within"], range(len(sets)), game.actions)
    need(gain >= 0 and all(m >= 0 for m in within.values()), "a crossing")
    need(all(len({far[x] for x in sets[j]}) == 1 for j, _ in within), "a set that is not level")
    f = {}
    for x in tie.possible:
        f[x] = far[x] * tie.difference(game, x, b)
        for agent, w in who:
            more = agent.weights[tie.seen, x, b] - agent.weights[tie.seen, x, tie.action]
            f[x] += gain * w * more
        for (j, c), m in within.items():
            f[x] -= m * tie.difference(game, x, c) if x in sets[j] else ZERO
    tie.sign(game, f, entry["multipliers"])


def check_remarks(
    game: Game,
    part: Json,
    still: list[Tie],
    never: set[tuple[str, ...]],
    pi: Mapping[tuple[str, str], Fraction],
    terms: Weights,
) -> None:
    """Check that agents may count on the remarks, and the inequality of every leaf."""
    sets = check_steady(game, part.get("steady", []), still, never)
    real = [x for x in game.agents_see if any(x == z for _, z in game.points)]
    remarks: list[tuple[Agent, Vector]] = []
    for entry in listing(part["remarks"]):
        agent = game.agent(keys(entry, "agent,likelihoods")["agent"])
        likely = {x: p for (x,), p in records(entry["likelihoods"], real).items()}
        need(len(likely) == len(real) and min(likely.values()) >= 0, "the likelihoods")
        need(same_in_cells(agent, likely), "a remark of one who sees less")
        remarks.append((agent, likely))
    check_kept(game, part, still, remarks, real)
    leaves: dict[str, list[tuple[dict[int, str], Any]]] = {s: [] for s, _ in game.points}
    for entry in listing(part["leaves"]):
        seen = text(keys(entry, "user_observation,plays,obedience")["user_observation"])
        plays = [(n, text(a)) for n, a in map(listing, listing(entry["plays"]))]
        numbers = [n for n, _ in plays]
        need(seen in leaves and len({*numbers}) == len(numbers), "a leaf")
        need(all(type(n) is int and 0 <= n <= len(remarks) for n in numbers), "a leaf's numbers")
        need({a for _, a in plays} <= {*game.actions} and 0 in numbers, "a leaf's actions")
        leaves[seen].append((dict(plays), entry["obedience"]))
    for seen, some in leaves.items():
        need(cover([plays for plays, _ in some], game, 0, len(remarks)), "something is left out")
        for assumed, obedience in some:
            check_leaf(game, seen, assumed, obedience, remarks, sets, pi, terms)


def check_kept(
    game: Game,
    part: Json,
    still: list[Tie],
    remarks: list[tuple[Agent, Vector]],
    real: list[str],
) -> None:
    """Check that no tie is broken against agents by their remarks."""
    kept: dict[tuple[Tie, str, str], Json] = {}
    for entry in listing(part["kept"]):
        tie = read_tie(keys(entry, TIE + ",agent,instead,remarks", "direction"))
        where = tie, text(entry["agent"]), text(entry["instead"])
        need(tie in still and where[2] in tie.best and where not in kept, "an entry of kept")
        kept[where] = entry
    towards = records(part["directions"], game.names, game.agents_see)
    for agent in {a.name: a for a, _ in remarks}.values():
        total = {x: sum((q[x] for a, q in remarks if a.name == agent.name), ZERO) for x in real}
        if len({*total.values()}) == 1:
            continue
        d = {x: towards.get((agent.name, x), ZERO) for x in real}
        need(same_in_cells(agent, d), "a direction of one who sees less")
        for tie in still:
            for b in (b for b in tie.best if b != tie.action):
                entry = kept.get((tie, agent.name, b), {"remarks": []})
                g = {x: tie.difference(game, x, b) for x in tie.possible}
                tie.sign(game, {x: -total[x] * g[x] for x in g}, entry["remarks"])
                if game.ties in ("any", "belief"):
                    f = {x: d[x] * g[x] for x in g}
                    sign = tie.sign(game, f, entry.get("direction", []))
                    need(sign > 0, "a direction that may break a tie")


def cover(leaves: list[dict[int, str]], game: Game, n: int, most: int) -> bool:
    """Return whether every choice of actions for n, ..., most is in a leaf."""
    if any(all(m < n for m in leaf) for leaf in leaves):
        return True
    if not leaves or n > most:
        return False
    return all(
        cover([leaf for leaf in leaves if leaf.get(n, a) == a], game, n + 1, most)
        for a in game.actions
    )


def check_leaf(
    game: Game,
    seen: str,
    plays: dict[int, str],
    given: Any,
    remarks: list[tuple[Agent, Vector]],
    sets: list[frozenset[str]],
    pi: Mapping[tuple[str, str], Fraction],
    terms: Weights,
) -> None:
    """Check the inequality of a leaf."""
    kappa = records(given, range(1 - len(sets), len(remarks) + 1), game.actions)
    need(all((n < 0 or n in plays) and k >= 0 for (n, _), k in kappa.items()), "a kappa")
    a = plays[0]
    for x in game.knows(seen):
        left = pi[seen, x] + terms[seen, x, a]
        for (n, b), k in kappa.items():
            share = remarks[n - 1][1][x] if n > 0 else Fraction(x in sets[-n])
            does = a if n < 0 else plays[n]
            left += k * share * (game.weights[seen, x, does] - game.weights[seen, x, b])
        right = game.weights[seen, x, a]
        for n, (agent, likely) in enumerate(remarks, 1):
            w = {b: agent.weights[seen, x, b] for b in game.actions}
            right += likely[x] * ((w[plays[n]] if n in plays else min(w.values())) - w[a])
        need(left <= right, "a leaf overshoots")
