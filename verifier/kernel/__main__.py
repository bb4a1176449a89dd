"""The trusted checker as a program, for one certificate and one instance file.

    python3 -I -S -B -X pycache_prefix=/dev/null verifier/kernel/__main__.py CERTIFICATE INSTANCE

Exit 0 accepted, 1 proof wrong, 2 unreadable, 3 the kernel itself failed: then nothing was
decided. -I and -S keep everything out that is not Python's own; the cache prefix keeps
compiled files out that may lie beside the sources. Run the file, not the folder: Python
would load modules from the folder before a line of this is run.
"""

import sys

if not __package__:
    # Run as a file, Python puts the folder ahead of its own library: out with it, and the
    # root goes to the end, where it can shadow nothing.
    FOLDER = __file__.rpartition("/")[0] or "."
    sys.path[:] = [entry for entry in sys.path if entry not in ("", FOLDER)]

from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(__file__).resolve().parent
PARTS = ("reader", "core", "quantal", "tables", "parameters", "users")
COMPILED = (*BYTECODE_SUFFIXES, *EXTENSION_SUFFIXES)


def foreign() -> list[str]:
    """What lies beside the sources and Python would load in their place."""
    inside = [path for part in PARTS for path in HERE.glob(f"{part}/*")]
    return sorted(
        path.name
        for path in [*HERE.iterdir(), *inside, *HERE.parent.glob("__init__.*")]
        if path.name.endswith(COMPILED)
        or (
            path.is_dir()
            and path.name.isidentifier()
            and path.name != "__pycache__"
            and path.relative_to(HERE).as_posix() not in PARTS
        )
    )


def plain(text: str) -> str:
    """The text as ASCII that can be printed anywhere."""
    escaped = (
        c if " " <= c <= "~" else c.encode("unicode_escape").decode() for c in text
    )
    return "".join(escaped)


def fail(why: str) -> NoReturn:
    print(plain(f"failed: {why}: nothing was decided"))
    sys.exit(3)


if not __package__:
    sys.path.append(str(HERE.parents[1]))
if foreign():
    fail(f"not the kernel's own: {', '.join(foreign())}")
try:
    from verifier.kernel.game_file import read_game
    from verifier.kernel.reader.document import (
        UnreadableError,
        WrongError,
        read_json,
        readable,
    )
    from verifier.kernel.tables import distance
except Exception as error:
    fail(f"the kernel cannot be loaded ({type(error).__name__})")

OPTIONS = ("guarantee", "verdict", "tolerance", "hull", "claimed", "at")
OUTDATED = "format: expected 2; make the certificate again, with `verifier verify`"
USAGE = (
    "usage: __main__.py CERTIFICATE INSTANCE [--guarantee NAME] [--verdict NAME]"
    " [--tolerance P/Q] [--hull NAME] [--claimed P/Q] [--at 'NAME = P/Q, NAME = P/Q']"
)


def main(words: list[str]) -> int:
    """Checks one certificate against one instance file and says what it decided in one
    line.
    """
    sys.set_int_max_str_digits(100_000)  # sums of honest numbers may be long
    asked = options(words[2:])
    if len(words) < 2 or asked is None:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        return say(*decide(words[0], words[1], asked))
    except (OSError, ValueError, AttributeError):  # there is no standard output
        sys.stdout = None  # and nothing left to flush at the end
        return 3


def options(words: list[str]) -> dict[str, str] | None:
    """What the command line expects of the certificate; None if it makes no sense."""
    asked = dict(zip(words[::2], words[1::2], strict=False))
    good = len(words) == 2 * len(asked) and asked.keys() <= {f"--{o}" for o in OPTIONS}
    return {key[2:]: value for key, value in asked.items()} if good else None


def decide(certificate: str, instance: str, asked: dict[str, str]) -> tuple[int, str]:
    """The exit code, and what is to be said."""
    try:
        found = read_json(certificate)
        readable(isinstance(found, dict), "certificate: expected a table")
        readable(found.get("format") == 2, OUTDATED)
        if "table" in found:
            readable(not asked, "a distance of a table has no options")
            return 0, f"accepted: {distance.check(found, instance)}"
        check, at, user = games(), found.get("parameters"), found.get("user")
        return 0, f"accepted: {check(found, read_game(instance, at, user), asked)}"
    except WrongError as error:
        return 1, f"refused: {error}"
    except (RecursionError, MemoryError) as error:
        return 2, f"unreadable: too large ({type(error).__name__})"
    except (UnreadableError, ValueError) as error:  # or a number too long to print
        return 2, f"unreadable: {error}"
    except Exception as error:
        broken = type(error).__name__
        return 3, f"failed: the kernel itself broke ({broken}): nothing was decided"


def games() -> Any:
    """The check of certificates about games; those about tables need none of it."""
    try:
        from verifier.kernel.certificate import check
    except Exception as error:
        fail(f"the kernel cannot be loaded ({type(error).__name__})")
    return check


def say(code: int, text: str) -> int:
    sys.stdout.write(f"{plain(text)}\n")  # where print would say nothing of a failure
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
