"""`verifier serve`: an editor in the browser."""

from __future__ import annotations

import math
import webbrowser
from pathlib import Path

import click

from verifier.cli.instance_path import InstancePath
from verifier.cli.options import MOST_SECONDS
from verifier.cli.output import note, say
from verifier.errors import InstanceError
from verifier.extras import require

USUAL = 10.0
"""The seconds that a computation may take."""


@click.command(
    epilog="Examples: verifier serve my.toml --open, verifier serve example:prosecutor. Exit code"
    " 0: ended by Ctrl-C, 2: bad input."
)
@click.argument("path", required=False, type=InstancePath())
@click.option("--open", "opens", is_flag=True, help="Open the page in the usual browser.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="The port of this machine; 0 is any that is free.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, MOST_SECONDS, min_open=True),
    default=USUAL,
    show_default=True,
    help="The most time that one computation may take; the rest is open.",
)
def serve(path: Path | None, opens: bool, port: int, seconds: float) -> None:
    """Edit an instance in the browser, with its verdicts, story and pictures beside it.

    Without PATH it begins with a first game. The address that is printed works on this machine
    only, and is new every time. Ctrl-C ends it.
    """
    if math.isnan(seconds):
        raise click.BadParameter("nan is not a number of seconds", param_hint="'--seconds'")
    for module in ("starlette", "uvicorn"):
        require(module, "serve")
    from verifier.serve.named_file import NamedFile, Unnamed
    from verifier.serve.server import listening
    from verifier.serve.server import serve as run

    file = Unnamed() if path is None else NamedFile(_file(path))
    file.read()
    with listening(port) as at:

        def ready() -> None:
            say(at.address)
            note("Ctrl-C ends it")
            if opens:
                webbrowser.open(at.address)

        run(file, at, seconds, ready)


def _file(path: Path) -> Path:
    """The path. Raises InstanceError where no file is there."""
    if path.is_dir():
        raise InstanceError(f"{path}: is a folder; name one instance file")
    if not path.is_file():
        raise InstanceError(f"{path}: no such file; `verifier new {path} ...` writes one")
    return path
