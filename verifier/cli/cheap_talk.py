"""`verifier cheap-talk`: what one or two agents can say in equilibrium if they cannot commit."""

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
from verifier.report.cheap_talk import cheap_talk_lines, cheap_talk_record


@click.command(
    name="cheap-talk",
    epilog=(
        "Example: verifier cheap-talk instances/classics/prosecutor.toml (he gets 0, and 3/5 if he"
        " commits)"
    ),
)
@path_argument
@click.option(
    "--agent",
    "agents",
    multiple=True,
    shell_complete=agent_names,
    help="An agent who talks; twice for two. Default: all, where there are one or two.",
)
@click.option(
    "--profile-limit",
    type=click.IntRange(1),
    help="Most sets of replies, or parts of partitions, that are looked at.",
)
@program_limit_option
@set_option
@user_option
@as_json_option
@seconds_option()
def cheap_talk(
    path: Path,
    agents: tuple[str, ...],
    profile_limit: int | None,
    program_limit: int | None,
    values: dict[str, Fraction],
    user: str | None,
    as_json: bool,
) -> None:
    """Find the equilibria of agents who cannot commit to what they say, as a contrast.

    One agent, with pure replies of the user; or two who see the same, with pure strategies. Beside
    them stands what is had with commitment. The kernel does not check any of it.
    """
    game = api.load(path, values, user)
    found = api.cheap_talk(game, agents, effort_of(program_limit), profile_limit)
    print_result(
        {"instance": path.as_posix(), **cheap_talk_record(game, found)},
        cheap_talk_lines(game, found),
        as_json,
    )
