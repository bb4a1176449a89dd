"""Pages hold byte for byte what the kernel read, fetch nothing, and name their parts for screen
readers.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import FILM, IDENTICAL, explain
from tests.games import ROOT
from tests.markup import parsed
from verifier.checker import Check

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", [FILM, IDENTICAL], ids=lambda path: path.stem)
def test_a_page_holds_what_the_kernel_read(
    path: Path, page_of: Callable[[Path], Path], tmp_path: Path
) -> None:
    page = page_of(path).read_text(encoding="utf-8")
    tags = parsed(page)
    saved = {
        found["download"]: found["href"]
        for tag, found in tags.seen
        if tag == "a" and "download" in found
    }
    assert set(saved) == {
        path.name,
        *(f"{path.stem}.{name}.json" for name in ("bayes", "quantal", "best-ai")),
    }
    for name, link in saved.items():
        assert name and link
        head, _, body = link.partition(",")
        assert head == "data:application/octet-stream;base64"
        (tmp_path / name).write_bytes(base64.b64decode(body))
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    for name in ("bayes", "quantal", "best-ai"):
        reply = Check(tmp_path / f"{path.stem}.{name}.json", tmp_path / path.name).reply()
        assert reply.accepted
        assert reply.text in "".join(tags.texts)
    shipped = ROOT / "proofs" / "certificates" / path.parent.name / f"{path.stem}.bayes.json"
    assert (tmp_path / f"{path.stem}.bayes.json").read_bytes() == shipped.read_bytes()


def test_a_page_fetches_nothing_and_is_named_for_screen_readers(
    page_of: Callable[[Path], Path],
) -> None:
    tags = parsed(page_of(FILM).read_text(encoding="utf-8"))
    ids = [found["id"] for _, found in tags.seen if "id" in found]
    assert len(set(ids)) == len(ids)
    for tag, found in tags.seen:
        for key in ("src", "href"):
            link = found.get(key)
            assert link is None or link.startswith(("#", "data:"))
            if link is not None and link.startswith("#"):
                assert link[1:] in ids
        if tag in ("section", "article"):
            assert found["aria-labelledby"] in ids
        if found.get("role") == "region":
            assert found["aria-label"] and found["tabindex"] == "0"
    assert ("html", {"lang": "en"}) in tags.seen


def test_notes_are_told_with_their_commands_as_code(page_of: Callable[[Path], Path]) -> None:
    """And without the verdicts that they expect, which stand beside them with the kernel's word."""
    path = ROOT / "instances" / "tightness" / "two_guides.toml"
    page = page_of(path).read_text(encoding="utf-8")
    told, _, instance = page.partition('id="instance-file"')
    assert "<code>verifier search --drop hull --objective largest-ratio</code>" in told
    assert "Expected verdicts" not in told and "Expected verdicts" in instance
    assert "`verifier search" not in told and "`verifier search" in instance


def test_the_same_page_has_the_same_bytes(page_of: Callable[[Path], Path], tmp_path: Path) -> None:
    explain(IDENTICAL, "--format", "html", "-o", tmp_path / "again.html")
    assert page_of(IDENTICAL).read_bytes() == (tmp_path / "again.html").read_bytes()
