"""`verifier hull` on tables, from the command line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.commands import Run
from tests.games import INSTANCES
from verifier.checker import Reply
from verifier.notebook import html
from verifier.tables import measure as tables

TABLE = "item,u,a,b\nx,0,0,1\ny,1,4,0\nz,2,4,1/2\nv,0,2,3\nw,3,0.5,2\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_json_has_every_number_exactly(run: Run, table: Path) -> None:
    ran = run(
        "hull",
        table,
        "--json",
        "--curve",
        "--orders",
        2,
        "--within",
        "2.1",
        "--certificates",
        "kept",
    )
    assert ran.code == 0
    (record,) = ran.records
    assert list(record) == [
        "table",
        "user",
        "agents",
        "rows",
        "left_out",
        "dropped",
        "labels",
        "asides",
        "read_as",
        "epsilon",
        "weights",
        "offset",
        "witness",
        "cone_epsilon",
        "single",
        "equal",
        "mean_error",
        "growth_norm",
        "growth",
        "smallest",
        "certificate",
        "as_read",
        "kernel",
    ]
    assert (record["user"], record["agents"], record["rows"], record["left_out"]) == (
        "u",
        ["a", "b"],
        5,
        0,
    )
    assert (record["epsilon"], record["weights"], record["offset"]) == (
        "81/40",
        ["1/10", "9/10"],
        "-7/8",
    )
    assert record["witness"] == [[3, "1/20"], [4, "-1/2"], [5, "9/20"]]
    assert record["cone_epsilon"] == "3/2"
    assert record["single"] == {"agent": "b", "epsilon": "9/4", "offset": "-3/4"}
    assert record["equal"] == {"epsilon": "17/8", "offset": "-3/8"}
    mean = record["mean_error"]
    assert isinstance(mean, dict) and (mean["epsilon"], mean["single"]["agent"]) == ("49/50", "b")
    growth = record["growth"]
    assert isinstance(growth, list) and [len(order["steps"]) for order in growth] == [2, 2]
    assert {order["steps"][1]["epsilon"] for order in growth} == {"81/40"}
    assert record["smallest"] == {
        "tolerance": "21/10",
        "least": 2,
        "agents": ["a", "b"],
        "epsilon": "81/40",
        "exact": True,
        "measures": 2,
    }
    assert record["certificate"] == "kept/table.hull.json"
    kernel = str(record["kernel"])
    assert kernel.startswith("accepted: table sha256:")
    assert ", 5 rows (left out: 0 rows, 0 columns), agents 'a', 'b': the distance of" in kernel
    for said in ("81/40 (sup norm, simplex)", "3/2 (sup norm, cone)", "49/50 (mean norm, simplex)"):
        assert f"the distance of 'u' is {said}" in kernel
    assert run("check", "kept/table.hull.json", table).out.strip() == kernel
    table.write_text(TABLE.replace("0.5", "0.6"), encoding="utf-8")
    refused = run("check", "kept/table.hull.json", table)
    assert refused.code == 1 and "the certificate is for 'sha256:" in refused.out


def test_text(run: Run, table: Path) -> None:
    ran = run("hull", table, "--sup-only", "--user", "b", "--curve", "--within", "1/10")
    assert ran.code == 0 and "mean abs error" not in ran.out
    assert "user b, 2 agents" in ran.out and "kernel: accepted" in ran.out
    assert "no agents come within 1/10: all 2 together are" in ran.out
    assert "best single" in ran.out


def test_only_the_norms_that_are_named(run: Run, table: Path) -> None:
    every, sup, mean, both = (
        run("hull", table, "--json", *words).records[0]
        for words in (
            (),
            ("--norm", "sup"),
            ("--norm", "mean"),
            ("--norm", "mean", "--norm", "sup"),
        )
    )
    assert both == every
    assert str(sup.pop("kernel")).count("norm") == 2
    assert str(mean.pop("kernel")).count("norm") == 1
    assert sup == {key: every[key] for key in sup}
    assert every.keys() - sup == {"mean_error", "kernel"}
    assert mean == {key: every[key] for key in mean} and "mean_error" in mean
    assert not {"epsilon", "cone_epsilon", "single", "equal", "squared_error"} & mean.keys()
    lines = run("hull", table, "--norm", "mean").out
    assert "mean abs error" in lines and "simplex" not in lines.partition("kernel")[0]


def test_squares(run: Run, table: Path) -> None:
    """Measured only if asked for, in both conventions, and confirmed by the kernel."""
    ran = run("hull", table, "--norm", "squared", "--json")
    (record,) = ran.records
    squared = record["squared_error"]
    assert isinstance(squared, dict) and not {"epsilon", "mean_error"} & record.keys()
    assert (squared["epsilon"], squared["weights"]) == ("4295/2344", ["243/586", "343/586"])
    assert squared["cone"] == {
        "epsilon": "383/284",
        "weights": ["9/142", "0"],
        "offset": "303/284",
    }
    assert squared["single"] == {"agent": "b", "epsilon": "71/25", "offset": "-1/10"}
    assert squared["equal"] == {"epsilon": "15/8", "offset": "-1/2"}
    assert str(record["kernel"]).count("(squared norm, ") == 2
    lines = run("hull", table, "--norm", "squared").out
    assert "  mean square    distance 4295/2344 (1.832337..)" in lines
    assert "                 equal weights 15/8 (1.875)" in lines
    assert "  cone, square   distance 383/284 (1.348591..)" in lines


def test_a_curve_is_in_the_first_norm_and_may_hold_rows_out(run: Run, table: Path) -> None:
    words = ("hull", table, "--norm", "squared", "--norm", "sup", "--curve", "--orders", 2)
    (record,) = run(*words, "--hold-out", "1/2", "--json").records
    assert record["growth_norm"] == "squared"
    for order in record["growth"]:  # type: ignore[attr-defined]
        for step in order["steps"]:
            assert list(step) == ["agents", "epsilon", "cone", "single", "equal", "tested"]
            assert list(step["tested"]) == ["epsilon", "cone", "single", "equal"]
    lines = run(*words, "--hold-out", "1/2").out
    assert "2 random orders, squared norm" in lines and "rows that were held out" in lines
    assert "held out" not in run(*words).out


@pytest.mark.slow
def test_parquet_is_checked_by_way_of_csv(run: Run, tmp_path: Path) -> None:
    from pyarrow import table as arrow
    from pyarrow.parquet import write_table

    write_table(arrow({"u": [0.1, 2.5, 3.0], "a": [1, None, 3]}), tmp_path / "data.parquet")
    refused = run("hull", "data.parquet")
    assert refused.code == 2 and "1 cell missing, in 1 row and 1 column" in refused.err
    ran = run("hull", "data.parquet", "--drop-rows", "--certificates", "kept")
    assert ran.code == 0 and "left out: 1 row with missing cells" in ran.out
    assert (tmp_path / "kept/data.hull.csv").read_text(
        encoding="utf-8"
    ) == "u,a\n0.1,1\n2.5,\n3,3\n"
    assert run("check", "kept/data.hull.json", "kept/data.hull.csv").code == 0


@pytest.mark.slow
def test_a_figure_of_the_curve(run: Run, table: Path, tmp_path: Path) -> None:
    assert run("hull", table, "--figure", "curve.svg").code == 0
    first = (tmp_path / "curve.svg").read_bytes()
    assert b"<svg" in first and b"best mixture" in first
    assert run("hull", table, "--figure", "curve.svg").code == 0
    assert (tmp_path / "curve.svg").read_bytes() == first
    assert run("hull", table, "--figure", "curve.bmp").code == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--drop-rows", "--drop-columns"], "exclude each other"),
        (["--user", "nobody"], "no column of numbers is called 'nobody', there are 'u', 'a', 'b'"),
        (["--sup-only", "--norm", "mean"], "--sup-only and --norm exclude each other"),
        (["--norm", "max"], "'max' is not one of 'sup', 'mean', 'squared'"),
        (["--hold-out", "1/2"], "--hold-out: only with --curve or --figure"),
        (["--curve", "--hold-out", "1"], "--hold-out: is 1, expected less than 1"),
        (["--curve", "--hold-out", "-1"], "--hold-out -1: expected a nonnegative rational"),
        (["--orders", "2"], "--orders: only with --curve or --figure"),
        (["--seed", "2", "--within", "1"], "--seed: only with --curve or --figure"),
        (["--rounds", "2", "--curve"], "--rounds: only with --within"),
        (["--within", "-1"], "--within -1: expected a nonnegative rational"),
        (["--within", "near"], "--within: 'near' is not a rational"),
        (["--certificates", "table.csv"], "cannot be made"),
    ],
)
def test_what_cannot_be_asked(words: list[str], message: str, run: Run, table: Path) -> None:
    ran = run("hull", table, *words)
    assert ran.code == 2 and message in ran.err and "Traceback" not in ran.err


def test_options_for_tables_do_not_go_with_instances(run: Run) -> None:
    ran = run("hull", INSTANCES / "classics/prosecutor.toml", "--curve", "--sup-only")
    assert ran.code == 2 and "--sup-only, --curve: for tables (.csv, .parquet) only" in ran.err
    ran = run("hull", INSTANCES / "classics/prosecutor.toml", "--missing", "x", "--agent", "y")
    assert ran.code == 2 and "--agent, --missing: for tables" in ran.err


def test_what_the_kernel_refuses_is_not_printed(
    run: Run,
    table: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Refusing:
        def __init__(self, *_: object) -> None: ...

        def reply(self) -> Reply:
            return Reply(1, "refused: forged")

    monkeypatch.setattr(tables, "begin", Refusing)
    ran = run("hull", table)
    assert (
        ran.code == 2
        and ran.out == ""
        and "the kernel does not accept the distances: refused: forged" in ran.err
    )


def test_from_python(tmp_path: Path, table: Path) -> None:
    report = tables.measure(tables.read(table, "a"))
    assert report.table.user == "a" and report.certificate is None
    assert report.distances[0].distance == Fraction(11, 4)
    assert report.distances[0].supporters == ("b",)
    assert "Distance (sup, simplex): 11/4" in html(report.distances[0])
