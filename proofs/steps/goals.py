"""The goals after each sentence of a proof, as Rocq prints them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from proofs.steps.script import Lemma
from verifier.theorem.prover import SECONDS, THEORIES, ProverError

WIDTH = 50
"""How wide the prover prints."""
BAR = re.compile(r"^ *=+$", re.MULTILINE)
FURTHER = re.compile(r"^goal \d+ is:$", re.MULTILINE)
INDENT = 2
"""How far the prover indents hypotheses; what continues one is indented further."""


@dataclass(frozen=True)
class Goal:
    """What is to be shown, under which hypotheses, and what is to be shown after it."""

    hypotheses: tuple[str, ...]
    conclusion: str
    further: tuple[str, ...]


def goals(theory: str, lemmas: Sequence[Lemma]) -> dict[int, Goal | None]:
    """The goal at each place of a theory's text where a proof begins or a sentence of it ends.

    None where nothing is left to show, or nothing in a part of a proof. Raises ProverError where
    Rocq refuses the text.
    """
    places = sorted(
        place
        for one in lemmas
        for place in (one.start, *(s.end for group in one.groups for s in group.sentences))
    )
    with TemporaryDirectory() as folder:
        _run(_asking(theory, places), Path(folder))
        return {
            place: _goal((Path(folder) / f"at{place}.out").read_text("utf-8")) for place in places
        }


def _asking(theory: str, places: Sequence[int]) -> str:
    """The text, in which the prover is asked to write a file of goals at each place."""
    parts = [f"Set Printing Width {WIDTH}.\n"]
    for start, end in zip([0, *places], [*places, len(theory)], strict=True):
        parts += [theory[start:end], f' Redirect "at{end}" Show.']
    return "".join(parts[:-1])


def _run(text: str, folder: Path) -> None:
    (folder / "asking.v").write_text(text, encoding="utf-8")
    command = ["coqc", "-q", "-Q", str(THEORIES), "Alignment", "-w", "-all", "asking.v"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise ProverError(done.stderr)


def _goal(printed: str) -> Goal | None:
    """What the prover has printed, taken apart."""
    parts = BAR.split(printed)
    if len(parts) == 1:
        return None
    first, *further = FURTHER.split(parts[1])
    lines = takewhile(str.strip, parts[0].splitlines()[2:])
    return Goal(_hypotheses(list(lines)), _stripped(first), tuple(map(_stripped, further)))


def _hypotheses(lines: Sequence[str]) -> tuple[str, ...]:
    """One text for each hypothesis, which may be of several lines."""
    found = list[str]()
    for line in lines:
        text = line[INDENT:]
        if text.startswith(" ") and found:
            found[-1] += f"\n{text}"
        else:
            found.append(text)
    return tuple(found)


def _stripped(text: str) -> str:
    """Lines without the indentation of the prover, and without blank lines."""
    return dedent("\n".join(line for line in text.splitlines() if line.strip()))
