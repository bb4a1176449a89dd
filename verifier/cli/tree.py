"""`verifier tree`: the conversation tree is counted, drawn and exported."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path

import click

from verifier.cli.options import Named, path_argument, refuse_unused, seconds_option, set_option
from verifier.cli.output import say, show_json
from verifier.deadline import in_time
from verifier.game.reader import load
from verifier.game.rules_reader import load_profile
from verifier.game.tree import (
    TREE_LIMIT,
    Growth,
    PossibleAnswers,
    build,
    information_sets,
    refuse_large,
    size_of,
)
from verifier.report import tree as drawing
from verifier.report.parameters import parameters_record
from verifier.theory.play import PLAY_LIMIT, play

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
@seconds_option()
@click.pass_context
def tree(
    context: click.Context,
    path: Path,
    rules: Path | None,
    form: str,
    tree_limit: int | None,
    values: dict[str, Fraction],
) -> None:
    """Count, draw or export the conversation tree: as text, for Graphviz, for Gambit, or as JSON.

    Without rules the agents are players, who do not commit: the equilibria of that tree are those
    of cheap talk. With rules their answers are chance moves, and text and JSON add everyone's
    utility when the user best-responds.
    """
    if rules is None and form in ("text", "json"):
        why = "only with --format dot or efg, or with --rules: nothing else goes through the tree"
        refuse_unused(context, ("tree_limit",), why)
    game = load(path, values)
    profile = None if rules is None else load_profile(rules, game)
    size, limit, found = size_of(game, profile), tree_limit or TREE_LIMIT, None
    if profile is not None and form in ("text", "json"):
        found = play(game, profile, max(limit, PLAY_LIMIT))
    if form == "json":
        known = profile is None or size.nodes <= limit
        sets = information_sets(game, profile) if known else None
        counts = drawing.counts_record(game, size, sets, profile is not None)
        record = {"instance": path.as_posix(), **parameters_record(game), **counts}
        show_json(record | ({} if found is None else drawing.play_record(found)))
        return
    growth = Growth(game, PossibleAnswers(game, profile))
    if form == "text":
        played = [] if found is None else drawing.play_lines(found)
        say(*drawing.counts_lines(game, size, profile is not None), *played)
        say(*drawing.text_lines(growth, size))
    elif form == "dot":
        say(*drawing.dot_lines(build(game, profile, limit), profile is not None))
    else:
        refuse_large(size, limit)
        lines = drawing.efg_lines(game, growth, profile is not None)
        while some := in_time(lambda: list(islice(lines, TOGETHER))):
            say(*some)
