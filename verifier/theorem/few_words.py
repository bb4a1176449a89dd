"""What one agent can tell her where words are few, in the form that its proved check reads.

The check is that of proofs/theories/FewWordsChecker.v: it tries all ways to name what he sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from verifier.game.model import Game
from verifier.theorem.beyond import BeyondError
from verifier.theorem.integers import Instance, Row

MOST = 5_000
"""The most namings that are tried."""


@dataclass(frozen=True)
class Naming:
    """The number of a word for all that an agent may see, and the agents of a TEAM, if any."""

    members: Row
    spoken: Row


def best_naming(game: Game, instance: Instance, i: int) -> tuple[Row, Fraction]:
    """A naming of what agent i sees that is worth most to her, and what it is worth.

    Raises BeyondError where she may speak, there are several rounds, or namings are too many.
    """
    words, observations = instance.agent_words, instance.agent_observations
    if not game.conversation.one_shot or words is None or words**observations > MOST:
        raise BeyondError("rules that are not worth OPT to her")
    cells = sorted(set(instance.cells[i]))
    best, value = Row(), -1
    for named in product(range(words), repeat=len(cells)):
        spoken = dict(zip(cells, named, strict=True))
        found = _value(instance, i, spoken)
        if not best or found > value:
            best, value = tuple(spoken.get(z, 0) for z in range(observations)), found
    return best, Fraction(value, instance.grain)


def _value(instance: Instance, i: int, spoken: dict[int, int]) -> int:
    """What a naming is worth to her, over the grain, if she does what is best after each word."""
    heard = [spoken[cell] for cell in instance.cells[i]]
    return sum(
        max(map(sum, zip(*(worths[z] for z, k in enumerate(heard) if k == word), strict=True)))
        for worths in instance.worths(instance.utility)
        for word in set(heard)
    )
