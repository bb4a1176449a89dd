"""The certificates in cases/: each folder says what must happen to what lies in it.

`python -m tests.kernel.test_cases` restates the lines that the kernel words differently now.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.games import ROOT
from tests.kernel.casebook import CASES, read
from verifier.kernel.__main__ import decide, options, plain
from verifier.kernel.game_file import parsed, read_game
from verifier.kernel.reader.document import UnreadableError, WrongError
from verifier.kernel.reader.instance import Game

FOLDERS = {"correct": 0, "wrong": 1, "unreadable": 2}
COMMAND = ["-I", "-S", "-B", "-X", "pycache_prefix=/dev/null", "verifier/kernel/__main__.py"]
"""The documented command line, from the repository's root."""

BY_COMMAND = [
    "correct/asked-for-what-it-says",
    "correct/narrow-line",
    "correct/rule-two-rounds-and-two-questions",
    "unreadable/asked-for-a-verdict-without-a-conclusion",
    "unreadable/format-1",
    "unreadable/number-nan",
    "wrong/asked-for-another-tolerance",
    "wrong/price-too-low",
]
"""What is also asked of a kernel that is a process of its own."""


def files(case: dict[str, Any], folder: Path) -> tuple[str, str]:
    """The paths of the case's certificate and instance, written where they are not files yet."""
    certificate, instance = case["certificate"], case["instance"]
    text = certificate if isinstance(certificate, str) else json.dumps(certificate)
    (folder / "certificate.json").write_text(text, encoding="utf-8")
    if "\n" not in instance:
        return str(folder / "certificate.json"), str(ROOT / instance)
    (folder / "instance.toml").write_text(instance, encoding="utf-8")
    return str(folder / "certificate.json"), str(folder / "instance.toml")


def fits(case: dict[str, Any], code: int, line: str) -> bool:
    """An accepted certificate proves exactly what is expected; why it is refused, in part."""
    expected: str = case["says"]
    return line == expected if code == 0 else expected in line


def in_process(case: dict[str, Any], folder: Path) -> tuple[int, str]:
    asked = options(case.get("options", []))
    assert asked is not None
    code, said = decide(*files(case, folder), asked)
    return code, plain(said)


@pytest.mark.parametrize("name", CASES)
def test_each_case_ends_as_its_folder_says_and_changes_no_game(name: str, tmp_path: Path) -> None:
    """The kernel keeps the game that it has parsed last: it must be what the file says, still."""
    case = read(name)
    asked, before = game_of(case, tmp_path), pickle.dumps(game_of(case, tmp_path))
    code, line = in_process(case, tmp_path)
    assert code == FOLDERS[name.partition("/")[0]], (case["about"], line)
    assert fits(case, code, line), line
    assert game_of(case, tmp_path) is asked
    parsed.cache_clear()
    assert pickle.loads(before) == asked == game_of(case, tmp_path)


def game_of(case: dict[str, Any], folder: Path) -> Game | None:
    """The game that the kernel reads for a case; None for an instance that it refuses."""
    instance, certificate = files(case, folder)[1], case["certificate"]
    about = certificate if isinstance(certificate, dict) else {}
    try:
        return read_game(instance, about.get("parameters"), about.get("user"))
    except (UnreadableError, WrongError):
        return None


@pytest.mark.parametrize("name", BY_COMMAND)
def test_the_command_line_says_the_same(name: str, tmp_path: Path) -> None:
    case = read(name)
    words = [sys.executable, *COMMAND, *files(case, tmp_path), *case.get("options", [])]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (FOLDERS[name.partition("/")[0]], "")
    assert ran.stdout.count("\n") == 1
    assert fits(case, ran.returncode, ran.stdout.rstrip("\n"))


def test_each_case_says_what_it_is_about() -> None:
    for name in CASES:
        case = read(name)
        assert case.keys() - {"options"} == {"about", "instance", "certificate", "says"}, name
        assert case["about"].endswith(".") and case["says"], name


def test_no_two_cases_are_the_same() -> None:
    asked = Counter(
        json.dumps([case.get(key) for key in ("instance", "options", "certificate")])
        for case in map(read, CASES)
    )
    assert asked.most_common(1)[0][1] == 1


def test_no_case_was_lost() -> None:
    counted = Counter(name.partition("/")[0] for name in CASES)
    assert counted["correct"] >= 175 and counted["wrong"] >= 450 and counted["unreadable"] >= 230


def restate() -> None:
    """Puts the kernel's own line where a case has another, and names what ends otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        for name, path in CASES.items():
            case = read(name)
            code, line = in_process(case, Path(folder))
            if code != FOLDERS[name.partition("/")[0]]:
                print(f"{name}: {code}, {line}")
            elif not fits(case, code, line):
                before, now = json.dumps(case["says"]), json.dumps(line)
                text = path.read_text(encoding="utf-8")
                path.write_text(text.replace(f'"says": {before}', f'"says": {now}'), "utf-8")


if __name__ == "__main__":
    restate()
