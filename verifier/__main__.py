"""The command line as `python -m verifier`, and as the command `verifier`.

An interruption ends it without a traceback while its parts are still being imported.
"""

from __future__ import annotations

import os


def main() -> None:
    """The entry point."""
    try:
        from verifier.cli import main as command

        command()
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    main()
