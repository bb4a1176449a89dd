"""Copies docs/explanation/theory.md into the package, since the story site is made from it, and the
games of instances/, which are found by name there.

Everything else that a build needs to know is in pyproject.toml.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

THEORY = "docs/explanation/theory.md"
GAMES = "instances"


class BuildWithTexts(build_py):
    """The usual build; an editable install reads the file where it is."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        package = Path(self.build_lib, "verifier")
        self.copy_file(THEORY, str(package / "explain" / "theory.md"))
        for game in [Path(GAMES, "README.md"), *sorted(Path(GAMES).rglob("*.toml"))]:
            copy = package / "game" / game
            self.mkpath(str(copy.parent))
            self.copy_file(str(game), str(copy))


setup(cmdclass={"build_py": BuildWithTexts})
