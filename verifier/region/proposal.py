"""Certificates that are proposed at single values, for the kernel to be asked about at many.

A region is about the verdict on a guarantee; beside it stands the best equilibrium that was found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from verifier.certificate import certificate, equilibrium_certificate
from verifier.checker import Certificate
from verifier.game.model import Game
from verifier.solve.effort import Effort
from verifier.solve.program import Goal
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine


@dataclass(frozen=True)
class Proposal:
    """A kind of certificate for one kind of user: how it is made of a game, None for none.

    `name` stands for it in the names of files.
    """

    guarantee: Guarantee
    name: str
    made: Callable[[Game, Guarantee, Effort], Certificate | None]

    def document(self, game: Game, effort: Effort) -> dict[str, Any] | None:
        """The claims that the theory proposes for a game; None where it has none."""
        made = self.made(game, self.guarantee, effort)
        return None if made is None else argument(made.text)


def verdict_on(guarantee: Guarantee) -> Proposal:
    """The certificate of the verdict; none where it is open."""
    return Proposal(guarantee, str(guarantee), _verdict)


def best_equilibrium(guarantee: Guarantee) -> Proposal:
    """The certificate of the best equilibrium for the user that is found; none where none is."""
    return Proposal(guarantee, f"{guarantee}.best", _best)


def _verdict(game: Game, guarantee: Guarantee, effort: Effort) -> Certificate | None:
    report = examine(game, [guarantee], None, effort, [Goal.MINIMISE])
    return certificate(game, report.findings[guarantee])


def _best(game: Game, guarantee: Guarantee, effort: Effort) -> Certificate | None:
    found = exhibit(game, guarantee, effort).best
    return None if found is None else equilibrium_certificate(game, guarantee, found)


def argument(text: str) -> dict[str, Any]:
    """The claims of a certificate, and its conclusion where it has one, whatever it is about."""
    content = json.loads(text)
    return {key: content[key] for key in ("conclusion", "claims") if key in content}


def equilibrium_alone(text: str) -> dict[str, Any]:
    """Of a certificate that has an equilibrium, the claim about it alone."""
    claims = argument(text)["claims"]
    return {"claims": [claim for claim in claims if claim["claim"] == "equilibrium"]}


def none_is_better(values: Mapping[str, object]) -> bool:
    """Whether an equilibrium with these numbers gives the user OPT, which is the most."""
    return "equilibrium" in values and values["equilibrium"] == values.get("optimum")
