"""python -m verifier.kernel CERTIFICATE INSTANCE: exit 0 accepted, 1 proof wrong, 2
unreadable.
"""

import sys
from pathlib import Path

if (
    not __package__
):  # run as a folder, `python -I -S verifier/kernel CERTIFICATE INSTANCE`
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from verifier.kernel import table
from verifier.kernel.claims import check
from verifier.kernel.document import UnreadableError, WrongError, read_json, readable
from verifier.kernel.instance import read_game

OPTIONS = ("guarantee", "verdict", "tolerance", "claimed")
USAGE = (
    "usage: CERTIFICATE INSTANCE [--guarantee NAME] [--verdict NAME] [--tolerance P/Q]"
    " [--claimed P/Q]"
)


def main(words: list[str]) -> int:
    """Checks one certificate against one instance file and says what it decided in one
    line.
    """
    asked = {
        key.removeprefix("--"): value
        for key, value in zip(words[2::2], words[3::2], strict=False)
    }
    good = {f"--{key}" for key in asked} == set(words[2::2]) and asked.keys() <= set(
        OPTIONS
    )
    if len(words) < 2 or len(words) != 2 + 2 * len(asked) or not good:
        print(USAGE, file=sys.stderr)
        return 2
    sys.set_int_max_str_digits(
        100_000
    )  # sums of honest numbers can be longer than Python prints by default
    try:
        certificate = read_json(words[0])
        if (
            isinstance(certificate, dict)
            and certificate.get("verdict") == table.VERDICT
        ):
            readable(
                not asked,
                "a hull distance has no guarantee, verdict, tolerance or claimed bound"
                " to ask for",
            )
            return say(0, f"accepted: {table.check(certificate, words[1])}")
        return say(0, f"accepted: {check(certificate, read_game(words[1]), asked)}")
    except WrongError as error:
        return say(1, f"refused: {error}")
    except (RecursionError, MemoryError) as error:
        return say(2, f"unreadable: too large ({type(error).__name__})")
    except (
        UnreadableError,
        ValueError,
    ) as error:  # ValueError: a number too long to print
        return say(2, f"unreadable: {error}")


def say(code: int, text: str) -> int:
    """One line that can be printed anywhere: what a certificate says of itself may hold
    line ends and broken characters.
    """
    line = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )
    kind = sys.stdout.encoding or "utf-8"
    print(line.encode(kind, "backslashreplace").decode(kind))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
