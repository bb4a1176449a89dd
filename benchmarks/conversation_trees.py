"""The user's best response in a conversation tree of a million nodes, exactly and in floats.

    python -m benchmarks.conversation_trees [--quick] [--json] [--repeat N] [--seed NUMBER]

Backward induction goes over arrays indexed by transcripts, level by level
(verifier.solve.induction): first the worth of every action at every transcript, then the best
replies. Exact: integers over common denominators in int64, which a bound computed first shows to be
enough. Peer: the same code on float64. Also the time of the whole exact play, reading the rules and
following the path included. Medians; nodes are counted by verifier.game.tree.size_of, nothing is
built.
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

from verifier.game.model import (
    NOTHING,
    Agent,
    Conversation,
    Game,
    Ties,
    finest,
    joint_of_prior,
)
from verifier.game.rules import ConversationRule, History, Signal
from verifier.game.tree import size_of
from verifier.solve import induction as layers
from verifier.theory.play import Induction, play


def random_game(draw: random.Random, states: int, alphabet: int) -> Game:
    """A random game of two agents who see the state, two rounds and two questions."""
    names = tuple(f"y{n}" for n in range(states))
    actions = ("a", "b", "c")
    weights = [draw.randint(1, 9) for _ in names]

    def utility() -> dict[tuple[str, str], Fraction]:
        return {(a, y): Fraction(draw.randint(-9, 9)) for a in actions for y in names}

    agents = tuple(Agent(f"agent {n}", utility(), finest(names)) for n in range(2))
    joint = joint_of_prior(
        {y: Fraction(w, sum(weights)) for y, w in zip(names, weights, strict=True)}
    )
    return Game(
        title="a random conversation",
        states=names,
        actions=actions,
        agent_observations=names,
        joint=joint,
        utility=utility(),
        agents=agents,
        conversation=Conversation(2, 2, alphabet),
        ties=Ties.ORDER,
    )


def random_rule(draw: random.Random, game: Game, agent: Agent, alphabet: int) -> ConversationRule:
    """A random rule with every answer possible everywhere, in multiples of 1/20."""
    words = [f"m{n}" for n in range(alphabet)]

    def signal() -> Signal:
        found = {}
        for y in game.states:
            cuts = sorted(draw.sample(range(1, 20), alphabet - 1))
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
    states, alphabet = (3, 2) if options.quick else (24, 5)
    game = random_game(draw, states, alphabet)
    profile = {a.name: random_rule(draw, game, a, alphabet) for a in game.agents}
    induction = Induction.prepared(game, NOTHING, profile)
    payoffs, chances = induction.payoffs, induction.chances
    shape, sizes = induction.shape, induction.sizes
    kind = layers.dtype_for(payoffs, chances)

    def induce(kind: type) -> int | float:
        return layers.backward(layers.expected_payoffs(payoffs, chances, sizes, kind), shape, 2)[0]

    found_exactly, nearly = induce(kind), induce(np.float64)
    assert abs(found_exactly - nearly) <= 1e-9 * abs(found_exactly), (
        "integers and floats give different values"
    )
    assert Fraction(int(found_exactly), induction.scale) == play(game, profile).user_utility, (
        "the value is not that of the whole play"
    )

    exact = median(lambda: induce(kind), options.repeat)
    floats = median(lambda: induce(np.float64), options.repeat)
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
        f"exact      {exact * 1000:8.1f} ms   floats {floats * 1000:8.1f} ms   ratio"
        f" {exact / floats:.2f}"
    )
    print(f"whole exact play, rules to outcome: {whole * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
