"""`verifier tree`: the conversation tree is counted, drawn and exported."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path

import click

from verifier.cli.options import (
    Named,
    path_argument,
    refuse_unused,
    seconds_option,
    set_option,
    user_option,
)
from verifier.cli.output import say, show_json
from verifier.deadline import in_time
from verifier.game.reader import load
from verifier.report.conversation_tree import conversation_tree
from verifier.report.reading import reading_record
from verifier.report.unused import unused, unused_record

TOGETHER = 1000
"""Lines of a long tree that are printed at a time."""


@click.command(
    epilog="Example: verifier tree instances/classics/prosecutor.toml --format efg > prosecutor.efg"
)
@path_argument
@click.option(
    "--rules", type=click.Path(path_type=Path), help="The agents follow the rules in this file."
)
@click.option(
    "--format",
    "form",
    type=Named(["text", "dot", "efg", "json"]),
    default="text",
    show_default=True,
)
@click.option(
    "--tree-limit",
    type=click.IntRange(1),
    help="Most nodes of a tree that is exported, or gone through to count.",
)
@set_option
@user_option
@seconds_option()
@click.pass_context
def tree(
    context: click.Context,
    path: Path,
    rules: Path | None,
    form: str,
    tree_limit: int | None,
    values: dict[str, Fraction],
    user: str | None,
) -> None:
    """Count, draw or export the conversation tree: as text, for Graphviz, for Gambit, or as JSON.

    Without rules the agents are players, who do not commit: the equilibria of that tree are those
    of cheap talk. With rules their answers are chance moves, and text and JSON add everyone's
    utility when the user best-responds.
    """
    if rules is None and form in ("text", "json"):
        why = "only with --format dot or efg, or with --rules: nothing else goes through the tree"
        refuse_unused(context, ("tree_limit",), why)
    tree = conversation_tree(load(path, values, user), rules, tree_limit)
    if form == "json":
        read = {**reading_record(tree.game), **unused_record(unused(tree.game))}
        show_json({"instance": path.as_posix(), **read, **tree.record()})
    elif form == "text":
        say(*tree.lines)
    elif form == "dot":
        say(*tree.dot_lines())
    else:
        lines = tree.efg_lines()
        while some := in_time(lambda: list(islice(lines, TOGETHER))):
            say(*some)
