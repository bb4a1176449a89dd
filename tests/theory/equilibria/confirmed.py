"""An equilibrium that is found, asked of the definition and of the kernel."""

from __future__ import annotations

import json

from tests.kernel.building import says
from tests.kernel.definition import UndecidedError, false
from verifier.certificate import equilibrium_certificate
from verifier.checker import accepted
from verifier.game.model import Game
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.guarantees.guarantee import Guarantee


def confirmed(game: Game, found: SignalEquilibrium) -> bool:
    """Whether the definition can decide, and finds nothing against it; the kernel accepts it."""
    made = equilibrium_certificate(game, Guarantee.BAYES, found)
    content = json.loads(made.text)
    assert accepted(says(content, game)) == made.line
    try:
        assert false(game, content["claims"][0]) is None
    except UndecidedError:
        return False
    return True
