"""Rules as trees, what the user may hear, and what she then does (theory.md 1.2, 1.3).

`walk` finds every best response: she asks, hears, asks again, and acts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from verifier.kernel.core.game import Cell, Payoff, Position, belief
from verifier.kernel.reader.document import (
    affordable,
    entries,
    fit,
    length,
    nonnegative,
    readable,
    require,
    total,
)
from verifier.kernel.reader.instance import Agent, Game

# For every message of the user the agent's answers: a word, how likely it is at each
# x_B (0 where that is missing), and the rule that follows. () says nothing more.
Answer = tuple[str, dict[str, Fraction], "Rule"]
Rule = tuple[tuple[Answer, ...], ...]
Type = tuple[str, ...]  # x_A, then what she asked (where she could) and what was said
Seen = dict[str, Fraction]  # x_B -> how likely it is there that this is said
RULES = [{"agent": str, "rule": Any}]
HEARD = 200_000


def read_rule(value: Any, game: Game, agent: Agent) -> Rule:
    """A rule that fits the protocol and says nothing that the agent does not see."""
    where, cells = f"the rule of {agent.name}", {cell[0]: cell for cell in agent.sees}

    def read(value: Any, possible: list[str], rounds: int) -> Rule:
        if value is None:
            return ()
        messages = fit(value, [[(str, [(str, Fraction)], Any)]], where)
        good = rounds > 0 and 1 <= len(messages) <= game.user_alphabet
        require(good, f"{where} has more rounds or user messages than the conversation")
        return tuple(tuple(answers(m, possible, rounds)) for m in messages)

    def answers(message: Any, possible: list[str], rounds: int) -> Iterator[Answer]:
        words, said = (
            {word for word, _, _ in message},
            dict.fromkeys(possible, Fraction(0)),
        )
        readable(len(words) == len(message), f"{where}: a word appears twice")
        last = all(then is None for _, _, then in message)  # it may take all rounds
        most = (game.agent_alphabet or len(words)) ** (rounds if last else 1)
        good = len(words) <= most
        require(good, f"{where} has {len(words)} answers where {most} can be told")
        for word, odds, then in message:
            sends = {c: p for c, p in entries(odds, where, possible).items() if p}
            nonnegative(sends.values(), where)
            said = {c: p + sends.get(c, 0) for c, p in said.items()}
            likely = {o: p for c, p in sends.items() for o in cells[c]}
            yield word, likely, read(then, list(sends), rounds - 1)
        whole = all(p == 1 for p in said.values())
        require(whole, f"{where}: the probabilities of its answers do not sum to 1")

    rule = read(value, list(cells), game.rounds)
    require(rule != (), f"{where} says nothing")
    return rule


def read_rules(game: Game, given: list[dict[str, Any]]) -> dict[str, Rule]:
    """One rule for every agent."""
    return {
        agent.name: read_rule(entry["rule"], game, agent)
        for agent, entry in each(game, given, "rules")
    }


def each(
    game: Game, found: list[dict[str, Any]], where: str
) -> list[tuple[Agent, dict[str, Any]]]:
    """One entry for every agent, in instance order."""
    named = {entry["agent"]: entry for entry in found}
    everyone = len(named) == len(found) == len(game.agents)
    require(
        everyone and all(agent.name in named for agent in game.agents),
        f"{where}: expected one entry for every agent",
    )
    return [(agent, named[agent.name]) for agent in game.agents]


def informed(game: Game) -> Rule:
    """Every observation is told."""
    return (tuple((o, {o: Fraction(1)}, ()) for o in game.agent_observations),)


def inside(rule: Rule) -> Iterator[Rule]:
    """The rule, and all that may follow."""
    yield rule
    for _, _, then in (answer for message in rule for answer in message):
        yield from inside(then)


def ends(rule: Rule) -> Iterator[Seen]:
    """How likely the last answer is at each x_B, wherever the conversation may end."""
    messages = (message for node in inside(rule) for message in node)
    return (likely for message in messages for _, likely, then in message if not then)


def separates(position: Position, rule: Rule) -> bool:
    """Whether the user learns the agent's observation, whatever she says."""
    possible = {o for _, o in position.mass}
    return all(len(possible & likely.keys()) <= 1 for likely in ends(rule))


def paths(rule: Rule, o: str) -> int:
    """How many things may be said and asked at an agent observation."""
    found = [then for message in rule for _, likely, then in message if o in likely]
    return sum(paths(then, o) if then else 1 for then in found)


def hearings(position: Position, rules: Sequence[Rule]) -> int:
    """How many things she may hear, summed over points."""
    return sum(prod(paths(rule, o) for rule in rules) for _, o in position.mass)


def longest(rules: Iterable[Rule]) -> int:
    """The bits of the rules' probabilities: those of one rule may be multiplied."""
    said = ([a for n in inside(rule) for m in n for a in m] for rule in rules)
    return sum(length([p for a in rule for p in a[1].values()]) for rule in said)


def alone(position: Position) -> dict[str, Seen]:
    """What is possible after each x_A, before anything is said."""
    return {
        x: {o: Fraction(1) for z, o in position.mass if z == x} for x in position.users
    }


def asks(nodes: Sequence[Rule]) -> list[tuple[int, ...]]:
    """What she may ask: a message to each agent who is not done."""
    return list(product(*(range(len(node)) for node in nodes if node)))


def answered(
    key: Type, seen: Seen, nodes: list[Rule], asked: Sequence[int]
) -> list[tuple[Type, Seen, list[Rule]]]:
    """What she may hear when she has asked this, and what is possible then."""
    heard, left = [(key, seen, nodes)], list(asked)
    for n, node in enumerate(nodes):
        if node:  # this agent answers
            q = left.pop(0)
            also = (str(q + 1),) if len(node) > 1 else ()
            heard = [
                ((*k, *also, word), both, [*now[:n], then, *now[n + 1 :]])
                for k, before, now in heard
                for word, likely, then in node[q]
                if (
                    both := {o: p * likely[o] for o, p in before.items() if o in likely}
                )
            ]
    return heard


# Of the options that are worth most to her one is picked: by what she has asked and
# heard, what is likely then (None if she is to ask), what each option gives, and the
# numbers of the best.
Pick = Callable[[Type, Seen | None, list[list[Fraction]], list[int]], int]


def walk(
    position: Position, rules: Iterable[Rule], others: list[Payoff], pick: Pick
) -> list[Fraction]:
    """What she gets, and what `others` are worth, when she best-responds to the rules.

    Without rules she acts on x_A alone.
    """
    nodes, payoffs = list(rules), [position.user, *others]
    if len(nodes) > 1:  # what takes several rounds is not known if she asks meanwhile
        every = [node for rule in nodes for node in inside(rule)]
        most = max(len(message) for node in every for message in node)
        brief = most <= (position.game.agent_alphabet or most)
        quiet = all(len(node) <= 1 for node in every)
        require(brief or quiet, "rules: she asks while a long answer is told")
    heard = hearings(position, nodes)
    readable(heard <= HEARD, f"too large: she may hear {heard} things, not {HEARD}")
    said = [answer for rule in nodes for n in inside(rule) for m in n for answer in m]
    each = len(position.game.actions) * len(payoffs) + len(said) // 20
    if position.game.ties == "belief":
        each += max(map(len, position.likely.values()))
    affordable(heard * each, position.bits + longest(nodes), "what she may hear")

    def add(parts: Iterable[list[Fraction]]) -> list[Fraction]:
        return [total(column) for column in zip(*parts, strict=True)]

    def go(key: Type, seen: Seen, nodes: list[Rule]) -> list[Fraction]:
        if any(nodes):
            options = [
                add(go(*s) for s in answered(key, seen, nodes, a)) for a in asks(nodes)
            ]
        else:
            here = [(key[0], o) for o in seen]
            options = [
                [total(seen[h[1]] * f[*h, a] for h in here) for f in payoffs]
                for a in position.game.actions
            ]
        top = max(option[0] for option in options)
        best = [n for n, option in enumerate(options) if option[0] == top]
        return options[pick(key, None if any(nodes) else seen, options, best)]

    return add(go((x,), seen, nodes) for x, seen in alone(position).items())


def reply(
    position: Position,
    rules: Iterable[Rule],
    other: Payoff,
    sign: int,
    first: bool = False,
) -> tuple[Fraction, Fraction]:
    """What she gets, and the most (sign 1) or least (sign -1) of `other` over her best
    responses.

    With `first`, ties between actions go to the first in the instance's order.
    """

    def pick(_: Type, seen: Any, options: list[list[Fraction]], best: list[int]) -> int:
        extreme = max(best, key=lambda n: sign * options[n][1])
        return best[0] if first and seen else extreme

    hers, others = walk(position, rules, [other], pick)
    return hers, others


def lasting(
    position: Position, rule: Rule, agents: list[Payoff], cells: Sequence[Cell]
) -> bool:
    """Whether she has nothing to ask and somewhere ties only actions that are the same to
    her in each of the cells, none of them worst for all agents: no small change of the
    rule breaks such a tie.
    """
    game, quarrels, asks = position.game, list[Type](), list[Type]()

    def worth(x: str, action: str) -> list[Fraction]:
        inside = ([(x, o) for o in cell if (x, o) in position.mass] for cell in cells)
        return [total(position.user[*h, action] for h in points) for points in inside]

    same = {(x, a): worth(x, a) for x in position.users for a in game.actions}

    def pick(
        key: Type, seen: Any, options: list[list[Fraction]], best: list[int]
    ) -> int:
        if len(options) > 1 and not seen:
            asks.append(key)
        tied = [options[n][1:] for n in best]
        apart = total(map(min, zip(*tied, strict=True)))
        if seen and apart < min(map(total, tied)):
            first, *others = (same[key[0], game.actions[n]] for n in best)
            quarrels.extend([key] if all(other == first for other in others) else [])
        return best[0]

    walk(position, [rule], agents, pick)
    return bool(quarrels) and not asks


def offered(
    position: Position,
    rules: Iterable[Rule],
    other: Payoff,
    sign: int,
    first: bool = False,
) -> tuple[Fraction, Fraction]:
    """The same if she picks a rule that is worth most to her, and hears no other."""
    found = [reply(position, [rule], other, sign, first) for rule in rules]
    top = max(hers for hers, _ in found)
    return top, sign * max(sign * value for hers, value in found if hers == top)


def hear(position: Position, rules: Iterable[Rule]) -> dict[Type, Seen]:
    """All that she may hear from rules that leave her nothing to ask."""
    told: dict[Type, Seen] = {}

    def pick(key: Type, seen: Seen | None, options: Any, best: list[int]) -> int:
        readable(seen is not None or len(options) == 1, "rules: she has a question")
        told.update({} if seen is None else {key: seen})
        return best[0]

    walk(position, rules, [], pick)
    return told


def play(
    position: Position, rules: Iterable[Rule], records: list[list[str]]
) -> list[Fraction]:
    """What she and the agents get if she does as recorded, [x_A, what she heard...,
    action]: it must be best and fit the tie rule.

    Without a record she takes the first of her best actions, or asks the first of her
    best questions. These are numbered from 1 where one is recorded.
    """
    game, beliefs = position.game, dict[Any, int]()
    response = {tuple(record[:-1]): record[-1] for record in records if record}
    readable(
        len(response) == len(records), "response: a record is empty, or comes twice"
    )

    def pick(
        key: Type, seen: Seen | None, options: list[list[Fraction]], best: list[int]
    ) -> int:
        names = game.actions if seen else [str(n + 1) for n in range(len(options))]
        same = belief(position, key[0], seen) if seen and game.ties == "belief" else key
        usual = beliefs.get(same, best[0])
        name = response.pop(key, names[usual])
        chosen = names.index(name) if name in names else -1
        if seen and game.ties == "order":
            best = best[:1]
        require(
            chosen in best, f"response: told {key!r:.80}, she would not take {name!r}"
        )
        agrees = beliefs.setdefault(same, chosen) == chosen
        require(
            agrees,
            f"response: {key!r:.80} leads to a belief at which she acts otherwise",
        )
        return chosen

    found = walk(position, rules, list(position.agents.values()), pick)
    require(not response, f"response: she never hears {next(iter(response), ())!r:.80}")
    return found
