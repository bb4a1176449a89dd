"""The share of random games in which the interval is closed, by class of games.

    python -m benchmarks.coverage [CLASS...] [--games N] [--seed N] [--quick]

In a game with a closed interval the lower bound on all equilibria is the utility of the worst one
that is exhibited, so that the verdict is known for every tolerance. A game counts only if the
kernel accepts the certificate. Printed are also the shares in which no equilibrium is exhibited,
and the median of the CPU time without the kernel.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from verifier.certificate import certificate
from verifier.game.model import NOTHING, Agent, Conversation, Game, Ties
from verifier.game.writer import write
from verifier.kernel.__main__ import decide
from verifier.theory.guarantee import Guarantee
from verifier.theory.verdict import Finding, examine

Draw = random.Random


def random_game(
    draw: Draw,
    agents: Sequence[int] = (2, 3),
    *,
    alphabet: int | str = "rich",
    split: bool = False,
    seen: Sequence[int] = (1, 2),
    questions: int = 1,
) -> Game:
    """A game with 2 or 3 states, which the agents observe, and 2 to 4 actions.

    `split`: every agent sees a random partition of them. `seen`: how many different things the
    user may observe. In half of the games utilities are integers 0..2, so that ties are likely; in
    half one agent mixes the user's utility with his own.
    """
    states = [f"y{n}" for n in range(draw.randint(2, 3))]
    actions = [f"a{n}" for n in range(draw.randint(2, 4))]
    users = [f"x{n}" for n in range(draw.choice(seen))]
    users = users if len(users) > 1 else [NOTHING]
    whole = draw.random() < 0.5

    def number() -> Fraction:
        return Fraction(draw.randint(0, 2)) if whole else Fraction(draw.randint(-20, 20), 12)

    def utility() -> dict[tuple[str, str], Fraction]:
        return {(a, y): number() for a in actions for y in states}

    odds = {(x, y, y): draw.randint(1, 4) for x in users for y in states}
    user = utility()
    likes = [utility() for _ in range(draw.choice(agents))]
    if draw.random() < 0.5:
        likes[0] = {key: (value + user[key]) / 2 for key, value in likes[0].items()}
    return Game(
        title="a random game",
        states=tuple(states),
        actions=tuple(actions),
        user_observations=tuple(users),
        agent_observations=tuple(states),
        joint={key: Fraction(w, sum(odds.values())) for key, w in odds.items()},
        utility=user,
        agents=tuple(
            Agent(f"agent {n}", his, _partition(draw, states) if split else _finest(states))
            for n, his in enumerate(likes)
        ),
        conversation=Conversation(1, questions, alphabet),  # type: ignore[arg-type]
        ties=draw.choice(list(Ties)),
    )


def _finest(states: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple((y,) for y in states)


def _partition(draw: Draw, states: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    cells: dict[int, list[str]] = {}
    for y in states:
        cells.setdefault(draw.randrange(len(states)), []).append(y)
    return tuple(tuple(cell) for cell in cells.values())


Class = tuple[Guarantee, Callable[[Draw], Game]]

CLASSES: dict[str, Class] = {
    "best-ai, all see all, rich": (Guarantee.BEST_AI, random_game),
    "best-ai, partitions, rich": (Guarantee.BEST_AI, lambda draw: random_game(draw, split=True)),
    "best-ai, partitions, two words": (
        Guarantee.BEST_AI,
        lambda draw: random_game(draw, split=True, alphabet=2, seen=[1]),
    ),
    "best-ai, all see all, two words": (
        Guarantee.BEST_AI,
        lambda draw: random_game(draw, alphabet=2),
    ),
    "best-ai, all see all, she asks": (
        Guarantee.BEST_AI,
        lambda draw: random_game(draw, seen=[2], questions=2),
    ),
    "bayes, one agent, rich": (Guarantee.BAYES, lambda draw: random_game(draw, [1], split=True)),
    "bayes, one agent, two words": (
        Guarantee.BAYES,
        lambda draw: random_game(draw, [1], split=True, alphabet=2),
    ),
    "bayes, one agent, she asks": (
        Guarantee.BAYES,
        lambda draw: random_game(draw, [1], split=True, seen=[2], questions=2),
    ),
}
"""The kind of user and the games of each class."""


def accepted(game: Game, finding: Finding, folder: Path) -> bool:
    """Whether the kernel accepts the certificate of a finding."""
    found = certificate(game, finding)
    if found is None:
        return False
    (folder / "game.toml").write_text(write(game), encoding="utf-8")
    (folder / "certificate.json").write_text(found.text, encoding="utf-8")
    return decide(str(folder / "certificate.json"), str(folder / "game.toml"), {})[0] == 0


def measure(kind: Class, games: int, seed: str) -> dict[str, object]:
    """The counts and the time of one class."""
    guarantee, make = kind
    draw, spent, counts = Draw(seed), [], dict.fromkeys(("closed", "vacuous", "open", "refused"), 0)
    with TemporaryDirectory() as folder:
        for _ in range(games):
            game = make(draw)
            start = time.process_time()
            finding = examine(game, [guarantee]).findings[guarantee]
            spent.append(time.process_time() - start)
            worst = finding.equilibrium
            counts["vacuous"] += worst is None
            good = finding.verdict == "open" or accepted(game, finding, Path(folder))
            counts["refused"] += not good
            counts["open"] += finding.verdict == "open"
            counts["closed"] += (
                good and worst is not None and worst.user_utility == finding.bound.value
            )
    return {"games": games, **counts, "ms": round(statistics.median(spent) * 1000)}


def main() -> None:
    """Prints a line for each class."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("classes", nargs="*", metavar="CLASS", help=", ".join(CLASSES))
    parser.add_argument("--games", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="three games of each class")
    options = parser.parse_args()
    for name in options.classes or CLASSES:
        if name not in CLASSES:
            parser.error(f"no class {name!r}; the classes are {', '.join(CLASSES)}")
        games = 3 if options.quick else options.games
        row = measure(CLASSES[name], games, f"{options.seed} {name}")
        print(json.dumps({"class": name, **row}), flush=True)


if __name__ == "__main__":
    main()
