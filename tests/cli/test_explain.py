"""`verifier explain` from the command line: formats, files, errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import FILM, IDENTICAL, Run
from tests.games import INSTANCES, ROOT


@pytest.mark.slow
def test_text_is_the_default_and_tells_all_three(run: Run) -> None:
    done = run("explain", FILM)
    assert (done.code, done.err) == (0, "")
    assert [
        line
        for line in done.out.splitlines()
        if line in ("bayes: PROVED", "quantal: PROVED", "best-ai: PROVED")
    ] == [
        "bayes: PROVED",
        "quantal: PROVED",
        "best-ai: PROVED",
    ]


def test_a_refutation_exits_0_it_was_explained(run: Run) -> None:
    done = run("explain", IDENTICAL, "--guarantee", "bayes")
    assert done.code == 0
    assert "bayes: REFUTED" in done.out


@pytest.mark.slow
def test_long_fractions_are_in_full_when_asked_for(run: Run) -> None:
    words: list[str | Path] = [INSTANCES / "data" / "films.toml", "--guarantee", "best-ai"]
    short, full = run("explain", *words).out, run("explain", *words, "--full").out
    assert (
        "Shortened numbers follow in full with --full." in short
        and "0.123739.. = 344684939959/2785576639472" not in short
    )
    assert "  0.123739.. = 344684939959/2785576639472\n" in full
    assert "Shortened" not in run("explain", FILM, "--guarantee", "bayes").out


@pytest.mark.slow
def test_markdown_to_a_file(run: Run, tmp_path: Path) -> None:
    done = run(
        "explain",
        FILM,
        "--format",
        "md",
        "--guarantee",
        "bayes",
        "-o",
        tmp_path / "deep" / "film.md",
    )
    assert (done.code, done.out, done.err) == (0, "", "")
    told = (tmp_path / "deep" / "film.md").read_text(encoding="utf-8")
    assert told.startswith("# Film night with partisan recommenders\n")
    assert r"u{\left(\mu \right)} &\ge \frac{U_{1}{\left(\mu \right)}}{3}" in told
    assert not list((tmp_path / "deep").glob("*.part"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["missing.toml"], "missing.toml: no such file"),
        ([FILM, "--guarantee", "g4"], "--guarantee g4: expected one of bayes, quantal, best-ai"),
        ([FILM, "--tolerance", "-1"], "--tolerance -1: expected a nonnegative rational"),
        ([FILM, "--format", "pdf"], "'pdf' is not one of 'text', 'md', 'html'"),
        ([FILM, "-o", "/"], "--output /: is a folder; name a file"),
        (
            [INSTANCES],
            (
                "instances: is a folder; for a site with a page for each instance, give --format"
                " html -o FOLDER"
            ),
        ),
        (
            [INSTANCES, "--format", "html", "-o", FILM],
            "film_night.toml: is a file; a site is a folder",
        ),
        (
            [ROOT / "docs", "--format", "html", "-o", "site"],
            "docs: no instance files (*.toml) below this folder",
        ),
        (
            [FILM, "-o", "/proc/nothing/page.txt"],
            "--output /proc/nothing/page.txt: cannot be written",
        ),
    ],
)
def test_bad_input_is_one_line(run: Run, words: list[str | Path], complaint: str) -> None:
    done = run("explain", *words)
    assert done.code == 2
    assert complaint in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("name", "begins"),
    [("story.html", "<!DOCTYPE html>"), ("story.HTM", "<!DOCTYPE html>"), ("story.md", "# ")],
)
def test_the_name_of_the_output_decides_its_format(
    run: Run, name: str, begins: str, tmp_path: Path
) -> None:
    game = INSTANCES / "classics/prosecutor.toml"
    assert run("explain", game, "--guarantee", "G1", "-o", tmp_path / name).code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--format", "text", "-o", "story.html"], "its name means html, and --format asks for"),
        (["--format", "html", "-o", "story.md"], "its name means md, and --format asks for html"),
        (["--format", "md", "--full"], "--full: only for text"),
        (["--full", "-o", "story.html"], "--full: only for text"),
        (["--guarantee", "G4"], "--guarantee G4: expected one of bayes"),
    ],
)
def test_what_contradicts_itself_is_refused(run: Run, words: list[str], complaint: str) -> None:
    done = run("explain", INSTANCES / "classics/prosecutor.toml", *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ") and complaint in done.err
