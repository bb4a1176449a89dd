"""`verifier theorem`: what is proved of an instance, as a theorem that Rocq checks."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import click

from verifier import api
from verifier.cli.completion import guarantee_names, one_of
from verifier.cli.exit import Exit
from verifier.cli.options import (
    effort_of,
    guarantees,
    path_argument,
    program_limit_option,
    put,
    refuse_input,
    seconds_option,
    set_option,
    user_option,
)
from verifier.cli.output import note, say
from verifier.game.model import Game
from verifier.theorem.claims import Coverage, coverage
from verifier.theorem.prover import ask
from verifier.theorem.rocq import in_words, theorem_file


@click.command(
    epilog=(
        "Example: verifier theorem instances/classics/prosecutor.toml -o prosecutor.v. Exit code 0:"
        " written (and checked), 1: refused by Rocq, 2: bad input, 3: not covered."
    )
)
@path_argument
@click.option(
    "--guarantee",
    default="bayes",
    show_default=True,
    shell_complete=one_of(guarantee_names),
    help="bayes or best-ai.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file.")
@click.option("--check", "checked", is_flag=True, help="Have Rocq check the file.")
@program_limit_option
@set_option
@user_option
@seconds_option()
def theorem(
    path: Path,
    guarantee: str,
    output: Path | None,
    checked: bool,
    program_limit: int | None,
    values: dict[str, Fraction],
    user: str | None,
) -> Exit:
    """Write what is proved of an instance as a theorem that Rocq checks.

    The file has the game as data, what is claimed of it in words and as propositions, and proofs
    by a checker that is itself proved (proofs/theories). Writing needs no Rocq.
    """
    game = api.load(path, values, user)
    refuse_input(output, path)
    (name,) = map(str, guarantees((guarantee,)))
    found = api.verify(game, [name], effort=effort_of(program_limit)).guarantees.get(name)
    if found is None or found.certificate is None:
        note(f"not written: the verdict on {name} is open, so there is nothing to prove")
        return Exit.NOT_DECIDED
    known = coverage(game, json.loads(found.certificate))
    if not _about_equilibria(known, name):
        note(f"not written: the proved checker does not cover {_missing(known, name)}")
        return Exit.NOT_DECIDED
    return _hand_out(game, known, output, checked)


def _about_equilibria(known: Coverage, name: str) -> bool:
    """Whether it covers a claim about equilibria with this user."""
    return any(claim.user == name for claim in known.claims)


def _missing(known: Coverage, name: str) -> str:
    """What the checker would have to cover."""
    reasons = [reason for what, reason in known.left.items() if what.endswith(name)]
    return "; ".join(dict.fromkeys(reasons))


def _hand_out(game: Game, known: Coverage, output: Path | None, checked: bool) -> Exit:
    text = theorem_file(game, known.claims)
    put(text, output)
    if output is not None:
        say(*(in_words(game, claim) for claim in known.claims))
        say(f"{output}: {len(known.claims)} theorems")
    for what, reason in known.left.items():
        note(f"not in the file: '{what}'; the proved checker does not cover {reason}")
    return _check(text) if checked else Exit.GOOD


def _check(text: str) -> Exit:
    """Rocq's answer, said on standard error: standard output may be the file."""
    answer = ask(text)
    if answer.accepted:
        note("accepted by Rocq, and closed: the theorems rest on nothing else")
        return Exit.GOOD
    note(f"refused by Rocq: {answer.text}")
    return Exit.REFUTED
