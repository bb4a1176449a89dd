"""Shell completion: what may follow on a line, by click's own interface and in a real bash."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from tests.commands import Run
from tests.examples import terminal
from tests.games import INSTANCES, ROOT
from verifier import cli
from verifier.cli.completion import VARIABLE, BashWords, joined
from verifier.game.examples import examples
from verifier.search.coverage import Method, Objective
from verifier.sweep.family import USES
from verifier.theory.dropped import DROPPED
from verifier.theory.guarantees.guarantee import Guarantee

PROSECUTORS = str(INSTANCES / "classics/two_prosecutors.toml")
AGENTS = ["first prosecutor", "second prosecutor"]
EXAMPLES = list(examples())


def follow(*words: str) -> list[str]:
    """What may stand in the place of the last word."""
    *before, incomplete = words
    shell = ShellComplete(cli.app, {}, "verifier", VARIABLE)
    return [item.value for item in shell.get_completions(before, incomplete)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("",), list(cli.COMMANDS)),
        (("e",), ["equilibria", "ethics", "examples", "explain"]),
        (("verify", "--guarantee", ""), [*Guarantee]),
        (("equilibria", "--guarantee", "b"), ["bayes", "best-ai"]),
        (("explain", "--guarantee", "q"), ["quantal"]),
        (("check", "--guarantee", "q"), ["quantal"]),
        (("search", "--guarantee", "q"), ["quantal"]),
        (("sweep", "uniform", "--guarantee", "q"), ["quantal"]),
        (("search", "--drop", ""), list(DROPPED)),
        (("search", "--drop", "learning-s"), ["learning-split"]),
        (("search", "--objective", ""), [*Objective]),
        (("search", "--method", ""), [*Method]),
        (("sweep", ""), list(USES)),
        (("sweep", "near"), ["near-hull"]),
        (("persuade", PROSECUTORS, "--agent", ""), AGENTS),
        (("persuade", PROSECUTORS, "--json", "--agent", "s"), AGENTS[1:]),
        (("persuade", "example:two_prosecutors", "--agent", "f"), AGENTS[:1]),
        (("cheap-talk", PROSECUTORS, "--agent", AGENTS[0], "--agent", "s"), AGENTS[1:]),
        (("persuade", "--agent", ""), []),
        (("persuade", "no/such/file.toml", "--agent", ""), []),
        (("persuade", "example:nothing", "--agent", ""), []),
        (("hull", "example:standard_of_proof", "--set", ""), ["t=", "s="]),
        (("verify", "example:standard_of_proof", "--json", "--set", "s"), ["s="]),
        (("verify", PROSECUTORS, "--set", ""), []),
        (("hull", "--set", ""), []),
        (("examples", ""), EXAMPLES),
        (("examples", "two_f"), ["two_facts"]),
        (("verify", "example:two_f"), ["example:two_facts"]),
        (("verify", PROSECUTORS, "example:"), [f"example:{name}" for name in EXAMPLES]),
        (("check", "some.json", "example:voter"), ["example:voter"]),
        (("hull", "example:nothing"), ["example:nothing"]),  # the shell looks for a file
    ],
)
def test_what_may_follow(words: tuple[str, ...], expected: list[str]) -> None:
    assert follow(*words) == expected


def test_a_word_may_become_a_shipped_game_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exam[1].toml").touch()
    assert follow("verify", "exam") == ["exam[1].toml", *(f"example:{name}" for name in EXAMPLES)]
    assert follow("verify", "exam[") == ["exam["]


def test_a_broken_file_has_no_agents(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("states = [", encoding="utf-8")
    assert follow("persuade", str(broken), "--agent", "") == []


def test_no_command_is_imported_to_be_listed() -> None:
    """The others are slow to import, and a shell waits for the list."""
    code = (
        "import sys; from verifier import cli; from click.shell_completion import ShellComplete;"
        "ShellComplete(cli.app, {}, 'verifier', 'X').get_completions([], 'v');"
        "print([m for m in ('verifier.cli.verify', 'flint') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(shell: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{shell}_source")
    ran = run()
    assert (ran.code, ran.err) == (0, "")
    assert f"{VARIABLE}={shell}_complete" in ran.out


def test_a_shell_that_is_not_known(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "csh_source")
    assert run().code == 1


@pytest.mark.parametrize(
    ("words", "place", "expected"),
    [
        (["verify", "example"], 2, f"plain,example:{EXAMPLES[0]}"),
        (["verify", "example", ":"], 3, f"plain,{EXAMPLES[0]}"),
        (["verify", "example", ":", "two_f"], 4, "plain,two_facts"),
        (["verify", '"example:two_f'], 2, "plain,example:two_facts"),
        (["persuade", PROSECUTORS, "--agent"], 4, r"plain,first\\ prosecutor"),
        (["persuade", PROSECUTORS, "--agent", "fi"], 4, r"plain,first\\ prosecutor"),
        (["persuade", PROSECUTORS, "--agent", r"first\ pro"], 4, r"plain,first\\ prosecutor"),
        (["persuade", PROSECUTORS, "--agent", "'first p"], 4, "plain,first prosecutor"),
    ],
)
def test_what_bash_is_told(
    words: list[str], place: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To bash a colon is a word of its own, and a space has to be escaped outside quotes."""
    monkeypatch.setenv("COMP_WORDS", "\n".join(["verifier", *words]))
    monkeypatch.setenv("COMP_CWORD", str(place))
    told = BashWords(cli.app, {}, "verifier", VARIABLE).complete().splitlines()
    assert expected in told


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], []),
        ([":"], [":"]),
        (["a", ":", "b", ":", "c", "d"], ["a:b:c", "d"]),
        (["a:", "b"], ["a:b"]),
    ],
)
def test_words_are_joined_at_colons(words: list[str], expected: list[str]) -> None:
    assert joined(words) == expected


@contextmanager
def keyboard(folder: Path) -> Iterator[int]:
    """A terminal in which bash waits for keys, and knows how to complete `verifier`."""
    with terminal(folder) as shell:
        environment = {**shell.environment, "PS1": "$ ", "TERM": "dumb", "INPUTRC": "/dev/null"}
        environment.pop("PROMPT_COMMAND", None)
        pid, descriptor = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment)
        try:
            os.write(descriptor, b"stty cols 300; bind 'set enable-bracketed-paste off'\n")
            os.write(
                descriptor, f'eval "$({VARIABLE}=bash_source verifier)"; echo rea""dy\n'.encode()
            )
            shown(descriptor, "ready")
            yield descriptor
        finally:
            os.write(descriptor, b"\x15exit\n")
            os.waitpid(pid, 0)
            os.close(descriptor)


def shown(descriptor: int, wanted: str, patience: float = 120) -> str:
    """What a terminal shows until it has shown the wanted text."""
    seen = ""
    while wanted not in seen:
        assert select.select([descriptor], [], [], patience)[0], f"{wanted!r} is not in {seen!r}"
        seen += os.read(descriptor, 4096).decode()
    return seen


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_a_real_bash_completes_a_command_a_game_and_an_agent(tmp_path: Path) -> None:
    with keyboard(tmp_path) as keys:
        os.write(keys, b"verifier pers\t")
        shown(keys, "uade ")
        os.write(keys, b"example:two_pro\t")
        shown(keys, "secutors ")
        os.write(keys, b"--agent fi\t")
        shown(keys, r"rst\ prosecutor ")
        os.write(keys, b"--json\n")
        assert '"agent": "first prosecutor"' in shown(keys, "}")
