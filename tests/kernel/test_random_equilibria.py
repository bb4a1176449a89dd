"""Random games: what is exhibited is accepted; what is accepted after random tampering withstands deviations by brute force."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.kernel.forging import Certificate
from tests.strategies import games
from verifier.certificate import equilibrium_certificate
from verifier.game.game import Game, Ties
from verifier.game.printing import write
from verifier.game.profile import Signal
from verifier.game.user import Extreme, Stakes
from verifier.kernel.claims import check
from verifier.kernel.document import UnreadableError, WrongError
from verifier.kernel.instance import Game as KernelGame
from verifier.kernel.instance import read_game
from verifier.solve.exact import solve
from verifier.theory.equilibrium import exhibit
from verifier.theory.guarantee import Guarantee
from verifier.theory.profile import extreme
from verifier.theory.signal import expected, hear

F = Fraction
often = settings(max_examples=150, deadline=None, derandomize=True)
small = games(max_states=2, max_actions=2, max_agents=2, max_agent_observations=2, max_letters=2)


def as_the_kernel_reads_it(game: Game) -> KernelGame:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.toml"
        path.write_text(write(game), encoding="utf-8")
        return read_game(str(path))


@often
@given(game=games(), guarantee=st.sampled_from(Guarantee))
def test_everything_that_is_exhibited_is_accepted(game: Game, guarantee: Guarantee) -> None:
    note(write(game))
    read = as_the_kernel_reads_it(game)
    for found in exhibit(Stakes(game), guarantee, solve).equilibria:
        content = json.loads(equilibrium_certificate(game, guarantee, found))
        said = check(content, read, {})
        value = found.user_utility if isinstance(found.user_utility, Fraction) else "QR"
        assert said == f"equilibrium: the {guarantee} user gets {value}, and no agent gains more than {game.gamma}"


def signals_on_a_grid(game: Game, sees: tuple[tuple[str, ...], ...]) -> Iterator[Signal]:
    """All signals with two messages and probabilities in halves, one message where there is only one."""
    letters = game.conversation.agent_alphabet
    two = letters == "rich" or letters**game.conversation.rounds > 1
    shares = [F(0), F(1, 2), F(1)] if two else [F(1)]
    for chosen in product(shares, repeat=len(sees)):
        parts = [{word: p for word, p in (("0", share), ("1", 1 - share)) if p} for share in chosen]
        yield {x: part for cell, part in zip(sees, parts, strict=True) for x in cell}


def gains_somewhere(game: Game, equilibrium: Any) -> bool:
    """Whether an agent gains by a signal of the grid, by the tie rule's own reading: independent of prices."""
    stakes = Stakes(game)
    cells = {agent.name: {cell[0]: cell for cell in agent.sees} for agent in game.agents}
    signals: dict[str, dict[str, dict[str, Fraction]]] = {}
    for entry in equilibrium["rules"]:
        spoken = signals.setdefault(entry["agent"], {x: {} for x in game.agent_observations})
        for first, word, p in entry["signal"]:
            for x in cells[entry["agent"]][first]:
                if F(p):
                    spoken[x][word] = F(p)
    ordered = {agent.name: signals[agent.name] for agent in game.agents}
    response = {tuple(record[:-1]): record[-1] for record in equilibrium["response"]}
    told = hear(stakes, list(ordered.values()))
    end = Extreme.GREATEST if game.ties is Ties.FAVOUR_SPEAKER else Extreme.LEAST
    for agent in game.agents:
        has = expected(stakes.agents[agent.name], told, response)
        for signal in signals_on_a_grid(game, agent.sees):
            after = hear(stakes, [signal if name == agent.name else s for name, s in ordered.items()])
            if extreme(stakes, stakes.agents[agent.name], after, end) > has + game.gamma:
                return True
    return False


def tampered(draw: st.DrawFn, content: Certificate) -> Certificate:
    """Prices, probabilities and responses at random: most of it is refused, some of it is still true."""
    forged = copy.deepcopy(content)
    shown = forged["equilibrium"]
    for held in shown["deterrence"]:
        for option in (option for block in held["blocks"] for option in block["options"]):
            for price in option["prices"]:
                price[1] = str(F(price[1]) + draw(st.sampled_from([F(0), F(0), F(1, 2), F(-1, 2), F(1)])))
    if draw(st.booleans()) and len(shown["response"]) > 1:
        first, second = shown["response"][0], shown["response"][-1]
        first[-1], second[-1] = second[-1], first[-1]
    if draw(st.booleans()):
        shown["user_utility"] = str(F(shown["user_utility"]) + draw(st.sampled_from([F(0), F(1, 2), F(-1, 2)])))
    return forged


@st.composite
def forgeries(draw: st.DrawFn) -> tuple[Game, Certificate]:
    game = draw(small)
    found = [e for e in exhibit(Stakes(game), Guarantee.BAYES, solve).equilibria if hasattr(e, "deterrences")]
    if not found:
        return game, {}
    chosen = draw(st.sampled_from(found))
    return game, tampered(draw, json.loads(equilibrium_certificate(game, Guarantee.BAYES, chosen)))


@settings(often, max_examples=400)
@given(forgery=forgeries())
def test_what_is_accepted_after_tampering_is_still_an_equilibrium(forgery: tuple[Game, Certificate]) -> None:
    game, content = forgery
    if not content:
        return
    note(write(game))
    try:
        check(content, as_the_kernel_reads_it(game), {})
    except (WrongError, UnreadableError):
        return
    assert not gains_somewhere(game, content["equilibrium"])
