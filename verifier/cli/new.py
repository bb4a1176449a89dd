"""`verifier new`: a first instance file, to be written over."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from verifier.cli.options import put_new, seconds_option
from verifier.cli.output import say
from verifier.game.draft import MOST, draft
from verifier.game.reader import parse

STANDARD_OUTPUT = Path("-")


@click.command(
    epilog=(
        "Example: verifier new my.toml --agents 2 --states rain,sun --actions umbrella,none. Names"
        " are separated by commas."
    )
)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--states", required=True, help="What may be the case: names with commas between.")
@click.option("--actions", required=True, help="What the user may do: names with commas between.")
@click.option(
    "--agents", type=click.IntRange(1, MOST), default=2, show_default=True, help="How many agents."
)
@click.option("--observations", help="What the agents may see. Default: the state itself.")
@click.option("--title", default="My first game", show_default=True, help="The game's title.")
@seconds_option()
def new(
    path: Path | None,
    states: str,
    actions: str,
    agents: int,
    observations: str | None,
    title: str,
) -> None:
    """Write a commented instance file that verifies as it stands, to put your own numbers into.

    Without PATH, or with -, it is printed. A file that is there already is left as it is.
    """
    seen = () if observations is None else _names(observations)
    text = draft(title, _names(states), _names(actions), agents, seen)
    parse(text, "the new file")  # what is written can be read
    output = None if path == STANDARD_OUTPUT else path
    put_new(text, output)
    if output is not None:
        say(f"{output.as_posix()}: written; go on with: verifier verify {shlex.quote(str(output))}")


def _names(text: str) -> list[str]:
    """The names between the commas, without the spaces around them."""
    return [name.strip(" ") for name in text.split(",")]
