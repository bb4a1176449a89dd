"""A number has the kernel's word only if the kernel said it: files are exchanged on the way.

Between writing and checking the certificate becomes another one, most of them true and accepted by
the kernel, about the same game. Whatever was found, it is then open, for every command that claims
the kernel's word for a number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import verifier.api as vf
from tests.commands import Run
from tests.games import INSTANCES
from verifier.certificate import certificate, equilibrium_certificate
from verifier.certified import certify
from verifier.checker import Reply, ask, check
from verifier.dynamics.contest import compete
from verifier.errors import CertificateError
from verifier.explain.render.text import text
from verifier.files import write_whole
from verifier.game.model import Game, Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.notebook import html
from verifier.sweep.family import family
from verifier.sweep.worker import game_record
from verifier.tables.measure import measure, read
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.signals import Unresolved
from verifier.theory.verdict import Verdict, examine

F = Fraction
PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
ADVOCATES = INSTANCES / "classics/opposed_advocates.toml"
FILMS = INSTANCES / "guarantees/film_night.toml"
FACTS = INSTANCES / "guarantees/two_facts.toml"
Content = dict[str, Any]
Swap = Callable[[Content], Content | None]
"""What becomes of a certificate on the way; None: an empty file."""


def claims(content: Content, *kinds: str) -> Content:
    """Only these claims are left, and nothing that follows from them."""
    kept = [claim for claim in content["claims"] if claim["claim"] in kinds]
    return {"format": 2, "game": content["game"], "claims": kept}


def without(kind: str) -> Swap:
    return lambda content: {
        **content,
        "claims": [claim for claim in content["claims"] if claim["claim"] != kind],
    }


def turned(content: Content) -> Content:
    """The same claims, the first of them last."""
    return {**content, "claims": [*content["claims"][1:], content["claims"][0]]}


def other(verdict: str) -> Swap:
    return lambda content: {**content, "conclusion": {**content["conclusion"], "verdict": verdict}}


@contextmanager
def exchanged(monkeypatch: pytest.MonkeyPatch, swap: Swap) -> Iterator[None]:
    """Every certificate is exchanged when it is written; there must be one."""
    became = list[Path]()

    def writing(path: Path, content: str | bytes, **_: object) -> Path:
        swapped = swap(json.loads(content))
        became.append(path)
        return write_whole(path, "" if swapped is None else json.dumps(swapped))

    with monkeypatch.context() as patched:
        patched.setattr("verifier.checker.hand_out", writing)
        yield
    assert became


SWAPS: dict[str, tuple[Swap, bool]] = {
    "another verdict that is true": (other("vacuous"), True),
    "a verdict that is false": (other("refuted"), False),
    "a claim less": (without("no information"), True),
    "the claims without the conclusion": (
        lambda content: claims(content, "every equilibrium", "equilibrium"),
        True,
    ),
    "one claim": (lambda content: claims(content, "optimum"), True),
    "in another order": (turned, True),
    "no claim": (lambda content: claims(content), False),
    "another game": (lambda content: {**content, "game": "sha256:" + "0" * 64}, False),
    "an empty file": (lambda content: None, False),
}
"""Each with whether the kernel accepts it."""


@pytest.mark.parametrize("name", SWAPS)
def test_verify_has_nothing_to_say_for_it(
    name: str, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    swap, true = SWAPS[name]
    words = ("verify", ADVOCATES, "--guarantee", "bayes", "--certificates", tmp_path / "kept")
    with exchanged(monkeypatch, swap):
        (record,) = run(*words, "--json").records
        ran = run(*words)
    kept = check(tmp_path / "kept/opposed_advocates.bayes.json", ADVOCATES)
    assert kept.accepted == true
    assert ran.code == 3
    found: Any = record["guarantees"]
    assert found["bayes"]["verdict"] == "open"
    is_no_acceptance(found["bayes"]["kernel"], true)
    assert "bayes    OPEN" in ran.out and "PROVED" not in ran.out
    is_no_acceptance(" ".join(ran.out.partition("kernel: ")[2].split()), true)


def is_no_acceptance(said: str, true: bool) -> None:
    """What is told of the kernel: a refusal, which quotes what was to be said."""
    assert said.startswith(
        "unreadable: the kernel was to say " if true else ("unreadable: ", "refused: ")
    )


@pytest.mark.parametrize("name", SWAPS)
def test_a_story_says_it_of_the_verifier_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    swap, _ = SWAPS[name]
    with exchanged(monkeypatch, swap):
        found = vf.verify(load(ADVOCATES), ["bayes"])
        told = text(vf.explain(found)["bayes"])
    assert found.verdicts == {"bayes": "open"}
    assert "bayes: OPEN" in told and "Checked by the kernel" not in told
    assert "kernel]" not in told


@pytest.mark.parametrize("true", [True, False])
def test_equilibria_end_no_interval(
    true: bool, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The certificate of the worst equilibrium, or of one for another user; or none at all."""
    game = load(PROSECUTOR)
    shown = examine(game, [Guarantee.BEST_AI]).findings[Guarantee.BEST_AI].equilibrium
    assert shown is not None
    instead = json.loads(equilibrium_certificate(game, Guarantee.BEST_AI, shown).text)
    words = ("equilibria", PROSECUTOR, "--guarantee", "bayes", "--certificates", tmp_path / "kept")
    with exchanged(monkeypatch, lambda _: instead if true else None):
        (record,) = run(*words, "--json").records
        ran = run(*words)
    assert check(tmp_path / "kept/prosecutor.bayes.worst.json", PROSECUTOR).accepted == true
    found: Any = record["equilibria"]
    assert found["bayes"]["certain"] == {"lower": "7/10", "upper": None, "exact": False}
    is_no_acceptance(found["bayes"]["worst"]["kernel"], true)
    assert "none is known" in ran.out and "is exactly" not in ran.out
    assert "kernel: unreadable" in ran.out


def test_the_worst_equilibrium_is_not_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is an equilibrium; but not the one that is shown."""
    game = load(INSTANCES / "counterexamples/identical.toml")
    honest = vf.equilibria(game, ["bayes"])
    ends = honest.witnesses["bayes"]
    assert set(ends) == {"worst", "best"} and honest.certain("bayes")[1] is not None
    best = json.loads(equilibrium_certificate(game, Guarantee.BAYES, ends["best"].equilibrium).text)
    with exchanged(monkeypatch, lambda _: best):
        found = vf.equilibria(game, ["bayes"])
    witnesses = found.witnesses["bayes"]
    assert (witnesses["worst"].accepted, witnesses["best"].accepted) == (False, True)
    assert found.certain("bayes")[1] is None and not found.exact("bayes")


HEAD = "format = 1\n[[rules]]\n"
OPTIMAL = 'signal = { innocent = { convict = "3/7", acquit = "4/7" }, guilty = { convict = 1 } }\n'
TRUTH = "signal = { innocent = { acquit = 1 }, guilty = { convict = 1 } }\n"
ASKED = """agent = "expert"
answers = [
    { history = [], asked = 1, signal = { %s } },
    { history = [], asked = 2, signal = { %s } },
]
"""


def facts(first: int, second: int) -> str:
    """Asked the first or the second question, the expert tells these facts."""
    cells = ("yes_yes", "yes_no", "no_yes", "no_no")
    told = [
        ", ".join(f"{x} = {{ {x.split('_')[fact]} = 1 }}" for x in cells)
        for fact in (first, second)
    ]
    return HEAD + ASKED % tuple(told)


PROFILES: dict[str, tuple[Path, str, str]] = {
    "signals, an equilibrium": (
        PROSECUTOR,
        HEAD + 'agent = "prosecutor"\n' + OPTIMAL,
        "equilibrium",
    ),
    "signals, none": (PROSECUTOR, HEAD + 'agent = "prosecutor"\n' + TRUTH, "no equilibrium"),
    "conversations, an equilibrium": (FACTS, facts(0, 1), "equilibrium"),
    "conversations, none": (FACTS, facts(0, 0), "no equilibrium"),
}


def optimum_alone(instance: Path) -> Content:
    """A certificate that says nothing but OPT."""
    made = certificate(load(instance), next(iter(examine(load(instance)).findings.values())))
    assert made is not None
    return claims(json.loads(made.text), "optimum")


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_judged_by_the_kernel(name: str, run: Run, tmp_path: Path) -> None:
    """Signals and conversations alike: the verdict, and the kernel's line that says so."""
    instance, rules, verdict = PROFILES[name]
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    words = ("equilibria", instance, "--rules", "rules.toml", "--certificates", tmp_path / "kept")
    (record,) = run(*words, "--json").records
    ran = run(*words)
    assert record["verdict"] == verdict
    assert str(record["kernel"]).startswith("accepted: ")
    assert str(record["certificate"]).endswith(f"kept/{instance.stem}.rules.json")
    assert f"  kernel: {record['kernel']}" in ran.out.splitlines()
    assert "verifier's word" not in ran.out
    assert run("check", record["certificate"], instance).out.strip() == record["kernel"]
    gets = "an equilibrium gives the bayes user" if verdict == "equilibrium" else " are no equilibr"
    assert gets in str(record["kernel"])


@pytest.mark.parametrize("true", [True, False])
@pytest.mark.parametrize("name", PROFILES)
def test_a_judgement_is_open(
    name: str, true: bool, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    instance, rules, _ = PROFILES[name]
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    words = ("equilibria", instance, "--rules", "rules.toml", "--certificates", tmp_path / "kept")
    instead = optimum_alone(instance) if true else None
    with exchanged(monkeypatch, lambda _: instead):
        (record,) = run(*words, "--json").records
        ran = run(*words)
        judged = vf.judge(load(instance), tmp_path / "rules.toml")
    assert check(tmp_path / f"kept/{instance.stem}.rules.json", instance).accepted == true
    assert (record["verdict"], record["agents"]) == ("open", {})
    assert set(record) == {"instance", "rules", "verdict", "agents", "certificate", "kernel"}
    is_no_acceptance(str(record["kernel"]), true)
    assert ran.code == 0
    title, verdict, *rest = ran.out.splitlines()
    assert (title, verdict) == ("rules.toml", "  OPEN: neither proved nor refuted")
    assert [line.split(":")[0] for line in rest] == ["  certificate", "  kernel"]
    assert judged == Unresolved({})
    assert "Open" in html(judged)


def test_the_end_of_a_course_is_not_certified(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = ("dynamics", FILMS, "--ties", "favour-speaker", "--start", "truth", "--json")
    honest = run(*words)
    assert honest.code == 0
    game = replace(load(FILMS), ties=Ties.FAVOUR_SPEAKER)
    made = certificate(game, examine(game).findings[Guarantee.BAYES])
    assert made is not None
    instead = claims(json.loads(made.text), "optimum")
    with exchanged(monkeypatch, lambda _: instead):
        ran = run(*words, "--certificates", tmp_path / "kept")
        contest = compete(load(FILMS), "truth", ties="favour-speaker")
        told = run(*words[:-1])
    (record,) = ran.records
    assert (ran.code, told.code, contest.certified) == (3, 3, False)
    assert "kernel, if all offer it: unreadable: " in told.out
    is_no_acceptance(str(record["kernel"]), true=True)
    assert check(Path(str(record["certificate"])), Path(str(record["played"]))).accepted


def fewer(content: Content) -> Content:
    """A table's certificate without its last distance."""
    return {**content, "claims": content["claims"][:-1]}


@pytest.mark.parametrize("swap", [fewer, turned, lambda _: None], ids=["fewer", "turned", "empty"])
def test_a_table_s_distances_are_not_printed(
    swap: Swap, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("item,u,a,b\nx,0,0,1\ny,1,4,0\nz,3,4,1/2\n", encoding="utf-8")
    assert run("hull", table).code == 0
    with exchanged(monkeypatch, swap):
        ran = run("hull", table, "--certificates", tmp_path / "kept")
        with pytest.raises(CertificateError, match="the kernel does not accept the distances"):
            measure(read(table))
    assert (ran.code, ran.out) == (2, "")
    assert check(tmp_path / "kept/table.hull.json", table).accepted == (swap in (fewer, turned))


def test_a_table_that_changes_is_another_table(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Between reading and checking; the distances would be the same."""
    table = tmp_path / "table.csv"
    table.write_text("u,a\n0,1\n1,0\n", encoding="utf-8")
    given = read(table)
    table.write_text("u,a\n1,0\n0,1\n", encoding="utf-8")
    with pytest.raises(CertificateError, match="refused: table: the certificate is for"):
        measure(given)


def test_a_sweep_counts_it_as_open(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = family("uniform", {"states": 2, "actions": 2})
    honest = game_record(drawn, 1, 1, [Guarantee.BAYES])
    assert honest["guarantees"]["bayes"]["verdict"] in ("proved", "refuted", "vacuous")
    for swap in (without("no information"), turned, lambda _: None):
        with exchanged(monkeypatch, swap):
            record = game_record(drawn, 1, 1, [Guarantee.BAYES])
        assert record["status"] == "verified"
        bayes = record["guarantees"]["bayes"]
        assert bayes["verdict"] == "open" and not bayes["kernel"].startswith("accepted")


def test_a_search_has_found_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = ("search", "--drop", "identical", "--output", tmp_path / "found")
    with exchanged(monkeypatch, without("no information")):
        ran = run(*words, "--json")
        told = run(*words)
    (record,) = ran.records
    assert ran.code == 3 and told.code == 3
    for name in ("instance", "twin"):
        entry: Any = record[name]
        assert entry["verdict"] == "open"
        is_no_acceptance(entry["kernel"], true=True)
        assert check(Path(entry["certificate"]), Path(entry["path"])).accepted
        assert f"  {name}: {entry['path']}: OPEN, kernel: unreadable" in told.out
    assert "a counterexample" not in told.out.splitlines()[0]


def instead_of(made: str) -> Callable[..., Reply]:
    """A kernel before which each certificate is exchanged for this text."""

    def exchanged(
        certificate: Path, instance: Path, options: Sequence[str] = (), line: str | None = None
    ) -> Reply:
        certificate.write_text(made, encoding="utf-8")
        return ask(certificate, instance, options, line)

    return exchanged


def about(game: Game, guarantee: Guarantee, tolerance: Fraction | None = None) -> str:
    made = certificate(game, examine(game, [guarantee], tolerance).findings[guarantee])
    assert made is not None
    return made.text


@pytest.mark.parametrize(
    ("instead", "claimed"),
    [
        (lambda game: about(replace(game, ties=Ties.ORDER), Guarantee.BAYES), None),
        (lambda game: about(replace(game, ties=Ties.FAVOUR_SPEAKER), Guarantee.BAYES), None),
        (lambda game: about(replace(game, gamma=F(1, 10)), Guarantee.BAYES), None),
        (lambda game: about(game, Guarantee.BEST_AI), None),
        (lambda game: about(game, Guarantee.QUANTAL), None),
        (lambda game: about(game, Guarantee.BAYES, F(2)), None),
        (lambda game: about(game, Guarantee.BAYES), F(2)),
        (lambda game: about(game, Guarantee.BAYES, F(2)), F(3)),
    ],
    ids=[
        "the first of tied actions",
        "ties that favour the speaker",
        "gains that do not count",
        "a user who picks the best AI",
        "a quantal user",
        "a tolerance that was not asked for",
        "the instance's tolerance",
        "another tolerance",
    ],
)
def test_a_certificate_of_something_else_proves_nothing(
    instead: Callable[[Game], str],
    claimed: Fraction | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of another tie rule, user or tolerance, each with the verdict that was to be shown."""
    game = load(PROSECUTOR)
    monkeypatch.setattr("verifier.checker.ask", instead_of(instead(game)))
    found = certify(game, PROSECUTOR, tmp_path, "stem", [Guarantee.BAYES], claimed)["bayes"]
    assert found.finding.verdict is Verdict.PROVED
    assert found.reply is not None and not found.reply.accepted
    assert found.verdict is Verdict.OPEN


@pytest.mark.parametrize("changed", ["title", "ties", "tolerance"])
def test_an_instance_that_changes_is_another_instance(changed: str, tmp_path: Path) -> None:
    """Even one of the same game by another name is not what is shown."""
    game, path = load(PROSECUTOR), tmp_path / "game.toml"
    others = {
        "title": replace(game, title="a prosecutor who cannot lie"),
        "ties": replace(game, ties=Ties.ORDER),
        "tolerance": replace(game, tolerance=F(2)),
    }
    path.write_text(write(others[changed]), encoding="utf-8")
    found = certify(game, path, tmp_path, "stem", [Guarantee.BAYES]).guarantees["bayes"]
    assert found.finding.verdict is Verdict.PROVED and found.verdict is Verdict.OPEN
