"""`verifier persuade`: Bayesian persuasion by one agent alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from verifier import api
from verifier.cli.completion import agent_names
from verifier.cli.options import (
    as_json_option,
    effort_of,
    path_argument,
    print_result,
    program_limit_option,
    seconds_option,
    set_option,
    user_option,
)
from verifier.report.persuasion import persuasion_lines, persuasion_record
from verifier.report.reading import reading_record


@click.command(
    epilog=(
        "Example: verifier persuade instances/classics/prosecutor.toml --agent prosecutor (the"
        " value is exactly 3/5)"
    )
)
@path_argument
@click.option(
    "--agent",
    required=True,
    shell_complete=agent_names,
    help="The agent's name in the instance.",
)
@program_limit_option
@set_option
@user_option
@as_json_option
@seconds_option()
def persuade(
    path: Path,
    agent: str,
    program_limit: int | None,
    values: dict[str, Fraction],
    user: str | None,
    as_json: bool,
) -> None:
    """Solve Bayesian persuasion by one agent alone: his optimal value and signal, her utility."""
    game = api.load(path, values, user)
    found = api.persuade(game, agent, effort_of(program_limit))
    print_result(
        {
            "instance": path.as_posix(),
            **reading_record(game),
            **persuasion_record(found),
        },
        persuasion_lines(found),
        as_json,
    )
