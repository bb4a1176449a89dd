"""The store of a sweep: one SQLite file in which every record is kept as soon as it is there.

No record is ever written twice. A store that is complete has the same bytes however often it was
interrupted: rows are keyed by number, nothing of the order or time of their coming is kept, and the
finished file is written anew, in one transaction and in order. Every row has a checksum, which is
compared whenever the row is read: what a disk has changed is said, and goes into no summary.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from verifier.errors import InstanceError, VerifierError

FORMAT = 2
APPLICATION = 0x656D7665
"""SQLite's application id of our files."""

SCHEMA = (
    "\nCREATE TABLE sweep (id INTEGER PRIMARY KEY, family TEXT NOT NULL, seed INTEGER NOT NULL,"
    " guarantees TEXT NOT NULL,\n"
    "                    checksum TEXT NOT NULL, UNIQUE (family, seed, guarantees));\n"
    "CREATE TABLE game (sweep INTEGER NOT NULL REFERENCES sweep, number INTEGER NOT NULL,"
    " record TEXT NOT NULL,\n"
    "                   checksum TEXT NOT NULL, PRIMARY KEY (sweep, number));\n"
)
"""SQLite keeps this text with its spaces: with any other, stores would have other bytes."""


class FullError(VerifierError):
    """The disk is full: the store cannot take another record; those that it has are safe."""


@dataclass(frozen=True)
class Sweep:
    """The identity of a sweep: a family as its text, a seed, and the guarantees."""

    family: str
    seed: int
    guarantees: tuple[str, ...]

    @property
    def key(self) -> tuple[str, int, str]:
        """The identity as a row of the store has it."""
        return self.family, self.seed, " ".join(self.guarantees)


def checksum(*parts: object) -> str:
    """Sixteen hexadecimal digits that tell a row, with all that it belongs to, from others."""
    return sha256(json.dumps(parts, default=repr).encode()).hexdigest()[:16]


class Store:
    """An open store of one sweep; no other process can open the file meanwhile.

    Raises InstanceError for a file that is no store, is damaged or is in use, whenever that is
    found, and for a symbolic link, which may lead to a file that is nobody's store.
    """

    def __init__(self, path: Path, sweep: Sweep) -> None:
        self.path, self.sweep = path, sweep
        if path.is_symlink():
            raise InstanceError(
                f"--store {path}: is a symbolic link, expected the name of the store itself"
            )
        try:
            self._database = _connected(path)
        except sqlite3.OperationalError as error:
            raise InstanceError(f"--store {path}: cannot be opened: {error}") from error
        with self._doing("opened"):
            self._open()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def numbers(self) -> set[int]:
        """The numbers of the games in the store, all of whose records are sound."""
        return {number for number, _ in self._sound(2**62)}

    def records(self, count: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """The records of games 1..count, in order of their numbers."""
        for number, record in self._sound(count):
            yield number, json.loads(record)

    def _sound(self, count: int) -> Iterator[tuple[int, str]]:
        """The records as text, each compared with its checksum."""
        query = (
            "SELECT number, record, checksum FROM game WHERE sweep = ? AND number <= ?"
            " ORDER BY number"
        )
        with self._doing("read"):
            for number, record, found in self._database.execute(query, (self._id, count)):
                if found != checksum(*self.sweep.key, number, record):
                    raise self._damaged(f"the record of game {number}")
                yield number, record

    def _damaged(self, what: str) -> InstanceError:
        return InstanceError(
            f"--store {self.path}: {what} is damaged: its checksum does not fit; use a copy of the"
            " file, or give this sweep a new store"
        )

    def put(self, number: int, record: dict[str, Any]) -> None:
        """The record of a game is on disk when this returns; one that was there already stays.

        Raises FullError where the disk is full.
        """
        text = json.dumps(record, sort_keys=True, ensure_ascii=False)
        with self._doing("written"):
            self._insert(number, text)

    def forget(self, *statuses: str) -> int:
        """The records with these statuses are removed, and their number is returned."""
        gone = [n for n, record in self.records(2**62) if record["status"] in statuses]
        with self._doing("written"):
            self._delete(gone)
        return len(gone)

    def finish(self) -> None:
        """The file is written anew in its one normal form.

        The draft is in a new folder beside it that is this user's alone: no link can wait there.
        """
        with self._doing("written"):
            self._rewrite()
        self._database = _connected(self.path)
        with self._doing("opened"):
            self._open()

    def _rewrite(self) -> None:
        with TemporaryDirectory(prefix=".", suffix=".part", dir=self.path.parent) as folder:
            draft = Path(folder) / self.path.name
            self._copy(draft)
            self._database.close()
            draft.replace(self.path)

    def _copy(self, draft: Path) -> None:
        fresh = sqlite3.connect(draft, isolation_level=None)
        try:
            fresh.execute("BEGIN EXCLUSIVE")
            _create(fresh)
            for table, key, values in (
                ("sweep", "id", "?, ?, ?, ?, ?"),
                ("game", "sweep, number", "?, ?, ?, ?"),
            ):
                rows = self._database.execute(f"SELECT * FROM {table} ORDER BY {key}")
                fresh.executemany(f"INSERT INTO {table} VALUES ({values})", rows)
            fresh.execute("COMMIT")
        finally:
            fresh.close()

    def _open(self) -> None:
        execute = self._database.execute
        execute("PRAGMA locking_mode = EXCLUSIVE")
        with self._changing():
            (version,), (owner,) = (
                execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id")
            )
            if not version and not execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                _create(self._database)
            elif (version, owner) == (1, APPLICATION):
                raise InstanceError(
                    f"--store {self.path}: is a store of format 1, whose rows have no checksums,"
                    f" expected format {FORMAT}; give this sweep a new store"
                )
            elif (version, owner) != (FORMAT, APPLICATION):
                raise InstanceError(
                    f"--store {self.path}: is a database of another kind or version, expected"
                    f" format {FORMAT}"
                )
            self._id = self._row()

    def _row(self) -> int:
        """The number of this sweep in the file, a new one if it was not there."""
        rows = self._database.execute("SELECT * FROM sweep").fetchall()
        for number, *key, found in rows:
            if found != checksum(*key) or type(number) is not int:
                raise self._damaged("what it says of its sweeps")
            if tuple(key) == self.sweep.key:
                return number
        written = self._database.execute(
            "INSERT INTO sweep (family, seed, guarantees, checksum) VALUES (?, ?, ?, ?)",
            (*self.sweep.key, checksum(*self.sweep.key)),
        )
        return int(written.lastrowid or 0)

    def _insert(self, number: int, text: str) -> None:
        row = (self._id, number, text, checksum(*self.sweep.key, number, text))
        with self._changing():
            self._database.execute("INSERT OR IGNORE INTO game VALUES (?, ?, ?, ?)", row)

    def _delete(self, numbers: list[int]) -> None:
        with self._changing():
            rows = [(self._id, number) for number in numbers]
            self._database.executemany("DELETE FROM game WHERE sweep = ? AND number = ?", rows)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """A transaction: all of the block is done, or nothing."""
        self._database.execute("BEGIN EXCLUSIVE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    @contextmanager
    def _doing(self, what: str) -> Iterator[None]:
        """Work on the database, with its errors in words."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise InstanceError(
                    f"--store {self.path}: is in use by another sweep; wait for it, or give this"
                    " one a store of its own"
                ) from error
            if "full" in str(error) or "disk I/O" in str(error):
                raise FullError(f"--store {self.path}: {error}") from error
            raise InstanceError(f"--store {self.path}: cannot be {what}: {error}") from error
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise InstanceError(
                f"--store {self.path}: is not a store, or is damaged: {error}"
            ) from error
        except OSError as error:  # of the draft's folder
            kind = FullError if error.errno in (ENOSPC, EDQUOT) else InstanceError
            raise kind(f"--store {self.path}: cannot be {what}: {error.strerror}") from error


def _connected(path: Path) -> sqlite3.Connection:
    """An open database; text that is none in UTF-8 is read all the same, and fits no checksum."""
    database = sqlite3.connect(path, timeout=0, isolation_level=None)
    database.text_factory = lambda data: data.decode(errors="replace")
    return database


def _create(database: sqlite3.Connection) -> None:
    """An empty store, inside a transaction."""
    for statement in SCHEMA.split(";")[:-1]:
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {FORMAT}")
    database.execute(f"PRAGMA application_id = {APPLICATION}")
