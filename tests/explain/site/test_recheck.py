"""What a page has for the reader to check a certificate again."""

from __future__ import annotations

import json

import pytest

from tests.games import nasty_game
from tests.theorem.certificates import shipped
from verifier.explain.site import recheck as module
from verifier.explain.site.recheck import recheck
from verifier.theorem.claims import coverage

SHIPPED = {str(path): (game, content) for path, game, content in shipped()}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_claim_is_in_the_text_or_left_with_a_reason(name: str) -> None:
    game, content = SHIPPED[name]
    guarantee = name.removesuffix(".json").rpartition(".")[2]
    found = recheck(game, guarantee, json.dumps(content))
    assert found is not None
    texts = json.loads(found.text)["claims"]
    assert len(texts) == found.claims == len(coverage(game, content).claims)
    assert found.about_equilibria == any(claim.get("user") == guarantee for claim in texts)
    left = [what for listed in found.left.values() for what in listed]
    assert {claim["claim"] for claim in content["claims"]} == {
        *(claim["kind"] for claim in texts),
        *(what.removesuffix(f" {guarantee}") for what in left),
    }


def test_numbers_have_the_names_of_the_game() -> None:
    game, content = SHIPPED["guarantees/drug_sponsors.bayes.json"]
    found = recheck(game, "bayes", json.dumps(content))
    assert found is not None
    assert found.numbered["agents"] == ("sponsored by A", "sponsored by B")
    assert found.numbered["states"] == game.states


def test_names_are_printable() -> None:
    game = nasty_game()
    claims = [{"claim": "optimum", "value": "1"}]
    found = recheck(game, "bayes", json.dumps({"claims": claims}))
    assert found is not None
    assert all(name.isprintable() for names in found.numbered.values() for name in names)


def test_what_is_too_long_or_not_covered_is_not_in_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    game, content = SHIPPED["classics/prosecutor.bayes.json"]
    assert recheck(game, "bayes", json.dumps({"claims": [{"claim": "no equilibrium"}]})) is None
    monkeypatch.setattr(module, "LONGEST", 100)
    assert recheck(game, "bayes", json.dumps(content)) is None
