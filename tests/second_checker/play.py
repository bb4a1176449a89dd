"""Rules, what she may hear by them, and what she then does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

from tests.second_checker.cells import cell_in
from tests.second_checker.game import Agent, Game, Shares, Weights
from tests.second_checker.reading import (
    ONE,
    ZERO,
    canonical,
    keys,
    listing,
    need,
    readable,
    records,
    sha256,
    text,
)

MAX_HEARD, MAX_PLANS = 200_000, 2_000

Range = tuple[Fraction, Fraction]
"""The least and the most of a payoff."""

Plans = dict[Fraction, Range]
"""What her plans may be worth to her -> the least and the most of another payoff."""

Value = tuple[Fraction, Fraction, Fraction]
"""What something is worth to her, and the least and the most of another payoff."""


class Answer(NamedTuple):
    """A word, its probability at every x_B where it is positive, and the rule that follows."""

    word: str
    at: Shares
    then: Rule | None


Rule = list[list[Answer]]


def read_rule(game: Game, agent: Agent, value: Any) -> Rule:
    """Read an agent's rule, with all that is checked of one rule alone."""
    named = {cell[0]: cell for cell in agent.cells}

    def tree(value: Any, possible: set[str], left: int) -> Rule:
        """Read a rule that may still hear these cells, and has so many rounds."""
        need(left > 0, f"the rule of {agent.name!r} takes too many rounds")
        need(1 <= len(listing(value)) <= game.questions, "too many messages of hers, or none")
        return [message(entry, possible, left) for entry in value]

    def message(value: Any, possible: set[str], left: int) -> list[Answer]:
        """Read what is answered to one message of hers."""
        raw = listing(value)
        for entry in raw:
            readable(len(listing(entry)) == 3, "an answer has three entries")
        most = game.told_at_once(left if all(entry[2] is None for entry in raw) else 1)
        need(most is None or len(raw) <= most, "too many words")
        need(len({text(entry[0]) for entry in raw}) == len(raw), "a word comes twice")
        total = dict.fromkeys(possible, ZERO)
        answers = []
        for word, sends, then in raw:
            at = {cell: p for (cell,), p in records(sends, named).items()}
            need(set(at) <= possible, f"{word!r} is said at an impossible cell")
            need(all(p >= 0 for p in at.values()), "a probability is below 0")
            for cell, p in at.items():
                total[cell] += p
            positive = {cell for cell, p in at.items() if p > 0}
            follows = None if then is None else tree(then, positive, left - 1)
            spread = {x: at[cell] for cell in positive for x in named[cell]}
            answers.append(Answer(word, spread, follows))
        need(all(p == 1 for p in total.values()), "the probabilities of a rule do not sum to 1")
        return answers

    return tree(value, set(named), game.rounds)


def parts(rule: Rule) -> Iterator[Rule]:
    """List a rule and all rules that may follow in it."""
    yield rule
    for message in rule:
        for answer in message:
            if answer.then is not None:
                yield from parts(answer.then)


def last_words(rule: Rule) -> list[Shares]:
    """List the probabilities of all last words."""
    return [
        answer.at
        for part in parts(rule)
        for message in part
        for answer in message
        if answer.then is None
    ]


def tells(game: Game, rule: Rule) -> bool:
    """Say whether every last word is possible at no more than one x_B with a point."""
    real = {known for _, known in game.points}
    return all(len(real & set(at)) <= 1 for at in last_words(rule))


def one_message(rule: Rule) -> bool:
    """Say whether she never has a choice of messages."""
    return all(len(part) == 1 for part in parts(rule))


def check_together(game: Game, rules: list[Rule]) -> None:
    """Refuse rules with questions beside words that take several rounds."""
    if len(rules) > 1 and game.words is not None:
        long = any(
            len(message) > game.words for rule in rules for part in parts(rule) for message in part
        )
        need(not long or all(map(one_message, rules)), "questions beside words of several rounds")


def same_rule(one: Rule | None, two: Rule | None) -> bool:
    """Say whether two rules are the same."""
    if one is None or two is None:
        return one is two
    return len(one) == len(two) and all(
        len(first) == len(second)
        and all(
            a.word == b.word and a.at == b.at and same_rule(a.then, b.then)
            for a, b in zip(first, second, strict=True)
        )
        for first, second in zip(one, two, strict=True)
    )


def read_rules(game: Game, value: Any) -> list[Rule]:
    """Read a list with one rule for every agent, and put it in the order of the instance."""
    found: dict[str, Rule] = {}
    for entry in listing(value):
        agent = game.agent(keys(entry, "agent,rule")["agent"])
        need(agent.name not in found, f"two rules of {agent.name!r}")
        found[agent.name] = read_rule(game, agent, entry["rule"])
    need(len(found) == len(game.agents), "an agent has no rule")
    return [found[name] for name in game.names]


def rules_digest(value: Any) -> str:
    """Return the digest of rules that is in sentences."""
    return "sha256:" + sha256(canonical(value))[:16]


class Place(NamedTuple):
    """A place in a conversation: what was heard, the rules that go on, q(x_B)."""

    heard: tuple[str, ...]
    rules: tuple[Rule | None, ...]
    q: Shares


class HerType(NamedTuple):
    """A type of hers: its name `(x_A, words...)` and q(x_B)."""

    name: tuple[str, ...]
    q: Shares


def added(values: Iterable[Value]) -> Value:
    """Return the sums of what values consist of."""
    one, two, three = zip(*values, strict=True)
    return sum(one, ZERO), sum(two, ZERO), sum(three, ZERO)


class Talk:
    """All conversations of a user with some rules, after each of her observations."""

    def __init__(self, game: Game, rules: list[Rule]) -> None:
        self.game, self.rules, self.heard = game, tuple(rules), 0

    def start(self, seen: str) -> Place:
        """Return the place where she has seen x_A only, and count anew."""
        self.heard = 0
        return Place((), self.rules, dict.fromkeys(self.game.knows(seen), ONE))

    def options(self, place: Place) -> list[list[Place]]:
        """List her options, and where each leads; no options mean that she acts."""
        speaking = {n: rule for n, rule in enumerate(place.rules) if rule is not None}
        if not speaking:
            return []
        choices = product(*(range(len(rule)) for rule in speaking.values()))
        return [self.follow(place, speaking, choice) for choice in choices]

    def follow(
        self, place: Place, speaking: dict[int, Rule], choice: tuple[int, ...]
    ) -> list[Place]:
        """List what is heard after one choice of messages."""
        replies = [rule[m] for rule, m in zip(speaking.values(), choice, strict=True)]
        result = []
        for words in product(*replies):
            q = place.q
            for answer in words:
                q = {x: w * answer.at[x] for x, w in q.items() if x in answer.at}
            if not q:
                continue
            self.heard += 1
            readable(self.heard <= MAX_HEARD, "too large: what she may hear")
            heard, rules = list(place.heard), list(place.rules)
            for (n, rule), m, answer in zip(speaking.items(), choice, words, strict=True):
                if len(rule) > 1:
                    heard.append(str(m + 1))
                heard.append(answer.word)
                rules[n] = answer.then
            result.append(Place(tuple(heard), tuple(rules), q))
        return result

    def worth(self, seen: str, place: Place, weights: Weights) -> list[Fraction]:
        """Return what each action is worth at a place where she acts."""
        return [
            sum((w * weights[seen, x, a] for x, w in place.q.items()), ZERO)
            for a in self.game.actions
        ]

    def choices(self, seen: str, place: Place, f: Weights, first: bool) -> list[Range]:
        """List her actions at a place, as pairs of what they are worth to her and in f."""
        mine = self.worth(seen, place, self.game.weights)
        pairs = list(zip(mine, self.worth(seen, place, f), strict=True))
        return [pairs[mine.index(max(mine))]] if first else pairs

    def plans(self, seen: str, place: Place, f: Weights, first: bool) -> Plans | None:
        """List all her plans, unless they are too many."""
        found: Plans = {}

        def add(target: Plans, mine: Fraction, low: Fraction, high: Fraction) -> None:
            old = target.get(mine, (low, high))
            target[mine] = (min(old[0], low), max(old[1], high))

        options = self.options(place)
        if not options:
            for mine, other in self.choices(seen, place, f, first):
                add(found, mine, other, other)
            return found
        for option in options:
            sums: Plans = {ZERO: (ZERO, ZERO)}
            for follower in option:
                more = self.plans(seen, follower, f, first)
                if more is None or len(more) * len(sums) > MAX_PLANS:
                    return None
                longer: Plans = {}
                for (a, (b, c)), (d, (e, g)) in product(sums.items(), more.items()):
                    add(longer, a + d, b + e, c + g)
                sums = longer
            for mine, (low, high) in sums.items():
                add(found, mine, low, high)
        return found

    def induct(self, seen: str, place: Place, f: Weights, first: bool) -> Value:
        """Return her best value, and the least and most of f, from the end of the conversation."""
        options = self.options(place)
        if options:
            values = [
                added(self.induct(seen, follower, f, first) for follower in option)
                for option in options
            ]
        else:
            values = [(u, v, v) for u, v in self.choices(seen, place, f, first)]
        top = max(value[0] for value in values)
        best = [value for value in values if value[0] == top]
        return top, min(value[1] for value in best), max(value[2] for value in best)

    def after(self, seen: str, f: Weights, first: bool) -> Value:
        """Return what the rules are worth to her after x_A, and the least and most of f."""
        moving = cell_in(self.game.at) is not None  # plans are listed by what they are worth
        plans = None if moving else self.plans(seen, self.start(seen), f, first)
        if plans is None:
            return self.induct(seen, self.start(seen), f, first)
        return (max(plans), *plans[max(plans)])

    def respond(self, f: Weights, first: bool = False) -> Value:
        """Return what the rules are worth to her, and the least and most of f at her best."""
        return added(self.after(seen, f, first) for seen in self.game.seen)

    def is_worth(self) -> Fraction:
        """Return what the rules are worth to her."""
        return self.respond(self.game.weights)[0]

    def types(self) -> list[HerType]:
        """List her types, where there is nothing to ask."""
        found = []

        def walk(seen: str, place: Place) -> None:
            options = self.options(place)
            need(len(options) <= 1, "the rules of the others leave her something to ask")
            if not options:
                found.append(HerType((seen, *place.heard), place.q))
            for follower in options[0] if options else []:
                walk(seen, follower)

        for seen in self.game.seen:
            walk(seen, self.start(seen))
        return found


def follow_response(game: Game, rules: list[Rule], value: Any) -> list[Fraction]:
    """Follow a response: return what she gets, and what every agent gets."""
    talk = Talk(game, rules)
    recorded: dict[tuple[str, ...], str] = {}
    for entry in listing(value):
        record = tuple(map(text, listing(entry)))
        readable(len(record) >= 2, "a record of a choice is too short")
        need(record[:-1] not in recorded, f"the place {record[:-1]} comes twice")
        recorded[record[:-1]] = record[-1]
    reached: set[tuple[str, ...]] = set()
    believed: dict[tuple[str, tuple[Fraction, ...]], int] = {}

    def choose(names: list[str], values: list[Fraction], where: tuple[str, ...]) -> int:
        """Return the place of the recorded choice, or of the first best one."""
        top = max(values)
        if where not in recorded:
            return values.index(top)
        reached.add(where)
        need(recorded[where] in names, f"no choice {recorded[where]!r} at {where}")
        chosen = names.index(recorded[where])
        need(values[chosen] == top, f"the choice at {where} is not best")
        return chosen

    def walk(seen: str, place: Place) -> list[Fraction]:
        """Return what all get from a place on."""
        where = (seen, *place.heard)
        options = talk.options(place)
        if options:
            gets = [
                [sum(column, ZERO) for column in zip(*(walk(seen, p) for p in option), strict=True)]
                for option in options
            ]
            names = [str(n + 1) for n in range(len(options))]
            return gets[choose(names, [get[0] for get in gets], where)]
        mine = talk.worth(seen, place, game.weights)
        chosen = choose(game.actions, mine, where)
        if game.ties == "order":
            need(chosen == mine.index(max(mine)), f"the action at {where} is not the first best")
        if game.ties == "belief":
            belief = (seen, game.belief(seen, place.q))
            before = believed.get(belief, chosen)
            chosen = chosen if where in recorded else before
            need(chosen == before, f"another action at the same belief, at {where}")
            believed[belief] = chosen
        others = [talk.worth(seen, place, agent.weights)[chosen] for agent in game.agents]
        return [mine[chosen], *others]

    totals = [walk(seen, talk.start(seen)) for seen in game.seen]
    need(reached == set(recorded), f"nobody reaches {sorted(set(recorded) - reached)[:1]}")
    return [sum(column, ZERO) for column in zip(*totals, strict=True)]
