"""Equilibria in which all make a user who asks the same offer (theory.md 6.19)."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from benchmarks.coverage import Factors, random_game
from tests.games import informed_game
from verifier.certificate import certificate
from verifier.checker import ask
from verifier.game.model import Alphabet, Conversation, Game, Ties
from verifier.game.response import sure_end
from verifier.game.rules import ConversationRule, History, Signal
from verifier.game.writer import write
from verifier.theory.equilibria.asked import asked_equilibrium
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationEquilibrium
from verifier.theory.judgements.offers import Offers
from verifier.theory.verdict import Finding, examine

F = Fraction


def asking(
    seed: int, ties: Ties, alphabet: Alphabet = "rich", rounds: int = 1, observations: int = 2
) -> Game:
    """A random game of two or three agents who see everything, with a user who asks."""
    draw = random.Random(seed)
    factors = Factors(
        agents=draw.choice((2, 3)),
        states=draw.choice((2, 3)),
        actions=draw.choice((2, 3)),
        ties=ties,
        observations=observations,
        rounds=rounds,
        asks=True,
    )
    return random_game(draw, replace(factors, alphabet=alphabet))


def examined(game: Game) -> Finding:
    return examine(game, [Guarantee.BEST_AI], ends=()).findings[Guarantee.BEST_AI]


def random_offer(draw: random.Random, game: Game, name: str) -> ConversationRule:
    """A rule of up to three words after each history and question, with odds of few digits."""
    answers: dict[tuple[History, int], Signal] = {}
    turns = [(question, f"word {n}") for question in range(2) for n in range(3)]
    for length in range(game.conversation.rounds):
        for history, asked in product(product(turns, repeat=length), range(2)):
            signal = {}
            for o in game.agent_observations:
                odds = [draw.choice((0, 0, 1, 2, 5)) for _ in range(3)]
                odds[draw.randrange(3)] += 1
                signal[o] = {f"word {n}": F(w, sum(odds)) for n, w in enumerate(odds) if w}
            answers[history, asked] = signal
    return ConversationRule(name, {}, answers)


@pytest.mark.parametrize("ties", Ties)
@pytest.mark.parametrize(("rounds", "observations"), [(1, 2), (2, 3), (2, 4)])
def test_nobody_gains_by_other_offers_at_random(ties: Ties, rounds: int, observations: int) -> None:
    draw, found = random.Random(5), 0
    for seed in range(14 // rounds):
        game = asking(seed, ties, rounds=rounds, observations=observations)
        shown = asked_equilibrium(game)
        if shown is None:
            continue
        found += 1
        offers = Offers.of(game, shown.profile)
        for agent in game.agents:
            payoff = game.agent_payoff(agent.name)
            has = shown.play.agent_utilities[agent.name]
            for _ in range(12):
                changed = offers.changed(random_offer(draw, game, agent.name))
                assert changed.payoff_end(payoff, sure_end(ties)) <= has
    assert found >= 10 // rounds


@pytest.mark.parametrize("ties", Ties)
@pytest.mark.parametrize("alphabet", ["rich", 2])
@pytest.mark.parametrize(("rounds", "observations"), [(1, 2), (2, 3)])
def test_the_kernel_accepts_them_and_the_bound_meets_most(
    ties: Ties, alphabet: Alphabet, rounds: int, observations: int, tmp_path: Path
) -> None:
    met, asked = 0, 0
    for seed in range(20, 40 if rounds == 1 else 29):
        game = asking(seed, ties, alphabet, rounds, observations)
        finding = examined(game)
        worst = finding.equilibrium
        if not isinstance(worst, ConversationEquilibrium) or worst.kind != "asked offer":
            continue
        asked += 1
        met += worst.user_utility == finding.bound.value
        (tmp_path / "game.toml").write_text(write(game), encoding="utf-8")
        made = certificate(game, finding)
        assert made is not None
        (tmp_path / "certificate.json").write_text(made.text, encoding="utf-8")
        reply = ask(tmp_path / "certificate.json", tmp_path / "game.toml", (), made.line)
        assert reply.text.startswith("accepted: ")
    assert asked >= 1
    assert met >= (asked if alphabet == "rich" and ties is Ties.ANY else asked / 2)


def test_a_word_is_repeated_in_further_rounds() -> None:
    found = [asked_equilibrium(asking(seed, Ties.ANY, rounds=2)) for seed in range(6)]
    once = [asked_equilibrium(asking(seed, Ties.ANY)) for seed in range(6)]
    assert any(found)
    for two, one in zip(found, once, strict=True):
        assert (two is None) == (one is None)
        if two is not None and one is not None:
            assert two.user_utility == one.user_utility


def test_one_agent_or_a_silent_user_has_none() -> None:
    game = asking(1, Ties.ANY)
    silent = replace(game, conversation=replace(game.conversation, user_alphabet=1))
    assert asked_equilibrium(replace(game, agents=game.agents[:1])) is None
    assert asked_equilibrium(silent) is None
    assert asked_equilibrium(replace(game, evaluation=F(1))) is None


def test_where_ties_favour_the_speaker_it_is_certain_that_there_is_none() -> None:
    """Among games in which no equilibrium is found."""
    found = [examined(asking(seed, Ties.FAVOUR_SPEAKER)) for seed in range(40, 120)]
    without = [one for one in found if one.equilibrium is None]
    excluded = [one for one in without if one.bound.excluded is not None]
    assert excluded
    assert len(excluded) >= len(without) / 2


@pytest.mark.parametrize("rounds", [1, 2])
def test_at_a_belief_she_does_the_same_after_a_question_she_does_not_ask(
    rounds: int, tmp_path: Path
) -> None:
    """Both questions are answered alike, and she does not take the first of her best actions."""
    states, users = ("y0", "y1", "y2"), ("x0", "x1")
    odds = {"x0": (2, 3, 3), "x1": (2, 4, 4)}
    game = informed_game(
        users,
        states,
        states,
        {(x, y, y): F(n, 18) for x in users for y, n in zip(states, odds[x], strict=True)},
        {"a0": (0, 0, 2), "a1": (2, 0, 1), "a2": (0, 0, 1)},
        {
            "agent 0": ({"a0": (2, 0, 0), "a1": (2, 2, 1), "a2": (2, 2, 2)}, None),
            "agent 1": ({"a0": (1, 2, 1), "a1": (1, 2, 2), "a2": (0, 1, 1)}, None),
        },
        ties=Ties.BELIEF,
        conversation=Conversation(rounds, 2, "rich"),
    )
    finding = examined(game)
    shown = finding.equilibrium
    assert isinstance(shown, ConversationEquilibrium) and shown.kind == "asked offer"
    (tmp_path / "game.toml").write_text(write(game), encoding="utf-8")
    made = certificate(game, finding)
    assert made is not None
    (tmp_path / "certificate.json").write_text(made.text, encoding="utf-8")
    reply = ask(tmp_path / "certificate.json", tmp_path / "game.toml", (), made.line)
    assert reply.text.startswith("accepted: ")
