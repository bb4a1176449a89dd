"""Stories as LaTeX and pictures as TikZ and PDF: complete, ASCII, and what pdflatex compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import verifier.api as vf
from tests.commands import Run
from tests.games import INSTANCES, NASTY, nasty_game
from verifier.explain.picture.drawing import Outline, Words, drawing
from verifier.explain.picture.pdf import pdf
from verifier.explain.picture.tikz import tikz
from verifier.explain.tex import tex

LATEX = shutil.which("pdflatex")
PROSECUTOR = INSTANCES / "classics" / "prosecutor.toml"


def balanced(source: str) -> bool:
    """Whether environments and braces are closed in the order in which they are opened."""
    open_ones: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", source):
        if kind == "begin":
            open_ones.append(name)
        elif not open_ones or open_ones.pop() != name:
            return False
    plain = re.sub(r"\\\\|\\[{}]", "", source)
    return not open_ones and plain.count("{") == plain.count("}")


def pictures() -> list[str]:
    told = vf.explain(PROSECUTOR)
    return [svg for story in told.values() for drawn in story.pictures.values() for svg in drawn]


@pytest.mark.parametrize("name", ["classics/prosecutor", "guarantees/drug_sponsors"])
def test_a_document_is_complete_and_ascii(name: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "story.tex"
    done = run("explain", INSTANCES / f"{name}.toml", "--guarantee", "bayes", "-o", file)
    assert (done.code, done.out, done.err) == (0, "", "")
    source = file.read_text(encoding="ascii")
    assert source.startswith("\\documentclass{article}\n\\usepackage{amsmath}\n\\usepackage{tikz}")
    assert balanced(source) and source.endswith("\\end{document}\n")
    assert r"\subsection*{The proof, with this game'{}s numbers}" in source
    assert r"u{\left(\mu \right)} &\ge " in source
    assert source.count(r"\begin{tikzpicture}") >= 3


def test_names_are_never_commands() -> None:
    source = vf.explain(vf.verify(nasty_game(), "bayes")).tex
    assert source.isascii() and balanced(source)
    for name in NASTY:
        assert tex(name) in source


@given(st.text())
def test_any_words_are_ascii_without_commands_of_their_own(words: str) -> None:
    said = tex(words)
    assert said.isascii() and "\n" not in said
    assert balanced(said) and said.count("$") % 2 == said.count("\\$") % 2


@pytest.mark.slow
@pytest.mark.skipif(LATEX is None, reason="2026-11-27: needs pdflatex with pgf (texlive-pictures)")
def test_pdflatex_compiles_stories_with_pictures_and_nasty_names(tmp_path: Path) -> None:
    found = {"prosecutor": vf.verify(PROSECUTOR), "nasty": vf.verify(nasty_game())}
    for name, verified in found.items():
        vf.explain(verified).save(tmp_path / f"{name}.tex")
        done = subprocess.run(
            [str(LATEX), "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
        assert (tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_tikz_has_every_outline_and_word_at_its_place() -> None:
    for svg in pictures():
        drawn, source = drawing(svg), tikz(svg)
        assert len(drawn.elements) == svg.count("<path ") + svg.count("<text ") > 0
        assert source.count(r"\path[") == svg.count("<path ")
        for element in drawn.elements:
            if isinstance(element, Words):
                x, y = element.place
                assert f"at ({x:.2f},{y:.2f}) " in source and tex(element.text) in source
                assert f"{element.text.replace('&', '&amp;').replace('<', '&lt;')}</text>" in svg
            else:
                x, y = element.segments[0].places[0]
                assert f"({x:.2f},{y:.2f})" in source
        assert balanced(source)


def test_a_circle_ends_where_it_begins() -> None:
    circle = '<path d="M1 2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z" fill="#000000"/>'
    svg = f'<svg viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg">{circle}</svg>'
    (outline,) = drawing(svg).elements
    assert isinstance(outline, Outline)
    move, *curves, close = outline.segments
    assert (move.places, close.kind, len(curves)) == (((1.0, 2.0),), "close", 4)
    assert [curve.places[-1] for curve in curves] == [(4, 5), (7, 2), (4, -1), (1, 2)]


def test_a_pdf_has_its_objects_where_its_table_says() -> None:
    for svg in pictures():
        made = pdf(svg)
        assert made == pdf(svg) and made.startswith(b"%PDF-1.4\n") and made.endswith(b"%%EOF\n")
        table = int(made.rsplit(b"startxref\n", 1)[1].split()[0])
        assert made[table:].startswith(b"xref\n0 5\n")
        for n, line in enumerate(made[table:].splitlines()[3:7], start=1):
            assert made[int(line[:10]) :].startswith(b"%d 0 obj\n" % n)
        width, height = drawing(svg).width, drawing(svg).height
        assert f"/MediaBox [0 0 {width:g} {height:g}]".encode() in made
        words = [e for e in drawing(svg).elements if isinstance(e, Words)]
        assert made.count(b"BT ") == len(words) > 0


def test_pictures_are_written_in_three_forms(run: Run, tmp_path: Path) -> None:
    done = run(
        "explain", PROSECUTOR, "--guarantee", "bayes", "--short", "--pictures", tmp_path / "p"
    )
    assert (done.code, done.err) == (0, "")
    written = sorted(path.name for path in (tmp_path / "p").iterdir())
    stems = {name.rsplit(".", 1)[0] for name in written}
    assert "prosecutor.bayes.conclusion" in stems
    assert written == sorted(f"{stem}.{end}" for stem in stems for end in ("pdf", "svg", "tex"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--short", "--format", "tex"], "--short: only as text, md or html"),
        (["--full", "--format", "tex"], "--full: only for text; tex has all numbers in full"),
    ],
)
def test_what_does_not_go_with_tex(run: Run, words: list[str], message: str) -> None:
    done = run("explain", PROSECUTOR, *words)
    assert done.code == 2 and message in done.err


def test_pictures_need_one_instance_and_a_folder(run: Run, tmp_path: Path) -> None:
    done = run("explain", INSTANCES, "--pictures", tmp_path)
    assert done.code == 2 and f"--pictures: {INSTANCES} is a folder" in done.err
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run("explain", PROSECUTOR, "--pictures", tmp_path / "file")
    assert done.code == 2 and "is a file; name a folder" in done.err
