"""The shape of a game: how many of everything it has, and which shapes count as smaller.

The search for counterexamples (theory.md 7.1) goes through shapes in this order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from verifier.game.model import Game


@dataclass(frozen=True, order=True)
class Shape:
    """The size of a game; shapes are compared field by field, so that fewer agents come first.

    `words` is the size of the agents' alphabet, 0 where it is rich. Where there are several
    `users`, states and observations are those of one of them.
    """

    agents: int
    states: int
    actions: int
    observations: int
    user_observations: int
    words: int
    users: int = 1

    def __str__(self) -> str:
        counts = {field.name.replace("_", " "): getattr(self, field.name) for field in fields(self)}
        del counts["words"], counts["users"]
        sizes = [f"{count} {name if count != 1 else name[:-1]}" for name, count in counts.items()]
        words = f"{self.words} words" if self.words else "any words"
        return ", ".join([*sizes, words, *([f"{self.users} users"] if self.users > 1 else [])])


def shape(game: Game) -> Shape:
    """The shape of a game, or of the games of several users who have one rule."""
    alphabet = game.conversation.agent_alphabet
    games = [person.game for person in game.people] or [game]
    return Shape(
        len(game.agents),
        len(games[0].states),
        len(game.actions),
        len(game.agent_observations),
        max(len(one.user_observations) for one in games),
        alphabet if isinstance(alphabet, int) else 0,
        len(games),
    )
