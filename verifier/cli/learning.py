"""`verifier learning`: what she learns if both say what they believe, and whether it suffices."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from verifier import api
from verifier.chart import ready
from verifier.cli.completion import agent_names
from verifier.cli.options import (
    as_json_option,
    path_argument,
    print_result,
    seconds_option,
    set_option,
    user_option,
)
from verifier.report.learning import learning_lines, learning_record
from verifier.report.learning_figure import draw


@click.command(
    epilog=(
        "Example: verifier learning instances/conversations/doctor_who_must_ask.toml --steps 2"
        " --rounds 3"
    )
)
@path_argument
@click.option(
    "--agent",
    shell_complete=agent_names,
    help="The agent she talks to. Default: the game's first.",
)
@click.option(
    "--rounds", type=click.IntRange(0, 1000), help="How long. Default: the game's rounds."
)
@click.option(
    "--steps",
    type=click.IntRange(1, 1_000_000),
    help="Round to so many steps of her utility's range. Default: what the words suffice for.",
)
@click.option(
    "--profile-limit",
    type=click.IntRange(1),
    help="Most rectangles on which substitutes are looked for.",
)
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    help="Draw it: a file that ends in .svg, .png or .pdf.",
)
@set_option
@user_option
@as_json_option
@seconds_option()
def learning(
    path: Path,
    agent: str | None,
    rounds: int | None,
    steps: int | None,
    profile_limit: int | None,
    figure: Path | None,
    values: dict[str, Fraction],
    user: str | None,
    as_json: bool,
) -> None:
    """Find what the user learns if both say what they believe, round by round, and whether what the
    two observe are substitutes.

    Both announce what each action is worth on average, rounded to the words they have. The kernel
    does not check it.
    """
    if figure is not None:
        ready(figure)
    game = api.load(path, values, user)
    found = api.learning(game, agent, rounds, steps, profile_limit)
    if figure is not None:
        draw(found, figure)
    print_result(
        {"instance": path.as_posix(), **learning_record(found)}, learning_lines(found), as_json
    )
