"""The kernel in one long process says what it says in a process of its own, and never accepts by
accident.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.games import INSTANCES, ROOT
from verifier.api import judge
from verifier.checker import (
    Certificate,
    Check,
    Kernel,
    Reply,
    ask,
    certify,
    check,
    own_kernel,
)
from verifier.errors import OutputError
from verifier.game.reader import load
from verifier.tables.measure import measure, read
from verifier.theory.judgements.signals import Refutation

CERTIFICATES = ROOT / "proofs/certificates"
TRUTH = """
format = 1
[[rules]]
agent = "prosecutor"
signal = { innocent = { acquit = 1 }, guilty = { convict = 1 } }
"""
SHIPPED = sorted(CERTIFICATES.rglob("*.json"))[::6]


def instance_of(certificate: Path) -> Path:
    relative = certificate.relative_to(CERTIFICATES)
    return INSTANCES / relative.parent / (relative.name.split(".")[0] + ".toml")


@pytest.mark.slow
def test_both_ways_say_the_same_of_shipped_and_of_forged_certificates(tmp_path: Path) -> None:
    with Kernel() as kernel:
        for n, certificate in enumerate(SHIPPED):
            instance = instance_of(certificate)
            text = certificate.read_text(encoding="utf-8")
            forged = tmp_path / f"{n}.json"
            forged.write_text(text.replace('"tolerance": "', '"tolerance": "9'))
            assert forged.read_text() != text
            for path, given in (
                (certificate, instance),
                (forged, instance),
                (certificate, INSTANCES / "classics/prosecutor.toml"),
            ):
                alone = Check(path, given).reply()
                assert kernel(path, given) == alone
            assert not kernel(forged, instance).accepted
            assert kernel(certificate, instance).accepted


def test_a_file_that_has_changed_is_another_game_to_a_kernel_that_goes_on(tmp_path: Path) -> None:
    """Also where its name, its length and its time stay: the text itself counts."""
    certificate = CERTIFICATES / "classics/prosecutor.bayes.json"
    instance = tmp_path / "game.toml"
    honest = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")
    other = honest.replace('innocent = "7/10"', 'innocent = "6/10"').replace('"3/10"', '"4/10"')
    assert len(other) == len(honest) and other != honest
    with Kernel() as kernel:
        for text, accepted in ((honest, True), (other, False), (honest, True), ("", False)):
            instance.write_text(text, encoding="utf-8")
            os.utime(instance, (0, 0))
            reply = kernel(certificate, instance)
            assert reply == Check(certificate, instance).reply()
            assert reply.accepted == accepted


def test_both_ways_say_names_alike(tmp_path: Path) -> None:
    """With accents."""
    table = tmp_path / "names.csv"
    table.write_text("Zoë,Åsa\n1,1\n2,2\n", encoding="utf-8")
    kept = measure(read(table), certificates=tmp_path).certificate
    assert kept is not None
    alone = Check(Path(kept), table).reply()
    with Kernel() as kernel:
        assert kernel(Path(kept), table) == alone
    said = r"agents '\xc5sa': the distance of 'Zo\xeb' is 0 (sup norm, simplex)"
    assert alone.accepted and said in alone.text


def test_a_text_is_certified_and_kept_only_where_that_is_asked_for(tmp_path: Path) -> None:
    path = SHIPPED[0]
    text, instance, honest = path.read_text(encoding="utf-8"), instance_of(path), line_of(path)
    given, kept = Certificate(text, honest), tmp_path / "deep" / "kept.json"
    assert certify(given, instance) == certify(given, instance, kept) == check(path, instance)
    assert kept.read_bytes() == path.read_bytes()
    assert not certify(Certificate(text[:-9], honest), instance).accepted
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        certify(given, instance, tmp_path / "file" / "kept.json")


def line_of(path: Path) -> str:
    """What the kernel says of a shipped certificate."""
    reply = check(path, instance_of(path))
    assert reply.accepted
    return reply.text


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line + " ",
        lambda line: line[:-1],
        lambda line: line.replace("proved", "vacuous"),
        lambda line: line.upper(),
        lambda line: line + "; OPT is 1",
        lambda line: "accepted: ",
        lambda line: "",
    ],
    ids=["longer", "shorter", "another verdict", "louder", "a claim more", "nothing", "empty"],
)
def test_one_character_more_or_less_is_another_answer(change: Callable[[str], str]) -> None:
    """However the kernel is asked."""
    path = CERTIFICATES / "classics/prosecutor.bayes.json"
    instance, honest = instance_of(path), line_of(path)
    assert change(honest) != honest
    with Kernel() as kernel:
        for line, expected in ((honest, 0), (change(honest), 2)):
            reply = Check(path, instance, (), line).reply()
            assert reply == kernel(path, instance, (), line) == ask(path, instance, (), line)
            assert (reply.code, reply.accepted) == (expected, not expected)
    assert reply.text.startswith("unreadable: the kernel was to say ")


def test_what_is_asked_for_is_passed_on() -> None:
    certificate = CERTIFICATES / "counterexamples/hull.bayes.json"
    instance = instance_of(certificate)
    with Kernel() as kernel:
        assert kernel(certificate, instance, ["--verdict", "refuted"]).accepted
        assert not kernel(certificate, instance, ["--verdict", "proved"]).accepted


@pytest.mark.slow
@pytest.mark.parametrize(
    "driver",
    [
        "",
        "import sys; sys.stdin.readline(); sys.exit(0)",
        "import sys; sys.stdin.readline(); print('accepted', flush=True)",
        "import sys; sys.stdin.readline(); print('[0]', flush=True)",
        "import sys; sys.stdin.readline(); print('[true, \"accepted\"]', flush=True)",
        "import sys; sys.stdin.readline(); print('[0, 1]', flush=True)",
        "import os, signal, sys; sys.stdin.readline(); os.kill(os.getpid(), signal.SIGKILL)",
    ],
)
def test_whatever_does_not_answer_like_the_kernel_has_refused(driver: str, tmp_path: Path) -> None:
    with Kernel(driver) as kernel:
        for _ in range(2):
            reply = kernel(tmp_path / "a", tmp_path / "b")
            assert (reply.code, reply.accepted) == (2, False)
            assert reply.text == "unreadable: the kernel ended without an answer, twice"


GOOD = (
    "accepted: 'A game' (sha256:0123456789ab): proved: OPT - 2 * 1 = 1, claimed for the bayes user"
)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, ""),
        (0, "accepted"),
        (0, GOOD.removeprefix("accepted: ")),
        (0, GOOD.replace("for the", "\nfor the")),
        (0, GOOD + "\n" + GOOD),
        (0, GOOD.replace("accepted", "refused")),
        (0, "Accepted" + GOOD[8:]),
        (1, GOOD),
        (2, GOOD),
        (3, GOOD),
        (-9, GOOD),
        (1, 'Traceback (most recent call last):\n  File "claims.py", line 1'),
        (1, ""),
        (2, "usage: CERTIFICATE INSTANCE"),
        (3, "failed: the kernel itself broke (TypeError): nothing was decided"),
        (-9, ""),
    ],
)
def test_accepted_is_one_line_with_its_exit_code(code: int, text: str) -> None:
    """The exit code alone is what an empty or a wrong program would give, too."""
    assert Reply.of(0, GOOD, GOOD) == Reply.of(0, GOOD) == Reply(0, GOOD)
    assert Reply(0, GOOD).accepted and not Reply(code, text).accepted
    for line in (None, GOOD, text):
        reply = Reply.of(code, text, line)
        assert (reply.code, reply.accepted) == (2, False)
        said = f"the kernel ended with code {code}, saying {text[-300:]!r}"
        assert reply.text == f"unreadable: {said}"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("proved", "refuted"),
        GOOD.replace("bayes", "best-ai"),
        GOOD.replace("= 1,", "= 10,"),
        GOOD.replace("= 1,", "= 1/5,"),
        GOOD.replace("0123456789ab", "0123456789ac"),
        GOOD.replace("A game", "a game"),
        GOOD + "; OPT is 3",
        GOOD[:-1],
    ],
)
def test_what_was_not_expected_is_not_accepted(text: str) -> None:
    """Whatever it says, and although the kernel might rightly say so."""
    assert Reply.of(0, text).accepted
    reply = Reply.of(0, text, GOOD)
    assert (reply.code, reply.accepted) == (2, False)
    assert reply.text == f"unreadable: the kernel was to say {GOOD!r}, and said {text!r}"


def test_a_refusal_is_a_refusal_whatever_was_expected() -> None:
    for code, text in ((1, "refused: game: another"), (2, "unreadable: certificate: expected")):
        assert Reply.of(code, text, GOOD) == Reply.of(code, text) == Reply(code, text)


@pytest.mark.parametrize("claimed", ["1/2", "2/4", "0.5", "+1/2", "5e-1"])
def test_a_claimed_bound_may_be_written_in_any_way(claimed: str) -> None:
    certificate = CERTIFICATES / "counterexamples/equilibrium.bayes.json"
    instance = instance_of(certificate)
    assert check(certificate, instance, ["--claimed", claimed]).accepted
    assert check(certificate, instance, ["--claimed", "1/3"]).code == 1


def test_a_profile_has_no_verdict_to_insist_on(tmp_path: Path) -> None:
    rules = tmp_path / "truth.toml"
    rules.write_text(TRUTH, encoding="utf-8")
    found = judge(load(INSTANCES / "classics/prosecutor.toml"), rules, keep=tmp_path / "kept")
    assert isinstance(found, Refutation)
    (certificate,) = (tmp_path / "kept").glob("*.json")
    (instance,) = (tmp_path / "kept").glob("*.toml")
    assert check(certificate, instance).accepted
    for option in ("--guarantee", "--verdict", "--tolerance", "--claimed"):
        reply = check(certificate, instance, [option, "1"])
        assert reply.code == 2 and "conclusion: there is none" in reply.text


def test_an_empty_kernel_accepts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a bad copy leaves a file that ends well and says nothing."""
    empty = tmp_path / "verifier" / "kernel" / "__main__.py"
    empty.parent.mkdir(parents=True)
    empty.touch()
    monkeypatch.setattr("verifier.checker.KERNEL", empty)
    assert not check(SHIPPED[0], instance_of(SHIPPED[0])).accepted


def test_a_kernel_that_takes_too_long_has_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "verifier" / "kernel" / "__main__.py"
    slow.parent.mkdir(parents=True)
    slow.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setattr("verifier.checker.KERNEL", slow)
    monkeypatch.setattr("verifier.checker.SECONDS", 0.2)
    late = "unreadable: the kernel took more than 0.2 seconds"
    assert check(SHIPPED[0], instance_of(SHIPPED[0])) == Reply(2, late)
    with Kernel("import time; time.sleep(60)") as kernel:
        assert kernel(SHIPPED[0], instance_of(SHIPPED[0])) == Reply(2, late)


def test_a_kernel_that_ended_is_started_again() -> None:
    certificate = SHIPPED[0]
    with Kernel() as kernel:
        assert kernel(certificate, instance_of(certificate)).accepted
        process = kernel._process._process
        assert process is not None
        process.kill()
        process.wait()
        assert kernel(certificate, instance_of(certificate)).accepted


def test_threads_that_ask_one_kernel_wait_for_each_other() -> None:
    some = SHIPPED[:6] * 3
    alone = {path: line_of(path) for path in some}
    with Kernel() as kernel, ThreadPoolExecutor(4) as threads:
        replies = threads.map(lambda path: kernel(path, instance_of(path)), some)
        assert [reply.text for reply in replies] == [alone[path] for path in some]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_process_that_is_forked_asks_a_kernel_of_its_own() -> None:
    path = SHIPPED[0]
    assert ask(path, instance_of(path)).accepted
    inherited = own_kernel()
    child = os.fork()
    if not child:
        code = 1
        try:
            shared = own_kernel() is inherited
            code = int(shared or not ask(path, instance_of(path)).accepted)
        finally:
            own_kernel().close()
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ask(path, instance_of(path)).accepted
