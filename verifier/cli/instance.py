"""`verifier instance` and `verifier ethics`: from data to a game, and from judgements to a table."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from verifier.cli.options import app, path_argument, write_whole


@app.command(
    epilog=(
        "Example: verifier instance films.csv --user ann --agent bob --agent carol --action 1990s"
        " -o game.toml"
    )
)
@path_argument
@click.option("--user", help="The user's column (default: the first with numbers).")
@click.option(
    "--agent",
    "agents",
    multiple=True,
    help="A column that is an agent; may be repeated. Default: all others.",
)
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
def instance(
    path: Path,
    user: str | None,
    agents: tuple[str, ...],
    actions: tuple[str, ...],
    states: tuple[str, ...],
    prior: Path | None,
    title: str | None,
    output: Path | None,
) -> None:
    """An instance file from a table (.csv or .parquet) with the label columns `state`, and `action`
    or `item`.

    The agents see the state, the user sees nothing; every number is the table's, exactly.
    """
    from verifier.game.reader import parse
    from verifier.game.writer import write
    from verifier.tables.reading import read_table
    from verifier.tables.table_game import read_prior, table_game

    odds = None if prior is None else read_prior(prior)
    game = table_game(read_table(path, user), title or path.stem, agents, actions, states, odds)
    text = write(game)
    parse(text, str(path))  # what is written can be read
    _put(text, output)


@app.command(
    epilog=(
        "Example: verifier ethics labels.csv judgements.csv -o table.csv, then verifier hull"
        " table.csv"
    )
)
@click.argument("labels", type=click.Path(path_type=Path))
@click.argument("judgements", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Where to write the table (default: print it).",
)
def ethics(labels: Path, judgements: Path, output: Path | None) -> None:
    """A table of utilities from a file of labelled scenarios, as ETHICS has them, and one of
    models' judgements.

    LABELS has the columns label (0 or 1) and input, scenario or text. JUDGEMENTS has a row for each
    scenario, in the same order, and a column of numbers for each model. The labels are the user's
    utility.
    """
    from verifier.tables.ethics import ethics_table

    _put(ethics_table(labels, judgements), output)


def _put(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        write_whole(output, text)
