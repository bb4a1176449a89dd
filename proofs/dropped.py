"""Each dropped hypothesis by its shipped counterexample, as a theory in Rocq (theory.md 7.1).

    python -m proofs.dropped

writes proofs/theories/Counterexamples.v: the games are those of instances/counterexamples, and what
is proved of them follows from their certificates.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from verifier.game.model import Game
from verifier.game.reader import load
from verifier.theorem.claims import coverage
from verifier.theorem.evidence import Claim
from verifier.theorem.prover import THEORIES
from verifier.theorem.rocq import HEADER, fraction, members_of, module, theorem_name

ROOT = Path(__file__).resolve().parents[1]
FILE = THEORIES / "Counterexamples.v"
FOLDER = "counterexamples"

HEAD = """\
(** * Each dropped hypothesis by its shipped counterexample (theory.md 7.1)

    Written by `python -m proofs.dropped` from the files in instances/counterexamples and
    their certificates.  Each module has a game, and what is proved of it by computation;
    its last theorem says that she gets less than is claimed in some equilibrium.  What the
    noisy user gets is in NoisyUser.v. *)

"""


@dataclass(frozen=True)
class Dropped:
    """A hypothesis that is dropped, the user, and how the game shows that it is needed."""

    hypothesis: str
    stem: str
    user: str
    words: str

    @property
    def module(self) -> str:
        """The module of the game in Rocq."""
        return "".join(part.capitalize() for part in self.stem.split("_"))

    @property
    def theorem(self) -> str:
        """The theorem in Rocq."""
        return f"without_{self.stem}"


DROPPED = (
    Dropped("(hull)", "hull", "bayes", "the agents' payoffs are 1 away from hers, not 0"),
    Dropped(
        "(identical)", "identical", "bayes", "whoever tells her the truth sees her take the other"
    ),
    Dropped("(learning)", "learning_alphabet", "bayes", "there are three roads, and two words"),
    Dropped("(learning)", "learning_question", "bayes", "she cannot say what only she knows"),
    Dropped("(learning)", "learning_split", "bayes", "each agent sees a part that is worthless"),
    Dropped("(anonymous)", "anonymous", "best-ai", "what she does depends on who offers a rule"),
    Dropped("equilibrium", "equilibrium", "bayes", "gains of up to 1 are left alone"),
)


def counterexamples() -> str:
    """The text of the theory."""
    parts = [HEAD + HEADER]
    for one in DROPPED:
        game, claims = _proved(one)
        parts += module(one.module, game, claims, _needed(one, game, claims))
        parts.append(
            f"(** Without {one.hypothesis}: {one.words}. *)\n"
            f"Definition {one.theorem} := @{one.module}.less_than_claimed.\n"
        )
    parts += [f"Print Assumptions {one.theorem}." for one in DROPPED]
    return "\n".join(parts) + "\n"


def _proved(one: Dropped) -> tuple[Game, tuple[Claim, ...]]:
    """The game, and what is needed of what is proved of it.

    Raises LookupError where the proved checks do not cover that.
    """
    game = load(ROOT / "instances" / FOLDER / f"{one.stem}.toml")
    path = ROOT / "proofs" / "certificates" / FOLDER / f"{one.stem}.{one.user}.json"
    known = coverage(game, json.loads(path.read_text(encoding="utf-8")))
    wanted = ("hull distance", _benchmark(one), "equilibrium")
    claims = {claim.kind: claim for claim in known.claims if claim.kind in wanted}
    if missing := set(wanted) - set(claims):
        raise LookupError(f"{one.stem}: not covered are {', '.join(sorted(missing))}")
    return game, tuple(claims[kind] for kind in wanted)


def _benchmark(one: Dropped) -> str:
    return "team" if one.user == "best-ai" else "optimum"


def _needed(one: Dropped, game: Game, claims: tuple[Claim, ...]) -> str:
    """The theorem that she gets less than claimed in some equilibrium."""
    distance, benchmark, equilibrium = claims
    picks = one.user == "best-ai"
    pick, best = (" pick", "best_ai r pick") if picks else ("", "bayes r")
    most = f"rational R {fraction(benchmark.number)}" if picks else "OPT G"
    also = f"TEAM_of (G := G) {members_of(benchmark)} ({most}) /\\\n  " if picks else ""
    some = theorem_name(equilibrium)
    names = "[C [best [eqm value]]]"
    found = f"[r [pick {names}]]" if picks else f"[r {names}]"
    given = f"exact: {theorem_name(benchmark)}" if picks else f"rewrite {theorem_name(benchmark)}"
    return "\n".join(
        [
            "(** She gets less than claimed in some equilibrium. *)",
            f"Theorem less_than_claimed : hull_distance G (rational R {fraction(distance.number)})"
            " /\\",
            f"  {also}exists (r : response G){pick} (C : profile G),",
            f"  {best} /\\ equilibrium (rational R {fraction(game.gamma)}) r C /\\",
            f"  worth C (r None C) (@user_payoff R G) < {most}.",
            "Proof.",
            f"split; first exact: {theorem_name(distance)}.",
            *([f"split; first {given}."] if picks else []),
            f"have {found} := {some}; exists r{', pick' if picks else ''}, C.",
            "split=> //; split=> //; rewrite value.",
            *([] if picks else [f"{given}."]),
            "exact: rational_lt.",
            "Qed.\n",
        ]
    )


if __name__ == "__main__":
    FILE.write_text(counterexamples(), encoding="utf-8")
