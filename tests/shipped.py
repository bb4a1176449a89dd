"""The shipped instances, each verified once by a worker."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import verifier.api as vf
from tests.games import INSTANCES
from verifier.explain.document import Narrative

FILES = sorted(INSTANCES.rglob("*.toml"))


@cache
def verified(path: Path) -> vf.Verified:
    """The three guarantees of an instance, with certificates that the kernel has seen."""
    return vf.verify(vf.load(path))


@cache
def stories(path: Path) -> Mapping[str, Narrative]:
    """The stories of an instance, by guarantee."""
    return vf.explain(verified(path))
