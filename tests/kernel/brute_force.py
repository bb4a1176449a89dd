"""What holds in a game by its definition: no prices, no code of the verifier or the kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from verifier.game.model import Agent, Game, Ties

F = Fraction

Says = Mapping[str, Mapping[str, Fraction]]
"""Agent observation -> message -> positive probability."""

Heard = dict[tuple[str, ...], dict[str, dict[str, Fraction]]]
"""x_A and the messages -> whose payoff ("" is the user's) -> action -> what it is worth, times the
probability.
"""


def heard(game: Game, spoken: Sequence[Says]) -> Heard:
    """Everything that she may hear, with what each action is then worth to everybody."""
    utilities = {"": game.utility, **{agent.name: agent.utility for agent in game.agents}}
    found: Heard = {}
    for (x, o, y), p in game.joint.items():
        for words in product(*(signal[o].items() for signal in spoken)):
            chance = p * prod((q for _, q in words), start=F(1))
            nothing = {name: dict.fromkeys(game.actions, F(0)) for name in utilities}
            worth = found.setdefault((x, *(word for word, _ in words)), nothing)
            for (name, utility), a in product(utilities.items(), game.actions):
                worth[name][a] += chance * utility[a, y]
    return found


def best(game: Game, worth: Mapping[str, Mapping[str, Fraction]]) -> list[str]:
    """Her best actions, in instance order; only the first under `order`."""
    found = [a for a in game.actions if worth[""][a] == max(worth[""].values())]
    return found[:1] if game.ties is Ties.ORDER else found


def surely(game: Game, found: Heard, name: str) -> Fraction:
    """What an agent gets at least, by her best response that the tie rule leaves."""
    total = F(0)
    for worth in found.values():
        pick = max if game.ties is Ties.FAVOUR_SPEAKER else min
        total += pick(worth[name][a] for a in best(game, worth))
    return total


def surely_picking(game: Game, rules: Mapping[str, Says], name: str) -> Fraction:
    """What an agent gets at least where she picks one of the rules that are worth most to her."""
    found = [heard(game, [rule]) for rule in rules.values()]
    worths = [sum((max(worth[""].values()) for worth in told.values()), F(0)) for told in found]
    end = max if game.ties is Ties.FAVOUR_SPEAKER else min
    return end(
        surely(game, told, name)
        for told, worth in zip(found, worths, strict=True)
        if worth == max(worths)
    )


def gained(
    game: Game, agent: Agent, rules: Mapping[str, Says], signal: Says, picks: bool
) -> Fraction:
    """What an agent gets at least by this signal of his, the others' rules being as they are."""
    changed = {**rules, agent.name: signal}
    if picks:
        return surely_picking(game, changed, agent.name)
    return surely(game, heard(game, list(changed.values())), agent.name)


def grid(game: Game, sees: Sequence[Sequence[str]]) -> Iterator[Says]:
    """All signals with two messages and probabilities in halves and thirds, and all that name cells
    by up to three messages.
    """
    letters = game.conversation.agent_alphabet
    messages = 3 if letters == "rich" else min(3, letters**game.conversation.rounds)
    certain = [{str(n): F(1)} for n in range(messages)]
    mixed = [{"0": p, "1": 1 - p} for p in (F(1, 3), F(1, 2), F(2, 3))] if messages > 1 else []
    for parts in product([*certain, *mixed], repeat=len(sees)):
        yield {o: part for cell, part in zip(sees, parts, strict=True) for o in cell}


def rules_of(game: Game, shown: Any) -> dict[str, Says]:
    """The signals that a certificate states, by observation: rules of one message of the user."""
    given = {entry["agent"]: entry["rule"] for entry in shown["rules"]}
    found: dict[str, Says] = {}
    for agent in game.agents:
        (answers,) = given[agent.name]
        assert all(then is None for _, _, then in answers)
        says = {cell[0]: dict[str, Fraction]() for cell in agent.sees}
        for word, sends, _ in answers:
            for first, p in sends:
                says[first] |= {word: F(p)} if F(p) else {}
        found[agent.name] = {o: says[cell[0]] for cell in agent.sees for o in cell}
    return found


def wrong_with(game: Game, shown: Any) -> str | None:
    """Why what is shown is no equilibrium, if a deviation on the grid or her own response tells.

    `shown` is a claim `equilibrium`, its rules signals. Nothing but this definition is used.
    """
    picks = shown["user"] == "best-ai" and len(game.agents) > 1
    rules = rules_of(game, shown)
    response = {tuple(record[:-1]): record[-1] for record in shown["response"]}
    spoken = list(rules.values())
    if picks:
        spoken = [rules[shown["picked"]]] if "picked" in shown else spoken[:1]
    now = heard(game, spoken)
    if any(response[t] not in best(game, worth) for t, worth in now.items()):
        return "her response is not best"
    has = {
        name: sum((worth[name][response[t]] for t, worth in now.items()), F(0))
        for name in ["", *rules]
    }
    if has[""] != F(shown["utility"]):
        return "her utility is another"
    for agent in game.agents:
        for signal in grid(game, agent.sees):
            if gained(game, agent, rules, signal, picks) > has[agent.name] + game.gamma:
                return f"{agent.name} gains by {signal}"
    return None
