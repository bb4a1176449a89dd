"""Rectangles of two parameters whose answers are known, and certificates at pairs of values."""

from __future__ import annotations

import json
import tempfile
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.checkers import files, kernel, second
from tests.families import families, with_two, with_values
from tests.games import INSTANCES
from verifier.checker import Kernel
from verifier.errors import InstanceError
from verifier.game.reader import load, load_family
from verifier.region.function import inside
from verifier.region.piece import BEST
from verifier.region.plane.cover import middle
from verifier.region.plane.geometry import Point, Polygon, area
from verifier.region.plane.geometry import inside as within
from verifier.region.plane.partition import PlanePartition, plane, two_move, weighted
from verifier.region.plane.piece import Face, Plane, Side
from verifier.region.plane.report import condition, covers, plane_lines, plane_record
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

F = Fraction
BRANDS = INSTANCES / "regions/identical_prior.toml"
STANDARD = INSTANCES / "regions/standard_of_proof.toml"
SPONSOR = INSTANCES / "regions/sponsors_tolerance.toml"
SHARE = {
    "share.toml": BRANDS.read_text(encoding="utf-8")
    .replace('t = { from = 0, to = "1/2", default = "1/10" }', "")
    .replace("[parameters]", '[parameters]\nb = { from = "1/2", to = "3/2", default = 1 }')
    .replace('tolerance = "t"', 'tolerance = "1/8"')
    .replace("ill = 0, well = 1 }", 'ill = 0, well = "b" }')
}
"""What a healthy patient gains by waiting is b: she lacks more than 1/4 beyond a curve."""

WHICH = ["brands", "standard", pytest.param("curved", marks=pytest.mark.slow)]

CONTRARY = {Verdict.PROVED: Verdict.REFUTED, Verdict.REFUTED: Verdict.PROVED}


@cache
def found(path: Path, guarantee: Guarantee) -> Plane:
    return plane(load_family(path), guarantee, path)


@cache
def curved() -> tuple[str, Plane]:
    (text,) = SHARE.values()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "share.toml"
        path.write_text(text, encoding="utf-8")
        return text, plane(load_family(path), Guarantee.BAYES, path, width=F(1, 4))


def test_the_patient_lacks_what_advice_would_bring() -> None:
    """She gets max(p, 1 - p) of OPT = 1: refuted exactly if 1 - 2 t is more."""
    known = found(BRANDS, Guarantee.BAYES)
    assert known.complete and known.undecided() == 0
    assert condition(known) == (
        "proved exactly where 2 t >= p, and where p + 2 t >= 1;"
        " refuted where p + 2 t < 1 and p > 2 t"
    )
    assert [len(face.polygon) for face in known.faces] == [4, 3, 3, 4]
    for p, t in points(known.rectangle, 100):
        expected = Verdict.PROVED if 1 - 2 * t <= max(p, 1 - p) else Verdict.REFUTED
        assert known.at((p, t)) is expected
        face = face_of(known, (p, t))
        if face is not None:
            assert face.values["equilibrium"].at((p, t)) == max(p, 1 - p)
            assert face.values["claimed"].at((p, t)) == 1 - 2 * t


@pytest.mark.parametrize("guarantee", [Guarantee.BAYES, Guarantee.BEST_AI])
def test_a_sponsor_alone_is_half_his_bonus_away_and_misleads_from_a_quarter_on(
    guarantee: Guarantee,
) -> None:
    """docs/explanation/sponsors.md: b/2 (s + (1 - s)/k), here with k = 1 sponsor.

    Whom neither drug suits loses 1/4 by one, and is 1/5 of all: she has 4/5, or 1/20 less.
    """
    known = found(SPONSOR, guarantee)
    assert known.complete and known.best is not None
    assert condition(known) == (
        "proved exactly where t >= 1/40, and where b < 1/4; refuted where t < 1/40 and b >= 1/4"
    )
    best_ends = {point[0] for face in known.best.faces for point in face.polygon}
    assert F(1, 4) in best_ends
    for b, t in points(known.rectangle, 100):
        has = F(4, 5) if b < F(1, 4) else F(3, 4)
        expected = Verdict.PROVED if F(4, 5) - 2 * t <= has else Verdict.REFUTED
        assert known.at((b, t)) is expected
        face, best = face_of(known, (b, t)), face_of(known.best, (b, t))
        if face is not None:
            assert face.values["hull distance"].at((b, t)) == b / 2
            assert face.values["equilibrium"].at((b, t)) == has
        if best is not None:
            assert best.values[BEST].at((b, t)) == has


def face_of(known: Plane, point: Point) -> Face | None:
    return next((face for face in known.faces if within(point, face.polygon)), None)


@pytest.mark.parametrize("guarantee", [Guarantee.BAYES, Guarantee.BEST_AI])
def test_the_prosecutor_s_values_have_a_kink_where_guilt_meets_the_standard(
    guarantee: Guarantee,
) -> None:
    """Kamenica and Gentzkow (2011): the judge keeps max(s (1 - t), (1 - s) t)."""
    known = found(STANDARD, guarantee)
    assert known.complete
    assert condition(known) == "proved exactly everywhere"
    assert len(known.faces) == 2
    for t, s in points(known.rectangle, 60):
        face = face_of(known, (t, s))
        assert (face is None) == (s == t)
        if face is not None:
            best = max(s * (1 - t), (1 - s) * t)
            assert face.values["every equilibrium"].at((t, s)) == best
            assert face.values["equilibrium"].at((t, s)) == best


def points(polygon: Polygon, count: int) -> list[Point]:
    """Points in a polygon, some of them on its sides."""
    dice = Random(3)
    return [
        weighted(polygon, [1 + dice.choice([0, 0, 1, 5, 96]) for _ in polygon])
        for _ in range(count)
    ]


def places(side: Side, known: Plane) -> list[tuple[Point, int]]:
    """A pair of values in each piece of a side, if one is rational."""
    first = side.moving.name == known.names[0]
    chosen = []
    for n, piece in enumerate(side.pieces):
        if piece.single and not isinstance(piece.low, Fraction):
            continue
        low, high = (piece.low, piece.low) if piece.single else inside(piece.low, piece.high)
        assert isinstance(low, Fraction) and isinstance(high, Fraction)
        t = low + (high - low) * F(331, 997)
        other = side.function.at(t)
        chosen.append((((t, other) if first else (other, t)), n))
    return chosen


@pytest.mark.parametrize("which", WHICH)
def test_an_accepted_part_is_right_at_every_pair(which: str, tmp_path: Path) -> None:
    """The kernel and the second checker, which knows nothing of cells, accept it at a pair."""
    path = {"brands": BRANDS, "standard": STANDARD}.get(which, tmp_path / "share.toml")
    text, known = curved() if which == "curved" else (path.read_text(encoding="utf-8"), None)
    known = found(path, Guarantee.BAYES) if known is None else known
    path.write_text(text, encoding="utf-8") if which == "curved" else None
    parts = certified_at(known)
    for certificate, verdict, point in parts:
        check_at(certificate, verdict, point, known, path, tmp_path)
    assert len(parts) >= 8


def certified_at(known: Plane) -> list[tuple[str, Verdict | None, Point]]:
    """Certificates of polygons and pieces of sides, with pairs of values in them."""
    parts = [
        (face.certificate, face.verdict, point)
        for face in known.faces
        for point in points(face.polygon, 3)
    ]
    parts += [
        (side.pieces[n].certificate, side.pieces[n].verdict, point)
        for side in known.sides
        for point, n in places(side, known)
    ]
    return [(text, verdict, point) for text, verdict, point in parts if text is not None]


def check_at(
    certificate: str,
    verdict: Verdict | None,
    point: Point,
    known: Plane,
    path: Path,
    folder: Path,
) -> None:
    """A certificate is right at a pair of values."""
    values = dict(zip(known.names, point, strict=True))
    content = with_values(json.loads(certificate), path, values)
    words = files(content, path.read_text(encoding="utf-8"), folder)
    said = ", ".join(f"{name} = {value}" for name, value in values.items())
    answer = kernel(*words, {"at": said})
    assert answer[0] == 0, (answer, point)
    assert second(*words, {"at": said}) == answer
    game = load(path, at=values)
    finding = examine(game, [known.guarantee]).findings[known.guarantee]
    assert verdict is not None
    assert finding.verdict is not CONTRARY.get(verdict)


@pytest.mark.parametrize("which", ["brands", "standard"])
def test_the_best_equilibrium_is_one_at_every_pair(which: str, tmp_path: Path) -> None:
    """It is worth 1 with two brands; the prosecutor never gives away more than max(...)."""
    path = {"brands": BRANDS, "standard": STANDARD}[which]
    known = found(path, Guarantee.BAYES)
    assert known.best is not None
    parts = certified_at(known.best)
    for certificate, _, (x, y) in parts:
        values = dict(zip(known.names, (x, y), strict=True))
        content = with_values(json.loads(certificate), path, values)
        (claim,) = content["claims"]
        most = F(1) if which == "brands" else max(y * (1 - x), (1 - y) * x)
        assert (claim["claim"], F(claim["utility"])) == ("equilibrium", most)
        words = files(content, path.read_text(encoding="utf-8"), tmp_path)
        answer = kernel(*words, {})
        assert answer[0] == 0
        assert second(*words, {}) == answer
    assert len(parts) >= 8
    record = plane_record(known)["best_equilibrium"]
    sizes = [len(record[key]) for key in ("polygons", "sides", "corners")]
    best = known.best
    assert sizes == [len(best.faces), len(best.sides), len(best.corners)]


@pytest.mark.slow
def test_what_lies_around_a_curve_is_undecided_with_its_area() -> None:
    """She lacks min(p, (1 - p) b): the claim fails where that is more than 1/4."""
    _, known = curved()
    assert not known.complete
    left = known.undecided()
    assert 0 < left < area(known.rectangle)
    assert sum(area(face.polygon) for face in known.faces) == area(known.rectangle)
    assert f"of the area {left}, {left} of the rectangle" in condition(known)
    assert "exactly" not in condition(known)
    assert "--width makes" in "\n".join(plane_lines(known))
    decided = set()
    for b, p in points(known.rectangle, 200):
        verdict = known.at((b, p))
        decided.add(verdict)
        lacks = min(p, (1 - p) * b)
        if verdict is Verdict.PROVED:
            assert lacks <= F(1, 4)
        if verdict is Verdict.REFUTED:
            assert lacks > F(1, 4)
    assert decided == {Verdict.PROVED, Verdict.REFUTED, None}


@pytest.mark.parametrize("which", WHICH)
def test_the_condition_says_what_the_parts_say(which: str) -> None:
    """Inside polygons, on their sides and at corners."""
    path = {"brands": BRANDS, "standard": STANDARD}.get(which)
    known = curved()[1] if path is None else found(path, Guarantee.BAYES)
    parts = covers(known)
    looked = points(known.rectangle, 150)
    looked += [point for face in known.faces for point in points(face.polygon, 3)]
    looked += [point for side in known.sides for point, _ in places(side, known)]
    looked += [corner.point for corner in known.corners]
    looked += [middle(*side.ends) for side in known.sides]
    for point in looked:
        having = [part.verdict for part in parts if part.has(point, known.names)]
        verdict = known.at(point)
        assert having == ([] if verdict is None else [verdict]), point


def test_a_deadline_leaves_the_rest_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is known is kept, and every pair of values lies in some part."""

    def some(self: PlanePartition) -> None:
        first, rest = self.face(self.waiting.pop())
        assert first is not None
        self.faces.append(first)
        self.waiting += rest

    monkeypatch.setattr(PlanePartition, "fill", some)
    known = plane(load_family(BRANDS), Guarantee.BAYES, BRANDS)
    assert not known.complete
    assert {face.verdict for face in known.faces} >= {None}
    assert sum(area(face.polygon) for face in known.faces) == area(known.rectangle)
    assert known.undecided() == sum(area(f.polygon) for f in known.faces if f.verdict is None)
    for point in points(known.rectangle, 40):
        known.at(point)


def test_certificates_are_kept_and_accepted_by_the_kernel_alone(tmp_path: Path) -> None:
    known = plane(load_family(BRANDS), Guarantee.BAYES, BRANDS, keep=tmp_path)
    assert known.best is not None
    parts = [*known.parts, *known.best.parts]
    assert known.count == len(list(tmp_path.iterdir())) == len(parts) == 42
    with Kernel() as kernel_alone:
        for part in parts:
            assert part.path is not None
            reply = kernel_alone(part.path, BRANDS)
            assert reply.text == (part.reply.text if part.reply else None)


def test_a_record_has_all_parts() -> None:
    record = plane_record(found(BRANDS, Guarantee.BAYES))
    assert record["complete"] is True
    assert (record["area"], record["undecided_area"]) == ("1/2", "0")
    assert [part["verdict"] for part in record["verdicts"]] == ["proved", "refuted"]
    assert record["verdicts"][1]["where"] == [{"all": ["p + 2 t < 1", "p > 2 t"], "but": []}]
    assert record["polygons"][1]["corners"] == [["0", "0"], ["1/2", "0"], ["1/2", "1/4"]]
    assert record["polygons"][1]["values"]["claimed"] == {
        "above": [["1", "-2"]],
        "below": [["1"]],
    }
    assert all(part["kernel"].startswith("accepted: ") for part in record["polygons"])
    assert ["1/2", "1/4"] in [corner["at"] for corner in record["corners"]]
    diagonal = next(
        side for side in record["sides"] if side["ends"] == [["0", "0"], ["1/2", "1/4"]]
    )
    assert (diagonal["parameter"], diagonal["other"]) == ("p", "t")
    assert diagonal["function"] == {"above": ["0", "1/2"], "below": ["1"]}
    assert [piece["verdict"] for piece in diagonal["pieces"]] == ["proved"]


@pytest.mark.parametrize(
    ("path", "names", "set_to", "both"),
    [
        (BRANDS, (), {}, True),
        (BRANDS, ("t", "p"), {}, True),
        (BRANDS, ("t",), {}, False),
        (BRANDS, (), {"t": F(1, 4)}, False),
        (INSTANCES / "regions/prosecutor_prior.toml", (), {}, False),
        (INSTANCES / "classics/prosecutor.toml", (), {}, False),
    ],
)
def test_both_move_where_neither_is_set(
    path: Path, names: tuple[str, ...], set_to: dict[str, Fraction], both: bool
) -> None:
    assert two_move(load_family(path), names, set_to) is both


@pytest.mark.parametrize(
    ("path", "names", "set_to", "why"),
    [
        (BRANDS, ("p", "s"), {}, "s is no parameter, it has p, t"),
        (BRANDS, ("p", "p"), {}, "p is named twice, it has p, t"),
        (BRANDS, ("p", "t"), {"t": F(0)}, "t is set, and cannot move as well"),
        (INSTANCES / "classics/prosecutor.toml", ("p", "t"), {}, "p is no parameter, it has none"),
    ],
)
def test_what_cannot_move(
    path: Path, names: tuple[str, ...], set_to: dict[str, Fraction], why: str
) -> None:
    with pytest.raises(InstanceError, match=why):
        two_move(load_family(path), names, set_to)


def test_two_parameters_are_needed() -> None:
    path = INSTANCES / "regions/prosecutor_prior.toml"
    with pytest.raises(InstanceError, match="it has 1 parameter, expected two that move"):
        plane(load_family(path), Guarantee.BAYES, path)


def test_a_quantal_user_gets_no_quotient() -> None:
    with pytest.raises(InstanceError, match="what a quantal user gets is no rational function"):
        plane(load_family(BRANDS), Guarantee.QUANTAL, BRANDS)


@pytest.mark.slow
def test_sides_are_cut_exactly_where_polygons_are_not() -> None:
    """On a side the curve (1 - p) b = 1/4 is one value of the parameter that moves."""
    _, known = curved()
    cuts = [
        (side, piece.low)
        for side in known.sides
        for piece in side.pieces
        if piece.single and isinstance(piece.low, Fraction)
    ]
    values = set()
    for side, t in cuts:
        other = side.function.at(t)
        b, p = (t, other) if side.moving.name == "b" else (other, t)
        values.add((1 - p) * b)
    assert F(1, 4) in values


@pytest.mark.slow
@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],  # to shrink would take hours
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    text=families().map(with_two), guarantee=st.sampled_from([Guarantee.BAYES, Guarantee.BEST_AI])
)
def test_polygons_of_games_at_random_are_right_at_every_pair(
    text: str, guarantee: Guarantee
) -> None:
    note(text)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "family.toml"
        path.write_text(text, encoding="utf-8")
        known = plane(load_family(path), guarantee, path, width=F(1, 2))
        assert sum(area(face.polygon) for face in known.faces) == 1
        for certificate, verdict, point in certified_at(known):
            check_at(certificate, verdict, point, known, path, Path(name))
