"""Equilibria in which every agent speaks by a signal: what the user hears and does, and
why nobody deviates (theory.md 6.9).
"""

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from verifier.kernel import deviation
from verifier.kernel.deviation import Faced
from verifier.kernel.document import UnreadableError, readable, require
from verifier.kernel.instance import Agent, Game
from verifier.kernel.play import Payoff, Position, belief

Signal = dict[
    str, dict[str, Fraction]
]  # agent observation -> message -> positive probability

SIGNAL = [(str, str, Fraction)]
RULES = [{"agent": str, "signal": SIGNAL}]
SHAPE = {
    "kind": str,
    "user_utility": Fraction,
    "rules": RULES,
    "response": [[str]],
    "deterrence": [deviation.SHAPE],
}
DEVIATION = {"rules": RULES, "agent": str, "signal": SIGNAL}


def equilibrium(position: Position, guarantee: str, part: dict[str, Any]) -> Fraction:
    """The user's utility, after checking her response and that no agent gains by any
    other rule.
    """
    game, common = position.game, part["kind"] == "common signal"
    picks = guarantee == "best-ai" and len(game.agents) > 1
    require(
        common == picks,
        "equilibrium.kind: a user who picks one of several agents needs a common"
        " signal, no other does",
    )
    rules = {
        agent.name: read_signal(game, agent, records)
        for agent, records in each(game, part["rules"], "rules", "signal")
    }
    require(
        not common
        or all(rule == rules[game.agents[0].name] for rule in rules.values()),
        "equilibrium.rules: not common",
    )
    told = hear(position, list(rules.values())[:1] if common else list(rules.values()))
    readable(all(part["response"]), "equilibrium.response: an empty record")
    response = {tuple(record[:-1]): record[-1] for record in part["response"]}
    require(
        len(part["response"]) == len(response),
        "equilibrium.response: two actions for one thing she may hear",
    )
    obeys(position, told, response)
    utility = expected(position.user, told, response)
    require(
        utility == part["user_utility"],
        f"equilibrium.user_utility: {utility} follows, not {part['user_utility']}",
    )
    for agent, reasons in each(game, part["deterrence"], "deterrence", None):
        others = (
            []
            if common
            else [rule for name, rule in rules.items() if name != agent.name]
        )
        floor = reasons["floor"]
        require(
            floor >= 0 and (common or floor == 0),
            "equilibrium.deterrence.floor: only a user who picks an agent has one",
        )
        at_most = (
            deviation.most(position, agent, hear(position, others), reasons)
            - floor * utility
        )
        now = expected(position.agents[agent.name], told, response)
        require(
            at_most <= now + game.gamma,
            f"equilibrium.deterrence: {agent.name} has {now}, a deviation may give"
            f" {at_most}",
        )
    return utility


def each(
    game: Game, found: list[dict[str, Any]], where: str, key: str | None
) -> list[tuple[Agent, Any]]:
    """One entry for every agent, in instance order; of each what stands at the key."""
    named = {entry["agent"]: entry if key is None else entry[key] for entry in found}
    everyone = len(named) == len(found) and named.keys() == {
        agent.name for agent in game.agents
    }
    require(everyone, f"equilibrium.{where}: expected one entry for every agent")
    return [(agent, named[agent.name]) for agent in game.agents]


def read_signal(game: Game, agent: Agent, records: list[list[Any]]) -> Signal:
    """A distribution over messages for each cell that the agent sees, within the
    conversation's alphabet.
    """
    cells = {cell[0]: cell for cell in agent.sees}
    given = {(cell, word): p for cell, word, p in records}
    readable(
        len(given) == len(records) and all(c in cells for c, _ in given),
        f"the signal of {agent.name}: unknown cells",
    )
    require(
        min(given.values(), default=Fraction(0)) >= 0,
        f"the signal of {agent.name} has a negative probability",
    )
    says = {
        name: {word: p for (c, word), p in given.items() if c == name and p}
        for name in cells
    }
    whole = all(sum(words.values()) == 1 for words in says.values())
    require(whole, f"the signal of {agent.name}: probabilities do not sum to 1")
    words = {word for _, word in given}
    enough = (
        game.agent_alphabet is None or len(words) <= game.agent_alphabet**game.rounds
    )
    require(enough, f"the signal of {agent.name} has more messages than there are")
    return {o: says[name] for name, cell in cells.items() for o in cell}


def hear(position: Position, rules: list[Signal]) -> Faced:
    """(x_A, messages) -> x_B -> probability of these messages, which are drawn
    independently given x_B.
    """
    size = sum(prod(len(rule[o]) for rule in rules) for _, o in position.mass)
    readable(
        size <= 200_000,
        f"too large: the user may hear {size} things, the kernel looks at 200000",
    )
    told: Faced = {}
    for x, o in position.mass:
        for words in product(*(rule[o].items() for rule in rules)):
            told.setdefault((x, *(word for word, _ in words)), {})[o] = prod(
                (p for _, p in words), start=Fraction(1)
            )
    return told


def gains(
    position: Position, guarantee: str, part: dict[str, Any]
) -> tuple[str, Fraction, Fraction]:
    """An agent, the most that he can have under the rules, and what he surely gets by
    another signal: more, by over gamma.
    """
    game = position.game
    heard = guarantee == "bayes" or (guarantee == "best-ai" and len(game.agents) == 1)
    require(heard, "deviation: only for a user who hears every agent")
    rules = {
        agent.name: read_signal(game, agent, records)
        for agent, records in each(game, part["rules"], "rules", "signal")
    }
    agent = next((agent for agent in game.agents if agent.name == part["agent"]), None)
    if agent is None:
        raise UnreadableError(f"deviation.agent: {part['agent']!r:.40} is not an agent")
    before = extreme(
        position, position.agents[agent.name], hear(position, list(rules.values())), 1
    )
    rules[agent.name] = read_signal(game, agent, part["signal"])
    sign = 1 if game.ties == "favour-speaker" else -1
    after = extreme(
        position,
        position.agents[agent.name],
        hear(position, list(rules.values())),
        sign,
    )
    require(
        after > before + game.gamma,
        f"deviation: {agent.name} may have {before}, and may get only {after} by"
        " deviating",
    )
    return agent.name, before, after


def extreme(position: Position, payoff: Payoff, told: Faced, sign: int) -> Fraction:
    """The most (sign 1) or least (sign -1) of a payoff over the user's best responses;
    the first best under ties = order.
    """
    total, game = Fraction(0), position.game
    for (x, *_), seen in told.items():
        hers, his = (
            {
                a: sum((p * table[x, o, a] for o, p in seen.items()), Fraction(0))
                for a in game.actions
            }
            for table in (position.user, payoff)
        )
        best = [a for a in game.actions if hers[a] == max(hers.values())]
        total += max(
            sign * his[a] for a in (best[:1] if game.ties == "order" else best)
        )
    return sign * total


def expected(
    payoff: Payoff, told: Faced, response: dict[tuple[str, ...], str]
) -> Fraction:
    return sum(
        (
            p * payoff[t[0], o, response[t]]
            for t, seen in told.items()
            for o, p in seen.items()
        ),
        Fraction(0),
    )


def obeys(
    position: Position, told: Faced, response: dict[tuple[str, ...], str]
) -> None:
    """Her action is best for what she hears, and fits the tie rule."""
    game, user = position.game, position.user
    require(
        response.keys() == told.keys(),
        "equilibrium.response: expected one action for everything she may hear",
    )
    chosen: dict[Any, str] = {}
    for t, seen in told.items():
        action = response[t]
        readable(
            action in game.actions,
            f"equilibrium.response: {action!r:.40} is not an action",
        )
        for other in game.actions:
            gain = sum(
                (
                    p * (user[t[0], o, action] - user[t[0], o, other])
                    for o, p in seen.items()
                ),
                Fraction(0),
            )
            first = (
                game.ties == "order"
                and other in game.actions[: game.actions.index(action)]
            )
            require(
                gain > 0 if first else gain >= 0,
                f"equilibrium.response: told {t!r:.80}, she takes {other!r}",
            )
        if game.ties == "belief":
            also = chosen.setdefault(belief(position, t[0], seen), action)
            require(
                action == also,
                f"equilibrium.response: {t!r:.80} leads to a belief at which she takes"
                f" {also!r}",
            )
