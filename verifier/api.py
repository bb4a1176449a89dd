"""The public Python face: load, verify, explain, hull, persuade, equilibria, judge.

Numbers are fractions.

>>> import verifier.api as vf
>>> game = vf.load("instances/classics/prosecutor.toml")
>>> report = vf.verify(game, ["bayes"])
>>> report.verdicts["bayes"]
'proved'
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from verifier.certificate import certificate, deviation_certificate, equilibrium_certificate
from verifier.checker import Check, Checker, Reply
from verifier.errors import InstanceError
from verifier.explain.document import Narrative
from verifier.explain.render.html import fragment
from verifier.explain.sections.refutation import dropped
from verifier.explain.story import story
from verifier.explain.subject import RepairedGame, Subject
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.game.rules_reader import load_menu, load_profile
from verifier.game.writer import write
from verifier.notebook import table
from verifier.report import record
from verifier.report.equilibria import Witness, equilibria_record, upper_end
from verifier.report.judgement import Judgement
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import QuotientSum
from verifier.theory import restricted as small_scope
from verifier.theory.alignment import Alignment, alignment
from verifier.theory.equilibrium import Equilibrium, Found
from verifier.theory.guarantee import Guarantee
from verifier.theory.judge import Refutation, Unsettled, signals_of
from verifier.theory.judge import judge as _judge
from verifier.theory.judge_conversation import judge_conversation
from verifier.theory.persuasion import Persuasion
from verifier.theory.persuasion import persuade as _persuade
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.verdict import Finding, Report, Verdict, examine

__all__ = [
    "Certified",
    "Effort",
    "Equilibria",
    "Guarantee",
    "Verified",
    "certify",
    "equilibria",
    "explain",
    "hull",
    "judge",
    "load",
    "persuade",
    "restricted_equilibria",
    "verify",
]


@dataclass(frozen=True)
class Certified:
    """A finding with its certificate and what the kernel said of it (None where there is nothing to
    certify).
    """

    finding: Finding
    certificate: str | None
    path: Path | None
    reply: Reply | None

    @property
    def verdict(self) -> Verdict:
        """The finding's verdict if the kernel accepted its certificate, `open` otherwise."""
        return (
            self.finding.verdict if self.reply is not None and self.reply.accepted else Verdict.OPEN
        )


@dataclass(frozen=True)
class Verified:
    """All findings of one game, each confirmed by the kernel or open."""

    report: Report
    guarantees: Mapping[str, Certified]

    def _repr_html_(self) -> str:
        """For notebooks: the verdicts, with the kernel's words."""
        rows = (
            (
                name,
                str(c.verdict),
                c.finding.claimed_bound,
                c.finding.bound.value,
                "" if c.reply is None else c.reply.text,
            )
            for name, c in self.guarantees.items()
        )
        return table(
            self.report.game.title,
            ["guarantee", "verdict", "claimed", "bound found", "kernel"],
            rows,
        )

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


@contextmanager
def written(game: Game) -> Iterator[Path]:
    """The game as an instance file in a folder of its own, gone afterwards: what the kernel
    rebuilds it from.
    """
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance.toml"
        instance.write_text(write(game), encoding="utf-8")
        yield instance


def verify(
    game: Game,
    guarantees: Iterable[str] = tuple(Guarantee),
    tolerance: Fraction | None = None,
    effort: Effort = USUAL,
) -> Verified:
    """Decides the guarantees and has the kernel check every certificate against the game written
    out as a file.

    Raises SizeError when something would be larger than its limit. theory.md 9.
    """
    names = [Guarantee(name) for name in guarantees]
    with written(game) as instance:
        found = certify(game, instance, instance.parent, "certificate", names, tolerance, effort)
    kept = {
        name: Certified(c.finding, c.certificate, None, c.reply)
        for name, c in found.guarantees.items()
    }
    return Verified(found.report, kept)


def certify(
    game: Game,
    instance: Path,
    folder: Path,
    stem: str,
    guarantees: Iterable[Guarantee],
    tolerance: Fraction | None = None,
    effort: Effort = USUAL,
    check: Checker = Check,
) -> Verified:
    """As `verify`, for a game read from `instance`: certificates go to folder/stem.guarantee.json
    and stay there.

    `check` runs the kernel: in a process for every certificate, unless a `Kernel` is given.
    """
    report = examine(game, guarantees, tolerance, effort)
    texts = {name: certificate(game, finding) for name, finding in report.findings.items()}
    paths = {name: _store(folder / f"{stem}.{name}.json", text) for name, text in texts.items()}
    checks = {
        name: None
        if path is None
        else check(path, instance, _expected(report.findings[name], tolerance))
        for name, path in paths.items()
    }
    replies = {name: None if asked is None else asked.reply() for name, asked in checks.items()}
    found = {
        str(n): Certified(report.findings[n], texts[n], paths[n], replies[n])
        for n in report.findings
    }
    return Verified(report, found)


@dataclass(frozen=True)
class Equilibria:
    """What is known of a game's equilibria, per kind of user: bound*, and the worst and best found,
    each kernel-checked.
    """

    report: Report
    witnesses: Mapping[str, Mapping[str, Witness]]

    def _repr_html_(self) -> str:
        """For notebooks: the worst and the best equilibrium found, with the kernel's words."""
        rows = (
            (name, end, witness.equilibrium.user_utility, witness.equilibrium.kind, witness.kernel)
            for name, ends in self.witnesses.items()
            for end, witness in ends.items()
        )
        return table(
            self.report.game.title, ["user", "equilibrium", "worth to her", "kind", "kernel"], rows
        )

    def certain(
        self, guarantee: str
    ) -> tuple[Fraction | QuotientSum, Fraction | QuotientSum | None]:
        """The interval in which her worst equilibrium utility is certain to lie; its upper end is
        None if none is known.

        The kernel accepted the equilibrium at the upper end; for the lower, `verify` has a
        certificate.
        """
        finding = self.report.findings[Guarantee(guarantee)]
        return finding.bound.value, upper_end(self.witnesses[guarantee])

    def as_record(self, instance: str) -> dict[str, Any]:
        """The JSON object of `verifier equilibria`."""
        found = {
            str(n): equilibria_record(f, self.witnesses[str(n)])
            for n, f in self.report.findings.items()
        }
        return {"instance": instance, "title": self.report.game.title, "equilibria": found}


def equilibria(
    game: Game,
    guarantees: Iterable[str] = (Guarantee.BAYES, Guarantee.BEST_AI),
    effort: Effort = USUAL,
) -> Equilibria:
    """The worst and best equilibria found for each kind of user, each certified and checked by the
    kernel. theory.md 6.

    Raises SizeError when something would be larger than its limit.
    """
    with written(game) as instance:
        found = certify_equilibria(
            game, instance, instance.with_name("certificate"), map(Guarantee, guarantees), effort
        )
    forgotten = {
        name: {end: replace(witness, certificate=None) for end, witness in ends.items()}
        for name, ends in found.witnesses.items()
    }
    return Equilibria(found.report, forgotten)


def certify_equilibria(
    game: Game,
    instance: Path,
    stem: Path,
    guarantees: Iterable[Guarantee],
    effort: Effort = USUAL,
) -> Equilibria:
    """As `equilibria`, for a game read from `instance`: certificates go to
    STEM.guarantee.worst.json and .best.json.
    """
    report = examine(game, guarantees, None, effort)
    shown = {
        (name, end): e for name, f in report.findings.items() for end, e in _ends(f.found).items()
    }
    paths = {
        key: _store(
            stem.with_name(f"{stem.name}.{key[0]}.{key[1]}.json"),
            equilibrium_certificate(game, key[0], e),
        )
        for key, e in shown.items()
    }
    checks = {key: Check(path, instance) for key, path in paths.items() if path is not None}
    replies = {key: check.reply() for key, check in checks.items()}
    witnesses: dict[str, dict[str, Witness]] = {str(name): {} for name in report.findings}
    for (name, end), e in shown.items():
        reply, path = replies[name, end], paths[name, end]
        witnesses[str(name)][end] = Witness(
            e, None if path is None else path.as_posix(), reply.text, reply.accepted
        )
    return Equilibria(report, witnesses)


def _ends(found: Found) -> dict[str, Equilibrium]:
    """The worst equilibrium, and the best if it gives her more."""
    if found.worst is None or found.best is None:
        return {}
    same = found.best.user_utility == found.worst.user_utility
    return {"worst": found.worst} if same else {"worst": found.worst, "best": found.best}


def judge(game: Game, rules: Path, effort: Effort = USUAL) -> Judgement:
    """Whether the rules of a rules file are an equilibrium for a user who hears every agent.
    theory.md 6.

    Raises InstanceError for a file that does not fit the game.
    """
    profile = load_profile(rules, game)
    signals = signals_of(game, profile)
    if signals is None:
        return judge_conversation(game, profile, effort)
    return _judge(game, signals, effort)


def certify_judgement(
    game: Game, instance: Path, rules: Path, folder: Path, effort: Effort = USUAL
) -> tuple[Judgement, str | None, str | None]:
    """As `judge`, with the path of a certificate and the kernel's line on it (None where it is
    open).

    What the kernel does not accept is unsettled.
    """
    found = judge(game, rules, effort)
    if not isinstance(found, SignalEquilibrium | Refutation):
        return found, None, None  # the kernel checks signals only
    text = (
        deviation_certificate(game, found)
        if isinstance(found, Refutation)
        else equilibrium_certificate(game, Guarantee.BAYES, found)
    )
    path = _store(folder / f"{instance.stem}.{rules.stem}.json", text)
    if path is None:
        return found, None, None
    reply = Check(path, instance).reply()
    return found if reply.accepted else Unsettled({}), path.as_posix(), reply.text


def restricted_equilibria(
    game: Game, guarantee: str, menu: Path | None = None, limit: int | None = None
) -> small_scope.Equilibria:
    """All equilibria of the game restricted to pure rules, or to the signals of a menu file.
    theory.md 6.

    Raises SizeError above `limit` profiles, InstanceError for a game of several rounds or a user
    who speaks.
    """
    most = limit or small_scope.PROFILE_LIMIT
    choices = (
        small_scope.pure_choices(game, most)
        if menu is None
        else small_scope.menu_choices(load_menu(menu, game))
    )
    return small_scope.restricted(game, choices, Guarantee(guarantee), USUAL, most)


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
    if isinstance(finding.claimed_bound, Fraction):
        words += ["--claimed", str(finding.claimed_bound)]
    return words if tolerance is None else [*words, "--tolerance", str(tolerance)]


class Stories(dict[str, Narrative]):
    """Guarantee -> its story."""

    def _repr_html_(self) -> str:
        """For notebooks: one story after the other."""
        return "".join(map(fragment, self.values()))


def explain(found: Verified, effort: Effort = USUAL) -> Stories:
    """The story of each guarantee: its proof, or its counterexample with the twin that repairs it
    (theory.md 4-7).

    Twins are verified as well, each certificate checked by the kernel. Raises SizeError as `verify`
    does.
    """
    return Stories({name: story(told(found, name, effort)) for name in found.guarantees})


def told(found: Verified, name: str, effort: Effort = USUAL) -> Subject:
    """What the story of one guarantee is made from."""
    kept = found.guarantees[name]
    kernel = None if kept.reply is None else kept.reply.text
    return Subject(
        found.report, kept.finding, kept.verdict, kernel, _twin(found.report.game, kept, effort)
    )


def _twin(game: Game, kept: Certified, effort: Effort) -> RepairedGame | None:
    row = dropped(game, kept.finding) if kept.verdict is Verdict.REFUTED else None
    if row is None:
        return None
    repaired, name = row.repair(game), kept.finding.guarantee
    checked = verify(repaired, [name], kept.finding.tolerance, effort).guarantees[name]
    return RepairedGame(
        row, repaired, checked.verdict, None if checked.reply is None else checked.reply.text
    )


def hull(game: Game) -> Alignment:
    """Hull distance in the three conventions of theory.md 2."""
    return alignment(game)


def persuade(game: Game, agent: str) -> Persuasion:
    """The named agent's optimal plan when the user hears nobody else.

    Raises InstanceError for an unknown name.
    """
    for sender in game.agents:
        if sender.name == agent:
            return _persuade(game, sender)
    raise InstanceError(
        f"no agent is called {agent!r}; the agents are {', '.join(a.name for a in game.agents)}"
    )
