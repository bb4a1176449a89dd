"""Deviations to rules that may answer what she asks, in the form that their proved check reads.

The check is that of proofs/theories/OfferedTalk.v: it finds by backward induction what a rule is
worth to her, and what it surely gives to who offers it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from verifier.theorem.beyond import BeyondError
from verifier.theorem.integers import Instance, Row, Table, Tables

Talk = tuple[tuple[Row, tuple[Any, ...]], ...] | None
"""By her question the words for what he may see, and the talk after each word; None: it is over."""


@dataclass(frozen=True)
class Offer:
    """A talk that an agent offers, and a multiple of her payoffs against his."""

    talk: Talk
    tilt: int


class Offered(NamedTuple):
    """What an offer is worth to her, and what it surely gives to its agent, over the grain."""

    hers: int
    his: int


def offer(instance: Instance, i: int, rule: Any, numbers: Mapping[str, int]) -> Offer:
    """The rule of agent i as an offer. Raises BeyondError where it draws lots.

    The multiple is so great that a reply that is not best for her loses more than he could.
    """
    ranges = [
        max(worth) - min(worth)
        for table in instance.worths(instance.agent_utilities[i])
        for worth in table
    ]
    return Offer(_talk(instance, rule, numbers, instance.rounds), 1 + sum(ranges))


def offered(instance: Instance, i: int, one: Offer) -> Offered:
    """What the check finds of an offer of agent i."""
    hers = _most_by(instance, i, instance.worths(instance.utility), one.talk)
    mine = instance.agent_utilities[i]
    tilted = tuple(
        tuple(one.tilt * u - v for u, v in zip(*rows, strict=True))
        for rows in zip(instance.utility, mine, strict=True)
    )
    return Offered(hers, one.tilt * hers - _most_by(instance, i, instance.worths(tilted), one.talk))


def _most_by(instance: Instance, i: int, worths: Tables, talk: Talk) -> int:
    """The most of some payoffs that she can get by the talk of agent i."""

    def most(left: int, talk: Talk, table: Table, zs: Sequence[int]) -> int:
        if left == 0 or not zs:
            return max(map(sum, zip(*(table[z] for z in zs), strict=True)), default=0)
        return max(
            sum(most(left - 1, after, table, part) for after, part in _answered(talk, q, zs))
            for q in range(instance.user_messages)
        )

    def _answered(talk: Talk, q: int, zs: Sequence[int]) -> list[tuple[Talk, list[int]]]:
        said, after = ((), ()) if talk is None or q >= len(talk) else talk[q]
        parts = dict[int, list[int]]()
        for z in zs:
            cell = instance.cells[i][z]
            parts.setdefault(said[cell] if cell < len(said) else 0, []).append(z)
        return [(after[w] if w < len(after) else None, part) for w, part in parts.items()]

    every = range(instance.agent_observations)
    return sum(most(instance.rounds, talk, table, every) for table in worths)


def _talk(instance: Instance, rule: Any, numbers: Mapping[str, int], left: int) -> Talk:
    """A rule of a certificate as a talk; messages beyond the listed ones count as the last."""
    if rule is None:
        return None
    words = instance.agent_words or instance.agent_observations
    by_question = []
    for q in range(instance.user_messages):
        answers = rule[min(q, len(rule) - 1)]
        said = _said(instance, answers, numbers)
        if len(answers) > words:
            return _spelled(instance, said, words, left)
        after = tuple(_talk(instance, following, numbers, left - 1) for *_, following in answers)
        by_question.append((said, after))
    return tuple(by_question)


def _said(instance: Instance, answers: Sequence[Any], numbers: Mapping[str, int]) -> Row:
    """The number of the answer at every cell, by its first observation; elsewhere the first."""
    said = {}
    for n, (_, chances, _) in enumerate(answers):
        for cell, chance in chances:
            if Fraction(chance) not in (0, 1):
                raise BeyondError("deviations that draw lots")
            if Fraction(chance):
                said[numbers[cell]] = n
    return tuple(said.get(z, 0) for z in range(instance.agent_observations))


def _spelled(instance: Instance, said: Row, words: int, left: int) -> Talk:
    """Numbers that are told over all rounds that are left, whatever she says."""
    if left == 0:
        return None
    after = _spelled(instance, tuple(n // words for n in said), words, left - 1)
    return ((tuple(n % words for n in said), (after,) * words),) * instance.user_messages
