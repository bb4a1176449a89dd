"""Files below given paths: each has a certificate of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.cli.files import instance_files


@pytest.mark.parametrize(
    ("given", "stems"),
    [
        (["a/x.toml"], ["x"]),
        (["a/x.toml", "b/x.toml", "b/c/x.toml", "b/y.toml"], ["a/x", "b/x", "c/x", "y"]),
        (["a", "b"], ["a/x", "c/x", "b/x", "y"]),
        (["a/x.toml", "a/x.toml", "a"], ["x"]),
        (["c/x.toml", "d/x.toml", "b"], ["HERE/c/x", "d/x", "b/c/x", "b/x", "y"]),
    ],
)
def test_no_two_files_share_a_stem(
    given: list[str], stems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a/x", "b/x", "b/c/x", "b/y", "c/x", "d/x"):
        file = tmp_path / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    monkeypatch.chdir(tmp_path)
    expected = [Path(stem.replace("HERE", tmp_path.name)) for stem in stems]
    assert [stem for _, stem in instance_files(map(Path, given))] == expected
