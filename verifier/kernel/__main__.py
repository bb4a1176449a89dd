"""python -m verifier.kernel CERTIFICATE INSTANCE: exit 0 accepted, 1 proof wrong, 2 unreadable."""

import sys
from pathlib import Path

if not __package__:  # run as a folder, `python -I -S verifier/kernel CERTIFICATE INSTANCE`
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from verifier.kernel.claims import check
from verifier.kernel.document import Unreadable, Wrong, read_json
from verifier.kernel.exponential import TooLarge
from verifier.kernel.instance import read_game

USAGE = "usage: verifier check CERTIFICATE INSTANCE [--guarantee NAME] [--verdict NAME] [--tolerance P/Q]"


def main(arguments: list[str]) -> int:
    """Checks one certificate against one instance file and says what it decided in one line."""
    options = dict(zip(arguments[2::2], arguments[3::2], strict=False))
    expected = {f"--{name}": name for name in ("guarantee", "verdict", "tolerance")}
    if len(arguments) < 2 or len(arguments) % 2 or len(options) < len(arguments) // 2 - 1 or options.keys() - expected:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        asked = {expected[key]: value for key, value in options.items()}
        print("accepted:", check(read_json(arguments[0]), read_game(arguments[1]), asked))
    except Wrong as error:
        print(f"refused: {error}")
        return 1
    except (Unreadable, TooLarge, RecursionError, MemoryError) as error:
        print(f"unreadable: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
