"""What a certificate is bound to: the game itself, not the bytes of its file (proofs/FORMAT.md,
`instance`).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from verifier.game.game import Game, Target, Utility


def canonical(game: Game) -> str:
    """The game as one JSON text: every set, number and rule; no title, source, notes or layout.

    Numbers are strings in lowest terms; a rich alphabet and base e are null; `gamma` and `target`
    appear only where the author claims more than usual. Same game, same text.
    """
    content: dict[str, Any] = {
        "states": game.states,
        "actions": game.actions,
        "user_observations": game.user_observations,
        "agent_observations": game.agent_observations,
        "joint": [[*key, str(p)] for key, p in game.joint.items()],
        "utility": _utility(game, game.utility),
        "agents": [
            {"name": agent.name, "utility": _utility(game, agent.utility), "sees": agent.sees}
            for agent in game.agents
        ],
        "rounds": game.conversation.rounds,
        "user_alphabet": game.conversation.user_alphabet,
        "agent_alphabet": None
        if game.conversation.agent_alphabet == "rich"
        else game.conversation.agent_alphabet,
        "ties": str(game.ties),
        "eta": str(game.quantal.eta),
        "base": None if game.quantal.base == "e" else game.quantal.base,
        "tolerance": None if game.tolerance is None else str(game.tolerance),
        **({"gamma": str(game.gamma)} if game.gamma else {}),
        **({"target": str(game.target)} if game.target is not Target.GUARANTEE else {}),
    }
    return json.dumps(content, sort_keys=True)


def _utility(game: Game, utility: Utility) -> dict[str, dict[str, str]]:
    return {a: {y: str(utility[a, y]) for y in game.states} for a in game.actions}


def digest(game: Game) -> str:
    """`sha256:` of the canonical text."""
    return "sha256:" + hashlib.sha256(canonical(game).encode()).hexdigest()
