"""The command line: the composition root.

Reads files, runs the theory, has the kernel confirm, prints.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from verifier.cli import (  # noqa: F401  each adds its commands to the group
    dynamics,
    equilibria,
    explain,
    hull,
    instance,
    look,
    search,
    sweep,
    tree,
    verify,
)
from verifier.cli.options import Exit, app
from verifier.errors import VerifierError


def main() -> None:
    """Entry point: errors are one line on stderr and exit code 2, never a traceback."""
    try:
        sys.exit(app.main(prog_name="verifier", standalone_mode=False) or Exit.GOOD)
    except VerifierError as error:
        _fail(str(error))
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        print("interrupted; every finished certificate is whole", file=sys.stderr)
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.GOOD)


def _fail(message: str) -> NoReturn:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(Exit.BAD_INPUT)
