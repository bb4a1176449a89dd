"""What a search has found is kept: the counterexample and its repaired game, verified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from verifier.certified import Verified, certify, stem_of
from verifier.deadline import OutOfTimeError, overtime, passed
from verifier.files import free_path, hand_out
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.search.coverage import Found
from verifier.search.report import games_of


@dataclass(frozen=True)
class Kept:
    """A file that is kept, and what the kernel has confirmed of its game.

    `user` is the one of several whose game it is, None for a file's only game, or that of all.
    """

    path: Path
    verified: Verified
    user: str | None = None


def kept(found: Found, folder: Path) -> dict[str, tuple[Kept, ...]]:
    """The counterexample and its repaired game are written as instance files and verified.

    The repaired game, under the key `twin`, is one, or for several users that of each, in the file
    of the first. They are called after the hypothesis; their certificates lie beside them. Nothing
    is kept where nothing was found. Raises OutputError where they cannot be written,
    OutOfTimeError where a deadline passes.
    """
    games = games_of(found)
    if not games:
        return {}
    failed, game = found.dropped, games["instance"]
    stem = free_path(folder / f"{failed.name.replace('-', '_')}.toml", write(game)).stem
    path = hand_out(folder / f"{stem}.toml", write(game), "--output")
    instance = _certified(found, path, stem)
    if game.population:
        twin = tuple(_certified(found, path, stem, person.name) for person in game.people)
        return {"instance": (instance,), "twin": twin}
    repaired = replace(games["twin"], notes=f"As in {stem}.toml, but {failed.remedy}.\n")
    other = hand_out(folder / f"{stem}_twin.toml", write(repaired), "--output")
    return {"instance": (instance,), "twin": (_certified(found, other, other.stem),)}


def _certified(found: Found, path: Path, stem: str, user: str | None = None) -> Kept:
    game = load(path, user=user)
    with overtime():
        verified = certify(game, path, path.parent, stem_of(stem, game), [found.guarantee])
    if verified.late:
        raise OutOfTimeError(passed())
    return Kept(path, verified, user)
