"""Persuasion by one agent alone as JSON and as lines: his value and his signal (theory.md 6.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from verifier.game.model import Game
from verifier.numbers import show
from verifier.report.reading import reading_lines
from verifier.report.unused import unused, unused_lines, unused_record
from verifier.theory.deviations.persuasion import Plan, Strategy
from verifier.theory.equilibria.optimal_signal import Persuasion


def persuasion_record(found: Persuasion) -> dict[str, Any]:
    """The agent's optimal value, and the optimal signal that is worst for the user.

    `attained`: the value is attained under the game's tie rule. `approached`: signals come as near
    to it as one likes, however she breaks ties under that rule.
    """
    return {
        **unused_record(_unused(found)),
        "agent": found.agent.name,
        "value": str(found.value),
        "attained": found.attained,
        "approached": found.approached,
        "user_utility": {
            "worst": str(found.worst.user_utility),
            "best": str(found.best.user_utility),
        },
        "signal": signal_record(found.game, found.worst),
    }


def persuasion_lines(found: Persuasion) -> Iterator[str]:
    """The agent's optimal value, the user's utility and the signal, as lines for the terminal."""
    yield found.game.title
    yield from reading_lines(found.game)
    yield from unused_lines(_unused(found))
    yield f"  {found.agent.name} alone"
    yield f"  {_kind(found)}  {show(found.value)}"
    worst, best = found.worst.user_utility, found.best.user_utility
    yield f"  the user gets  {show(worst)}" + ("" if worst == best else f" to {show(best)}")
    for strategy, sends in _messages(found.worst):
        recommend = strategy_record(found.game.user_support, strategy)
        if isinstance(recommend, dict):
            recommend = "; ".join(f"{x}: {action}" for x, action in recommend.items())
        yield f"  says {recommend!r}"
        for x, p in sends.items():
            yield f"    on {x} with probability {show(p)}"


def _kind(found: Persuasion) -> str:
    """What the value is under the game's tie rule."""
    if found.attained:
        return "value" if found.approached else "value (if she breaks ties in his favour)"
    return "supremum (not attained under this tie rule)" if found.approached else "at most"


def _unused(found: Persuasion) -> dict[str, str]:
    """The keys that are left aside: a signal is one message of any number, to a user who is silent.

    The number of words is left aside only where they are too few for what was found.
    """
    talk, keys = found.game.conversation, unused(found.game)
    messages = len(found.worst.messages)  # those of the signal that is printed
    if not talk.conveys(messages):
        keys["conversation.agent_alphabet"] = (
            f"the value is by any number of messages, here {messages}; with words for"
            f" {talk.capacity} he may get less"
        )
    if not talk.silent and len(found.game.user_support) > 1:
        keys["conversation.user_alphabet"] = "she says nothing of what she sees"
    return keys


def signal_record(game: Game, plan: Plan) -> list[dict[str, Any]]:
    """A signal by messages: the recommended action, and the probability at each observation.

    A user with several observations is recommended an action for each.
    """
    return [
        {
            "recommend": strategy_record(game.user_support, strategy),
            "sends": {x: str(p) for x, p in sends.items()},
        }
        for strategy, sends in _messages(plan)
    ]


def _messages(plan: Plan) -> Iterator[tuple[Strategy, dict[str, Fraction]]]:
    """The strategies that are recommended, with their probabilities by observation."""
    for strategy in plan.messages:
        cells = {cell: p for (cell, s), p in plan.sends.items() if s == strategy}
        yield strategy, {x: p for cell, p in cells.items() for x in cell}


def strategy_record(observations: Sequence[str], strategy: Strategy) -> str | dict[str, str]:
    """A strategy of the user: her action, or one for each of her observations if she has several.

    >>> strategy_record(["nothing"], ("buy",)), strategy_record(["l", "r"], ("buy", "sell"))
    ('buy', {'l': 'buy', 'r': 'sell'})
    """
    if len(observations) == 1:
        return strategy[0]
    return dict(zip(observations, strategy, strict=True))
