"""Paths of instance files on the command line, where `example:NAME` is a shipped game."""

from __future__ import annotations

import os
from glob import escape
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from verifier.errors import VerifierError
from verifier.game import examples as shipped


class InstancePath(click.Path):
    """The type of an argument that names an instance file."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path. Raises InstanceError for `example:` with an unknown name."""
        return shipped.located(Path(os.fsdecode(super().convert(value, param, ctx))))

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The shipped games where `example:` is begun, and files, which the shell itself knows."""
        games = example_paths(incomplete)
        if not games:
            return [CompletionItem(incomplete, type="file")]
        beside = sorted(Path().glob(f"{escape(incomplete)}*"))
        return [*(CompletionItem(str(path)) for path in beside), *games]


def example_paths(incomplete: str) -> list[CompletionItem]:
    """The shipped games as paths, for a word that begins with a part of `example:`."""
    begun = min(len(incomplete), len(shipped.PREFIX))
    if not begun or not shipped.PREFIX.startswith(incomplete[:begun]):
        return []
    return example_names(incomplete[len(shipped.PREFIX) :], shipped.PREFIX)


def example_names(incomplete: str, before: str = "") -> list[CompletionItem]:
    """The shipped games whose names begin so, each with what it shows."""
    try:
        return [
            CompletionItem(f"{before}{game.name}", help=game.shows)
            for game in shipped.examples().values()
            if game.name.startswith(incomplete)
        ]
    except VerifierError:  # they are missing, of which the command itself will speak
        return []
