"""Her answers to rules: what she asks and does after an announcement, and a quantal answer."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from verifier.explain.document import Block, Listing, Table, Text, say, words
from verifier.explain.phrases import cell_words, joined, observation_words
from verifier.game.model import Game
from verifier.game.response import best_messages
from verifier.game.rules import Rule
from verifier.solve.exponential import QuotientSum
from verifier.theory.equilibria.equilibrium import Equilibrium
from verifier.theory.quantal import informed_reply

LARGEST = 12
"""Longer lists are not told."""


def answers_to_rule(game: Game, rule: Rule) -> Iterator[Block]:
    """What she does after each answer of a rule of one round, and what she asks before."""
    items = list(_answers(game, rule))
    if len(items) > LARGEST:
        yield say(f"Her best responses to {len(items)} answers are too many to be listed here.")
    elif items:
        yield say("Her best responses:")
        yield Listing(tuple(items))


def _answers(game: Game, rule: Rule) -> Iterator[Text]:
    for x in game.user_support:
        asked = best_messages(game, x, rule)[0]
        asks = f"she asks question {asked + 1}; " if len(rule.messages) > 1 else ""
        answers = rule.messages[asked]
        for answer in answers:
            if answer.then is not None:
                return
            best = joined(game.optimal_actions(x, answer.when), "or")
            told = f"told that it is {cell_words(answer.when)} " if len(answers) > 1 else ""
            yield words(f"{observation_words(x)}{asks}{told}she takes {best}")


def quantal_answers(game: Game, shown: Equilibrium) -> Iterator[Block]:
    """How likely each action of an informed quantal user is, where that is how she is informed."""
    if len(game.points) * len(game.actions) > LARGEST:
        return
    if informed_reply(game, game.user_payoff) != shown.user_utility:
        return
    rows = tuple(
        (words(f"{observation_words(x)}{z}"), words(action), (_likelihood(game, (x, z, action)),))
        for x, z in game.points
        for action in game.actions
    )
    yield Table(
        "How likely each of her actions is, once she is informed",
        ("what she learns", "action", "probability"),
        rows,
    )


def _likelihood(game: Game, place: tuple[str, str, str]) -> QuotientSum:
    """The probability of an action at a pair of observations."""
    return informed_reply(game, {key: Fraction(key == place) for key in game.user_payoff})
