"""The public Python face: load, verify, hull, persuade. Numbers are `fractions.Fraction` at the surface.

import verifier.api as vf
game = vf.load("instances/classics/prosecutor.toml")
report = vf.verify(game)
report.verdicts["bayes"]
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from verifier.certificate import certificate
from verifier.checker import Check, Reply
from verifier.errors import InstanceError
from verifier.game.game import Game
from verifier.game.instance import load
from verifier.game.printing import write
from verifier.game.user import Stakes
from verifier.report import record
from verifier.solve.exact import solve
from verifier.theory.alignment import Alignment, alignment
from verifier.theory.guarantee import Guarantee
from verifier.theory.persuasion import Persuasion
from verifier.theory.persuasion import persuade as _persuade
from verifier.theory.verdict import Finding, Limits, Report, Verdict, examine

__all__ = ["Certified", "Guarantee", "Limits", "Verified", "certify", "hull", "load", "persuade", "verify"]


@dataclass(frozen=True)
class Certified:
    """A finding with its certificate and what the kernel said of it (None where there is nothing to certify)."""

    finding: Finding
    certificate: str | None
    path: Path | None
    reply: Reply | None

    @property
    def verdict(self) -> Verdict:
        """The finding's verdict if the kernel accepted its certificate, `open` otherwise."""
        return self.finding.verdict if self.reply is not None and self.reply.accepted else Verdict.OPEN


@dataclass(frozen=True)
class Verified:
    """All findings of one game, each confirmed by the kernel or open."""

    report: Report
    guarantees: Mapping[str, Certified]

    @property
    def verdicts(self) -> dict[str, str]:
        """Guarantee -> verdict."""
        return {name: str(found.verdict) for name, found in self.guarantees.items()}

    def as_record(self, instance: str) -> dict[str, Any]:
        """The JSON object of interface.md."""
        return {
            "instance": instance,
            "title": self.report.game.title,
            "alignment": record.alignment_record(self.report.alignment),
            "benchmarks": record.benchmark_record(self.report.benchmarks),
            "guarantees": {
                name: record.finding_record(
                    found.finding,
                    str(found.verdict),
                    None if found.path is None else found.path.as_posix(),
                    None if found.reply is None else found.reply.text,
                )
                for name, found in self.guarantees.items()
            },
        }


def verify(
    game: Game,
    guarantees: Iterable[str] = tuple(Guarantee),
    tolerance: Fraction | None = None,
    limits: Limits | None = None,
) -> Verified:
    """Decides the guarantees and has the kernel check every certificate against the game written out as a file.

    Raises SizeError when something would be larger than its limit. theory.md 9.
    """
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance.toml"
        instance.write_text(write(game), encoding="utf-8")
        names = [Guarantee(name) for name in guarantees]
        found = certify(game, instance, Path(folder), "certificate", names, tolerance, limits)
    kept = {name: Certified(c.finding, c.certificate, None, c.reply) for name, c in found.guarantees.items()}
    return Verified(found.report, kept)


def certify(
    game: Game,
    instance: Path,
    folder: Path,
    stem: str,
    guarantees: Iterable[Guarantee],
    tolerance: Fraction | None = None,
    limits: Limits | None = None,
) -> Verified:
    """As `verify`, for a game read from `instance`: certificates go to folder/stem.guarantee.json and stay there."""
    report = examine(game, guarantees, tolerance, limits)
    texts = {name: certificate(game, finding) for name, finding in report.findings.items()}
    paths = {name: _store(folder / f"{stem}.{name}.json", text) for name, text in texts.items()}
    checks = {
        name: None if path is None else Check(path, instance, _expected(report.findings[name], tolerance))
        for name, path in paths.items()
    }
    replies = {name: None if check is None else check.reply() for name, check in checks.items()}
    found = {str(n): Certified(report.findings[n], texts[n], paths[n], replies[n]) for n in report.findings}
    return Verified(report, found)


def _store(path: Path, text: str | None) -> Path | None:
    """Writes whole files only; an outdated certificate of a claim that is now open is removed."""
    if text is None:
        path.unlink(missing_ok=True)
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    draft.write_text(text, encoding="utf-8", newline="\n")
    return draft.replace(path)


def _expected(finding: Finding, tolerance: Fraction | None) -> list[str]:
    words = ["--guarantee", str(finding.guarantee), "--verdict", str(finding.verdict)]
    return words if tolerance is None else [*words, "--tolerance", str(tolerance)]


def hull(game: Game) -> Alignment:
    """Hull distance in the three conventions of theory.md 2."""
    return alignment(game)


def persuade(game: Game, agent: str) -> Persuasion:
    """The named agent's optimal plan when the user hears nobody else. Raises InstanceError for an unknown name."""
    for sender in game.agents:
        if sender.name == agent:
            return _persuade(Stakes(game), sender, solve)
    raise InstanceError(f"no agent is called {agent!r}; the agents are {', '.join(a.name for a in game.agents)}")
