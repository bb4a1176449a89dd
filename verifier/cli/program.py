"""`verifier program`: the linear programs behind the numbers, for other people's solvers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from verifier.cli.options import (
    Named,
    effort_of,
    guarantees,
    path_argument,
    program_limit_option,
    put,
    refuse_input,
    refuse_unused,
    seconds_option,
    set_option,
    user_option,
)
from verifier.game.reader import load
from verifier.game.rules_reader import load_profile
from verifier.programs.stated import KINDS, heading, stated
from verifier.solve.exchange import FORMATS
from verifier.theory.guarantees.guarantee import Guarantee


@click.command(
    epilog=(
        "Example: verifier program instances/classics/prosecutor.toml --what persuasion:prosecutor"
        " (the optimal value is 3/5)"
    )
)
@path_argument
@click.option("--what", required=True, metavar="WHAT", help=f"One of {', '.join(KINDS)}.")
@click.option(
    "--format",
    "form",
    type=Named([*FORMATS]),
    default="lp",
    show_default=True,
    help="lp and mps have decimal numbers, smt2 and json exact ones.",
)
@click.option("--guarantee", help="With bound: bayes or best-ai.  [default: bayes]")
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="With deviation: the others follow this file's rules. Default: they tell all they see.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file.")
@program_limit_option
@set_option
@user_option
@seconds_option()
@click.pass_context
def program(
    context: click.Context,
    path: Path,
    what: str,
    form: str,
    guarantee: str | None,
    rules: Path | None,
    output: Path | None,
    program_limit: int | None,
    values: dict[str, Fraction],
    user: str | None,
) -> None:
    """State a linear program of the game, with rows and columns named by what they mean, in a
    format that other solvers read.
    """
    if what != "bound":
        refuse_unused(context, ["guarantee"], "only with --what bound")
    if not what.startswith("deviation:"):
        refuse_unused(context, ["rules"], "only with --what deviation:AGENT")
    refuse_input(output, path, *([] if rules is None else [rules]))
    kind = guarantees((guarantee,))[0] if guarantee else Guarantee.BAYES
    game = load(path, values, user)
    profile = None if rules is None else load_profile(rules, game)
    effort = effort_of(program_limit)
    made = stated(game, what, kind, profile, effort)
    put(FORMATS[form](made, heading(game, what, kind, effort)), output)
