"""The questions that the editor asks about an instance's text, and their answers as JSON data.

Nothing here knows of the network. A text that is no game is answered with its errors, each with its
line; a verdict is what the kernel accepted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from verifier.certified import Verified, certify
from verifier.deadline import OutOfTimeError, in_time, overtime, passed, uninterrupted
from verifier.errors import InstanceError, VerifierError
from verifier.explain.site.at_stops import with_parameter
from verifier.explain.site.page import Place, page
from verifier.explain.site.page_data import PageData, page_data
from verifier.files import folder_or_temporary, write_whole
from verifier.game.affine import stated
from verifier.game.model import NOTHING, Game, digest
from verifier.game.population import with_each
from verifier.game.reader import MAX_BYTES, parse
from verifier.game.text.source import parsed
from verifier.game.writer import write
from verifier.meant import choose
from verifier.report.terminal import MEANING, report_lines
from verifier.search.budget import Budget
from verifier.search.coverage import Method
from verifier.search.likeness import smaller
from verifier.search.report import games_of
from verifier.search.run import search
from verifier.search.size import Scope
from verifier.theory.dropped import DROPPED
from verifier.theory.guarantees.guarantee import Guarantee

Answer = dict[str, Any]

TEXT = "instance"
"""How messages call the text; the page leaves it out."""

MESSAGE = re.compile(rf"{TEXT}: (?:line (?P<line>\d+): )?(?P<says>.*)", re.DOTALL)

LISTS = ("states", "actions", "user_observations", "agent_observations")

LONGEST_PAGE = 2**24
"""Most characters of a page that is shown in the editor."""

SEARCHED = Budget(games=5_000)
ATTEMPTS = 30
"""How many seeds are tried for a counterexample that was not found before."""


def checked(text: str, stem: str) -> Answer:
    """The verdicts on a text, what they rest on, and their page as HTML.

    Where the text is no game there are `errors` instead; `untold` says why there is no page.
    `names` are the file's own lists, as far as it is TOML. `stem` is the first part of the names of
    the files on the page. Raises OutOfTimeError where nothing is known before the deadline.
    """
    named: Answer = {"names": names(text)}
    with uninterrupted():
        try:
            game = in_time(lambda: parse(text, TEXT))
            return named | _verified(game, text, stem)
        except VerifierError as error:
            return named | {"errors": [located(line) for line in error.lines]}


def moving(text: str, stem: str) -> Answer:
    """The page of a text as HTML on which the game's parameters move; `untold` says why not.

    What the time does not suffice for is undecided on the page, or has no story (theory.md 12.1).
    Raises InstanceError where the text is no game, OutOfTimeError where nothing is known of it.
    """
    with uninterrupted(), folder_or_temporary(None) as folder:
        game = in_time(lambda: parse(text, TEXT))
        path = write_whole(folder / f"{stem}.toml", text)
        found = _certified(game, path, stem)
        with overtime():
            data = in_time(lambda: page_data(PurePosixPath(stem), path, found))
        moved = with_parameter(data, path, {}, list(Guarantee))
        with overtime():
            return _page(moved)


def _verified(game: Game, text: str, stem: str) -> Answer:
    with folder_or_temporary(None) as folder:
        path = write_whole(folder / f"{stem}.toml", text)
        found = _certified(game, path, stem)
        told = _verdicts(found, path.name)
        with overtime():
            try:
                data = in_time(lambda: page_data(PurePosixPath(stem), path, found))
                return told | _page(data)
            except OutOfTimeError as late:
                return told | {"untold": f"the story is not finished: {late}"}


def _certified(game: Game, path: Path, stem: str) -> Verified:
    found = certify(game, path, None, stem, list(Guarantee))
    if not found.guarantees:
        raise OutOfTimeError(passed())
    return found


def _page(data: PageData) -> Answer:
    """The page, if it is not too long."""
    shown = in_time(lambda: page(data, Place()))
    if len(shown) > LONGEST_PAGE:
        return {"untold": "the story is too long to be shown here: see `verifier explain`"}
    return {"page": shown}


def _verdicts(found: Verified, name: str) -> Answer:
    verdicts = [
        {"guarantee": guarantee, "user": MEANING[guarantee], "verdict": verdict}
        for guarantee, verdict in found.verdicts.items()
    ]
    return {
        "title": found.report.game.title,
        "at": stated(found.report.game.parameters),
        "verdicts": verdicts,
        "lines": list(report_lines(name, found)),
    }


def located(message: str) -> Answer:
    """A message of the reader's about the text, with the line that it names.

    >>> located("instance: line 3: states: is missing"), located("instance: is JSON")
    ({'line': 3, 'says': 'states: is missing'}, {'line': None, 'says': 'is JSON'})
    """
    found = MESSAGE.match(message)
    if found is None:
        return {"line": None, "says": message}
    return {"line": found["line"] and int(found["line"]), "says": found["says"]}


def names(text: str) -> dict[str, list[str]] | None:
    """The file's own lists of names, by their keys, and its agents; None where it is not TOML.

    Lists that are left out are what the format says they are.
    """
    try:
        _, data = parsed(text, TEXT, MAX_BYTES)
    except InstanceError:
        return None
    own = {key: _texts(data[key]) for key in LISTS if key in data}
    agents = data.get("agents", [])
    entries = agents if isinstance(agents, list) else []
    called = _texts([entry.get("name") for entry in entries if isinstance(entry, dict)])
    usual = {"user_observations": [NOTHING], "agent_observations": own.get("states", [])}
    return usual | own | {"agents": called}


def _texts(entries: object) -> list[str]:
    listed = entries if isinstance(entries, list) else []
    return [entry for entry in listed if isinstance(entry, str)]


def next_counterexample(hypothesis: str, number: int, seen: Sequence[str]) -> Answer:
    """A counterexample without a hypothesis that is none of those `seen`, as a text.

    Number 0 is the smallest that is found, the others are drawn at random with their numbers as
    seeds; `number` in the answer is the one to go on with. `none` says why nothing was found.
    Raises InstanceError for an unknown hypothesis.
    """
    dropped = choose("hypothesis", hypothesis, DROPPED)
    for seed in range(number, number + ATTEMPTS):
        methods = [Method.SAMPLE] if seed else [Method.ENUMERATE, Method.SAMPLE]
        found = search(
            dropped,
            dropped.guarantee(None),
            Scope(),
            methods=methods,
            seed=seed,
            budget=SEARCHED,
        )
        if found.broken is not None and (known := digest(found.broken.game)) not in seen:
            text = write(games_of(found)["instance"])
            return {"text": text, "number": seed + 1, "digest": known}
        if (late := passed()) is not None:
            return {"none": f"nothing new was found: {late}", "number": seed}
    return {"none": "nothing new was found", "number": number + ATTEMPTS}


def smallest_like(text: str, guarantee: str) -> Answer:
    """The smallest game that is like the text's, as a text, and whether it is minimal.

    Raises InstanceError where the text is no game, or for an unknown guarantee.
    """
    name = choose("guarantee", guarantee, {str(known): known for known in Guarantee})
    game = parse(text, TEXT)
    found = smaller(game, name)
    if found.game == game:
        return {"none": "no single step makes this game smaller", "minimal": found.minimal}
    alike = "the same verdict, and the same hypotheses fail"
    notes = f"Made smaller step by step, for the guarantee {name}: {alike}.\n"
    return {
        "text": write(with_each(found.game, lambda one: replace(one, source=None, notes=notes))),
        "minimal": found.minimal,
    }
