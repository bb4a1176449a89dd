"""What she could ask instead: rows that every outcome satisfies (theory.md 5.9)."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from benchmarks.coverage import Factors, random_game
from verifier.game.model import Game
from verifier.game.rules import ConversationRule, History, Signal
from verifier.solve.effort import USUAL
from verifier.solve.program import Goal, Infeasible, Program, Sense
from verifier.theory.bounds.asking import add_asking, may_ask
from verifier.theory.bounds.outcome_program import outcome_program
from verifier.theory.judgements.conversation import obedient_outcome_bound
from verifier.theory.play import Play, play

F = Fraction


def asking(draw: random.Random, rounds: int = 1) -> Game:
    """A random game of two agents in which she may ask."""
    return random_game(
        draw,
        Factors(
            states=draw.choice((2, 3)),
            actions=draw.choice((2, 3)),
            observations=2,
            partitions=draw.random() < 0.5,
            alphabet=2,
            rounds=rounds,
            asks=True,
        ),
    )


def random_rule(draw: random.Random, game: Game, name: str) -> ConversationRule:
    """A rule that says one of two words at random, by everything that it may depend on."""
    agent = next(agent for agent in game.agents if agent.name == name)
    answers: dict[tuple[History, int], Signal] = {}
    histories: list[History] = [()]
    for _ in range(game.conversation.rounds):
        for history in histories:
            for asked in range(2):
                signal: dict[str, dict[str, Fraction]] = {}
                for cell in agent.sees:
                    p = F(draw.randint(1, 4), 5)
                    signal |= {key: {"yes": p, "no": 1 - p} for key in cell}
                answers[history, asked] = signal
        histories = [(*h, (q, word)) for h in histories for q in (0, 1) for word in ("yes", "no")]
    return ConversationRule(name, {}, answers)


def fits(game: Game, found: Play) -> bool:
    """Whether an outcome satisfies the rows, with the best that they leave open."""
    program = Program(Goal.MINIMISE)
    for key in outcome_program(game, obedient=False).costs:
        program.column(key)
    add_asking(program, game)
    for key, p in found.outcome.items():
        program.row(("fixed", key), {("play", *key): 1}, Sense.EQUAL, p)
    return not isinstance(USUAL.solve(program), Infeasible)


def test_whatever_is_said_the_outcome_satisfies_them() -> None:
    """With all agents, and with one alone; in one round and in two."""
    draw, sharp = random.Random(7), 0
    for n in range(24):
        game = asking(draw, rounds=1 + n % 2)
        assert may_ask(game)
        rules = {a.name: random_rule(draw, game, a.name) for a in game.agents}
        found = play(game, rules)
        assert fits(game, found)
        assert fits(game, play(game, {"agent 0": rules["agent 0"]}))
        x, other = game.user_support
        swapped = {
            (z, o, a): found.outcome[other if z == x else x, o, a] for z, o, a in found.outcome
        }
        sharp += not fits(game, replace(found, outcome=swapped))
    assert sharp > 5  # her own outcome is better than that of the other observation


def test_they_lower_what_a_deviation_may_give() -> None:
    draw, lower = random.Random(11), 0
    for _ in range(12):
        game = asking(draw)
        for agent in game.agents:
            least = F(-100)
            plain = obedient_outcome_bound(game, agent, least, USUAL)
            sharp = obedient_outcome_bound(game, agent, least, USUAL, asking=True)
            assert sharp.value <= plain.value
            assert not plain.asking
            lower += sharp.value < plain.value
            best = max(
                play(game, {agent.name: random_rule(draw, game, agent.name)}).agent_utilities[
                    agent.name
                ]
                for _ in range(5)
            )
            assert best <= sharp.value
    assert lower > 3


def test_they_need_questions_and_possible_points() -> None:
    game = asking(random.Random(3))
    silent = replace(game, conversation=replace(game.conversation, user_alphabet=1))
    first, *rest = game.joint
    fewer = {key: p for key, p in game.joint.items() if key != first}
    fewer[rest[0]] += game.joint[first]
    assert may_ask(game)
    assert not may_ask(silent)
    assert not may_ask(replace(game, joint=fewer))
