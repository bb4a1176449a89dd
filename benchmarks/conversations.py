"""How many profiles of conversations are judged, and by what (theory.md 6.10, 6.17).

    python -m benchmarks.conversations [--quick] [--games NUMBER] [--seed NUMBER]

Random games of two agents, two rounds, two questions and two words, in which the user sees one of
two things and the agents parts of three; the agents' mean is her utility. In each every agent is
silent, tells what he sees, or follows his team-optimal rule: nine profiles a game. Of these are
counted those that bounds over outcomes uphold, those that bounds by histories do, those that a pure
rule refutes, and those that stay open; then the median and the longest time of the processor.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from fractions import Fraction
from itertools import product

from verifier.game.model import Agent, Conversation, Game, Utility
from verifier.solve.effort import USUAL
from verifier.theory.equilibria.conversations import plain_profiles
from verifier.theory.judgements.conversation import (
    ConversationEquilibrium,
    ConversationJudgement,
    ConversationRefutation,
    judge_conversation,
)
from verifier.theory.judgements.history_bound import HistoryBound

STATES, ACTIONS = ("y1", "y2", "y3"), ("a1", "a2", "a3")
SEEN, KNOWN = ("s", "t"), ("u", "v", "w")
VIEWS = ((("u",), ("v",), ("w",)), (("u", "v"), ("w",)), (("u",), ("v", "w")))


def random_game(seed: int) -> Game:
    """A game of two rounds in which the agents differ from her in opposite ways."""
    dice = random.Random(seed)
    weights = {key: dice.randint(0, 3) for key in product(SEEN, KNOWN, STATES)}
    total = sum(weights.values())
    hers, apart = _utility(dice), _utility(dice)
    agents = (
        Agent(name, {key: hers[key] + sign * apart[key] for key in hers}, dice.choice(VIEWS))
        for name, sign in (("one", Fraction(1, 2)), ("two", Fraction(-1, 2)))
    )
    return Game(
        title=f"two rounds, seed {seed}",
        states=STATES,
        actions=ACTIONS,
        user_observations=SEEN,
        agent_observations=KNOWN,
        joint={key: Fraction(w, total) for key, w in weights.items() if w},
        utility=hers,
        agents=tuple(agents),
        conversation=Conversation(2, 2, 2),
    )


def _utility(dice: random.Random) -> Utility:
    return {
        key: Fraction(dice.randint(-6, 6), dice.randint(1, 4)) for key in product(ACTIONS, STATES)
    }


def verdict(found: ConversationJudgement) -> str:
    """What was said of a profile, and by what."""
    if isinstance(found, ConversationRefutation):
        return "refuted"
    if not isinstance(found, ConversationEquilibrium):
        return "open"
    by_histories = any(isinstance(proof, HistoryBound) for proof in found.proofs.values())
    return "upheld by histories" if by_histories else "upheld over outcomes"


def main() -> None:
    """The counts, and the times, on the terminal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="two games")
    parser.add_argument("--games", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0, help="of the first game")
    options = parser.parse_args()
    counts, times = Counter[str](), list[float]()
    for seed in range(options.seed, options.seed + (2 if options.quick else options.games)):
        game = random_game(seed)
        for profile in plain_profiles(game):
            begun = time.process_time()
            counts[verdict(judge_conversation(game, profile, USUAL))] += 1
            times.append(time.process_time() - begun)
    for name, count in sorted(counts.items()):
        print(f"{count:5} {name}")
    print(f"median {1000 * statistics.median(times):.0f} ms, longest {1000 * max(times):.0f} ms")


if __name__ == "__main__":
    main()
