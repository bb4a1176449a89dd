"""`verifier check` and `persuade`: one certificate, one agent."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from verifier.cli.options import app, as_json_option, path_argument, print_result


@app.command(
    epilog=(
        "Example: verifier check certificates/prosecutor.bayes.json"
        " instances/classics/prosecutor.toml"
    )
)
@click.argument("certificate", type=click.Path(path_type=Path))
@click.argument("instance", type=click.Path(path_type=Path))
@click.option("--guarantee", help="Refuse certificates of another guarantee.")
@click.option("--verdict", help="Refuse certificates of another verdict.")
@click.option("--tolerance", help="The claimed tolerance, if not the instance's.")
@click.option("--claimed", help="Refuse certificates of another claimed bound (a rational).")
def check(certificate: Path, instance: Path, **asked: str | None) -> int:
    """Run the kernel alone: exit code 0 accepted, 1 proof wrong, 2 unreadable."""
    from verifier.checker import Check

    words = [
        word for key, value in asked.items() if value is not None for word in (f"--{key}", value)
    ]
    reply = Check(certificate, instance, words).reply()
    print(reply.text, file=sys.stdout if reply.code < 2 else sys.stderr)
    return reply.code


@app.command(
    epilog=(
        "Example: verifier persuade instances/classics/prosecutor.toml --agent prosecutor (the"
        " value is exactly 3/5)"
    )
)
@path_argument
@click.option("--agent", required=True, help="The agent's name in the instance.")
@as_json_option
def persuade(path: Path, agent: str, as_json: bool) -> None:
    """One agent alone with the user: optimal value, the user's utility, and the signal."""
    from verifier.api import load
    from verifier.api import persuade as best_plan
    from verifier.report.record import persuasion_record
    from verifier.report.terminal import persuasion_lines
    from verifier.theory.persuasion import attained

    game = load(path)
    found = best_plan(game, agent)
    follows = attained(game, found.worst) or attained(game, found.best)
    print_result(
        {"instance": path.as_posix(), **persuasion_record(game, found, follows)},
        persuasion_lines(game, found, follows),
        as_json,
    )
