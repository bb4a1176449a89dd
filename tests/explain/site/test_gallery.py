"""A site from a folder: every link leads somewhere, the course visits every page once, verdicts are
the kernel's.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.commands import explain
from tests.games import INSTANCES
from tests.markup import parsed
from verifier.explain.theorem.course import THEOREMS

pytestmark = pytest.mark.slow


def links(page: Path) -> list[tuple[str, dict[str, str | None]]]:
    return [
        (link, found)
        for tag, found in parsed(page.read_text(encoding="utf-8")).seen
        for key in ("href", "src")
        if (link := found.get(key)) is not None and not link.startswith("data:")
    ]


def test_every_link_and_picture_is_there(site: Path) -> None:
    count = 0
    for page in site.rglob("*.html"):
        for link, _ in links(page):
            file, _, part = link.partition("#")
            target = page if not file else page.parent / unquote(file)
            assert target.is_file(), f"{page}: {link}"
            if part:
                assert f'id="{part}"' in target.read_text(encoding="utf-8"), f"{page}: {link}"
            count += 1
    assert count > 200


def follow(site: Path, direction: str, start: Path) -> list[Path]:
    seen, here = [start.resolve()], start
    while step := next(
        (link for link, found in links(here) if found.get("rel") == direction), None
    ):
        here = here.parent / unquote(step)
        seen.append(here.resolve())
    return seen


def test_the_course_visits_every_page_once_there_and_back(site: Path) -> None:
    first = site / "theorems" / f"{THEOREMS[0].name}.html"
    course = follow(site, "next", first)
    pages = {page.resolve() for page in site.rglob("*.html")} - {(site / "index.html").resolve()}
    assert len(course) == len(set(course)) == len(THEOREMS) + 5
    assert set(course) == pages
    assert follow(site, "prev", course[-1]) == course[::-1]


def test_an_instance_follows_the_theorem_that_fewest_show(site: Path) -> None:
    course = [
        path.stem for path in follow(site, "next", site / "theorems" / f"{THEOREMS[0].name}.html")
    ]
    assert course[course.index("without-identical") + 1] == "identical"
    assert course[course.index("tightness") + 1] == "two_guides"
    assert course[course.index("one-agent") + 1] == "prosecutor"


def test_the_index_sorts_by_guarantee_and_verdict(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    refuted = index[index.index('id="bayes-refuted"') : index.index('id="quantal"')]
    assert re.findall(r'href="instances/([^"]*)#bayes"', refuted) == [
        "counterexamples/identical.html"
    ]
    assert index.count('<li><a href="instances/') == 15
    assert index.count("<img ") == 15


def test_a_theorem_names_the_games_that_show_it(site: Path) -> None:
    page = (site / "theorems" / "without-identical.html").read_text(encoding="utf-8")
    assert re.findall(r'href="\.\./instances/([^"]*)"', page)[0] == "counterexamples/identical.html"
    assert '<h2 id="theorem-statement-h">The statement</h2>' in page
    assert "None of the games on this site." in (site / "theorems" / "without-hull.html").read_text(
        encoding="utf-8"
    )


def test_an_unreadable_instance_is_reported_and_the_others_are_told(tmp_path: Path) -> None:
    (tmp_path / "games").mkdir()
    shutil.copy(INSTANCES / "classics" / "prosecutor.toml", tmp_path / "games")
    (tmp_path / "games" / "broken.toml").write_text("title = 3", encoding="utf-8")
    done = explain(
        tmp_path / "games", "--format", "html", "-o", tmp_path / "site", "--guarantee", "bayes"
    )
    assert done.returncode == 2
    assert "broken.toml" in done.stderr and "Traceback" not in done.stderr
    assert (tmp_path / "site" / "instances" / "prosecutor.html").is_file()
    assert not (tmp_path / "site" / "instances" / "broken.html").exists()


def test_the_same_folder_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    explain(site.parent / "games", "--format", "html", "-o", tmp_path)
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(
        path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()
    )
    assert all((site / file).read_bytes() == (tmp_path / file).read_bytes() for file in files)
