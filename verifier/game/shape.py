"""How large a game is, and in which order games count as smaller (theory.md 7)."""

from __future__ import annotations

from dataclasses import dataclass, fields

from verifier.game.model import Game


@dataclass(frozen=True, order=True)
class Shape:
    """The numbers of things in a game, the most important first; fewer is smaller, compared in this
    order.

    `words` is the size of the agents' alphabet, 0 where it is rich.
    """

    agents: int
    states: int
    actions: int
    observations: int
    user_observations: int
    words: int

    def __str__(self) -> str:
        told = {field.name.replace("_", " "): getattr(self, field.name) for field in fields(self)}
        shown = [
            f"{count} {name if count != 1 else name[:-1]}"
            for name, count in told.items()
            if name != "words"
        ]
        return ", ".join([*shown, f"{self.words} words" if self.words else "any words"])


def shape(game: Game) -> Shape:
    """The shape of a game."""
    talk = game.conversation
    words = talk.agent_alphabet if isinstance(talk.agent_alphabet, int) else 0
    return Shape(
        len(game.agents),
        len(game.states),
        len(game.actions),
        len(game.agent_observations),
        len(game.user_observations),
        words,
    )
