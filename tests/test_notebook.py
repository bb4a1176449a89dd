"""Results show themselves in notebooks: well-formed HTML, every name escaped, exact numbers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import verifier.api as vf
from tests.games import INSTANCES, nasty_game
from tests.markup import parsed
from verifier.game.model import Game


def game_of(name: str) -> Game:
    return vf.load(INSTANCES / f"{name}.toml")


def shown(result: object) -> str:
    html = result._repr_html_()  # type: ignore[attr-defined]
    assert isinstance(html, str)
    tags = parsed(html)
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


HEAD = 'format = 1\n[[rules]]\nagent = "prosecutor"\nsignal = '
SILENT = HEAD + "{ innocent = { hush = 1 }, guilty = { hush = 1 } }\n"
OPTIMAL = HEAD + '{ innocent = { convict = "3/7", acquit = "4/7" }, guilty = { convict = 1 } }\n'


def test_stories_one_by_one_and_together() -> None:
    stories = vf.explain(vf.verify(game_of("counterexamples/identical"), ["bayes", "quantal"]))
    assert "bayes refuted" in shown(stories["bayes"])
    assert shown(stories).replace(" ", "") == "".join(
        shown(told) for told in stories.values()
    ).replace(" ", "")


def test_names_are_escaped() -> None:
    game = nasty_game()
    assert "<b>&" in shown(game)
    assert "a|b" in shown(vf.hull(game))
    for result in (vf.verify(game), vf.equilibria(game), vf.explain(vf.verify(game))):
        shown(result)


def test_numbers_are_exact() -> None:
    found = vf.hull(game_of("guarantees/film_night"))
    assert found.simplex.epsilon == Fraction(1, 5)
    assert "1/5 (0.2)" in shown(found)
