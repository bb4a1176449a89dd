"""Two offers of an agent between which his payoff is linear, as their proved check reads them.

The check is that of proofs/theories/Pieces.v: she follows what is recommended, since a perturbation
makes it better for her than whatever is not the same to her.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from verifier.game.model import Game
from verifier.theorem.beyond import BeyondError
from verifier.theorem.evidence import TwoOffers
from verifier.theorem.integers import Instance, Row, Table, common_denominator, over

Sends = list[list[Fraction]]
"""Chances by what he sees and by word."""


def two_offers(
    game: Game,
    instance: Instance,
    i: int,
    ends: tuple[Fraction, Fraction],
    entry: Mapping[str, Any] | None,
) -> TwoOffers:
    """The two offers of agent i in a piece with these ends; none where he has no multiplier."""
    if entry is None or not Fraction(entry["multiplier"]):
        return TwoOffers((), 1, (), (), (), Fraction(0), Fraction(0))
    if ends[1] <= ends[0]:
        raise BeyondError("'pieces' that do not rise")
    messages = [*entry["low"], *entry["high"]]
    if any(message.get("asked") for message in messages):
        raise BeyondError("'pieces' with questions")
    words = list(dict.fromkeys(tuple(message["strategy"]) for message in messages))
    recommends = tuple(_for_all(game, word) for word in words)
    low, high = (_chances(game, words, entry[side], "sends") for side in ("low", "high"))
    perturbations = _chances(game, words, messages, "perturbation")
    most = max(1, *map(sum, perturbations))
    perturbations = [[d / most for d in row] for row in perturbations]
    for row in (*low, *high):
        row[0] += 1 - sum(row)  # where nobody sees it, anything
    all_sends = (low, high, perturbations)
    whole = common_denominator(p for sends in all_sends for row in sends for p in row)
    sent_low, sent_high, sent_perturbations = (
        tuple(tuple(over(whole, p) for p in row) for row in sends) for sends in all_sends
    )
    level, end = (_given(instance, i, recommends, sent, whole) for sent in (sent_low, sent_high))
    slope = (end - level) / (ends[1] - ends[0])
    return TwoOffers(recommends, whole, sent_low, sent_high, sent_perturbations, level, slope)


def _for_all(game: Game, strategy: Sequence[str]) -> Row:
    """An action at every x_A: of those that do not occur, the first action."""
    occur = dict.fromkeys(x for x, _ in game.points)
    taken = dict(zip([x for x in game.user_observations if x in occur], strategy, strict=True))
    return tuple(game.actions.index(taken.get(x, game.actions[0])) for x in game.user_observations)


def _chances(
    game: Game, words: Sequence[tuple[str, ...]], messages: Sequence[Mapping[str, Any]], key: str
) -> Sends:
    """How likely each word is where he sees a cell, which its first observation names."""
    found = {z: [Fraction(0)] * len(words) for z in game.agent_observations}
    for message in messages:
        for cell, p in message[key]:
            found[cell][words.index(tuple(message["strategy"]))] += Fraction(p)
    return list(found.values())


def _given(instance: Instance, i: int, recommends: Table, sent: Table, whole: int) -> Fraction:
    """What he gets at the worst, where she takes what is the same to her as recommended."""
    mine, hers = (
        instance.worths(utility) for utility in (instance.agent_utilities[i], instance.utility)
    )
    cells = instance.cells[i]

    def seen(x: int, a: int) -> Row:
        sums = [0] * instance.agent_observations
        for z, cell in enumerate(cells):
            sums[cell] += hers[x][z][a]
        return tuple(sums)

    total = sum(
        min(
            sum(sent[cell][m] * mine[x][z][a] for z, cell in enumerate(cells))
            for a in range(instance.actions)
            if seen(x, a) == seen(x, actions[x])
        )
        for x in range(instance.user_observations)
        for m, actions in enumerate(recommends)
    )
    return Fraction(total, whole * instance.grain)
