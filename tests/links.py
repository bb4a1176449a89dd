"""The links of Markdown pages, and the places in a page that a link can lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.examples import FENCE

LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"`[^`\n]+`")
ANCHOR = re.compile(r'<a id="([\w-]+)"></a>')
HEADING = re.compile(r"^#{1,6} +(?P<title>.+?)\s*$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z]+:")


@dataclass(frozen=True)
class Link:
    """A link to another place in the repository: the file and the anchor that it names, if any."""

    page: Path
    target: str

    @property
    def file(self) -> Path:
        name = self.target.partition("#")[0]
        return (self.page.parent / name).resolve() if name else self.page

    @property
    def anchor(self) -> str:
        return self.target.partition("#")[2]


def links(page: Path) -> Iterator[Link]:
    """All links of the page, outside code, that lead nowhere else than into the repository."""
    text = CODE.sub(_nothing_but_text, FENCE.sub("", page.read_text(encoding="utf-8")))
    for found in LINK.finditer(text):
        if not ELSEWHERE.match(found["target"]):
            yield Link(page, found["target"])


def _nothing_but_text(code: re.Match[str]) -> str:
    """Brackets in code make no link; a link whose text is code stays one."""
    return re.sub(r"[\[\]()]", "", code[0])


def anchors(page: Path) -> set[str]:
    """What a link can lead to in a page: explicit anchors, and headings, which are called by small
    letters, no punctuation, dashes for blanks.
    """
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = {
        re.sub(r"[^\w\- ]", "", heading["title"].lower()).replace(" ", "-")
        for heading in HEADING.finditer(text)
    }
    return headings | set(ANCHOR.findall(text))


def broken(page: Path) -> list[str]:
    """The links of the page that lead nowhere, each with the reason."""
    found = []
    for link in links(page):
        if not link.file.exists():
            found.append(f"{link.target}: no such file")
        elif link.anchor and link.anchor not in anchors(link.file):
            found.append(f"{link.target}: no such anchor")
    return found
