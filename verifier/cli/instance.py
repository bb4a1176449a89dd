"""`verifier instance`: a game from a table of utilities."""

from __future__ import annotations

from pathlib import Path

import click

from verifier.cli.options import path_argument, put, refuse_input, seconds_option
from verifier.cli.table_options import Reading, reading_options
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.tables.reading import read_table
from verifier.tables.table_game import read_prior, table_game


@click.command(
    epilog=(
        "Example: verifier instance films.csv --user ann --agent bob --agent carol --action 1990s"
        " -o game.toml"
    )
)
@path_argument
@reading_options
@click.option(
    "--action", "actions", multiple=True, help="An action to keep; may be repeated. Default: all."
)
@click.option(
    "--state", "states", multiple=True, help="A state to keep; may be repeated. Default: all."
)
@click.option(
    "--prior",
    type=click.Path(path_type=Path),
    help="CSV with the columns state, probability. Default: uniform.",
)
@click.option("--title", help="The game's title (default: the table's name).")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Where to write the instance (default: print it).",
)
@seconds_option()
def instance(
    path: Path,
    reading: Reading,
    actions: tuple[str, ...],
    states: tuple[str, ...],
    prior: Path | None,
    title: str | None,
    output: Path | None,
) -> None:
    """Make an instance file from a table of utilities (.csv, .tsv, .parquet, .jsonl, .json).

    The table has the label columns `state`, and `action` or `item`. The agents see the state, the
    user sees nothing; every number is the table's, exactly.
    """
    refuse_input(output, path, *([] if prior is None else [prior]))
    probabilities = None if prior is None else read_prior(prior)
    table = read_table(
        path,
        choice=reading.choice,
        form=reading.form,
    )
    game = table_game(
        table, title or path.stem, reading.choice.agents, actions, states, probabilities
    )
    text = write(game)
    parse(text, str(path))  # what is written can be read
    put(text, output, escapes="toml")
