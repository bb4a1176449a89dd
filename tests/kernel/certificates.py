"""The shipped certificates, to be checked and to be forged."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from verifier.game.model import Game as VerifierGame
from verifier.game.reader import load, load_users
from verifier.kernel.certificate import check
from verifier.kernel.game_file import read_game
from verifier.kernel.reader.instance import Game

ROOT = Path(__file__).parents[2]
INSTANCES = ROOT / "instances"


def source(instance: str) -> tuple[Path, str | None]:
    """The file of an instance, and the user whose game it is: `.user-2` is its second one."""
    stem, _, number = instance.partition(".user-")
    path = INSTANCES / f"{stem}.toml"
    return path, load_users(path)[int(number) - 1] if number else None


def loaded(instance: str) -> VerifierGame:
    """The game as the verifier reads it."""
    path, user = source(instance)
    return load(path, user=user)


CERTIFICATES = ROOT / "proofs" / "certificates"


@cache
def _text(instance: str, guarantee: str) -> str:
    return (CERTIFICATES / f"{instance}.{guarantee}.json").read_text(encoding="utf-8")


def made(instance: str, guarantee: str) -> dict[str, Any]:
    """A fresh copy of what `verify` writes: tests/test_instances.py sees that it is shipped."""
    content: dict[str, Any] = json.loads(_text(instance, guarantee))
    return content


SHIPPED: list[tuple[str, str]] = [
    (instance, guarantee)
    for path in sorted(CERTIFICATES.rglob("*.json"))
    for instance, guarantee in [
        path.relative_to(CERTIFICATES).with_suffix("").as_posix().rsplit(".", 1)
    ]
]
"""(instance, guarantee) of every shipped certificate."""


@cache
def rebuilt(instance: str) -> Game:
    """The game as the kernel reads it, at the defaults of its parameters."""
    path, user = source(instance)
    at = {name: str(value) for name, value in load(path).parameters.items()}
    return read_game(str(path), at or None, user)


def judge(content: Any, instance: str, **expected: str) -> str:
    """What the kernel says of a certificate, or its exception."""
    return check(copy.deepcopy(content), rebuilt(instance), expected)
