"""Games made in the tests, and certificates about them, by hand or by the verifier."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from verifier.certificate import equilibrium_certificate
from verifier.game.model import Game
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.kernel.certificate import check
from verifier.kernel.game_file import read_game
from verifier.kernel.reader.instance import Game as KernelGame
from verifier.solve.effort import Effort
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee

Certificate = dict[str, Any]


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


def certificate(game: Game | str, *claims: Certificate) -> Certificate:
    """A certificate of these claims, without a conclusion."""
    return {"format": 2, "game": read(text_of(game)).digest, "claims": list(claims)}


def shown(game: Game | str, guarantee: str = "bayes", kind: str | None = None) -> Certificate:
    """The certificate of the worst equilibrium (of a kind) that is found in a game."""
    played = parse(game, "game.toml") if isinstance(game, str) else game
    found = exhibit(played, Guarantee(guarantee), Effort()).equilibria
    chosen = next(e for e in found if kind is None or e.kind == kind)
    made = equilibrium_certificate(played, Guarantee(guarantee), chosen)
    content: Certificate = json.loads(made.text)
    return content


def tree(signal: Iterable[Sequence[str]]) -> list[Any]:
    """The rule of a signal whose records are (cell, word, probability)."""
    sends: dict[str, list[list[str]]] = {}
    for cell, word, p in signal:
        sends.setdefault(word, []).append([cell, p])
    return [[[word, odds, None] for word, odds in sends.items()]]


def trees(rules: Mapping[str, Iterable[Sequence[str]]]) -> list[Certificate]:
    """The rules of the agents, each a signal as in `tree`."""
    return [{"agent": name, "rule": tree(signal)} for name, signal in rules.items()]


def signals(
    game: Game | str,
    rules: Mapping[str, Iterable[Sequence[str]]],
    response: list[list[str]],
    utility: str,
    deviation_bounds: list[Certificate],
    guarantee: str = "bayes",
) -> Certificate:
    """A certificate that these signals are an equilibrium."""
    claim = {
        "claim": "equilibrium",
        "user": guarantee,
        "utility": utility,
        "rules": trees(rules),
        "response": response,
        "deviation_bounds": deviation_bounds,
    }
    return certificate(game, claim)


def deterred(
    agent: str, *blocks: Certificate, knows: str = "own observation", floor: str = "0"
) -> Certificate:
    """Prices for what an agent could get by another rule."""
    return {"agent": agent, "knows": knows, "floor": floor, "blocks": list(blocks)}


def block(
    types: list[list[str]], *options: Certificate, dominated: Sequence[list[Any]] = ()
) -> Certificate:
    """Prices against these types, with the actions that are passed over."""
    passed = {"dominated": list(dominated)} if dominated else {}
    return {"types": types, **passed, "options": list(options)}


def option(
    prices: Mapping[str, str],
    *reasons: Certificate,
    strategies: list[list[str]] | None = None,
) -> Certificate:
    """Prices by cell for these strategies, or for all."""
    covered = {} if strategies is None else {"strategies": strategies}
    return {**covered, "prices": [list(pair) for pair in prices.items()], "reasons": list(reasons)}
