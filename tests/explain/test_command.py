"""`verifier explain` from the command line: formats, files, errors, and pages that hold byte for byte what the kernel read."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from tests.explain.test_skins import parsed
from tests.strategies import INSTANCES, ROOT
from verifier.checker import Check

FILM = INSTANCES / "guarantees" / "film_night.toml"
IDENTICAL = INSTANCES / "counterexamples" / "identical.toml"


def run(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "verifier.cli", "explain", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, env={"PYTHONPATH": str(ROOT)})


def test_text_is_the_default_and_tells_all_three() -> None:
    done = run(FILM)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if line in ("bayes: PROVED", "quantal: PROVED", "best-ai: PROVED")] == [
        "bayes: PROVED", "quantal: PROVED", "best-ai: PROVED",
    ]  # fmt: skip


def test_a_refutation_exits_0_it_was_explained() -> None:
    done = run(IDENTICAL, "--guarantee", "bayes")
    assert done.returncode == 0
    assert "bayes: REFUTED" in done.stdout


def test_markdown_to_a_file(tmp_path: Path) -> None:
    done = run(FILM, "--format", "md", "--guarantee", "bayes", "-o", tmp_path / "deep" / "film.md")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    told = (tmp_path / "deep" / "film.md").read_text(encoding="utf-8")
    assert told.startswith("# Film night with partisan recommenders\n")
    assert r"u{\left(\mu \right)} &\ge \frac{U_{1}{\left(\mu \right)}}{3}" in told
    assert not list((tmp_path / "deep").glob("*.part"))


@pytest.mark.parametrize("path", [FILM, IDENTICAL], ids=lambda path: path.stem)
def test_a_page_holds_what_the_kernel_read(path: Path, tmp_path: Path) -> None:
    done = run(path, "--format", "html", "-o", tmp_path / "page.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    tags = parsed(page)
    saved = {found["download"]: found["href"] for tag, found in tags.seen if tag == "a" and "download" in found}
    assert set(saved) == {path.name, *(f"{path.stem}.{name}.json" for name in ("bayes", "quantal", "best-ai"))}
    for name, link in saved.items():
        assert name and link
        head, _, body = link.partition(",")
        assert head == "data:application/octet-stream;base64"
        (tmp_path / name).write_bytes(base64.b64decode(body))
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    for name in ("bayes", "quantal", "best-ai"):
        reply = Check(tmp_path / f"{path.stem}.{name}.json", tmp_path / path.name).reply()
        assert reply.accepted
        assert reply.text in "".join(tags.texts)
    shipped = ROOT / "proofs" / "certificates" / path.parent.name / f"{path.stem}.bayes.json"
    assert (tmp_path / f"{path.stem}.bayes.json").read_bytes() == shipped.read_bytes()


def test_a_page_fetches_nothing_and_is_named_for_screen_readers(tmp_path: Path) -> None:
    run(FILM, "--format", "html", "-o", tmp_path / "page.html")
    tags = parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    ids = [found["id"] for _, found in tags.seen if "id" in found]
    assert len(set(ids)) == len(ids)
    for tag, found in tags.seen:
        for key in ("src", "href"):
            link = found.get(key)
            assert link is None or link.startswith(("#", "data:"))
            if link is not None and link.startswith("#"):
                assert link[1:] in ids
        if tag in ("section", "article"):
            assert found["aria-labelledby"] in ids
        if found.get("role") == "region":
            assert found["aria-label"] and found["tabindex"] == "0"
    assert ("html", {"lang": "en"}) in tags.seen


def test_the_same_page_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first.html", "again.html"):
        run(IDENTICAL, "--format", "html", "-o", tmp_path / name)
    assert (tmp_path / "first.html").read_bytes() == (tmp_path / "again.html").read_bytes()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["missing.toml"], "missing.toml: no such file"),
        ([FILM, "--guarantee", "g1"], "--guarantee g1: expected one of bayes, quantal, best-ai"),
        ([FILM, "--tolerance", "-1"], "--tolerance -1: expected a nonnegative rational"),
        ([FILM, "--format", "pdf"], "'pdf' is not one of 'text', 'md', 'html'"),
        ([FILM, "-o", "/"], "--output /: is a folder; name a file"),
        ([FILM, "-o", "/proc/nothing/page.txt"], "--output /proc/nothing/page.txt: cannot be written"),
    ],
)
def test_bad_input_is_one_line(words: list[str | Path], complaint: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
