from __future__ import annotations

import errno
import sqlite3
import tempfile
from pathlib import Path
from random import Random

import pytest

from verifier.errors import InstanceError
from verifier.sweep.store import APPLICATION, FullError, Store, Sweep

SWEEP = Sweep('{"name": "a"}', 1, ("bayes",))
OTHER = Sweep('{"name": "b"}', 1, ("bayes",))


def record(number: int) -> dict[str, object]:
    return {"status": "verified", "number": number, "padding": "x" * 500}


def test_the_order_in_which_results_come_leaves_no_trace(tmp_path: Path) -> None:
    orders = {"up": range(1, 40), "down": range(39, 0, -1)}
    for name, order in orders.items():
        with Store(tmp_path / name, SWEEP) as store:
            for number in order:
                store.put(number, record(number))
            store.finish()
    assert (tmp_path / "up").read_bytes() == (tmp_path / "down").read_bytes()


def test_interruptions_leave_no_trace(tmp_path: Path) -> None:
    with Store(tmp_path / "once", SWEEP) as store:
        for number in range(1, 40):
            store.put(number, record(number))
        store.finish()
    for number in range(1, 40):
        with Store(tmp_path / "often", SWEEP) as store:
            store.put(number, record(number))
            if number % 3 == 0:
                store.finish()
    with Store(tmp_path / "often", SWEEP) as store:
        store.finish()
        store.finish()
    assert (tmp_path / "once").read_bytes() == (tmp_path / "often").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["often", "once"]


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    """Wherever SQLite or a draft may write beside the store; a store that is a link is refused."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in ("s.part", "s.part-journal", ".s.part", "s-journal", "s-wal", "s-shm"):
        (tmp_path / name).symlink_to(victim)
    with Store(tmp_path / "s", SWEEP) as store:
        store.put(1, record(1))
        store.finish()
    assert victim.read_text() == "mine"
    assert not (tmp_path / "s").is_symlink()
    for target in ("victim", "missing", "s"):
        (tmp_path / f"link to {target}").symlink_to(tmp_path / target)
        with pytest.raises(InstanceError, match="is a symbolic link"):
            Store(tmp_path / f"link to {target}", SWEEP)
    assert victim.read_text() == "mine" and not (tmp_path / "missing").exists()


def test_a_record_is_never_written_twice(tmp_path: Path) -> None:
    with Store(tmp_path / "s", SWEEP) as store:
        store.put(1, {"status": "verified", "first": True})
        store.put(1, {"status": "verified", "first": False})
        assert list(store.records(5)) == [(1, {"status": "verified", "first": True})]


def test_nobody_else_opens_a_store_that_is_open(tmp_path: Path) -> None:
    with Store(tmp_path / "s", SWEEP) as store:
        for _ in range(2):
            with pytest.raises(InstanceError, match="is in use by another sweep"):
                Store(tmp_path / "s", OTHER)
            store.put(1, record(1))
        store.finish()
        with pytest.raises(InstanceError, match="is in use by another sweep"):
            Store(tmp_path / "s", SWEEP)
    with Store(tmp_path / "s", SWEEP) as store:
        assert store.numbers() == {1}


def test_two_families_live_side_by_side(tmp_path: Path) -> None:
    for sweep in (SWEEP, OTHER):
        with Store(tmp_path / "s", sweep) as store:
            assert store.numbers() == set()
            store.put(1, {"status": "verified", "of": sweep.family})
            store.finish()
    for sweep in (SWEEP, OTHER):
        with Store(tmp_path / "s", sweep) as store:
            assert [found["of"] for _, found in store.records(9)] == [sweep.family]


def test_what_failed_can_be_forgotten(tmp_path: Path) -> None:
    with Store(tmp_path / "s", SWEEP) as store:
        for number, status in enumerate(("verified", "crashed", "timed out", "refused"), 1):
            store.put(number, {"status": status})
        assert store.forget("crashed", "timed out") == 2
        assert store.numbers() == {1, 4}


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "s", SWEEP) as store:
        store._database.execute("PRAGMA max_page_count = 8")
        with pytest.raises(FullError, match="full"):
            for number in range(1, 200):
                store.put(number, record(number))
        kept = store.numbers()
    with Store(tmp_path / "s", SWEEP) as store:
        assert store.numbers() == kept == set(range(1, len(kept) + 1))
        for number in range(1, 200):
            store.put(number, record(number))
        store.finish()
    with Store(tmp_path / "t", SWEEP) as store:
        for number in range(1, 200):
            store.put(number, record(number))
        store.finish()
    assert (tmp_path / "s").read_bytes() == (tmp_path / "t").read_bytes()


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.ENOSPC, FullError), (errno.EACCES, InstanceError)]
)
def test_a_store_that_cannot_be_finished_keeps_its_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, "no folder")

    with Store(tmp_path / "s", SWEEP) as store:
        store.put(1, record(1))
        monkeypatch.setattr(tempfile, "mkdtemp", fail)
        with pytest.raises(kind, match="cannot be written: no folder"):
            store.finish()
        assert store.numbers() == {1}


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text(
        "no database at all, but long enough to have a header of a hundred bytes" * 9
    )
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    with sqlite3.connect(tmp_path / "newer") as newer:
        newer.execute("PRAGMA user_version = 3")
    newer.close()
    with pytest.raises(InstanceError, match="is not a store"):
        Store(tmp_path / "text", SWEEP)
    for name in ("other", "newer"):
        with pytest.raises(InstanceError, match="another kind or version, expected format 2"):
            Store(tmp_path / name, SWEEP)
    with pytest.raises(InstanceError, match="cannot be opened"):
        Store(tmp_path / "no" / "folder", SWEEP)


def test_a_store_without_checksums_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old") as old:
        old.execute("CREATE TABLE game (sweep, number, record)")
        old.execute("PRAGMA user_version = 1")
        old.execute(f"PRAGMA application_id = {APPLICATION}")
    old.close()
    said = (
        "is a store of format 1, whose rows have no checksums, expected format 2; give this sweep"
    )
    with pytest.raises(InstanceError, match=said):
        Store(tmp_path / "old", SWEEP)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A finished store of two sweeps."""
    for sweep in (OTHER, SWEEP):
        with Store(tmp_path / "sound", sweep) as store:
            for number in range(1, 9):
                store.put(number, record(number))
            store.finish()
    return tmp_path / "sound"


def test_a_record_that_the_disk_has_changed_is_said(sound: Path) -> None:
    data = sound.read_bytes()
    sound.write_bytes(data.replace(b'"number": 5', b'"number": 6'))
    with Store(sound, SWEEP) as store:
        for read in (
            store.numbers,
            lambda: list(store.records(5)),
            lambda: store.forget("crashed"),
        ):
            with pytest.raises(
                InstanceError, match="the record of game 5 is damaged: its checksum"
            ):
                read()
        assert len(list(store.records(4))) == 4


def test_a_row_belongs_to_its_sweep_and_number(sound: Path) -> None:
    for change in ("number = number + 100", "sweep = 3 - sweep", "record = 7", "record = x'ff'"):
        with sqlite3.connect(sound) as database:
            database.execute("BEGIN")
            database.execute(f"UPDATE OR REPLACE game SET {change} WHERE number = 3 AND sweep = 2")
            database.commit()
        database.close()
        with pytest.raises(InstanceError, match="damaged"):
            for sweep in (SWEEP, OTHER):
                with Store(sound, sweep) as store:
                    store.numbers()


def outcome(path: Path) -> dict[int, object] | str:
    """The records of a store, or the sentence; any other exception is the test's failure."""
    try:
        with Store(path, SWEEP) as store:
            return dict(store.records(99)) if store.numbers() else {}
    except InstanceError as error:
        said = str(error)
        assert said.startswith(f"--store {path}: ") and "\n" not in said
        return said


def test_no_byte_can_change_what_a_store_says(sound: Path, tmp_path: Path) -> None:
    """Whatever is changed, each record is as it was, or missing (and examined again), or an error
    is said; most of the file's bytes are records.
    """
    data, whole = sound.read_bytes(), outcome(sound)
    assert isinstance(whole, dict) and len(whole) == 8
    dice, damaged = Random(1), 0
    for _ in range(300):
        place = dice.randrange(len(data)) if dice.random() < 0.7 else dice.randrange(4200)
        flipped = bytes([data[place] ^ dice.randrange(1, 256)])
        path = tmp_path / "flipped"
        path.write_bytes(data[:place] + flipped + data[place + 1 :])
        found = outcome(path)
        damaged += isinstance(found, str)
        assert isinstance(found, str) or found.items() <= whole.items(), (place, flipped)
    assert damaged > 50
