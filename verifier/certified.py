"""Findings that the kernel has confirmed: guarantees, equilibria, and judgements of given profiles.

The theory proposes, a certificate says why, and only what the kernel accepts is reported as proved,
refuted or an equilibrium (theory.md 10.1).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TypeVar

from verifier.certificate import (
    Judgement,
    certificate,
    equilibrium_certificate,
    judgement_certificate,
)
from verifier.checker import Reply, subject_of, submit
from verifier.checker import certify as certify_claim
from verifier.deadline import finished, overtime, uninterrupted
from verifier.errors import InstanceError
from verifier.files import folder_or_temporary, hand_out, remove
from verifier.game.model import Convention, Game, digest
from verifier.game.rules import Profile
from verifier.game.rules_reader import load_profile
from verifier.game.writer import write
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import Decided, QuotientSum
from verifier.solve.program import Goal
from verifier.theory.bounds.sparse_multipliers import sparse_bound
from verifier.theory.equilibria.equilibrium import Equilibrium, Exhibited
from verifier.theory.guarantees.guarantee import Guarantee, answerable, named
from verifier.theory.judgements.conversation import judge_conversation
from verifier.theory.judgements.offers import judge_offers
from verifier.theory.judgements.quantal import judge_quantal
from verifier.theory.judgements.signals import Unresolved, signals_of
from verifier.theory.judgements.signals import judge as judge_signals
from verifier.theory.margin import why_open
from verifier.theory.verdict import Finding, Report, Verdict, compare, examine

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def of_guarantee(guarantee: str, found: Mapping[str, T]) -> T:
    """What was found of a guarantee, which may be called G1, G2 or G3 as well.

    Raises InstanceError for one that was not asked for.
    """
    if not isinstance(guarantee, str):
        raise InstanceError(f'guarantee: is {guarantee!r}, expected a text such as "bayes"')
    names = {str(name) for name in named([guarantee], "guarantee")} & set(found)
    if not names:
        raise InstanceError(f"{guarantee}: was not asked for; there are {', '.join(found)}")
    return found[names.pop()]


@dataclass(frozen=True, repr=False)
class Certified(Result):
    """A finding with its certificate and the kernel's reply; both are None for an open finding.

    `path` is the certificate's file, None where it was not kept.
    """

    finding: Finding
    certificate: str | None
    path: Path | None
    reply: Reply | None

    @property
    def verdict(self) -> Verdict:
        """The finding's verdict if the kernel accepted its certificate, `open` otherwise."""
        accepted = self.reply is not None and self.reply.accepted
        return self.finding.verdict if accepted else Verdict.OPEN

    @property
    def late(self) -> bool:
        """A deadline has kept something from being found or certified."""
        uncertified = self.reply is None and self.finding.verdict is not Verdict.OPEN
        return uncertified or self.finding.found.out_of_time

    @property
    def reason(self) -> str | None:
        """Why the verdict is open, and what to try, or what is known of equilibria not exhibited.

        None for a verdict with an equilibrium.
        """
        if self.verdict is not Verdict.OPEN:
            return self.finding.existence and str(self.finding.existence)
        if self.reply is None:
            if self.finding.verdict is Verdict.OPEN:
                return why_open(self.finding)
            return "the time did not suffice to have a certificate made and checked (--seconds)"
        return (
            f"the kernel did not accept the certificate ({self.reply.text}); {_advice(self.reply)}"
        )


def _advice(reply: Reply) -> str:
    """What to do about a certificate that the kernel did not accept."""
    if reply.ended:
        return "run it again; something has killed the kernel, or too little memory is left for it"
    if reply.code == 2:
        return "try numbers with fewer digits, or a smaller game"
    return "please report this: the verifier and its kernel disagree"


@dataclass(frozen=True, repr=False)
class Verified(Result):
    """The guarantees that were examined on one game, each confirmed by the kernel or open.

    `report` has the hull distances, the benchmarks and the findings as the theory proposed them.
    """

    report: Report
    guarantees: Mapping[str, Certified]

    def __getitem__(self, guarantee: str) -> Certified:
        """What was found of a guarantee. Raises InstanceError for one that was not asked for."""
        return of_guarantee(guarantee, self.guarantees)

    def __iter__(self) -> Iterator[str]:
        return iter(self.guarantees)

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each guarantee: proved, refuted, vacuous or open."""
        open_ones = {str(name): str(Verdict.OPEN) for name in self.report.unfinished}
        return {name: str(found.verdict) for name, found in self.guarantees.items()} | open_ones

    @property
    def late(self) -> tuple[str, ...]:
        """The guarantees about which a deadline has kept something from being found."""
        unfinished = tuple(map(str, self.report.unfinished))
        return unfinished + tuple(name for name, found in self.guarantees.items() if found.late)


@dataclass(frozen=True, repr=False)
class Witness(Result):
    """An equilibrium with the path of its certificate and the kernel's line about it.

    `certificate` is None where it was not kept.
    """

    equilibrium: Equilibrium
    certificate: str | None
    kernel: str
    accepted: bool


@dataclass(frozen=True, repr=False)
class Equilibria(Result):
    """The equilibria found on one game, by kind of user, each checked by the kernel.

    `witnesses[guarantee]` has "worst" and, where it gives the user more, "best"; it is empty where
    no equilibrium is known, or was checked before the deadline.
    """

    report: Report
    witnesses: Mapping[str, Mapping[str, Witness]]

    def __getitem__(self, guarantee: str) -> Mapping[str, Witness]:
        """The equilibria of a guarantee's user. Raises InstanceError for one not asked for."""
        return of_guarantee(guarantee, self.witnesses)

    def __iter__(self) -> Iterator[str]:
        return iter(self.witnesses)

    @property
    def late(self) -> tuple[str, ...]:
        """The guarantees about which a deadline has kept something from being found."""
        unfinished = tuple(map(str, self.report.unfinished))
        return unfinished + tuple(
            str(name)
            for name, finding in self.report.findings.items()
            if finding.found.out_of_time or len(self.witnesses[name]) < len(_ends(finding.found))
        )

    def certain(
        self, guarantee: str
    ) -> tuple[Fraction | QuotientSum, Fraction | QuotientSum | None]:
        """The user's utility in her worst equilibrium certainly lies in this interval.

        The lower end is the bound of theory.md 5.2, for which `verify` has a certificate. The upper
        end is her utility in the worst equilibrium that the kernel accepted, None without one.
        """
        worst = self[guarantee].get("worst")
        accepted = worst is not None and worst.accepted
        upper = worst.equilibrium.user_utility if worst is not None and accepted else None
        return self.report.findings[named([guarantee], "the result")[0]].bound.value, upper

    def exact(self, guarantee: str) -> bool:
        """The ends of the certain interval are the same number: the worst is known exactly."""
        lower, upper = self.certain(guarantee)
        if upper is None:
            return False
        order = compare(lower, upper)
        return isinstance(order, Decided) and order.sign == 0


@dataclass(frozen=True)
class Judged:
    """A profile's judgement with the kernel's reply; None where there is nothing to certify.

    `certificate` is the certificate's file, None where it was not kept. A judgement whose
    certificate the kernel refuses is `Unresolved`.
    """

    judgement: Judgement
    certificate: Path | None
    reply: Reply | None


def stem_of(stem: str, game: Game) -> str:
    """The first part of the names of a game's certificates: one of several users has her number."""
    if game.origin is None or game.user is None:
        return stem
    return f"{stem}.user-{[*game.origin.shares].index(game.user) + 1}"


@contextmanager
def written(game: Game, keep: Path | None = None, stem: str = "instance") -> Iterator[Path]:
    """The game is written to KEEP/STEM.toml, or to a temporary file where `keep` is None.

    The kernel rebuilds the game from that file. A game of a file with
    parameters is that file again.
    """
    text = write(game) if game.origin is None else game.origin.text
    with folder_or_temporary(keep) as folder:
        yield hand_out(folder / f"{stem}.toml", text)


def with_few_multipliers(report: Report, effort: Effort = USUAL) -> Report:
    """The report with few multipliers in each bound, as far as the time allows (theory.md 5.4)."""

    def simplified(finding: Finding) -> Finding:
        bound = sparse_bound(report.game, finding.setting, finding.bound, effort)
        return replace(finding, bound=bound)

    findings = {
        name: finished(partial(simplified, finding), finding)
        for name, finding in report.findings.items()
    }
    return replace(report, findings=findings)


def certify(
    game: Game,
    instance: Path,
    folder: Path | None,
    stem: str,
    guarantees: Iterable[Guarantee],
    tolerance: Fraction | None = None,
    effort: Effort = USUAL,
    convention: Convention | None = None,
) -> Verified:
    """The guarantees on a game that was read from the file `instance`, confirmed by the kernel.

    Certificates are kept as FOLDER/STEM.GUARANTEE.json, or not at all where `folder` is None; an
    outdated certificate of a guarantee that is now open is removed. Raises SizeError for work
    above the effort's limits, OutputError where a certificate cannot be written, OutOfTimeError
    where the deadline passes before the benchmarks are known. theory.md 9.1.
    """
    with uninterrupted():
        proposed = examine(game, guarantees, tolerance, effort, [Goal.MINIMISE], convention)
        with folder_or_temporary(folder) as place, overtime():
            report = with_few_multipliers(proposed, effort)
            made = {
                name: finished(partial(certificate, game, finding), None)
                for name, finding in report.findings.items()
            }
            paths = {name: place / f"{stem}.{name}.json" for name in (*made, *report.unfinished)}
            options = [] if tolerance is None else ["--tolerance", str(tolerance)]
            options += [] if convention is None else ["--hull", str(convention)]
            replies = _replies(
                {
                    name: partial(submit, found, paths[name], instance, options)
                    for name, found in made.items()
                    if found is not None
                }
            )
            for name in paths.keys() - replies.keys():
                remove(paths[name], lambda old: subject_of(old) == digest(game))
    texts = {name: found.text for name, found in made.items() if found and name in replies}
    kept = {name: paths[name] for name in texts if folder}
    found = {
        str(name): Certified(finding, texts.get(name), kept.get(name), replies.get(name))
        for name, finding in report.findings.items()
    }
    return Verified(report, found)


def _replies(asked: Mapping[K, Callable[[], Reply]]) -> dict[K, Reply]:
    """The kernel's replies that come before the deadline."""
    replies = {key: finished(ask, None) for key, ask in asked.items()}
    return {key: reply for key, reply in replies.items() if reply is not None}


def verify(
    game: Game,
    guarantees: Iterable[Guarantee],
    tolerance: Fraction | None = None,
    effort: Effort = USUAL,
    keep: Path | None = None,
    stem: str = "instance",
    convention: Convention | None = None,
) -> Verified:
    """The guarantees on a game that no file holds: `certify` about the game as it is written."""
    with written(game, keep, stem) as instance:
        return certify(game, instance, keep, stem, guarantees, tolerance, effort, convention)


def certify_equilibria(
    game: Game,
    instance: Path,
    folder: Path | None,
    stem: str,
    guarantees: Iterable[Guarantee],
    effort: Effort = USUAL,
) -> Equilibria:
    """The worst and the best equilibria found, of a game that was read from the file `instance`.

    Certificates are kept as FOLDER/STEM.GUARANTEE.worst.json and .best.json, or not at all where
    `folder` is None. Raises SizeError and OutputError as `certify` does. theory.md 6.1.
    """
    with uninterrupted():
        report = examine(game, guarantees, None, effort)
        shown = {
            (name, end): equilibrium
            for name, finding in report.findings.items()
            for end, equilibrium in _ends(finding.found).items()
        }
        with folder_or_temporary(folder) as place, overtime():
            paths = {(name, end): place / f"{stem}.{name}.{end}.json" for name, end in shown}

            def ask(key: tuple[Guarantee, str]) -> Reply:
                claimed = equilibrium_certificate(game, key[0], shown[key])
                return submit(claimed, paths[key], instance)

            replies = _replies({key: partial(ask, key) for key in shown})
    witnesses: dict[str, dict[str, Witness]] = {str(name): {} for name in report.findings}
    for (name, end), reply in replies.items():
        kept = paths[name, end].as_posix() if folder else None
        witnesses[str(name)][end] = Witness(shown[name, end], kept, reply.text, reply.accepted)
    return Equilibria(report, witnesses)


def _ends(found: Exhibited) -> dict[str, Equilibrium]:
    """The worst equilibrium, and the best if it gives the user more."""
    if found.worst is None or found.best is None:
        return {}
    same = found.best.user_utility == found.worst.user_utility
    return {"worst": found.worst} if same else {"worst": found.worst, "best": found.best}


def certify_judgement(
    game: Game,
    instance: Path,
    rules: Path,
    folder: Path | None,
    guarantee: Guarantee = Guarantee.BAYES,
    effort: Effort = USUAL,
) -> Judged:
    """The judgement of a rules file's profile, for the user of a guarantee.

    The game was read from the file `instance`. A certificate is kept as FOLDER/INSTANCE.RULES.json,
    with the guarantee before `.json` if it is not `bayes`, or not at all where `folder` is None.
    Raises InstanceError for rules that do not fit the game or the user.
    """
    found = judge(game, rules, guarantee, effort)
    claimed = judgement_certificate(game, guarantee, found)
    if claimed is None:
        return Judged(found, None, None)
    user = "" if guarantee is Guarantee.BAYES else f".{guarantee}"
    path = (
        None
        if folder is None
        else folder / f"{stem_of(instance.stem, game)}.{rules.stem}{user}.json"
    )
    reply = certify_claim(claimed, instance, path)
    return Judged(found if reply.accepted else Unresolved({}), path, reply)


def judge(
    game: Game, rules: Path, guarantee: Guarantee = Guarantee.BAYES, effort: Effort = USUAL
) -> Judgement:
    """The theory's judgement of a rules file's profile, before the kernel is asked."""
    return judge_profile(game, load_profile(rules, game), guarantee, effort)


def judge_profile(
    game: Game, profile: Profile, guarantee: Guarantee, effort: Effort = USUAL
) -> Judgement:
    """The theory's judgement of a profile (theory.md 6.9 to 6.13).

    Raises InstanceError for rules that ask a quantal user something.
    """
    answerable(game, [guarantee])
    if guarantee is Guarantee.BEST_AI and len(profile) > 1:
        return judge_offers(game, profile, effort)
    signals = signals_of(game, profile)
    if guarantee is Guarantee.QUANTAL:
        if signals is None:
            raise InstanceError(
                "an answer depends on what is asked, and a quantal user follows a script of"
                " questions; write one signal for each agent, or take --guarantee bayes"
            )
        return judge_quantal(game, signals, effort)
    if signals is None:
        return judge_conversation(game, profile, effort)
    return judge_signals(game, signals, effort)
