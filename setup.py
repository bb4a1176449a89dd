"""Copies docs/explanation/theory.md into the package: the story site is made from it.

Everything else that a build needs to know is in pyproject.toml.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

THEORY = "docs/explanation/theory.md"


class BuildWithTheory(build_py):
    """The usual build; an editable install reads the file where it is."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            self.copy_file(THEORY, str(Path(self.build_lib, "verifier", "explain", "theory.md")))


setup(cmdclass={"build_py": BuildWithTheory})
