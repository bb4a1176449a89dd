"""Results in notebooks are well-formed HTML with every name escaped and exact numbers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

import verifier.api as vf
from tests.games import INSTANCES, ROOT, nasty_game
from tests.markup import parsed
from verifier.game.model import Game
from verifier.notebook import FORMATTERS, html, register
from verifier.tables.distance import distance
from verifier.tables.reading import read_table
from verifier.theory.judgements.conversation import (
    ConversationEquilibrium,
    ConversationRefutation,
    UnresolvedConversation,
)
from verifier.theory.judgements.quantal import QuantalRefutation, judge_quantal
from verifier.theory.judgements.signals import Unresolved


def game_of(name: str) -> Game:
    return vf.load(INSTANCES / f"{name}.toml")


def shown(result: object) -> str:
    tags = parsed(html(result))
    assert not {"script", "style"} & {tag for tag, _ in tags.seen}
    return " ".join(tags.texts)


def test_every_result_of_the_prosecutor() -> None:
    game = game_of("classics/prosecutor")
    assert "acquit" in shown(game)
    assert "Hull distance (simplex): 1" in shown(vf.hull(game).simplex)
    assert "weight of prosecutor" in shown(vf.hull(game))
    assert "prosecutor can get 3/5 (0.6); the user then has 7/10 (0.7)" in shown(
        vf.persuade(game, "prosecutor")
    )
    assert "prosecutor talks without commitment" in shown(vf.cheap_talk(game))
    report = vf.verify(game)
    assert shown(report).count("accepted") == 3
    assert "7/10 (0.7)" in shown(vf.equilibria(game))
    assert "worth 7/10 (0.7) to the user" in shown(report.guarantees["bayes"].finding.equilibrium)
    assert "profiles" in shown(vf.restricted_equilibria(game, "bayes"))


def test_judgements(tmp_path: Path) -> None:
    game, rules = game_of("classics/prosecutor"), tmp_path / "rules.toml"
    for answers, expected in (
        (SILENT, "No equilibrium: prosecutor has at most 0"),
        (OPTIMAL, "An equilibrium"),
    ):
        rules.write_text(answers, encoding="utf-8")
        assert expected in shown(vf.judge(game, rules))


def test_judgements_for_a_quantal_user(tmp_path: Path) -> None:
    """The prosecutor alone; the open one is what the first gain proposes."""
    game, rules = game_of("classics/prosecutor"), tmp_path / "rules.toml"
    rules.write_text(SILENT, encoding="utf-8")
    gain = vf.judge(game, rules, guarantee="quantal")
    assert isinstance(gain, QuantalRefutation)
    assert "No equilibrium: prosecutor has 0.0" in shown(gain)
    assert "signals tried" in shown(judge_quantal(game, {"prosecutor": gain.deviation}))
    blind = replace(game, agents=(replace(game.agents[0], sees=(game.agent_observations,)),))
    silent = {"prosecutor": {x: {"hush": Fraction(1)} for x in game.agent_observations}}
    assert "he sees nothing" in shown(judge_quantal(blind, silent))


HEAD = 'format = 1\n[[rules]]\nagent = "prosecutor"\nsignal = '
SILENT = HEAD + "{ innocent = { hush = 1 }, guilty = { hush = 1 } }\n"
OPTIMAL = HEAD + '{ innocent = { convict = "3/7", acquit = "4/7" }, guilty = { convict = 1 } }\n'


def test_other_judgements() -> None:
    half = {"expert": (Fraction(1, 2), Fraction(3, 5))}
    play = SimpleNamespace()
    assert "Open" in shown(Unresolved(half))
    assert "1/2 (0.5)" in shown(UnresolvedConversation(play, half, {}))  # type: ignore[arg-type]
    upheld = ConversationEquilibrium({}, play, half, {})  # type: ignore[arg-type]
    assert "An equilibrium" in shown(upheld)
    broken = ConversationRefutation({}, "expert", play, Fraction(1, 2), Fraction(3, 5))  # type: ignore[arg-type]
    assert "surely gets by another rule" in shown(broken)


def test_a_table() -> None:
    found = distance(read_table(INSTANCES / "data/films.csv"))
    assert "Distance (sup, simplex): " in shown(found)


def test_stories_one_by_one_and_together() -> None:
    stories = vf.explain(vf.verify(game_of("counterexamples/identical"), ["bayes", "quantal"]))
    assert "bayes refuted" in shown(stories)
    assert shown(stories).replace(" ", "") == "".join(map(shown, stories.values())).replace(" ", "")


def test_two_who_talk_without_commitment() -> None:
    told = shown(vf.cheap_talk(game_of("classics/two_experts")))
    assert "full revelation is an equilibrium" in told
    assert "needs_1: spend_1; needs_2: spend_2; needs_3: spend_3" in told


def test_names_are_escaped() -> None:
    game = nasty_game()
    shown(vf.cheap_talk(game, [game.agents[0].name, game.agents[1].name]))
    assert "<b>&" in shown(game)
    assert "a|b" in shown(vf.hull(game))
    for result in (vf.verify(game), vf.equilibria(game), vf.explain(vf.verify(game))):
        shown(result)


def test_games_of_files_with_parameters_say_at_which_values() -> None:
    game = vf.load(INSTANCES / "regions/prosecutor_prior.toml", at={"t": "2/5"})
    title = "A prosecutor, for every share of guilty defendants, at t = 2/5"
    for found in (game, vf.verify(game, ["bayes"]), vf.equilibria(game, ["bayes"])):
        assert f"<caption>{title}</caption>" in html(found)


def test_numbers_are_exact() -> None:
    found = vf.hull(game_of("guarantees/film_night"))
    assert found.simplex.epsilon == Fraction(1, 5)
    assert "1/5 (0.2)" in shown(found)


def test_every_formatter_is_of_a_type_that_exists() -> None:
    for module, name in FORMATTERS:
        kind = getattr(import_module(module), name)
        assert (kind.__module__, kind.__qualname__) == (module, name)


class FakeIPython:
    """What is used of IPython: the running shell's formatter of HTML, which takes types by name."""

    def __init__(self, running: bool) -> None:
        self.known: dict[tuple[str, str], Callable[[object], str]] = {}
        self.running = running

    def get_ipython(self) -> object:
        formatters = {"text/html": self}
        shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters=formatters))
        return shell if self.running else None

    def for_type_by_name(self, module: str, name: str, function: Callable[[object], str]) -> None:
        self.known[module, name] = function


def test_formatters_are_registered_with_a_running_ipython(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeIPython(running=True)
    monkeypatch.setitem(sys.modules, "IPython", fake)
    register()
    assert fake.known == FORMATTERS
    found = vf.hull(game_of("guarantees/film_night"))
    assert fake.known["verifier.theory.alignment", "Alignment"](found) == html(found)


def test_without_a_running_ipython_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeIPython(running=False)
    monkeypatch.setitem(sys.modules, "IPython", fake)
    register()
    assert fake.known == {}
    monkeypatch.delitem(sys.modules, "IPython")
    register()


def test_importing_the_interface_does_not_import_ipython() -> None:
    code = "import sys, verifier.api; print('IPython' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"
