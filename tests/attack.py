"""Attacks on the kernel: certificates at random, judged by two programs and by brute force.

    python3 run.py attack [--minutes M] [--seed N] [--rounds K]

In every round random games are verified, profiles of conversations certified, certificates forged,
and accepted certificates changed: in numbers, records, words, trees and claims, with other
evidence, as certificates of other games, and with the numbers that the kernel says to follow put in
place of theirs. Tables and instance files are changed, too. The kernel and the second checker,
which was written from proofs/FORMAT.md alone, must both accept a certificate, with the same line,
or neither. What both accept must withstand the definition, where the game is small
(tests/kernel/definition.py, which also asks tests/oracles.py and tests/kernel/brute_force.py).

The table counts certificates that were tried, that both accept, and that the kernel refuses or
cannot read; `excused`: what one refuses for a reason of its own, such as a limit. `true` counts
claims that the definition confirms, `open` those that it cannot decide. Whatever is `found` is left
in the folder attack/, and the exit code is 1. The same seed and number of rounds make the same
certificates, and the same table.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.checkers import Answer, Checker, agree, kernel, second
from tests.conversations import profiles, small_conversations
from tests.games import ROOT, games
from tests.kernel.attacks import contested_games, conversation_forgeries, forgeries
from tests.kernel.casebook import CASES, MANY, instance_of, read
from tests.kernel.certificates import SHIPPED, source
from tests.kernel.definition import UndecidedError, false, false_conclusion
from tests.kernel.mutations import (
    Base,
    emptied,
    merges,
    mutant,
    passes,
    repaired,
    replays,
    rewritten_instance,
    table_mutant,
)
from verifier.certificate import (
    certificate,
    equilibrium_certificate,
    judgement_certificate,
)
from verifier.certified import judge_profile, with_few_multipliers
from verifier.checker import Certificate
from verifier.errors import InstanceError, SizeError
from verifier.evidence import conversation_tree, conversations_of
from verifier.game.model import Game, digest
from verifier.game.reader import parse
from verifier.game.response import RangeEnd, sure_end
from verifier.game.rules import Profile
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.tables.columns import Choice
from verifier.tables.distance import distance
from verifier.tables.measure import ALL, table_certificate
from verifier.tables.measure import read as read_table
from verifier.theory.benchmark import optimum
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import (
    ConversationRefutation,
    judge_conversation,
)
from verifier.theory.play import conversation_payoff_end
from verifier.theory.verdict import examine

T = TypeVar("T")

SECONDS = 20.0
"""The most CPU time that a program may take for one certificate."""

EXCUSED = ("unreadable: too large", "does not enclose what follows tightly")
"""What a program says where the other need not agree: its limits on sizes, which are its own; and
that it could not tell a number from one of its ends.
"""

REPAIRS = 4
"""How often a number that the kernel says to follow is put in place of what is stated."""

FOLDER = ROOT / "attack"
COLUMNS = ("tried", "accepted", "refused", "unreadable", "excused", "true", "open", "found")


class TooLongError(BaseException):
    """A program takes too long; no handler of its own may catch this."""


@dataclass(frozen=True)
class Trial:
    """A certificate that two programs are asked about."""

    kind: str
    name: str
    text: str
    instance: str
    options: dict[str, str] = field(default_factory=dict)
    known: tuple[Any, ...] = ()
    """Claims that need not be decided again, since an accepted certificate of the game has them."""
    line: str | None = None
    """The line with which they must accept it."""
    refused: bool = False
    """Whether they must not accept it."""


@dataclass(frozen=True)
class Size:
    """How many of each a round has."""

    mutants: int = 300
    games: int = 6
    replays: int = 20
    forgeries: int = 30
    conversations: int = 12
    tables: int = 4
    instances: int = 60


@dataclass
class Table:
    """What was tried, and what became of it."""

    rounds: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def found(self) -> int:
        return sum(number for (_, column), number in self.counts.items() if column == "found")

    def __str__(self) -> str:
        kinds = list(dict.fromkeys(kind for kind, _ in self.counts))
        rows = [["", *COLUMNS]]
        rows += [[kind, *(str(self.counts[kind, c]) for c in COLUMNS)] for kind in kinds]
        rows.append(["sum", *(str(sum(self.counts[k, c] for k in kinds)) for c in COLUMNS)])
        lines = [f"{row[0]:<24}" + "".join(f"{entry:>12}" for entry in row[1:]) for row in rows]
        return "\n".join([*lines, f"rounds: {self.rounds}"])


def drawn(strategy: st.SearchStrategy[T], dice: Random, most: int) -> list[T]:
    """Examples of a strategy, the same for the same dice."""
    found: list[T] = []
    if not most:
        return found

    @seed(dice.getrandbits(64))
    @settings(
        max_examples=most,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    collect()
    return found


def shipped() -> list[Base]:
    """Accepted certificates: those that are shipped, and the cases that are correct."""
    found = []
    for instance, guarantee in SHIPPED:
        path = ROOT / "proofs" / "certificates" / f"{instance}.{guarantee}.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        text = source(instance)[0].read_text(encoding="utf-8")
        found.append(Base(path.name, content, text))
    for name in CASES:
        case = read(name)
        single = name.startswith("correct/") and name not in MANY
        if single and not isinstance(case["certificate"], str):
            found.append(Base(name, case["certificate"], instance_of(case)))
    return found


ANY = st.one_of(
    games(), contested_games(), small_conversations, games(odd=True, max_states=2, max_agents=2)
)


def verified(dice: Random, most: int) -> Iterator[tuple[Trial, Base]]:
    """What `verify` and `equilibria` find in random games must be accepted, with its line."""
    for game in drawn(ANY, dice, most):
        made: list[tuple[str, Certificate | None]] = [
            (f"{name} verdict", certificate(game, finding))
            for name, finding in with_few_multipliers(examine(game)).findings.items()
        ]
        made += [
            (f"{guarantee} equilibrium", equilibrium_certificate(game, guarantee, shown))
            for guarantee in Guarantee
            for shown in exhibit(game, guarantee, Effort()).equilibria
        ]
        for name, found in made:
            if found is not None:
                base = Base(name, json.loads(found.text), write(game))
                yield Trial("random games", name, found.text, base.instance, line=found.line), base


@st.composite
def rivals(draw: st.DrawFn) -> tuple[Game, Profile, Profile]:
    """A small game and two profiles of conversations."""
    game = draw(st.one_of(small_conversations, contested_games()))
    return game, draw(profiles(game)), draw(profiles(game))


def judged(dice: Random, most: int) -> Iterator[Trial]:
    """Profiles as they are judged, and one agent's change of rule, which gains or does not."""
    for game, profile, other in drawn(rivals(), dice, most):
        for guarantee in Guarantee:
            try:
                found = judge_profile(game, profile, guarantee)
            except InstanceError:  # a quantal user asks nothing
                continue
            made = judgement_certificate(game, guarantee, found)
            if made is None:
                continue
            yield Trial("conversations", "judged", made.text, write(game), line=made.line)
        yield change(game, profile, other)


def change(game: Game, profile: Profile, other: Profile) -> Trial:
    """The first agent changes his rule: right numbers, and a claim that need not be true."""
    agent = game.agents[0]
    payoff = game.agent_payoff(agent.name)
    changed = {**profile, agent.name: other[agent.name]}
    before = conversation_payoff_end(game, profile, payoff, RangeEnd.GREATEST)
    after = conversation_payoff_end(game, changed, payoff, sure_end(game.ties))
    claim = {
        "claim": "no equilibrium",
        "user": "bayes",
        "at most": str(before),
        "deviating": str(after),
        "rules": conversations_of(game, profile),
        "agent": agent.name,
        "rule": conversation_tree(game, agent, other[agent.name]),
    }
    text = json.dumps({"format": 2, "game": digest(game), "claims": [claim]})
    refused = after <= before + game.gamma
    return Trial("conversations", "changed", text, write(game), refused=refused)


def forged(dice: Random, size: Size) -> Iterator[Trial]:
    """Equilibria that need not be any, as good as a forger can make them."""
    for game, content in drawn(forgeries(), dice, size.forgeries):
        for gamma in dict.fromkeys([game.gamma, Fraction(1, 8), Fraction(1, 3), Fraction(1)]):
            other = replace(game, gamma=gamma)
            text = json.dumps({**content, "game": digest(other)})
            yield Trial("forgeries", "prices", text, write(other))
    for game, profile, content in drawn(conversation_forgeries(), dice, size.conversations):
        found = judge_conversation(game, profile, Effort(), rule_limit=70)
        refused = isinstance(found, ConversationRefutation)
        text = json.dumps(content)
        yield Trial("forgeries", "conversation", text, write(game), refused=refused)


def table(dice: Random) -> str:
    """A table of utilities: a few people, small numbers, gaps."""
    people = dice.randint(2, 5)
    lines = [["item", "u", *(f"agent {n}" for n in range(people - 2)), "it's"]]
    for n in range(dice.randint(1, 6)):
        entries = [Fraction(dice.randint(-3, 3), dice.randint(1, 3)) for _ in range(people)]
        lines.append([f"row {n}", *map(str, entries)])
    return "\n".join(",".join(line) for line in lines) + "\n"


def measured(dice: Random, size: Size) -> Iterator[Trial]:
    """Distances of random tables, and changed certificates about them."""
    for _ in range(size.tables):
        text = table(dice)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            path.write_text(text, encoding="utf-8", newline="")
            agents = tuple(text.partition("\n")[0].split(",")[2:])
            named = Choice(user="u", agents=agents)  # also where a column counts its rows
            found = read_table(path, choice=named).table
        made = table_certificate(found, [distance(found, *which) for which in ALL])
        yield Trial("tables", "measured", made.text, text, line=made.line)
        base = Base("measured", json.loads(made.text), text)
        for _ in range(size.mutants // 20):
            other = table_mutant(dice, base)
            yield Trial("tables", other.name, other.text, other.instance)


def rewritten(dice: Random, size: Size, bases: Sequence[Base]) -> Iterator[Trial]:
    """Instance files that are changed, with OPT, as somebody reads them who can."""
    for _ in range(size.instances):
        text = dice.choice(bases).instance
        for _ in range(dice.choice([1, 1, 2])):
            text = rewritten_instance(dice, text)
        code, value = "0" * 64, Fraction(0)
        try:
            game = parse(text, "game.toml")
            code, value = digest(game), optimum(game)
            at = {name: str(number) for name, number in game.parameters.items()}
        except (InstanceError, SizeError):
            at = {}
        claim = {"claim": "optimum", "value": str(value)}
        content = {"format": 2, "game": code, "claims": [claim]}
        content |= {"parameters": at} if at else {}
        yield Trial("instances", "rewritten", json.dumps(content), text)


def trials(dice: Random, size: Size, bases: Sequence[Base]) -> Iterator[Trial]:
    """A round."""
    fresh = []
    for trial, base in verified(dice, size.games):
        fresh.append(base)
        yield trial
    yield from judged(dice, size.conversations)
    yield from forged(dice, size)
    yield from measured(dice, size)
    yield from rewritten(dice, size, [*bases, *fresh])
    read_games: dict[str, Game] = {}
    for base in dice.sample([*bases, *fresh, *fresh], size.replays):
        game = game_of(base.content, base.instance)
        for made in replays(base, game):
            yield Trial("other games", made.name, made.text, made.instance)
        changes = [*merges(base), *passes(base, game), *emptied(base)]
        for made in dice.sample(changes, min(len(changes), 25)):
            yield Trial("other evidence", made.name, made.text, made.instance)
    for _ in range(size.mutants):
        base = dice.choice(fresh if fresh and dice.random() < 0.5 else bases)
        made = mutant(dice, base, [*bases, *fresh], read_games)
        yield Trial("mutations", made.name, made.text, made.instance, made.options, made.known)


@contextmanager
def stopped(seconds: float) -> Iterator[None]:
    """TooLongError after so many seconds of CPU time."""

    def stop(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def answer(checker: Checker, trial: Trial, folder: Path, seconds: float) -> Answer:
    """What a program says, or that it takes too long (exit code 3, as for a failure)."""
    paths = folder / "certificate.json", folder / "instance.toml"
    try:
        with stopped(seconds):
            return checker(*paths, trial.options)
    except TooLongError:
        return 3, f"failed: more than {seconds:g} s"


def wrong(trial: Trial, one: Answer, other: Answer) -> str | None:
    """Why two answers are not what they must be."""
    if 3 in (one[0], other[0]):
        return "a program failed"
    if not agree(one, other) and not excused(one, other):
        return "one accepts, and the other does not, or with another line"
    if trial.line is not None and one != (0, trial.line):
        return f"this was to be accepted, with the line {trial.line}"
    if trial.refused and one[0] == 0:
        return "this is false, and was accepted"
    return None


def excused(one: Answer, other: Answer) -> bool:
    """Whether one of them refuses for a reason that the other need not share."""
    return any(why in line for code, line in (one, other) if code for why in EXCUSED)


def game_of(content: Mapping[str, Any], instance: str) -> Game:
    """The game that a certificate is about: at its parameters' values, of its user."""
    return parse(instance, "game.toml", content.get("parameters", {}), content.get("user"))


def untrue(trial: Trial, table: Table) -> str | None:
    """Why an accepted certificate says something that is false; counts what is true, and open."""
    if trial.kind == "tables":
        return None
    content = json.loads(trial.text)
    game = game_of(content, trial.instance)
    said = [partial(false, game, claim) for claim in content["claims"] if claim not in trial.known]
    if "conclusion" in content:
        said.append(partial(false_conclusion, game, content))
    for decide in said:
        try:
            why = decide()
        except UndecidedError:
            table.counts[trial.kind, "open"] += 1
            continue
        if why is not None:
            return f"false: {why}"
        table.counts[trial.kind, "true"] += 1
    return None


class Attack:
    """Rounds of attacks on two programs."""

    def __init__(
        self,
        number: int = 1,
        size: Size = Size(),
        checkers: tuple[Checker, Checker] = (kernel, second),
        folder: Path = FOLDER,
        seconds: float = SECONDS,
    ) -> None:
        self.number, self.size, self.checkers = number, size, checkers
        self.folder, self.seconds, self.table, self.bases = folder, seconds, Table(), shipped()

    def run(self, rounds: int | None, minutes: float | None) -> None:
        """So many rounds, or as many as can be begun in the time."""
        end = None if minutes is None else time.monotonic() + 60 * minutes
        shown = sys.stderr.isatty()
        with tempfile.TemporaryDirectory() as folder:
            while rounds is None or self.table.rounds < rounds:
                dice = Random(f"{self.number} {self.table.rounds}")
                for trial in trials(dice, self.size, self.bases):
                    self.try_one(trial, Path(folder))
                    if shown:
                        self.show(end)
                    if end is not None and time.monotonic() > end:
                        return
                self.table.rounds += 1

    def show(self, end: float | None) -> None:
        tried = sum(n for (_, column), n in self.table.counts.items() if column == "tried")
        left = "" if end is None else f", {max(0, end - time.monotonic()):.0f} s left"
        found = f"{tried} certificates, {self.table.found} found"
        text = f"round {self.table.rounds + 1}: {found}{left}"
        print(f"\r{text:<79}", end="", file=sys.stderr, flush=True)

    def try_one(self, trial: Trial, folder: Path, left: int = REPAIRS) -> None:
        """Both programs are asked, and what both accept is compared with the definition.

        Where the kernel says which number follows, it is put there, so many times.
        """
        (folder / "certificate.json").write_text(trial.text, encoding="utf-8")
        (folder / "instance.toml").write_text(trial.instance, encoding="utf-8", newline="")
        one, other = (answer(checker, trial, folder, self.seconds) for checker in self.checkers)
        counts, kind = self.table.counts, trial.kind
        counts[kind, "tried"] += 1
        why = wrong(trial, one, other)
        if why is None and one[0] == other[0] == 0:
            counts[kind, "accepted"] += 1
            why = self.untrue(trial)
        elif why is None:
            alone = 0 in (one[0], other[0])
            column = "excused" if alone else "refused" if one[0] == 1 else "unreadable"
            counts[kind, column] += 1
        if why is not None:
            counts[kind, "found"] += 1
            self.keep(trial, why, one, other)
        better = repaired(trial.text, one[1]) if why is None and one[0] == 1 else None
        if better is not None and left:
            again = replace(trial, kind="repaired", text=better, line=None, refused=False)
            self.try_one(again, folder, left - 1)

    def untrue(self, trial: Trial) -> str | None:
        """Why an accepted certificate is false, or cannot be compared with the definition."""
        try:
            return untrue(trial, self.table)
        except Exception as error:  # a reader that fails where two others read is a finding
            return f"not compared: {type(error).__name__}: {error}"

    def keep(self, trial: Trial, why: str, one: Answer, other: Answer) -> None:
        """What was found is left in a folder of its own."""
        place = self.folder / f"{self.number}-{self.table.rounds}-{self.table.found}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "certificate.json").write_text(trial.text, encoding="utf-8")
        (place / "instance.toml").write_text(trial.instance, encoding="utf-8", newline="")
        options = " ".join(f"--{key} {value}" for key, value in trial.options.items())
        lines = [
            f"{trial.kind}: {trial.name}",
            f"options: {options}",
            why,
            f"kernel: {one[0]} {one[1]}",
            f"second: {other[0]} {other[1]}",
        ]
        (place / "lines.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(words: list[str]) -> int:
    about = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="run.py attack", description=about)
    parser.add_argument("--minutes", type=float, help="ten, unless rounds are given")
    parser.add_argument("--seed", type=int, default=1, help="another one makes other certificates")
    parser.add_argument("--rounds", type=int, help="no more than so many")
    asked = parser.parse_args(words)
    minutes = 10.0 if asked.minutes is None and asked.rounds is None else asked.minutes
    sys.set_int_max_str_digits(100_000)  # as the kernel's own program does
    attack, code = Attack(asked.seed), 0
    try:
        attack.run(asked.rounds, minutes)
    except KeyboardInterrupt:
        code = 130
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(attack.table)
    if attack.table.found:
        print(f"FOUND {attack.table.found}: see {attack.folder.relative_to(ROOT)}/")
    return 1 if attack.table.found else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
