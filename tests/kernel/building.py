"""Games made in the tests, and certificates about them, by hand or by the verifier."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.kernel.forging import Certificate
from verifier.certificate import equilibrium_certificate
from verifier.game.model import Game
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.kernel.certificate import check
from verifier.kernel.reader.instance import Game as KernelGame
from verifier.kernel.reader.instance import read_game
from verifier.solve.effort import Effort
from verifier.theory.equilibrium import exhibit
from verifier.theory.guarantee import Guarantee


@cache
def read(text: str) -> KernelGame:
    """The game as the kernel reads it from a file with this text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.toml"
        path.write_text(text, encoding="utf-8")
        return read_game(str(path))


def text_of(game: Game | str) -> str:
    return game if isinstance(game, str) else write(game)


def says(content: Any, game: Game | str, **expected: str) -> str:
    """What the kernel says of a certificate for a game or the text of one, or its exception."""
    return check(copy.deepcopy(content), read(text_of(game)), expected)


def head(game: Game | str, guarantee: str = "bayes", verdict: str = "equilibrium") -> Certificate:
    """What every certificate of a profile says first."""
    known = read(text_of(game))
    return {
        "format": 1,
        "instance": known.digest(),
        "guarantee": guarantee,
        "ties": known.ties,
        "verdict": verdict,
    }


def shown(game: Game | str, guarantee: str = "bayes", kind: str | None = None) -> Certificate:
    """The certificate of the worst equilibrium (of a kind) that is found in a game."""
    played = parse(game, "game.toml") if isinstance(game, str) else game
    found = exhibit(played, Guarantee(guarantee), Effort()).equilibria
    chosen = next(e for e in found if kind is None or e.kind == kind)
    content: Certificate = json.loads(equilibrium_certificate(played, Guarantee(guarantee), chosen))
    return content


def signals(
    game: Game | str,
    rules: dict[str, list[list[str]]],
    response: list[list[str]],
    utility: str,
    deviation_bound: list[Certificate],
    guarantee: str = "bayes",
) -> Certificate:
    """A certificate that these signals are an equilibrium."""
    shape = {
        "kind": "common signal" if guarantee == "best-ai" and len(rules) > 1 else "signals",
        "user_utility": utility,
        "rules": [{"agent": name, "signal": signal} for name, signal in rules.items()],
        "response": response,
        "deterrence": deviation_bound,
    }
    return {**head(game, guarantee), "equilibrium": shape}


def deterred(
    agent: str, *blocks: Certificate, knows: str = "own observation", floor: str = "0"
) -> Certificate:
    return {"agent": agent, "knows": knows, "floor": floor, "blocks": list(blocks)}


def block(
    types: list[list[str]], *options: Certificate, never: Sequence[list[Any]] = ()
) -> Certificate:
    return {"types": types, **({"never": list(never)} if never else {}), "options": list(options)}


def option(
    prices: dict[str, str], *reasons: Certificate, only: list[list[str]] | None = None
) -> Certificate:
    covered = {} if only is None else {"only": only}
    return {**covered, "prices": [list(pair) for pair in prices.items()], "reasons": list(reasons)}
