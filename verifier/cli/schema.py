"""`verifier schema`: what an editor needs to know of instance files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from verifier.cli.options import put, seconds_option
from verifier.game import schema as instance_schema


@click.command(
    epilog=(
        "Example: verifier schema -o instance.schema.json. An instance file whose first line is"
        " `#:schema ./instance.schema.json` is then completed and checked by editors that know TOML"
        " schemas."
    )
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Where to write the schema (default: print it).",
)
@seconds_option()
def schema(output: Path | None) -> None:
    """Print the JSON Schema of instance files, for editors and other programs.

    It says less than `verifier verify`, which also adds up probabilities and compares names.
    """
    put(json.dumps(instance_schema.schema(), indent=2) + "\n", output)
