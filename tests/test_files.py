"""Files are replaced as a whole, or not at all, and nothing planted beside them is followed."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

import pytest

from verifier.errors import InstanceError, OutputError, SizeError
from verifier.files import (
    folder_or_temporary,
    free_path,
    hand_out,
    read_text,
    remove,
    write_whole,
)


def test_text_and_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    assert write_whole(path, "Zoë\n\r\n") == path
    assert path.read_bytes() == b"Zo\xc3\xab\n\r\n"
    write_whole(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert list(path.parent.iterdir()) == [path]


def test_a_new_file_has_the_permissions_that_any_new_file_has(tmp_path: Path) -> None:
    plain, whole = tmp_path / "plain", write_whole(tmp_path / "whole", "")
    plain.write_text("")
    assert plain.stat().st_mode == whole.stat().st_mode


def test_what_stops_half_way_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_whole(tmp_path / "file", "old")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_a_planted_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "link").symlink_to(victim)
    write_whole(tmp_path / "link", "new")
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "link").read_text() == "new"
    for name in ("file.json.part", ".file.json.part", "file.part", "file.json~", "file.json.tmp"):
        (tmp_path / name).symlink_to(victim)
    write_whole(tmp_path / "file.json", "new")
    assert (tmp_path / "file.json").read_text() == "new"
    monkeypatch.setattr(os, "urandom", bytes)
    (tmp_path / f".{'00' * 8}.part").symlink_to(victim)
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole(tmp_path / "file", "new")
    assert victim.read_text() == "mine"


def test_where_nothing_can_be_written_the_message_says_who_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"^--output .*file/deep: cannot be written: "):
        write_whole(tmp_path / "file" / "deep", "", "--output")
    with (
        pytest.raises(OutputError, match="file: cannot be made: "),
        folder_or_temporary(tmp_path / "file"),
    ):
        pass


def test_a_temporary_folder_is_removed() -> None:
    with folder_or_temporary(None) as folder:
        assert folder.is_dir()
    assert not folder.exists()


def test_what_is_read_has_a_limit_and_is_text(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "file", "four")
    assert read_text(path, 4) == "four"
    with pytest.raises(SizeError, match="at most 3 are read"):
        read_text(path, 3)
    write_whole(path, b"\xff")
    with pytest.raises(InstanceError, match="is not UTF-8 text"):
        read_text(path, 4)
    with pytest.raises(InstanceError, match="cannot be read"):
        read_text(tmp_path, 4)
    with pytest.raises(InstanceError, match="is not a path"):
        read_text("a\0b", 4)
    assert list(tmp_path.iterdir()) == [path]


def test_what_another_run_made_is_replaced_with_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = hand_out(tmp_path / "file", "old")
    hand_out(path, "old")
    hand_out(path, "older", same=lambda old: old == b"old")
    assert caplog.messages == []
    hand_out(path, "new", same=lambda old: old == b"old")
    hand_out(path, b"newer")
    assert caplog.messages == [f"replaced {path}"] * 2
    assert path.read_bytes() == b"newer"


def test_what_another_run_made_is_removed_with_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "file"
    remove(path, lambda _: False)
    remove(write_whole(path, "mine"), lambda old: old == b"mine")
    assert caplog.messages == [] and not path.exists()
    remove(write_whole(path, "another's"), lambda old: old == b"mine")
    assert caplog.messages == [f"removed {path}"] and not path.exists()


def test_a_name_is_free_for_one_content(tmp_path: Path) -> None:
    path = tmp_path / "game.toml"
    assert free_path(path, "one") == path
    write_whole(path, "one")
    assert free_path(path, "one") == path
    other = free_path(path, "two")
    assert other.parent == tmp_path and re.fullmatch(r"game_[0-9a-f]{8}\.toml", other.name)
    assert free_path(path, "two") == other != free_path(path, "three")


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe, said = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: said.append(pipe.read_text()))
    reader.start()
    hand_out(pipe, "to whom it may concern")
    reader.join()
    assert said == ["to whom it may concern"] and pipe.is_fifo()
