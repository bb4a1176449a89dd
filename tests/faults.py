"""Damaged inputs: each ends in an answer or in one sentence, never in another exception or a hang.

    python3 run.py faults [--cases N] [--seed N]

Instances, rules, menus, templates of sweeps, tables (CSV, JSON lines, Parquet), stores and
certificates are damaged at random, in letters, words, lines and bytes, and read; the verifier's
reader of instances and the kernel's must read the same game or none, and the second checker's the
same game. Some are
given to the commands. The table counts what was read and what was refused. Whatever is `found` is
printed with the number of its case, which the same seed makes again, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from random import Random

from tests.attack import TooLongError, stopped
from tests.checkers import kernel
from tests.damage import SEEDS, damaged, damaged_bytes
from tests.games import INSTANCES, ROOT
from tests.kernel.mutations import rewritten_instance
from tests.second_checker.game import digest as second_digest
from tests.second_checker.game import load_game
from tests.second_checker.reading import RefusedError
from verifier import cli
from verifier.errors import VerifierError
from verifier.game.model import digest
from verifier.game.reader import parse
from verifier.game.rules_reader import load_menu, load_profile
from verifier.kernel.game_file import read_game
from verifier.kernel.reader.document import UnreadableError
from verifier.rng import Draws
from verifier.sweep.store import Store, Sweep
from verifier.sweep.template import Template
from verifier.tables.reading import read_source

LONGEST = 2500
"""Most characters of a sentence."""

ERRORS = repeat("error: ")
"""How every line begins that says what is wrong."""

SECONDS = 30.0
"""The most CPU time that one case may take."""

TWO = (INSTANCES / "classics/two_prosecutors.toml").read_text(encoding="utf-8")
PROOF = (INSTANCES / "regions/standard_of_proof.toml").read_text(encoding="utf-8")
RULES = """\
format = 1
[[rules]]
agent  = "first prosecutor"
signal = { innocent = { convict = "3/7", acquit = "4/7" }, guilty = { convict = 1 } }
[[rules]]
agent  = "second prosecutor"
signal = { innocent = { nothing = 1 }, guilty = { nothing = 1 } }
"""
MENU = (INSTANCES / "menus/prosecutor.menu").read_text(encoding="utf-8")
TEMPLATE = SEEDS[0].replace('"7/10"', '"1/10..1/2 step 1/10"').replace('"3/10"', '"rest"')
TABLES = sorted((ROOT / "tests/tables/cases").iterdir())
CERTIFICATE = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"
COMMANDS = (
    ["verify", "--guarantee", "bayes", "--certificates", "kept"],
    ["verify", "--guarantee", "best-ai", "--json", "--certificates", "kept"],
    ["hull"],
    ["hull", "--json"],
    ["persuade", "--agent", "prosecutor"],
    ["cheap-talk"],
    ["cheap-talk", "--agent", "prosecutor", "--json"],
    ["learning", "--steps", "3"],
    ["equilibria", "--guarantee", "bayes", "--certificates", "kept"],
    ["equilibria", "--pure", "--profile-limit", "200"],
    ["dynamics", "--ties", "favour-speaker", "--certificates", "kept"],
    ["tree"],
    ["explain", "--guarantee", "bayes"],
)

Case = Callable[[Random, Path], str]
"""Makes a damaged input in a folder and reads it: `read`, or `refused`."""


REFUSALS = (VerifierError, UnreadableError, RefusedError)
"""How the three readers of instances refuse."""


class FoundError(Exception):
    """What must not be: says what it is."""


def text_of(dice: Random, *seeds: str) -> str:
    """A damaged text; one in two is damaged as the attack on the kernel does."""
    if dice.random() < 0.5:
        return damaged(dice, seeds)
    return rewritten_instance(dice, dice.choice(seeds))


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
    return path


def instance(dice: Random, folder: Path) -> str:
    """Three readers read the same game, or none of them reads any."""
    text = text_of(dice, *SEEDS, TWO, PROOF)
    path = written(folder, "damaged.toml", text)
    at = defaults(text)
    found: list[str | None] = []
    with refusing(found):
        found.append(digest(parse(text, "damaged.toml")))
    with refusing(found):
        found.append(read_game(str(path), at).digest)
    with refusing(found), contextlib.suppress(RecursionError):  # its program says so in a line
        found.append(f"sha256:{second_digest(load_game(path, at))}")
    if found[0] is None and found[1] is None:
        return "refused"  # the second checker may have limits of its own
    if len(set(found)) > 1:
        raise FoundError(f"the readers disagree: {found}")
    return "read"


def defaults(text: str) -> dict[str, str] | None:
    """The defaults of the parameters of an instance, as a certificate would give them."""
    try:
        table = tomllib.loads(text, parse_float=str)["parameters"]
        return {name: str(entry["default"]) for name, entry in table.items()}
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None


@contextlib.contextmanager
def refusing(found: list[str | None]) -> Iterator[None]:
    """A reader that refuses has found no game."""
    try:
        yield
    except REFUSALS:
        found.append(None)


def rules(dice: Random, folder: Path) -> str:
    load_profile(written(folder, "damaged.rules", text_of(dice, RULES)), parse(TWO, "two.toml"))
    return "read"


def menu(dice: Random, folder: Path) -> str:
    load_menu(written(folder, "damaged.menu", text_of(dice, MENU)), parse(TWO, "two.toml"))
    return "read"


def template(dice: Random, folder: Path) -> str:
    text = text_of(dice, TEMPLATE)
    Template(text, "the template").game(Draws("faults", 1, 1), "a game")
    return "read"


def table(dice: Random, folder: Path) -> str:
    sound = dice.choice(TABLES)
    path = written(folder, f"damaged{sound.suffix}", damaged_bytes(sound.read_bytes(), dice))
    read_source(path)
    return "read"


def store(dice: Random, folder: Path) -> str:
    """A store has the records that were put there, or fewer, or says that it is damaged."""
    path, sweep = folder / "store", Sweep("a", 1, ("bayes",))
    sound = {number: {"status": "verified", "text": "x" * 20} for number in range(1, 9)}
    path.unlink(missing_ok=True)
    with Store(path, sweep) as opened:
        for number, record in sound.items():
            opened.put(number, record)
    path.write_bytes(damaged_bytes(path.read_bytes(), dice))
    with Store(path, sweep) as opened:
        found = dict(opened.records(100)) if opened.numbers() else {}
    if not found.items() <= sound.items():
        raise FoundError(f"other records: {found}")
    return "read"


def certificate(dice: Random, folder: Path) -> str:
    """The kernel refuses, or accepts what is still the same certificate."""
    path = written(folder, "certificate.json", damaged_bytes(CERTIFICATE.read_bytes(), dice))
    code, line = kernel(path, INSTANCES / "classics/prosecutor.toml", {})
    if code not in (0, 1, 2):
        raise FoundError(line)
    return "read" if code == 0 else "refused"


def command(dice: Random, folder: Path) -> str:
    """A command on a damaged instance that can still be read ends with a documented exit code."""
    text = text_of(dice, SEEDS[0], TWO)
    parse(text, "damaged.toml")
    name, *options = dice.choice(COMMANDS)
    path = written(folder, "damaged.toml", text)
    out, err = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["verifier", name, str(path), *options]
    try:
        with contextlib.chdir(folder), redirected(out, err):
            cli.main()
    except SystemExit as end:
        if end.code not in (0, 1, 2, 3) or "itself fails" in err.getvalue() + out.getvalue():
            raise FoundError(f"{name}: {end.code}: {err.getvalue()[-300:]}") from end
        if end.code == 2 and not all(map(str.startswith, err.getvalue().splitlines(), ERRORS)):
            raise FoundError(f"{name}: more than errors: {err.getvalue()[:300]}") from end
        return "refused" if end.code == 2 else "read"
    finally:
        sys.argv = argv
    raise FoundError("no exit code")


@contextlib.contextmanager
def redirected(out: io.StringIO, err: io.StringIO) -> Iterator[None]:
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


KINDS: dict[Case, int] = {
    instance: 45,
    rules: 12,
    menu: 10,
    template: 10,
    table: 10,
    store: 3,
    certificate: 9,
    command: 1,
}
"""Each kind of case, and how many of a hundred are of it."""


class Faults:
    """Cases by number: the same seed and number make the same case."""

    def __init__(
        self, seed: int = 1, kinds: dict[Case, int] = KINDS, seconds: float = SECONDS
    ) -> None:
        self.seed, self.kinds, self.seconds = seed, kinds, seconds
        self.counts: Counter[tuple[str, str]] = Counter()
        self.found: list[str] = []

    def run(self, cases: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(cases):
                self.try_one(number, Path(folder))

    def try_one(self, number: int, folder: Path) -> None:
        dice = Random(f"{self.seed} {number}")
        (case,) = dice.choices(list(self.kinds), list(self.kinds.values()))
        outcome = "found"
        try:
            with stopped(self.seconds):
                outcome = case(dice, folder)
        except VerifierError as error:
            outcome = "refused"
            if max(map(len, error.lines)) > LONGEST:
                self.note(number, case, f"not a sentence: {str(error)[:300]}")
        except TooLongError:
            self.note(number, case, f"more than {self.seconds:g} s")
        except Exception as error:
            self.note(number, case, f"{type(error).__name__}: {error}"[:500])
        self.counts[case.__name__, outcome] += 1

    def note(self, number: int, case: Case, what: str) -> None:
        self.found.append(f"case {number} of seed {self.seed}: {case.__name__}: {what}")
        print(self.found[-1], file=sys.stderr, flush=True)

    def __str__(self) -> str:
        kinds = [case.__name__ for case in self.kinds]
        columns = ("read", "refused", "found")
        rows = [f"{'':12}" + "".join(f"{column:>9}" for column in columns)]
        for kind in kinds:
            counts = (self.counts[kind, column] for column in columns)
            rows.append(f"{kind:12}" + "".join(f"{count:>9}" for count in counts))
        return "\n".join(rows)


def main(words: list[str]) -> int:
    about = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="run.py faults", description=about)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="another one makes other cases")
    asked = parser.parse_args(words)
    faults, code = Faults(asked.seed), 0
    try:
        faults.run(asked.cases)
    except KeyboardInterrupt:
        code = 130
    print(faults)
    return 1 if faults.found else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
