"""The code that theory.md leads to, as pages of the site: what was run, where a reader finds it."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path, PurePosixPath

import verifier
from verifier.explain.site.page import Link, template
from verifier.explain.theorem import theory

ROOT = Path(verifier.__file__).parent
TARGET = re.compile(r"\]\(((?:\.\./)+verifier/[\w/]+\.py)")
DEFINED = re.compile(r"^(?:def|class) (\w+)")


def path_of(target: str) -> PurePosixPath | None:
    """The file of this package that a link of theory.md names, below the package; None if none."""
    _, found, path = target.rpartition("../verifier/")
    return PurePosixPath(path) if found and path.endswith(".py") else None


@cache
def paths() -> tuple[PurePosixPath, ...]:
    """All files of this package that theory.md links to."""
    found = {path_of(target) for target in TARGET.findall(theory())}
    return tuple(sorted(path for path in found if path is not None))


def location(path: PurePosixPath) -> PurePosixPath:
    """The page of a file within the site."""
    return "code" / path.with_suffix(".html")


def page(path: PurePosixPath, index: Link) -> str:
    """The file, with an anchor at every function and class."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    shown = "\n".join(map(_line, lines))
    return template("code.html").render(path="verifier" / path, code=shown, index=index)


def _line(line: str) -> str:
    found = DEFINED.match(line)
    return f'<span id="{found[1]}">{escape(line)}</span>' if found else escape(line)
