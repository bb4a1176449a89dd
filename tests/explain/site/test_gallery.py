"""A site from a folder: every link leads somewhere, the course visits every page once, verdicts are
the kernel's.
"""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

import verifier
from tests.commands import explain
from tests.games import INSTANCES
from tests.markup import parsed
from verifier.explain.theorem import theorems

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


def test_a_long_number_on_a_card_leads_nowhere(tmp_path: Path) -> None:
    """It stands in full on the story's page, and by its first digits on the card."""
    text = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")
    games = tmp_path / "games"
    games.mkdir()
    long = f'tolerance = "1/{10**60 + 7}"'
    (games / "long.toml").write_text(f"{text}\n[claim]\n{long}\n", encoding="utf-8")
    explain(games, "--format", "html", "-o", tmp_path / "site")
    index = tmp_path / "site" / "index.html"
    assert 'data-guarantee="bayes"' in index.read_text(encoding="utf-8")
    assert "0.999999…" in index.read_text(encoding="utf-8")
    here = [link for link, _ in links(index) if link.startswith("#")]
    assert here
    for link in here:
        assert f'id="{link[1:]}"' in index.read_text(encoding="utf-8"), link


def follow(site: Path, direction: str, start: Path) -> list[Path]:
    seen, here = [start.resolve()], start
    while step := next(
        (link for link, found in links(here) if found.get("rel") == direction), None
    ):
        here = here.parent / unquote(step)
        seen.append(here.resolve())
    return seen


def test_the_course_visits_every_page_once_there_and_back(site: Path) -> None:
    course = follow(site, "next", start_of(site))
    pages = {
        page.resolve()
        for part in ("theorems", "instances")
        for page in (site / part).rglob("*.html")
    }
    assert len(course) == len(set(course)) == len(theorems()) + 5
    assert set(course) == pages
    assert follow(site, "prev", course[-1]) == course[::-1]


def start_of(site: Path) -> Path:
    """The first page of the course, to which the index leads."""
    index = (site / "index.html").read_text(encoding="utf-8")
    (start,) = re.findall(r'class="button" href="([^"]*)"', index)
    return site / unquote(start)


def test_the_course_starts_with_the_prosecutor(site: Path) -> None:
    course = [path.stem for path in follow(site, "next", start_of(site))]
    assert course[:2] == ["prosecutor", theorems()[0].name]


def test_a_theorem_is_followed_by_an_example_that_shows_it(site: Path) -> None:
    course = [path.stem for path in follow(site, "next", start_of(site))]
    assert course[course.index("without-identical") + 1] == "identical"
    assert course[course.index("t-7-2") + 1] == "two_guides"
    for before, after in pairwise(course[1:]):
        page = site / "theorems" / f"{before}.html"
        if page.is_file() and not (site / "theorems" / f"{after}.html").is_file():
            assert f"/{quote(after)}.html" in page.read_text(encoding="utf-8")


def test_the_index_sorts_by_guarantee_and_verdict(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    refuted = index[index.index('id="bayes-refuted"') : index.index('id="quantal"')]
    assert re.findall(r'href="instances/([^"]*)#bayes"', refuted) == [
        "counterexamples/identical.html"
    ]
    assert index.count("<li data-card ") == 15
    assert index.count("<img ") == 15


def test_a_theorem_names_the_games_that_show_it(site: Path) -> None:
    page = (site / "theorems" / "without-identical.html").read_text(encoding="utf-8")
    assert re.findall(r'href="\.\./instances/([^"]*)"', page)[0] == "counterexamples/identical.html"
    assert "<em>Proof.</em> An example is a proof." in page
    assert "None of the games on this site." in (site / "theorems" / "without-hull.html").read_text(
        encoding="utf-8"
    )


def test_the_index_counts_the_games_that_a_theorems_page_lists(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    listed = re.findall(r'href="theorems/([^"]*)">.*?<small>(.*?)</small>', index)
    assert len(listed) == len(theorems())
    for name, said in listed:
        page = (site / "theorems" / name).read_text(encoding="utf-8")
        _, _, shown = page.partition('<h2 id="shown-h">')
        found = re.search(r"; (\d+) games? shows? it", said)
        assert bool(found) == bool(shown)
        assert found is None or int(found[1]) == shown.count("<li>")


def test_a_citation_leads_to_the_theorem(site: Path) -> None:
    page = (site / "instances" / "classics" / "prosecutor.html").read_text(encoding="utf-8")
    cited = re.findall(r'href="\.\./\.\./theorems/t-([\d-]+)\.html">theory\.md ([\d.]+)</a>', page)
    assert len(cited) > 5
    assert all(anchor.replace("-", ".") == number for anchor, number in cited)
    assert not re.search(r"theory\.md \d", re.sub(r"<a [^>]*>.*?</a>", "", page))


def test_an_instance_leads_to_what_it_shows(site: Path) -> None:
    page = (site / "instances" / "counterexamples" / "identical.html").read_text(encoding="utf-8")
    shown = re.findall(r"<li>This game shows: (.*)", page)
    assert "theorems/without-identical.html" in shown[0]
    page = (site / "instances" / "tightness" / "two_guides.html").read_text(encoding="utf-8")
    assert "theorems/t-7-2.html" in re.findall(r"<li>This game shows: (.*)", page)[0]
    without = re.findall(r"<li>Why its hypotheses.*", page)[0]
    assert "theorems/without-hull.html" in without
    assert "theorems/without-personalised.html" not in without, "there is one user"


def test_a_theorem_leads_to_its_code_and_the_check_of_the_kernel(site: Path) -> None:
    page = (site / "theorems" / "t-6-2.html").read_text(encoding="utf-8")
    assert 'href="../code/theory/equilibria/single_sender.html"' in page
    assert 'href="../code/kernel/core/equilibrium.html#priced"' in page
    assert 'href="../instances/classics/prosecutor.html"' in page
    shown = parsed((site / "code/kernel/core/equilibrium.html").read_text(encoding="utf-8"))
    checked = Path(verifier.__file__).parent / "kernel" / "core" / "equilibrium.py"
    source = checked.read_text(encoding="utf-8")
    assert source.strip() in "".join(shown.texts)


def test_what_a_theorem_cites_outside_the_site_is_named(site: Path) -> None:
    """A link of theory.md to a page that the site lacks is text, and the file's name follows."""
    count = 0
    for page in (site / "theorems").iterdir():
        text = page.read_text(encoding="utf-8")
        cited = re.findall(r'<span title="([^"]*)">.*?</span>(.*?)(?=<span title|<a |</p>)', text)
        for (target, after), (another, _) in pairwise([*cited, ("", "")]):
            name = f"<small>({target.rpartition('/')[2]})</small>"
            assert after.lstrip().startswith(name) or another == target, page
            count += 1
    assert count > 100
    ties = (site / "theorems" / "t-4-3.html").read_text(encoding="utf-8")
    assert "an example</span> <small>(decisions.md#when-she-picks)</small>" in ties


def test_formulas_of_theorems_are_typeset(site: Path) -> None:
    for page in (site / "theorems").iterdir():
        text = page.read_text(encoding="utf-8")
        assert "$" not in text and "\\" not in text, page
    assert "<math " in (site / "theorems" / "t-2-2.html").read_text(encoding="utf-8")


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
