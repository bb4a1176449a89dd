"""The shipped instances, each verified once by a worker."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import verifier.api as vf
from tests.games import INSTANCES

FILES = sorted(INSTANCES.rglob("*.toml"))


@cache
def verified(path: Path) -> vf.Verified:
    """The three guarantees of an instance, with certificates that the kernel has seen."""
    return vf.verify(vf.load(path))
