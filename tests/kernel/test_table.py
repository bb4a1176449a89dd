"""The kernel on tables of utilities: what it must accept, and forgeries that it must refuse for the
stated reason.
"""

from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.second_checker.reading import RefusedError
from tests.second_checker.tables import decide_table
from verifier.checker import Certificate as Accepted
from verifier.checker import submit
from verifier.kernel.__main__ import main
from verifier.kernel.reader.document import UnreadableError, WrongError
from verifier.kernel.tables.distance import check
from verifier.solve.points import Mixture
from verifier.tables.columns import EVERYTHING, Choice
from verifier.tables.coverage import coverage
from verifier.tables.distance import Asked
from verifier.tables.measure import (
    certify,
    coverage_claim,
    distances_in,
    measure,
    read,
    removal_claim,
)
from verifier.tables.norm import USUAL_NORMS, Norm
from verifier.tables.reading import Missing
from verifier.tables.removal import removal

TEXT = "item,u,a,b\nx,0,0,1\ny,1,4,0\nz,2,4,1/2\nv,0,2,3\nw,3,0.5,2\n"
Certificate = dict[str, Any]
SUP, CONE, MEAN = range(3)


@pytest.fixture(scope="module", autouse=True)
def _own_kernel() -> Iterator[None]:
    """What is measured is checked by this process's kernel, not by one for each table."""

    def submitted(certificate: Accepted, path: Path, table: Path) -> SimpleNamespace:
        return SimpleNamespace(reply=partial(submit, certificate, path, table))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("verifier.tables.measure.begin", submitted)
        yield


def certified(
    folder: Path,
    text: str,
    missing: Missing = Missing.REFUSE,
    choice: Choice = EVERYTHING,
    asked: Sequence[Asked] = distances_in(USUAL_NORMS),
) -> tuple[Certificate, Path]:
    """The certificate of a table, and its file."""
    path = written(folder, text)
    return json.loads(measured(text, missing, choice, tuple(asked))), path


@cache
def measured(text: str, missing: Missing, choice: Choice, asked: tuple[Asked, ...]) -> str:
    with TemporaryDirectory() as folder:
        given = read(written(Path(folder), text), missing=missing, choice=choice)
        report = measure(given, asked, certificates=Path(folder))
        assert report.certificate is not None
        return Path(report.certificate).read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_accepts_all_three_distances(tmp_path: Path) -> None:
    certificate, path = certified(tmp_path, TEXT)
    assert [claim["distance"] for claim in certificate["claims"]] == ["81/40", "3/2", "49/50"]
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert check(certificate, str(path)) == (
        f"table sha256:{digest[:16]}, 5 rows (left out: 0 rows, 0 columns), agents 'a', 'b': the"
        " distance of 'u' is 81/40 (sup norm, simplex); the distance of 'u' is 3/2 (sup norm,"
        " cone); the distance of 'u' is 49/50 (mean norm, simplex)"
    )


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    certificate, path = certified(tmp_path, TEXT)
    (tmp_path / "certificate.json").write_text(json.dumps(certificate), encoding="utf-8")
    words = [str(tmp_path / "certificate.json"), str(path)]
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("accepted: table sha256:")
    for option in ("--verdict", "--guarantee", "--tolerance", "--claimed"):
        assert main([*words, option, "1"]) == 2
        assert "a distance of a table has no options" in capsys.readouterr().out


def test_rows_with_gaps_count_as_left_out(tmp_path: Path) -> None:
    certificate, path = certified(tmp_path, TEXT + "gap,NA,1,2\nlast,3,1,0.5\n", Missing.DROP_ROWS)
    assert ", 6 rows (left out: 1 rows, 0 columns), agents" in check(certificate, str(path))
    certificate["claims"][SUP]["witness"][0][0] = 6
    with pytest.raises(WrongError, match="a row that the table has not, or that is left out"):
        check(certificate, str(path))


def test_columns_with_gaps_are_counted(tmp_path: Path) -> None:
    certificate, path = certified(tmp_path, TEXT.replace("1/2", ""), Missing.DROP_COLUMNS)
    assert certificate["agents"] == ["a"]
    said = check(certificate, str(path))
    assert ", 5 rows (left out: 0 rows, 1 columns), agents 'a': the distance" in said


def test_long_fractions_are_printed_whole(tmp_path: Path) -> None:
    """So that the sentence says which number was checked."""
    certificate, path = certified(tmp_path, f"u,a\n0,0\n1/{10**90 + 7},0\n")
    said = f"the distance of 'u' is 1/{2 * (10**90 + 7)} (sup norm, simplex)"
    assert said in check(certificate, str(path))


def claim(n: int, **changes: Any) -> Callable[[Certificate], None]:
    return lambda content: content["claims"][n].update(changes)


def without_an_agent(content: Certificate) -> None:
    """As if the file had only one agent: his distance is larger, and true of him alone."""
    content["agents"] = ["a"]
    for entry in content["claims"]:
        entry["weights"] = [["a", "1"]]


WRONG: list[tuple[Callable[[Certificate], None], str]] = [
    (claim(SUP, distance="2"), "misses the user's utility in row"),
    (claim(SUP, distance="3"), "it does not keep a at that distance"),
    (claim(SUP, weights=[["a", "1"]]), "misses the user's utility in row"),
    (claim(SUP, weights=[["a", "1/2"]]), "summing to 1 if the mixture is a simplex"),
    (claim(SUP, weights=[["a", "2"], ["b", "-1"]]), "expected nonnegative numbers"),
    (claim(SUP, weights=[]), "summing to 1"),
    (claim(SUP, offset="7"), "misses the user's utility in row 1 "),
    (claim(SUP, witness=[[1, "1"], [2, "-1"]]), "masses as small as the norm says"),
    (claim(SUP, witness=[[1, "1/2"]]), "expected total mass 0"),
    (claim(SUP, witness=[]), "it does not keep a at that distance"),
    (claim(SUP, witness=[[1, "1/2"], [9, "-1/2"]]), "a row that the table has not"),
    (claim(SUP, norm="mean"), "masses as small as the norm says"),
    (claim(SUP, mixture="cone"), "it does not keep the user at that distance from 0"),
    (claim(CONE, witness=[[1, "-1/2"], [5, "1/2"]]), "it does not keep a at that distance"),
    (claim(CONE, distance="2"), "it does not keep the user at that distance from 0"),
    (claim(CONE, weights=[["a", "-1"]]), "expected nonnegative numbers"),
    (claim(MEAN, distance="1/2"), "mean error is more than the distance"),
    (claim(MEAN, distance="1"), "it does not keep"),
    (claim(MEAN, witness=[[1, "1/2"], [2, "-1/2"]]), "masses as small as the norm says"),
    (claim(MEAN, norm="sup"), "misses the user's utility in row"),
    (lambda content: content.update(table="sha256:0"), "the certificate is for 'sha256:0'"),
    (lambda content: content.update(rows=2), "5 rows and 0 left out, not 2 and 0"),
    (lambda content: content.update(left_out=1), "5 rows and 0 left out, not 5 and 1"),
    (
        lambda content: content.update(columns_left_out=1),
        "columns_left_out: beside labels, the user and the agents 0 columns",
    ),
    (without_an_agent, "columns_left_out: beside labels, the user and the agents 1 columns, not 0"),
]
UNREADABLE: list[tuple[Callable[[Certificate], None], str]] = [
    (lambda content: content.update(format="2"), "str is not of type int"),
    (lambda content: content.update(claims=[]), "expected 1 to 16 distances"),
    (claim(SUP, claim="hull distance"), "'hull distance' is no distance"),
    (lambda content: content.update(agents=["a", "a"]), "expected different names"),
    (lambda content: content.update(agents=["a", "u"]), "and not the user's"),
    (lambda content: content.update(agents=[]), "expected different names"),
    (lambda content: content.update(agents=["a", "b", "c"]), "no column is called 'c'"),
    (lambda content: content.update(user="v"), "no column is called 'v'"),
    (lambda content: content.update(user="item", columns_left_out=1), "'x' is not a rational"),
    (lambda content: content.update(extra=1), "unknown key 'extra'"),
    (lambda content: content.pop("rows"), "missing key 'rows'"),
    (claim(SUP, norm="max"), "'max' is not sup, mean or squared"),
    (claim(SUP, mixture="any"), "'any' is not simplex or cone"),
    (claim(SUP, weights=[["a", "1/2"], ["a", "1/2"]]), "a record appears twice"),
    (claim(SUP, weights=[["c", "1"]]), "'c' is not one of"),
    (claim(SUP, witness=[[1, "1/2"], [1, "-1/2"]]), "a row appears twice"),
    (claim(SUP, witness=[["1", "1/2"]]), "str is not of type int"),
    (claim(SUP, distance=0.5), "not a number, or "),
]


@pytest.mark.slow
@pytest.mark.parametrize(("forge", "reason"), WRONG, ids=[reason for _, reason in WRONG])
def test_a_forged_proof_is_wrong(
    forge: Callable[[Certificate], None], reason: str, tmp_path: Path
) -> None:
    certificate, path = certified(tmp_path, TEXT)
    forge(certificate)
    with pytest.raises(WrongError) as error:
        check(certificate, str(path))
    assert reason in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize(("forge", "reason"), UNREADABLE, ids=[reason for _, reason in UNREADABLE])
def test_a_forged_document_is_unreadable(
    forge: Callable[[Certificate], None], reason: str, tmp_path: Path
) -> None:
    certificate, path = certified(tmp_path, TEXT)
    forge(certificate)
    with pytest.raises(UnreadableError) as error:
        check(certificate, str(path))
    assert reason in str(error.value)


SQUARES = distances_in([Norm.SQUARED])
WRONG_SQUARES: list[tuple[Callable[[Certificate], None], str]] = [
    (claim(0, distance="1/1000"), "mean squared error is more than the distance"),
    (claim(0, distance="1000"), "more weight on a would be nearer"),
    (claim(0, offset="7"), "the misses do not sum to 0"),
    (claim(0, weights=[["a", "1"]], offset="-9/10"), "mean squared error is more"),
    (claim(0, weights=[["a", "1"]], offset="-9/10", distance="96/25"), "more weight on b would"),
    (claim(0, weights=[["a", "1"]], offset="-9/10", distance="4"), "more weight on a would be"),
    (claim(0, weights=[["b", "1"]], offset="-1/10", distance="71/25"), "more weight on a would be"),
    (claim(0, weights=[["a", "2"], ["b", "-1"]]), "expected nonnegative numbers"),
    (claim(0, weights=[["a", "1/2"]]), "summing to 1 if the mixture is a simplex"),
    (claim(0, mixture="cone"), "another multiple of the mixture is nearer"),
    (claim(0, norm="mean"), "it does not keep a at that distance"),
    (claim(0, norm="sup"), "misses the user's utility in row"),
    (claim(1, distance="0"), "mean squared error is more than the distance"),
    (claim(1, distance="2"), "another multiple of the mixture is nearer"),
    (claim(1, weights=[], offset="6/5", distance="34/25"), "more weight on a would be nearer"),
    (claim(1, weights=[["b", "-1"]]), "expected nonnegative numbers"),
]


def test_accepts_squares(tmp_path: Path) -> None:
    """By hand: half of the user's steps are the agent's, twice; alone he misses by 0, 1, 1, 2, with
    the mean 1, and doubled by 0, 1, 0, 1.
    """
    certificate, path = certified(tmp_path, "u,a\n0,0\n1,0\n3,1\n2,1\n", asked=SQUARES)
    simplex, cone = certificate["claims"]
    assert simplex["witness"] == cone["witness"] == []
    assert (simplex["distance"], simplex["offset"]) == ("1/2", "1")
    assert (cone["distance"], cone["offset"], cone["weights"]) == ("1/4", "1/2", [["a", "2"]])
    said = check(certificate, str(path))
    assert said.endswith(
        "agents 'a': the distance of 'u' is 1/2 (squared norm, simplex); the distance of 'u' is 1/4"
        " (squared norm, cone)"
    )


def test_squares_of_rows_with_other_denominators(tmp_path: Path) -> None:
    """Rows over 1, 6 and 10, most of them alone in their group."""
    text = "u,a,b\n1/3,1/2,2\n0.1,0.7,1\n4,5,6\n1/7,1,1\n2,1,1/2\n"
    certificate, path = certified(tmp_path, text, asked=SQUARES)
    assert check(certificate, str(path)).count("squared norm") == 2
    certificate["claims"][0]["offset"] = str(Fraction(certificate["claims"][0]["offset"]) + 1)
    with pytest.raises(WrongError, match="the misses do not sum to 0"):
        check(certificate, str(path))


@pytest.mark.slow
@pytest.mark.parametrize(("forge", "reason"), WRONG_SQUARES)
def test_a_forged_claim_about_squares_is_wrong(
    forge: Callable[[Certificate], None], reason: str, tmp_path: Path
) -> None:
    certificate, path = certified(tmp_path, TEXT, asked=SQUARES)
    forge(certificate)
    with pytest.raises(WrongError) as error:
        check(certificate, str(path))
    assert reason in str(error.value)


def test_squares_that_are_unreadable(tmp_path: Path) -> None:
    certificate, path = certified(tmp_path, TEXT, asked=SQUARES)
    changed = copy.deepcopy(certificate)
    changed["claims"][0]["witness"] = [[1, "0"]]
    with pytest.raises(UnreadableError, match="witness: squares have none"):
        check(changed, str(path))
    changed = copy.deepcopy(certificate)
    changed["claims"][0]["offset"] = f"1/{2**13000}"
    changed["claims"][0]["distance"] = f"1/{3**8000}"
    with pytest.raises(UnreadableError, match="too long a common denominator for squares"):
        check(changed, str(path))


def removed(folder: Path, count: int, mixture: Mixture) -> tuple[Certificate, Path]:
    """The certificate of the worst removal from TEXT with a third agent."""
    lines = TEXT.splitlines()
    more = [f"{line},{cell}" for line, cell in zip(lines, ("c", 1, 0, 2, 2, 5), strict=True)]
    path = written(folder, "\n".join(more) + "\n")
    one = read(path)
    _, kept = certify(one, removal_claim("u", removal(one.table, count, mixture)), folder)
    assert kept is not None
    return json.loads(Path(kept).read_text(encoding="utf-8")), path


@pytest.mark.parametrize("mixture", Mixture)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_accepts_removals(count: int, mixture: Mixture, tmp_path: Path) -> None:
    certificate, path = removed(tmp_path, count, mixture)
    (entry,) = certificate["claims"]
    some = ", ".join(f"'{name}'" for name in entry["without"]) or "nobody"
    assert entry["least"] == entry["most"]
    assert check(certificate, str(path)).endswith(
        f"the distance of 'u' without any {count} agents is at most {entry['most']}, and without"
        f" {some} at least {entry['least']} (sup norm, {mixture})"
    )


def mixtures(content: Certificate, **changes: Any) -> None:
    """All mixtures are changed alike."""
    for one in content["claims"][0]["mixtures"]:
        one.update(changes)


def with_one_mixture(content: Certificate) -> None:
    del content["claims"][0]["mixtures"][1:]


WRONG_REMOVALS: list[tuple[Callable[[Certificate], None], str]] = [
    (claim(0, most="1"), "misses the user's utility in row"),
    (claim(0, least="3"), "it does not keep "),
    (claim(0, without=[]), "it does not keep "),
    (claim(0, witness=[]), "it does not keep "),
    (claim(0, witness=[[1, "1"], [2, "-1"]]), "masses as small as the norm says"),
    (claim(0, count=2), "mixtures: none is left without "),
    (with_one_mixture, "mixtures: none is left without "),
    (lambda content: mixtures(content, weights=[]), "summing to 1"),
    (lambda content: mixtures(content, weights=[["a", "2"], ["b", "-1"]]), "nonnegative numbers"),
    (lambda content: mixtures(content, offset="9"), "misses the user's utility in row"),
]
UNREADABLE_REMOVALS: list[tuple[Callable[[Certificate], None], str]] = [
    (claim(0, count=3), "expected fewer agents than there are"),
    (claim(0, count=-1), "expected fewer agents than there are"),
    (claim(0, mixtures=[]), "and a mixture"),
    (claim(0, without=["a", "b"]), "no more of them removed"),
    (claim(0, count=2, without=["a", "a"]), "no more of them removed"),
    (claim(0, without=["x"]), "no more of them removed"),
    (claim(0, mixture="hull"), "'hull' is not simplex or cone"),
    (claim(0, norm="sup"), "unknown key 'norm'"),
    (lambda content: content.update(claims=["removal"]), "claims: expected tables"),
    (lambda content: content["claims"][0].pop("least"), "missing key 'least'"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("forge", "reason"), WRONG_REMOVALS)
def test_a_forged_removal_is_wrong(
    forge: Callable[[Certificate], None], reason: str, tmp_path: Path
) -> None:
    certificate, path = removed(tmp_path, 1, Mixture.SIMPLEX)
    forge(certificate)
    with pytest.raises(WrongError) as error:
        check(certificate, str(path))
    assert reason in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize(("forge", "reason"), UNREADABLE_REMOVALS)
def test_a_forged_removal_is_unreadable(
    forge: Callable[[Certificate], None], reason: str, tmp_path: Path
) -> None:
    certificate, path = removed(tmp_path, 1, Mixture.SIMPLEX)
    forge(certificate)
    with pytest.raises(UnreadableError) as error:
        check(certificate, str(path))
    assert reason in str(error.value)


@pytest.mark.parametrize("limit", ["SETS", "WORK"])
def test_a_removal_with_too_many_sets(
    limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, path = removed(tmp_path, 2, Mixture.SIMPLEX)
    monkeypatch.setattr(f"verifier.kernel.tables.removal.{limit}", 1)
    with pytest.raises(UnreadableError, match="too many sets of agents"):
        check(certificate, str(path))


def covered(folder: Path) -> tuple[Certificate, Path]:
    """The certificate of the depth of three agents, two of whom object whatever harms her."""
    path = written(folder, "u,a,b,c\n9,5,7,1\n3,4,1,1/2\n,1,1,1\n5,2,1/3,2\n")
    one = read(path, missing=Missing.DROP_ROWS)
    _, kept = certify(one, coverage_claim("u", coverage(one.table, 1)), folder)
    assert kept is not None
    return json.loads(Path(kept).read_text(encoding="utf-8")), path


def test_accepts_coverage(tmp_path: Path) -> None:
    certificate, path = covered(tmp_path)
    (entry,) = certificate["claims"]
    assert entry["least"] == 2 and entry["baseline"] == 1
    said = "from row 1 at least 2 agents object to whatever harms 'u'"
    assert check(certificate, str(path)).endswith(f"{said}, and to something only 'a', 'b'")
    entry["proposal"] = []
    assert check(certificate, str(path)).endswith(said)
    entry.update(least=0, covers=[])
    assert check(certificate, str(path)).endswith(said.replace("2", "0"))


def test_where_nothing_harms_her_no_objectors_are_counted(tmp_path: Path) -> None:
    """An empty cover says that each row is worth as much to her as the baseline."""
    path = tmp_path / "data.csv"
    path.write_text("u,a\n0,3\n1,1\n1/2,5\n", encoding="utf-8")
    one = read(path)
    _, kept = certify(one, coverage_claim("u", coverage(one.table, 1)), tmp_path)
    assert kept is not None
    certificate = json.loads(Path(kept).read_text(encoding="utf-8"))
    assert certificate["claims"][0]["covers"] == [[]]
    assert check(certificate, str(path)).endswith(": from row 1 nothing harms 'u'")
    certificate["claims"][0]["baseline"] = 2
    with pytest.raises(WrongError, match="worth more to it"):
        check(certificate, str(path))


def test_rows_times_mixtures_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, path = covered(tmp_path)
    looks = 3 * len(certificate["claims"][0]["covers"])
    monkeypatch.setattr("verifier.kernel.tables.distance.LOOKS", looks)
    check(certificate, str(path))
    monkeypatch.setattr("verifier.kernel.tables.distance.LOOKS", looks - 1)
    with pytest.raises(UnreadableError, match="rows, times mixtures"):
        check(certificate, str(path))


WRONG_COVERAGE: list[tuple[Callable[[Certificate], None], str]] = [
    (claim(0, least=3), "covers: none is left without "),
    (claim(0, covers=[]), "covers: none is left without nobody"),
    (claim(0, covers=[[["c", "1"]], [["b", "1"]]]), "covers: a row is worth more to it"),
    (claim(0, covers=[[["a", "-1"]], [["b", "1"]]]), "expected nonnegative numbers"),
    (claim(0, baseline=2), "proposal: it does not harm the user"),
    (claim(0, baseline=4), "covers: a row is worth more to it"),
    (claim(0, baseline=3), "baseline: the table has no such row, or it is left out"),
    (claim(0, baseline=9), "baseline: the table has no such row, or it is left out"),
    (claim(0, proposal=[[1, "1"]]), "proposal: it does not harm the user"),
    (claim(0, proposal=[[2, "0"]]), "proposal: expected positive masses"),
    (claim(0, proposal=[[2, "2"], [4, "-1"]]), "proposal: expected positive masses"),
    (claim(0, proposal=[[3, "1"]]), "proposal: it has a row that the table has not"),
]
UNREADABLE_COVERAGE: list[tuple[Callable[[Certificate], None], str]] = [
    (claim(0, least=-1), "least: a negative number"),
    (claim(0, proposal=[[2, "1/2"], [2, "1/2"]]), "proposal: a row appears twice"),
    (claim(0, covers=[[["x", "1"]]]), "'x' is not one of"),
    (claim(0, most=2), "unknown key 'most'"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("forge", "reason"), WRONG_COVERAGE)
def test_a_forged_coverage_is_wrong(
    forge: Callable[[Certificate], None], reason: str, tmp_path: Path
) -> None:
    certificate, path = covered(tmp_path)
    forge(certificate)
    with pytest.raises(WrongError) as error:
        check(certificate, str(path))
    assert reason in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize(("forge", "reason"), UNREADABLE_COVERAGE)
def test_a_forged_coverage_is_unreadable(
    forge: Callable[[Certificate], None], reason: str, tmp_path: Path
) -> None:
    certificate, path = covered(tmp_path)
    forge(certificate)
    with pytest.raises(UnreadableError) as error:
        check(certificate, str(path))
    assert reason in str(error.value)


MADE: dict[str, Callable[[Path], tuple[Certificate, Path]]] = {
    "squares": lambda folder: certified(folder, TEXT, asked=SQUARES),
    "removal": lambda folder: removed(folder, 1, Mixture.SIMPLEX),
    "coverage": covered,
}
FORGED = [
    *[("squares", *forged) for forged in WRONG_SQUARES],
    *[("removal", *forged) for forged in WRONG_REMOVALS + UNREADABLE_REMOVALS],
    *[("coverage", *forged) for forged in WRONG_COVERAGE + UNREADABLE_COVERAGE],
]


@pytest.mark.parametrize("kind", MADE)
def test_the_second_checker_says_the_same(kind: str, tmp_path: Path) -> None:
    certificate, path = MADE[kind](tmp_path)
    assert decide_table(certificate, path) == "accepted: " + check(certificate, str(path))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "forge", "reason"), FORGED)
def test_the_second_checker_refuses_the_same(
    kind: str, forge: Callable[[Certificate], None], reason: str, tmp_path: Path
) -> None:
    certificate, path = MADE[kind](tmp_path)
    forge(certificate)
    with pytest.raises(RefusedError):
        decide_table(certificate, path)


TABLES = [
    ("u,a\n1,1\n1,2,3\n", "row 2 has 3 columns, the header 2"),
    ("u,a,a\n1,1,1\n", "two columns have one name"),
    ('u,a\n1,"2\n', "unexpected end of data"),
    ("u,a\n1,1e9999\n", "too many digits"),
    ("u,a\n1,1;2\n", "'1;2' is not a rational"),
    ("u,a\n1,1_0\n", "'1_0' is not a rational"),
    ("", "no column is called 'u'"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "reason"), TABLES, ids=[reason for _, reason in TABLES])
def test_a_broken_table_is_unreadable(text: str, reason: str, tmp_path: Path) -> None:
    certificate, path = certified(tmp_path, "u,a\n0,1\n1,0\n")
    path.write_text(text, encoding="utf-8", newline="")
    certificate["table"] = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    with pytest.raises(UnreadableError, match=reason):
        check(certificate, str(path))


def test_an_empty_table_proves_nothing(tmp_path: Path) -> None:
    certificate, path = certified(tmp_path, "u,a\n1,1\n")
    text = "u,a\n"
    path.write_text(text, encoding="utf-8", newline="")
    certificate |= {"table": "sha256:" + hashlib.sha256(text.encode()).hexdigest(), "rows": 0}
    with pytest.raises(WrongError, match="the table has 0 rows"):
        check(certificate, str(path))


CELL = st.one_of(
    st.integers(-9, 9).map(str),
    st.fractions(-3, 3, max_denominator=9).map(str),
    st.decimals(-9, 9, places=2).map(str),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(1, 3).flatmap(
        lambda k: st.lists(st.lists(CELL, min_size=k + 1, max_size=k + 1), min_size=1, max_size=6)
    ),
    data=st.data(),
)
def test_what_is_measured_is_accepted_and_no_other_distance(
    rows: list[list[str]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stream = io.StringIO(newline="")
    agents = tuple(f"a{n}" for n in range(len(rows[0]) - 1))
    csv.writer(stream).writerows([["u", *agents], *rows])
    named = Choice(user="u", agents=agents)  # also where a column counts its rows
    folder = tmp_path_factory.mktemp("table")
    certificate, path = certified(folder, stream.getvalue(), choice=named)
    assert check(certificate, str(path))
    forged = copy.deepcopy(certificate)
    changed = data.draw(st.sampled_from(forged["claims"]))
    change = data.draw(st.fractions(-1, 1).filter(bool))
    changed["distance"] = str(Fraction(changed["distance"]) + change)
    with pytest.raises(WrongError):
        check(forged, str(path))
