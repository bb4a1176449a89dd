"""Built pages load nothing from elsewhere, and their links to each other lead somewhere: python -m
tests.self_contained FOLDER exits with 1 and says where not.

A link that the reader may follow is no resource; a script, a style sheet, a picture or a font is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

REMOTE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
STYLE_REMOTE = re.compile(
    r"(?:url\(\s*|@import\s+)[\"']?\s*(?:https?:)?//[^)\"'\s]+", re.IGNORECASE
)
LOADS = {"src", "srcset", "poster", "data", "background"}
"""Attributes whose value a browser loads by itself, on any element."""
LINKED = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "modulepreload",
    "manifest",
}
"""Kinds of <link> that a browser follows by itself."""


class Resources(HTMLParser):
    """Collects what a page would fetch from another machine, where its links lead, and what can be
    linked to in it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.remote: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[key] for key in ("id", "name") if key in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
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


def dead(folder: Path) -> Iterator[str]:
    """The links among the built pages that lead nowhere, anchors included."""
    pages = {file.resolve(): Resources() for file in sorted(folder.rglob("*.html"))}
    for file, page in pages.items():
        page.feed(file.read_text(encoding="utf-8"))
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            goal = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            anchored = (
                not parts.fragment
                or goal not in pages
                or unquote(parts.fragment) in pages[goal].anchors
            )
            if not (parts.scheme or parts.netloc) and not (goal.exists() and anchored):
                yield f"{file.relative_to(folder.resolve())}: {link} leads nowhere"


def findings(folder: Path) -> Iterator[str]:
    for file in sorted([*folder.rglob("*.html"), *folder.rglob("*.css")]):
        yield from (f"{file.relative_to(folder)}: {found}" for found in remote(file))
    yield from dead(folder)


def main(folder: Path) -> int:
    if not (folder / "index.html").is_file():
        print(f"{folder} has no index.html", file=sys.stderr)
        return 2
    found = list(findings(folder))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
