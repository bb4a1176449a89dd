"""`verifier search` as people use it: files, certificates, words, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import Run, outside
from verifier.checker import Check
from verifier.cli.search import search
from verifier.game.reader import load
from verifier.search.size import size
from verifier.theory.dropped import DROPPED


@pytest.mark.slow
@pytest.mark.parametrize("name", DROPPED)
def test_every_row_is_found_certified_and_explained(run: Run, name: str, tmp_path: Path) -> None:
    ran = run("search", "--drop", name, "--output", str(tmp_path), "--json")
    assert (ran.code, ran.err) == (0, "")
    record = json.loads(ran.out)
    assert record["found"] and record["smallest_shape"]
    assert record["instance"]["verdict"] == "refuted"
    several = DROPPED[name].personal
    assert ("twin" in record, "twins" in record) == (not several, several)
    twins = record["twins"] if several else [record["twin"]]
    assert len(twins) == DROPPED[name].smallest_shape.users
    assert all(twin["verdict"] in ("proved", "vacuous") for twin in twins)
    for end in (record["instance"], *twins):
        path, certificate = Path(end["path"]), Path(end["certificate"])
        reply = Check(
            certificate,
            path,
            ["--guarantee", record["guarantee"], "--verdict", end["verdict"]],
        ).reply()
        assert reply.accepted
        assert end["kernel"] == reply.text
        assert ("user" in end) == (several and end in twins)
    told = " ".join(str(search.epilog).split())
    assert f"--drop {name} " not in told or f"she loses {record['loss']})" in told
    game = load(record["instance"]["path"])
    assert json.loads(json.dumps(record["size"])) == record["size"]
    assert (size(game).prior_denominator, size(game).largest_difference) == (
        record["size"]["odds"],
        record["size"]["stakes"],
    )
    told = " ".join((game.notes or "").split())
    assert DROPPED[name].lesson in told
    assert "How it was found: - grid: prior denominators up to 6" in told
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.slow
def test_the_same_search_writes_the_same_bytes(tmp_path: Path) -> None:
    """In another process, which orders sets otherwise."""
    outputs = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        words = ["--drop", "identical", "--method", "sample", "--seed", "3", "--output", folder]
        ran = outside("search", *words, cwd=tmp_path)
        assert ran.code == 0
        outputs.append(ran.out.replace(str(folder), "DIR"))
    assert outputs[0] == outputs[1]
    assert outputs[0].startswith("without identical, bayes: a counterexample")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@pytest.mark.slow
def test_not_found_is_exit_3_and_says_what_was_covered(run: Run, tmp_path: Path) -> None:
    words = [
        "--drop",
        "anonymous",
        "--states",
        "2",
        "--actions",
        "2",
        "--output",
        str(tmp_path / "out"),
    ]
    ran = run("search", *words)
    assert ran.code == 3
    told = " ".join(ran.out.split())
    assert "without anonymous, best-ai: nothing found within the budget" in told
    assert "exhausted: 230 priors with a utility of hers, 0 in which she could lose" in told
    assert "asked of z3, 0 games examined: z3 says unsat" in told
    assert not (tmp_path / "out").exists()
    record = json.loads(run("search", *words, "--json").out)
    assert (record["found"], record["stopped"]) == (False, None)


@pytest.mark.slow
def test_another_guarantee_that_uses_the_hypothesis(run: Run, tmp_path: Path) -> None:
    ran = run(
        "search", "--drop", "hull", "--guarantee", "best-ai", "--output", str(tmp_path), "--json"
    )
    assert ran.code == 0
    assert json.loads(ran.out)["guarantee"] == "best-ai"
    assert (tmp_path / "hull.best-ai.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--drop", "nonsense"], "--drop nonsense: expected one of hull, identical"),
        (["--drop", "identical", "--guarantee", "best-ai"], "identical is a hypothesis of bayes"),
        (
            ["--drop", "hull", "--agents", "1"],
            "the scope is smaller than the least possible: 2 agents",
        ),
        (
            ["--drop", "hull", "--objective", "prettiest"],
            "--objective prettiest: expected one of smallest",
        ),
        (["--drop", "identical", "--objective", "largest-ratio"], "the hull distance is 0"),
        (["--drop", "hull", "--method", "magic"], "--method magic: expected one of enumerate"),
        (["--drop", "hull", "--states", "0"], "--states"),
        (["--drop", "hull", "--users", "2"], "in its games there is one user"),
        (["--drop", "personalised", "--users", "1"], "--users"),
        (["--drop", "personalised", "--guarantee", "best-ai"], "is a hypothesis of bayes"),
        (["--drop", "hull", "--seconds", "0"], "--seconds"),
        ([], "--drop"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(run: Run, words: list[str], message: str) -> None:
    ran = run("search", *words)
    assert ran.code == 2
    assert message in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run("search", "--drop", "hull", "--output", str(tmp_path / "file" / "folder"))
    assert ran.code == 2
    assert "cannot be written" in ran.err
    assert "Traceback" not in ran.err
