"""The page of an instance as the editor shows it: in a frame that is cut off from the editor.

The frame has no origin, reaches no network, and runs two scripts: that of every page, and one that
tells the editor how far the reader has scrolled, so that a newer page stands where the older stood.
The page's script starts a worker with the checker that is in the page, which may do no more.
A text of the instance, should it ever get into the page as markup, would run nothing.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import cache

from verifier.explain.site.page import scripts

MOST_KEPT = 12
"""How many pages are kept, for all tabs together: a tab asks for the newest at once."""

SCROLL = """
scrollTo(0, Number(new URLSearchParams(location.search).get("y")) || 0);
addEventListener("scroll", () => parent.postMessage({ y: scrollY }, "*"), { passive: true });
"""


class Stories:
    """The last pages, each under a name that cannot be guessed."""

    def __init__(self) -> None:
        self._pages: dict[str, str] = {}

    def keep(self, page: str) -> str:
        """The name under which a page is kept from now on."""
        name = secrets.token_urlsafe(9)
        self._pages[name] = page
        while len(self._pages) > MOST_KEPT:
            del self._pages[next(iter(self._pages))]
        return name

    def framed(self, name: str) -> str | None:
        """The page of this name with the script for its frame; None where it is not kept."""
        page = self._pages.get(name)
        if page is None:
            return None
        before, body, after = page.rpartition("</body>")
        return f"{before}<script>{SCROLL}</script>{body}{after}"


@cache
def policy() -> str:
    """The Content-Security-Policy of a framed page."""
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in (*scripts(), SCROLL))
    return (
        f"sandbox allow-scripts allow-downloads; default-src 'none'; script-src {allowed};"
        " style-src 'unsafe-inline'; img-src data:; worker-src blob:; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'self'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
