"""Which tests one worker does, so that what they need is made once."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

SHIPPED = "shipped"
GROUPS = {
    "tests/explain/test_story.py": SHIPPED,
    "tests/explain/test_details.py": SHIPPED,
    "tests/explain/test_short.py": SHIPPED,
    "tests/explain/picture/test_canvas.py": SHIPPED,
    "tests/explain/picture/test_hull_frontier_value_line.py": SHIPPED,
    "tests/explain/site/test_course.py": SHIPPED,
    "tests/explain/site/": "pages",
    "tests/serve/test_browser.py": "editor",
    "tests/cli/test_options.py": "options",
    "tests/region/test_plane.py": "plane",
    "tests/search/test_run.py": "searches",
    "tests/test_instances.py": "instances",
    "tests/test_wheel.py": "wheel",
    "tests/theory/equilibria/test_conversations.py": "conversations",
}
"""How the paths of tests begin -> what they share; the first one that fits counts."""


class BySharing(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Tests that share what takes long go to one worker, all others one by one to whoever is free.

    xdist's own marker for groups is without effect from pytest 9.2 on.
    """

    def _split_scope(self, nodeid: str) -> str:
        """The group of a test; its own name where it shares nothing."""
        return next((group for path, group in GROUPS.items() if nodeid.startswith(path)), nodeid)
