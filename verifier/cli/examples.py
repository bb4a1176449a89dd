"""`verifier examples`: the shipped games are listed, and one is printed or copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import click

from verifier.cli.instance_path import example_names
from verifier.cli.options import as_json_option, put_new, refuse_unused, seconds_option
from verifier.cli.output import say, show_json
from verifier.files import read_text
from verifier.game import examples as shipped
from verifier.game.reader import MAX_BYTES


@click.command(
    epilog=(
        "Examples: verifier examples, or verifier examples prosecutor -o prosecutor.toml. Any"
        " command takes example:prosecutor for a path."
    )
)
@click.argument(
    "name",
    required=False,
    shell_complete=lambda _, __, incomplete: example_names(incomplete),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Copy the game to this new file (default: print it).",
)
@as_json_option
@seconds_option()
@click.pass_context
def examples(context: click.Context, name: str | None, output: Path | None, as_json: bool) -> None:
    """List the shipped games, or print or copy the one called NAME.

    Each has its folder, its name and title, and a line on what it shows.
    """
    if name is None:
        refuse_unused(context, ("output",), "only with the NAME of a game, which is copied")
        _list(shipped.examples().values(), as_json)
        return
    refuse_unused(context, ("as_json",), "only without a NAME; a game is printed as it is")
    game = shipped.example(name.removeprefix(shipped.PREFIX))
    put_new(read_text(game.path, MAX_BYTES), output)


def _list(games: Iterable[shipped.Example], as_json: bool) -> None:
    if as_json:
        for game in games:
            show_json(
                {
                    "name": game.name,
                    "folder": game.folder,
                    "title": game.title,
                    "shows": game.shows,
                }
            )
        return
    say(*_lines(games))


def _lines(games: Iterable[shipped.Example]) -> Iterator[str]:
    """A line for each folder, and two for each game."""
    for folder, inside in groupby(games, key=lambda game: game.folder):
        yield folder
        for game in inside:
            yield f"  {game.name}: {game.title}"
            yield f"      {game.shows}"
