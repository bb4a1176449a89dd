"""`verifier ethics`: a table of utilities from labelled scenarios and models' judgements."""

from __future__ import annotations

from pathlib import Path

import click

from verifier.cli.options import Named, put, refuse_input, seconds_option
from verifier.cli.output import note
from verifier.tables.ethics import Ones, ethics_table


@click.command(
    epilog=(
        "Example: verifier ethics labels.csv judgements.csv -o table.csv, then verifier hull"
        " table.csv"
    )
)
@click.argument("labels", type=click.Path(path_type=Path))
@click.argument("judgements", type=click.Path(path_type=Path))
@click.option(
    "--ones",
    type=Named([str(ones) for ones in Ones]),
    help=(
        "What label 1 means (default: wrong where the text's column is called input, as in"
        " commonsense; right where it is called scenario, as in justice, deontology and virtue)."
    ),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Where to write the table (default: print it).",
)
@seconds_option()
def ethics(labels: Path, judgements: Path, ones: str | None, output: Path | None) -> None:
    """Make a table of utilities from a file of labelled scenarios, as the ETHICS data set has them,
    and a file of models' judgements.

    LABELS has the columns label (0 or 1) and input, scenario or text. JUDGEMENTS has a row for each
    scenario, in the same order, and a column of numbers for each model, the higher the more right.
    The user's utility is 1 for what people find right, 0 for what they find wrong.
    """
    refuse_input(output, labels, judgements)
    table = ethics_table(labels, judgements, None if ones is None else Ones(ones))
    note(table.said)
    put(table.text, output)
