"""What is decided about random games, by class of games, beside before.

    python -m benchmarks.coverage [--games N] [--seed N] [--before CLONE] [--json] [--quick]
    python -m benchmarks.coverage --classes [--games N] [--seed N] [--before CLONE] [--json]
                                  [--at-least PERCENT]

The games of one seed (600 unless `--games` says otherwise) are drawn with all factors independent:
1 to 3 agents, 2 or 3 states, 2 to 4 actions, the four tie rules, none or two observations of the
user's, agents who all see everything or random partitions, two words or a rich alphabet, one round
or two, a silent user or (if she observes something) one with two questions, integers 0..2 or random
rationals, a user drawn freely or in or near the hull. `--classes` draws so many games of each of a
few narrow classes instead, with the guarantee that is in question there.

A game is *closed* if the worst equilibrium found is worth the lower bound on all of them (or, for
the Bayesian user, next to nothing more), if a claim of next to nothing more than the bound is
refuted (there is no worst equilibrium, but some are as near to the bound as one likes), or if it is
certain that there is no equilibrium, so that the verdict is known for every tolerance. Whatever is
decided counts only if the kernel accepts the certificate; if it refuses one, the benchmark fails.
The table, in Markdown, has for each class and guarantee the percentages that are closed, proved,
refuted, vacuous and open, and the median CPU time of everything but the kernel, in milliseconds.
`--before` judges the same games by another clone of this repository, such as a `git worktree` of an
older commit; the benchmark fails if this clone closes fewer of them, or if one clone proves what
the other refutes; with `--at-least`, if less than so many percent of a narrow class of a best-ai
user are closed. `--quick` is for tests: a dozen games, and three of each narrow class.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.tables import ENVIRONMENT, ROOT
from verifier.game.model import NOTHING, Agent, Alphabet, Conversation, Game, Ties
from verifier.game.writer import write
from verifier.theory.guarantees.guarantee import Guarantee

Draw = random.Random
Utility = dict[tuple[str, str], Fraction]
Row = dict[str, Any]
Found = dict[str, list[Row]]
"""What each clone says of the games: `now` this one, and perhaps another, `before`."""

VERDICTS = ("proved", "refuted", "vacuous", "open", "too large")


@dataclass(frozen=True)
class Factors:
    """The class of a random game: a choice for each factor."""

    agents: int = 2
    states: int = 2
    actions: int = 2
    ties: Ties = Ties.ANY
    observations: int = 1
    partitions: bool = False
    alphabet: Alphabet = "rich"
    rounds: int = 1
    asks: bool = False
    integers: bool = False
    near_hull: bool = False


CHOICES: dict[str, Sequence[Any]] = {
    "agents": (1, 2, 3),
    "states": (2, 3),
    "actions": (2, 3, 4),
    "ties": tuple(Ties),
    "observations": (1, 2),
    "partitions": (False, True),
    "alphabet": (2, "rich"),
    "rounds": (1, 2),
    "asks": (False, True),
    "integers": (False, True),
    "near_hull": (False, True),
}
"""What each factor may be."""


def random_factors(draw: Draw) -> Factors:
    """Factors drawn independently; only who observes something has something to ask about."""
    found = Factors(**{name: draw.choice(values) for name, values in CHOICES.items()})
    return replace(found, asks=found.asks and found.observations > 1)


def random_game(draw: Draw, factors: Factors) -> Game:
    """A random game of a class; the agents observe the state, wholly or in part."""
    states = tuple(f"y{n}" for n in range(factors.states))
    actions = tuple(f"a{n}" for n in range(factors.actions))
    users = tuple(f"x{n}" for n in range(factors.observations)) if factors.observations > 1 else ()

    def number() -> Fraction:
        low, high, below = (0, 2, 1) if factors.integers else (-20, 20, 12)
        return Fraction(draw.randint(low, high), below)

    def utility() -> Utility:
        return {(a, y): number() for a in actions for y in states}

    odds = {(x, y, y): draw.randint(1, 4) for x in users or (NOTHING,) for y in states}
    likes = [utility() for _ in range(factors.agents)]
    user = _near_hull(draw, likes, utility()) if factors.near_hull else utility()
    return Game(
        title="a random game",
        states=states,
        actions=actions,
        user_observations=users or (NOTHING,),
        agent_observations=states,
        joint={key: Fraction(w, sum(odds.values())) for key, w in odds.items()},
        utility=user,
        agents=tuple(
            Agent(f"agent {n}", his, _cells(draw, states, factors.partitions))
            for n, his in enumerate(likes)
        ),
        conversation=Conversation(factors.rounds, 2 if factors.asks else 1, factors.alphabet),
        ties=factors.ties,
    )


def _near_hull(draw: Draw, likes: Sequence[Utility], noise: Utility) -> Utility:
    """A mixture of the agents' utilities, with none, a tenth or a quarter of noise."""
    weights = [draw.randint(0, 2) for _ in likes]
    weights[draw.randrange(len(likes))] += 1
    share = draw.choice([Fraction(0), Fraction(0), Fraction(1, 10), Fraction(1, 4)])
    mixed = {
        key: sum((w * his[key] for w, his in zip(weights, likes, strict=True)), Fraction(0))
        for key in noise
    }
    return {key: mixed[key] / sum(weights) + share * noise[key] for key in noise}


def _cells(draw: Draw, states: Sequence[str], partition: bool) -> tuple[tuple[str, ...], ...]:
    if not partition:
        return tuple((y,) for y in states)
    cells: dict[int, list[str]] = {}
    for y in states:
        cells.setdefault(draw.randrange(len(states)), []).append(y)
    return tuple(tuple(cell) for cell in cells.values())


Class = Callable[[Factors], bool]

CLASSES: dict[str, Class] = {
    "all": lambda f: True,
    "one agent": lambda f: f.agents == 1,
    "two agents": lambda f: f.agents == 2,
    "three agents": lambda f: f.agents == 3,
    "two states": lambda f: f.states == 2,
    "three states": lambda f: f.states == 3,
    "two actions": lambda f: f.actions == 2,
    "three actions": lambda f: f.actions == 3,
    "four actions": lambda f: f.actions == 4,
    **{f"ties: {ties}": lambda f, ties=ties: f.ties is ties for ties in Ties},  # type: ignore[misc]
    "she observes nothing": lambda f: f.observations == 1,
    "she observes one of two things": lambda f: f.observations == 2,
    "all see everything": lambda f: not f.partitions,
    "random partitions": lambda f: f.partitions,
    "two words": lambda f: f.alphabet == 2,
    "rich alphabet": lambda f: f.alphabet == "rich",
    "one round": lambda f: f.rounds == 1,
    "two rounds": lambda f: f.rounds == 2,
    "she is silent": lambda f: not f.asks,
    "she asks": lambda f: f.asks,
    "integers 0..2": lambda f: f.integers,
    "random rationals": lambda f: not f.integers,
    "drawn freely": lambda f: not f.near_hull,
    "in or near the hull": lambda f: f.near_hull,
    "several agents, all see everything": lambda f: f.agents > 1 and not f.partitions,
    "several agents, partitions": lambda f: f.agents > 1 and f.partitions,
    "several agents, partitions, two words": lambda f: (
        f.agents > 1 and f.partitions and f.alphabet == 2
    ),
    "several agents, rich, one silent round": lambda f: (
        f.agents > 1 and f.alphabet == "rich" and f.rounds == 1 and not f.asks
    ),
}
"""The classes of the table: each factor alone, and some together."""

BEST_AI, BAYES = Guarantee.BEST_AI, Guarantee.BAYES
SEVERAL: dict[str, Sequence[Any]] = {"agents": (2, 3), "asks": (False,)}
ALONE: dict[str, Sequence[Any]] = {"agents": (1,), "rounds": (1,), "partitions": (True,)}
SPLIT: dict[str, Sequence[Any]] = {"partitions": (True,)}
TOGETHER: dict[str, Sequence[Any]] = {"partitions": (False,)}
ASKING: dict[str, Sequence[Any]] = {"asks": (True,), "observations": (2,), "rounds": (1,)}
NARROW: dict[str, tuple[Guarantee, dict[str, Sequence[Any]]]] = {
    "all see everything, rich": (BEST_AI, SEVERAL | TOGETHER | {"alphabet": ("rich",)}),
    "partitions, rich": (BEST_AI, SEVERAL | SPLIT | {"alphabet": ("rich",)}),
    "partitions, two words, one round, she observes nothing": (
        BEST_AI,
        SEVERAL | SPLIT | {"alphabet": (2,), "observations": (1,), "rounds": (1,)},
    ),
    "all see everything, two words": (BEST_AI, SEVERAL | TOGETHER | {"alphabet": (2,)}),
    "all see everything, she asks in one round, rationals": (
        BEST_AI,
        SEVERAL | TOGETHER | ASKING | {"integers": (False,)},
    ),
    "rich, she asks for one of three or four things in two rounds": (
        BEST_AI,
        SEVERAL | ASKING | {"observations": (3, 4), "rounds": (2,), "alphabet": ("rich",)},
    ),
    "one agent, rich": (BAYES, ALONE | {"alphabet": ("rich",), "asks": (False,)}),
    "one agent, two words": (BAYES, ALONE | {"alphabet": (2,), "asks": (False,)}),
    "one agent, she asks": (BAYES, ALONE | ASKING | {"alphabet": ("rich",)}),
}
"""The narrow classes: the guarantee in question, and what is not drawn from `CHOICES`."""


def _write_games(folder: Path, factors: Sequence[Factors], draw: Draw) -> None:
    for number, one in enumerate(factors):
        text = write(random_game(draw, one))
        (folder / f"{number:05}.toml").write_text(text, encoding="utf-8")


def _judged(folder: Path, guarantees: Sequence[Guarantee], clone: Path) -> Iterator[Row]:
    """What a clone says of the games in a folder. Raises RuntimeError where it breaks."""
    words = [sys.executable, str(ROOT / "benchmarks" / "verdicts.py"), str(folder), *guarantees]
    alone = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(clone), "PYTHONHASHSEED": "0"}
    with subprocess.Popen(
        words, cwd=clone, env=alone, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            row = json.loads(line)
            decided = row["verdict"] not in ("open", "too large")
            if decided and not row["reply"].startswith("accepted: "):
                raise RuntimeError(f"{clone}: {folder}/{row['game']}.toml: {row['reply']}")
            yield row
    if process.returncode:
        raise RuntimeError(f"{clone}: the verdicts ended with {process.returncode}")


def _share(rows: Sequence[Row]) -> str:
    """Percentages closed, proved, refuted, vacuous and open, and the median milliseconds."""
    counts = [sum(row["closed"] for row in rows)]
    counts += [sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS[:3]]
    counts.append(len(rows) - sum(counts[1:]))
    shares = " / ".join(str(round(100 * count / len(rows))) for count in counts)
    return f"{shares} / {round(statistics.median(row['ms'] for row in rows))}"


def _shares(found: Found, games: set[str], guarantee: Guarantee) -> str:
    """The shares of some games, with each clone."""
    return " | ".join(
        _share([r for r in rows if r["game"] in games and r["guarantee"] == guarantee])
        for rows in found.values()
    )


def _head(first: str, columns: Sequence[str], clones: Sequence[str]) -> Iterator[str]:
    """The head of a table, with a column for each clone."""
    several = [
        f"{name}{'' if clone == 'now' else ', before'}" for name in columns for clone in clones
    ]
    yield f"| {first} | games | {' | '.join(several)} |"
    yield "|---" * (2 + len(several)) + "|"


def _compare(found: Found) -> None:
    """Raises SystemExit where this clone closes fewer games, or the clones contradict."""
    if "before" not in found:
        return
    closed = {name: sum(row["closed"] for row in rows) for name, rows in found.items()}
    if closed["now"] < closed["before"]:
        raise SystemExit(f"fewer intervals are closed than before: {closed}")
    for now, then in zip(*found.values(), strict=True):
        if {now["verdict"], then["verdict"]} == {"proved", "refuted"}:
            raise SystemExit(f"one clone proves what the other refutes: {now}, {then}")


def _judge(
    factors: Sequence[Factors],
    draw: Draw,
    guarantees: Sequence[Guarantee],
    clones: Mapping[str, Path],
) -> Found:
    """The games are drawn, and judged by every clone."""
    with TemporaryDirectory() as folder:
        _write_games(Path(folder), factors, draw)
        return {
            name: list(_judged(Path(folder), guarantees, clone)) for name, clone in clones.items()
        }


def _print_all(games: int, seed: int, clones: Mapping[str, Path], as_json: bool) -> None:
    """The table of games of all kinds, or every verdict."""
    draw, guarantees = Draw(f"{seed}"), list(Guarantee)
    factors = [random_factors(draw) for _ in range(games)]
    found = _judge(factors, draw, guarantees, clones)
    if as_json:
        _print_rows(found, factors)
    else:
        print("\n".join(_head("class", guarantees, [*clones])))
        for name, test in CLASSES.items():
            some = {f"{number:05}" for number, one in enumerate(factors) if test(one)}
            if some:
                cells = " | ".join(_shares(found, some, guarantee) for guarantee in guarantees)
                print(f"| {name} | {len(some)} | {cells} |")
    _compare(found)


def _print_narrow(
    games: int, seed: int, clones: Mapping[str, Path], as_json: bool, least: int
) -> None:
    """The table of the narrow classes, or every verdict.

    Raises SystemExit where less than `least` percent of a class of a best-ai user are closed.
    """
    failed = list[str]()
    if not as_json:
        print("\n".join(_head("user, class", ["shares"], [*clones])))
    for name, (guarantee, fixed) in NARROW.items():
        draw, choices = Draw(f"{seed} {name}"), CHOICES | fixed
        factors = [
            Factors(**{factor: draw.choice(values) for factor, values in choices.items()})
            for _ in range(games)
        ]
        found = _judge(factors, draw, [guarantee], clones)
        if as_json:
            _print_rows(found, factors)
        else:
            some = {f"{number:05}" for number in range(games)}
            print(f"| {guarantee}, {name} | {games} | {_shares(found, some, guarantee)} |")
        _compare(found)
        closed = sum(row["closed"] for row in found["now"])
        if guarantee is BEST_AI and 100 * closed < least * games:
            failed.append(f"{name}: {closed} of {games}")
    if failed:
        raise SystemExit(f"less than {least} percent are closed: {'; '.join(failed)}")


def _print_rows(found: Found, factors: Sequence[Factors]) -> None:
    """Every verdict as a line of JSON, with the factors of the game."""
    for clone, rows in found.items():
        for row in rows:
            drawn = factors[int(row["game"])]
            of = {field.name: getattr(drawn, field.name) for field in fields(drawn)}
            print(json.dumps({"clone": clone, **row, **of}))


def main() -> None:
    """Prints the table, or one for each narrow class."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--classes", action="store_true", help="the narrow classes")
    parser.add_argument("--games", type=int, help="how many (default 600; 100 of each class)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--before", type=Path, help="another clone of this repository")
    parser.add_argument("--at-least", type=int, default=0, metavar="PERCENT")
    parser.add_argument("--json", action="store_true", help="print every verdict, not a table")
    parser.add_argument("--quick", action="store_true", help="a few games of both kinds")
    options = parser.parse_args()
    clones = {"now": ROOT} | ({"before": options.before.resolve()} if options.before else {})
    if options.quick or options.classes:
        games = 3 if options.quick else options.games or 100
        _print_narrow(games, options.seed, clones, options.json, options.at_least)
    if options.quick or not options.classes:
        games = 12 if options.quick else options.games or 600
        _print_all(games, options.seed, clones, options.json)


if __name__ == "__main__":
    main()
