"""Built pages load nothing from elsewhere: python -m tests.self_contained FOLDER exits with 1 and says where one does.

A link that the reader may follow is no resource; a script, a style sheet, a picture or a font is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

REMOTE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
STYLE_REMOTE = re.compile(r"(?:url\(\s*|@import\s+)[\"']?\s*(?:https?:)?//[^)\"'\s]+", re.IGNORECASE)
LOADS = {"src", "srcset", "poster", "data", "background"}
"""Attributes whose value a browser loads by itself, on any element."""
LINKED = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest"}
"""Kinds of <link> that a browser follows by itself."""


class Resources(HTMLParser):
    """Collects what a page would fetch from another machine."""

    def __init__(self) -> None:
        super().__init__()
        self.remote: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        loaded = [value for name, value in values.items() if name in LOADS]
        if tag == "link" and LINKED & set(values.get("rel", "").lower().split()):
            loaded.append(values.get("href", ""))
        self.remote += [f"<{tag}> {value}" for value in loaded if REMOTE.match(value)]
        self.remote += STYLE_REMOTE.findall(values.get("style", ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.remote += STYLE_REMOTE.findall(data)


def remote(file: Path) -> list[str]:
    """What a built page or style sheet would fetch from another machine."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".css":
        return STYLE_REMOTE.findall(text)
    page = Resources()
    page.feed(text)
    return page.remote


def findings(folder: Path) -> Iterator[str]:
    for file in sorted([*folder.rglob("*.html"), *folder.rglob("*.css")]):
        yield from (f"{file.relative_to(folder)}: {found}" for found in remote(file))


def main(folder: Path) -> int:
    if not (folder / "index.html").is_file():
        print(f"{folder} has no index.html", file=sys.stderr)
        return 2
    found = list(findings(folder))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
