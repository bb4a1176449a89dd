"""Regions whose answers are known, as exact numbers, and what is left undecided."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from tests.games import INSTANCES
from tests.moving import IRRATIONAL, polynomial
from verifier.checker import check
from verifier.errors import InstanceError
from verifier.game.parameters import Parameter
from verifier.game.reader import load_family
from verifier.region.function import RationalFunction, Root
from verifier.region.partition import Partition, region
from verifier.region.piece import BEST, Piece, Region
from verifier.region.report import (
    best_stretches,
    by_values,
    by_verdict,
    condition,
    region_lines,
    region_record,
)
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict

F = Fraction
PROSECUTOR = INSTANCES / "regions/prosecutor_prior.toml"
BOTH = [Guarantee.BAYES, Guarantee.BEST_AI]


def found(path: Path, guarantee: Guarantee, **options: object) -> Region:
    return region(load_family(path), guarantee, path, **options)  # type: ignore[arg-type]


def values(piece: Piece, key: str, t: Fraction) -> Fraction:
    return piece.values[key].at(t)


@pytest.mark.parametrize("guarantee", BOTH)
def test_the_judge_gets_the_greater_of_t_and_1_less_t(guarantee: Guarantee) -> None:
    """Kamenica and Gentzkow (2011): the prosecutor leaves her what she has without him.

    So it is max(t, 1 - t) for a share t of guilty defendants, with one kink, at 1/2.
    """
    known = found(PROSECUTOR, guarantee)
    assert [(s.written("t"), s.verdict) for s in by_values(known)] == [
        ("0 <= t <= 1/2", Verdict.PROVED),
        ("1/2 < t <= 1", Verdict.PROVED),
    ]
    for piece in known.pieces:
        for key in ("every equilibrium", "equilibrium", "no information"):
            for t in (piece.low, piece.high):
                assert isinstance(t, Fraction)
                assert values(piece, key, t) == max(t, 1 - t)
    assert condition(known) == "proved exactly for 0 <= t <= 1"
    assert known.complete


def test_sponsors_who_pay_a_bonus_of_t() -> None:
    """The mixture with equal weights is t/4 away: the claim is 4/5 - 2 t/4 (see its notes)."""
    known = found(INSTANCES / "regions/sponsors_bonus.toml", Guarantee.BAYES)
    (stretch,) = by_values(known)
    assert stretch.written("t") == "0 <= t <= 2"
    written = {key: value.written("t") for key, value in stretch.values.items()}
    assert written["every equilibrium"] == "4/5 - 1/10 t"
    assert written["claimed"] == "4/5 - 1/2 t"
    assert written["hull distance"] == "1/4 t"


@pytest.mark.parametrize("guarantee", BOTH)
def test_a_tolerance_of_1_4_ends_a_counterexample(guarantee: Guarantee) -> None:
    """She gets 1/2 of OPT = 1: OPT - 2 t is reached exactly from t = 1/4 on."""
    known = found(INSTANCES / "regions/identical_tolerance.toml", guarantee)
    assert condition(known) == "proved exactly for 1/4 <= t <= 1/2; refuted for 0 <= t < 1/4"
    assert [(s.written("t"), s.verdict) for s in by_verdict(known)] == [
        ("0 <= t < 1/4", Verdict.REFUTED),
        ("1/4 <= t <= 1/2", Verdict.PROVED),
    ]


@pytest.mark.parametrize("guarantee", BOTH)
def test_the_best_equilibrium_is_a_function_too(guarantee: Guarantee) -> None:
    """Full information is an equilibrium of two brands; the prosecutor never gives away more."""
    tolerance = found(INSTANCES / "regions/identical_tolerance.toml", guarantee)
    (stretch,) = best_stretches(tolerance)
    assert (stretch.written("t"), stretch.values[BEST].written("t")) == ("0 <= t <= 1/2", "1")
    judge = found(PROSECUTOR, guarantee)
    said = [(s.written("t"), s.values[BEST].written("t")) for s in best_stretches(judge)]
    assert said == [("0 <= t <= 1/2", "1 - t"), ("1/2 < t <= 1", "t")]
    record = region_record(judge)["best_equilibrium"]
    assert [part["values"][BEST]["above"] for part in record] == [
        ["1"],
        ["1", "-1"],
        ["1/2"],
        ["0", "1"],
        ["1"],
    ]
    assert all(part["kernel"].startswith("accepted: ") for part in record)
    assert not any("verdict" in part for part in record)


def test_what_is_found_later_is_not_worse_than_what_was_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where she would get less than was known the cell ends, and what was known stands.

    The best that is found is max(t, 1 - t); it is pretended that 3/4 was known everywhere.
    """
    follow = Partition.follow

    def raised(self: Partition, pieces: Iterable[Piece]) -> None:
        known = {"equilibrium": polynomial(F(3, 4))}
        follow(self, [replace(piece, values={**piece.values, **known}) for piece in pieces])

    monkeypatch.setattr(Partition, "follow", raised)
    best = found(PROSECUTOR, Guarantee.BAYES).best
    assert best is not None
    cells = [(piece.low, piece.high) for piece in best.pieces if not piece.single]
    assert cells == list(pairwise([F(0), F(1, 4), F(1, 2), F(3, 4), F(1)]))
    assert all(piece.reply is not None for piece in best.pieces if not piece.single)


COUNTEREXAMPLES = sorted(
    path.stem
    for path in (INSTANCES / "counterexamples").glob("*.toml")
    if not path.stem.endswith("_twin")
)


@pytest.mark.slow
@pytest.mark.parametrize("name", COUNTEREXAMPLES)
def test_a_counterexample_is_refuted_up_to_half_of_what_she_lacks(
    name: str, tmp_path: Path
) -> None:
    """It is refuted as long as OPT - 2 t is above what she gets in an equilibrium."""
    text = (INSTANCES / f"counterexamples/{name}.toml").read_text(encoding="utf-8")
    if "[claim]" in text:
        lines = [line for line in text.splitlines() if not line.startswith("tolerance")]
        text = "\n".join(lines).replace("[claim]", '[claim]\ntolerance = "t"')
    else:
        text += '\n[claim]\ntolerance = "t"\n'
    text += '\n[parameters]\nt = { from = 0, to = 2, default = "1/10" }\n'
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    known = found(path, Guarantee.BAYES)
    first = by_verdict(known)[0]
    if first.verdict is Verdict.REFUTED:
        worst = first.values["equilibrium"].constant
        claimed = first.values["claimed"]
        end = first.pieces[-1].high
        assert isinstance(end, Fraction)
        assert claimed.at(end) == worst or end == 2
    else:
        assert first.verdict in (Verdict.OPEN, Verdict.VACUOUS, Verdict.PROVED)


def test_a_cut_may_be_irrational(tmp_path: Path) -> None:
    """Two utilities that are affine in t have products that are equal at a root of 17."""
    path = tmp_path / "irrational.toml"
    path.write_text(IRRATIONAL, encoding="utf-8")
    known = found(path, Guarantee.BAYES)
    assert known.complete
    root = Root((F(-1), F(3), F(2)), F(0), F(1))
    assert [piece.low for piece in known.pieces if piece.single][:2] == [F(0), root]
    assert str(root) == "0.280776.. (irrational)"  # (17 ** 0.5 - 3) / 4
    single = next(piece for piece in known.pieces if piece.single and piece.low == root)
    content = json.loads(single.certificate or "")
    assert content["parameters"]["t"] == root.record()
    assert single.reply is not None
    assert " at t = the root of -1 + 3*t + 2*t*t between 0 and 1 " in single.reply.text


def test_certificates_are_kept_and_accepted_by_the_kernel_alone(tmp_path: Path) -> None:
    known = found(PROSECUTOR, Guarantee.BAYES, keep=tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert known.best is not None
    assert names == sorted(
        f"prosecutor_prior.{kind}.t={end}.json"
        for kind in ("bayes", "bayes.best")
        for end in ("0", "0..1-2", "1-2", "1-2..1", "1")
    )
    assert known.count == len(names)
    for piece in (*known.pieces, *known.best.pieces):
        assert piece.path is not None
        assert check(piece.path, PROSECUTOR) == piece.reply


def test_the_other_parameter_is_in_the_names_of_files(tmp_path: Path) -> None:
    path = INSTANCES / "regions/standard_of_proof.toml"
    known = found(path, Guarantee.BAYES, parameter="t", set_to={"s": F(3, 4)}, keep=tmp_path)
    assert known.set_to == {"s": F(3, 4)}
    assert (tmp_path / "standard_of_proof.bayes.s=3-4.t=0.json").exists()
    assert known.complete
    assert {p.high for p in known.pieces} >= {F(3, 4), F(1)}


def test_beliefs_that_depend_on_the_parameter_are_left_undecided(tmp_path: Path) -> None:
    """The kernel compares no such beliefs: the cells are undecided, single values are not."""
    path = tmp_path / "belief.toml"
    path.write_text(BELIEFS, encoding="utf-8")
    known = found(path, Guarantee.BAYES, width=F(1, 6))
    assert not known.complete
    assert {piece.verdict for piece in known.pieces if not piece.single} == {None}
    assert {piece.verdict for piece in known.pieces if piece.single} == {Verdict.PROVED}
    assert condition(known).startswith("proved for t = 1/3 and for t = ")
    assert "undecided: at most 1/" in "\n".join(region_lines(known))


BELIEFS = """
format = 1
title = "Two doctors and a noisy test"
states = ["ill", "well"]
actions = ["treat", "wait"]
agent_observations = ["positive", "negative"]
user_observations = ["nothing"]
joint = [
  ["nothing", "positive", "ill", "3/4*t"],
  ["nothing", "negative", "ill", "t/4"],
  ["nothing", "positive", "well", "(1 - t)/4"],
  ["nothing", "negative", "well", "3/4*(1 - t)"],
]
parameters.t = { from = "1/3", to = "2/3", default = "1/2" }
user.utility.treat = { ill = 1, well = -1 }
user.utility.wait = { ill = 0, well = 0 }
model.ties = "belief"

[[agents]]
name = "doctor"
utility.treat = { ill = 1, well = -1 }
utility.wait = { ill = 0, well = 0 }

[[agents]]
name = "second doctor"
utility.treat = { ill = 1, well = -1 }
utility.wait = { ill = 0, well = 0 }
"""


@pytest.mark.parametrize(
    ("path", "options", "why"),
    [
        ("classics/prosecutor.toml", {}, "it has no \\[parameters\\]; write one"),
        ("regions/prosecutor_prior.toml", {"parameter": "s"}, "s is no parameter, it has t"),
        ("regions/standard_of_proof.toml", {}, "it has the parameters t, s, and one can move"),
        (
            "regions/prosecutor_prior.toml",
            {"set_to": {"t": F(1, 2)}},
            "t is set .--set., so that nothing is left to move",
        ),
        (
            "regions/prosecutor_prior.toml",
            {"set_to": {"t": F(1, 2)}, "parameter": "t"},
            "t is set, and cannot move as well",
        ),
    ],
)
def test_what_cannot_be_asked(path: str, options: dict[str, object], why: str) -> None:
    with pytest.raises(InstanceError, match=why):
        found(INSTANCES / path, Guarantee.BAYES, **options)


def test_a_quantal_user_gets_no_rational_function() -> None:
    with pytest.raises(InstanceError, match="what a quantal user gets is no rational function"):
        found(PROSECUTOR, Guarantee.QUANTAL)


T = Parameter("t", F(0), F(1), F(1, 2))


def pieces(*verdicts: Verdict | None) -> Region:
    """A region whose cells, each a third wide and with its ends, have these verdicts."""
    ends = [F(n, len(verdicts)) for n in range(len(verdicts) + 1)]
    parts = [Piece(F(0), F(0), verdicts[0])]
    for low, high, verdict in zip(ends[:-1], ends[1:], verdicts, strict=True):
        parts += [Piece(low, high, verdict), Piece(high, high, verdict)]
    return Region("a game", T, {}, Guarantee.BAYES, tuple(parts))


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([Verdict.PROVED], "proved exactly for 0 <= t <= 1"),
        ([Verdict.REFUTED], "proved for no value; refuted for 0 <= t <= 1"),
        ([None], "proved for no value; undecided for 0 <= t <= 1"),
        (
            [Verdict.PROVED, Verdict.REFUTED],
            "proved exactly for 0 <= t <= 1/2; refuted for 1/2 < t <= 1",
        ),
        (
            [Verdict.PROVED, Verdict.VACUOUS],
            "proved for 0 <= t <= 1/2; vacuous for 1/2 < t <= 1",
        ),
        (
            [Verdict.PROVED, Verdict.OPEN, Verdict.PROVED],
            "proved for 0 <= t <= 1/3 and for 2/3 < t <= 1; open for 1/3 < t <= 2/3",
        ),
        (
            [None, Verdict.REFUTED, Verdict.PROVED, Verdict.VACUOUS],
            "proved for 1/2 < t <= 3/4; vacuous for 3/4 < t <= 1; refuted for 1/4 < t <= 1/2;"
            " undecided for 0 <= t <= 1/4",
        ),
    ],
)
def test_the_condition_is_exact_only_if_all_else_is_refuted(
    verdicts: list[Verdict | None], said: str
) -> None:
    assert condition(pieces(*verdicts)) == said


def test_a_record_names_each_piece_with_its_functions() -> None:
    record = region_record(found(PROSECUTOR, Guarantee.BAYES))
    assert record["complete"] is True
    assert [piece.get("at", piece.get("from")) for piece in record["pieces"]] == [
        "0",
        "0",
        "1/2",
        "1/2",
        "1",
    ]
    cell = record["pieces"][1]
    assert cell["values"]["every equilibrium"] == {"above": ["1", "-1"], "below": ["1"]}
    assert cell["kernel"].startswith("accepted: ")
    assert record["verdicts"] == [
        {"from": "0", "from_included": True, "to": "1", "to_included": True, "verdict": "proved"}
    ]


def test_functions_are_written_as_formulas() -> None:
    function = RationalFunction((F(4, 5), F(-1), F(2)), (F(1), F(0), F(-1, 2)))
    assert function.written("t") == "(4/5 - t + 2 t^2)/(1 - 1/2 t^2)"
    assert RationalFunction((), (F(1),)).written("t") == "0"
