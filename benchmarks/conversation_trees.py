"""A conversation tree of a million nodes: the user's best response in exact integers beside the
same walk in floats.

python -m benchmarks.conversation_trees [--quick] [--json] [--repeat N] [--seed NUMBER]

The walk goes over arrays indexed by transcripts, level by level (verifier.solve.induction): the
worth of every action at every transcript, then backward induction. Exact: integers over common
denominators in int64, which a bound computed first shows to be enough. Peer: the same code on
float64. Also the time of the whole exact play, reading the rules and following the path included.
Medians; nodes are counted by verifier.game.tree.size_of, nothing is built.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np

from verifier.game.model import NOTHING, Agent, Conversation, Game, Quantal, Ties
from verifier.game.rules import ConversationRule, History, Signal
from verifier.game.tree import size_of
from verifier.solve import induction as layers
from verifier.theory.play import Induction, play


def random_game(draw: random.Random, states: int, letters: int) -> Game:
    """Two agents, two rounds, two questions; the agents see the state."""
    names = tuple(f"y{n}" for n in range(states))
    moves = ("a", "b", "c")
    odds = [draw.randint(1, 9) for _ in names]

    def utility() -> dict[tuple[str, str], Fraction]:
        return {(a, y): Fraction(draw.randint(-9, 9)) for a in moves for y in names}

    agents = tuple(Agent(f"agent {n}", utility(), tuple((y,) for y in names)) for n in range(2))
    joint = {(NOTHING, y, y): Fraction(w, sum(odds)) for y, w in zip(names, odds, strict=True)}
    return Game(
        "a random conversation",
        None,
        None,
        names,
        moves,
        (NOTHING,),
        names,
        joint,
        utility(),
        agents,
        Conversation(2, 2, letters),
        Ties.ORDER,
        Quantal(Fraction(10), "e"),
        None,
    )


def random_rule(draw: random.Random, game: Game, agent: Agent, letters: int) -> ConversationRule:
    """Every answer possible everywhere, with probabilities in tenths."""
    words = [f"m{n}" for n in range(letters)]

    def signal() -> Signal:
        found = {}
        for y in game.states:
            cuts = sorted(draw.sample(range(1, 20), letters - 1))
            found[y] = {
                w: Fraction(b - a, 20)
                for w, a, b in zip(words, [0, *cuts], [*cuts, 20], strict=True)
            }
        return found

    answers: dict[tuple[History, int], Signal] = {((), q): signal() for q in range(2)}
    for first, asked in product(product(range(2), words), range(2)):
        answers[(first,), asked] = signal()
    return ConversationRule(agent.name, {}, answers)


def median(work: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small tree")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    states, letters = (3, 2) if options.quick else (24, 5)
    game = random_game(draw, states, letters)
    game, profile = (
        game,
        {a.name: random_rule(draw, game, a, letters) for a in game.agents},
    )
    induction = Induction.prepared(game, NOTHING, profile)
    payoffs, chances, shape, sizes = (
        induction.payoffs,
        induction.chances,
        induction.shape,
        induction.sizes,
    )
    kind = layers.dtype_for(payoffs, chances)

    def walk(kind: type) -> int | float:
        return layers.backward(layers.worths(payoffs, chances, sizes, kind), shape, 2)[0]

    found_exactly, nearly = walk(kind), walk(np.float64)
    assert abs(found_exactly - nearly) <= 1e-9 * abs(found_exactly), (
        "the two walks go different ways"
    )
    assert Fraction(int(found_exactly), induction.scale) == play(game, profile).user_utility, (
        "the walk is not the play's"
    )

    exact, floats = (
        median(lambda: walk(kind), options.repeat),
        median(lambda: walk(np.float64), options.repeat),
    )
    whole = median(lambda: play(game, profile), max(1, options.repeat // 3))
    found = {
        "nodes": size_of(game, profile).nodes,
        "integers": kind.__name__,
        "exact": exact,
        "floats": floats,
        "ratio": exact / floats,
        "whole play": whole,
    }
    if options.json:
        print(json.dumps(found))
        return
    print(f"{found['nodes']} nodes, integers in {kind.__name__}")
    print(
        f"exact walk {exact * 1000:8.1f} ms   floats {floats * 1000:8.1f} ms   ratio"
        f" {exact / floats:.2f}"
    )
    print(f"whole exact play, rules to outcome: {whole * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
