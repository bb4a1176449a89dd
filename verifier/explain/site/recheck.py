"""What a page needs for the reader to check a certificate again, in the browser.

The checker is that of proofs/theories/Checkers.v, of which it is proved that what it accepts is
true; it reads the game and the claims in their canonical form (proofs/extraction/README.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from verifier.game.model import Game
from verifier.printable import printable
from verifier.theorem.canonical import canonical
from verifier.theorem.claims import coverage
from verifier.theorem.integers import integers

CHECKER = PurePosixPath("checker.js")
"""The file that all pages of a site share."""

LONGEST = 200_000
"""Most characters of a game and its claims in a page."""


@dataclass(frozen=True)
class Recheck:
    """A game and the covered claims of a certificate, as the text that the checker reads.

    `numbered` says which things have numbers, each with their names in order; `left` what the
    checker does not cover, by the reason. It is `about_equilibria` if some claim is about those
    with the user of the guarantee.
    """

    text: str
    claims: int
    about_equilibria: bool
    numbered: Mapping[str, tuple[str, ...]]
    left: Mapping[str, tuple[str, ...]]


def recheck(game: Game, guarantee: str, certificate: str) -> Recheck | None:
    """The claims of a certificate that the kernel has accepted; None if none is covered, or the
    text is too long for a page.
    """
    known = coverage(game, json.loads(certificate))
    text = canonical(integers(game), known.claims)
    if not known.claims or len(text) > LONGEST:
        return None
    users = {claim.user for claim in known.claims}
    left: dict[str, tuple[str, ...]] = {}
    for what, reason in known.left.items():
        left[reason] = (*left.get(reason, ()), what)
    return Recheck(text, len(known.claims), guarantee in users, _numbered(game), left)


def _numbered(game: Game) -> dict[str, tuple[str, ...]]:
    names = {
        "states": game.states,
        "actions": game.actions,
        "what she observes": game.user_observations,
        "what agents observe": game.agent_observations,
        "agents": [agent.name for agent in game.agents],
    }
    return {what: tuple(map(printable, listed)) for what, listed in names.items()}


@cache
def checker() -> str:
    """The script that `make -C proofs/extraction` builds: it defines the function `check`."""
    return (Path(__file__).parent / "templates" / "checker.js").read_text(encoding="utf-8")


def checker_digest() -> str:
    """The SHA-256 of the script, by which a reader knows it again."""
    return hashlib.sha256(checker().encode("utf-8")).hexdigest()


def shared_checker() -> str:
    """The file of a site that hands the script's text to a page: pages on disk may not read files,
    but they may run them.
    """
    return f"globalThis.checkerText = {json.dumps(checker())};\n"
