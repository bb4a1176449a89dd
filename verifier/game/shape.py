"""The shape of a game: how many of everything it has, and which shapes count as smaller.

The search for counterexamples (theory.md 7.1) goes through shapes in this order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from verifier.game.model import Game


@dataclass(frozen=True, order=True)
class Shape:
    """The size of a game; shapes are compared field by field, so that fewer agents come first.

    `words` is the size of the agents' alphabet, 0 where it is rich.
    """

    agents: int
    states: int
    actions: int
    observations: int
    user_observations: int
    words: int

    def __str__(self) -> str:
        counts = {field.name.replace("_", " "): getattr(self, field.name) for field in fields(self)}
        del counts["words"]
        sizes = [f"{count} {name if count != 1 else name[:-1]}" for name, count in counts.items()]
        return ", ".join([*sizes, f"{self.words} words" if self.words else "any words"])


def shape(game: Game) -> Shape:
    """The shape of a game."""
    alphabet = game.conversation.agent_alphabet
    return Shape(
        len(game.agents),
        len(game.states),
        len(game.actions),
        len(game.agent_observations),
        len(game.user_observations),
        alphabet if isinstance(alphabet, int) else 0,
    )
