"""Templates: instance files with ranges of rationals, such as "1/10..1/2 step 1/10".

In a prior or a joint distribution "rest" stands for the probability that is left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from verifier.errors import InstanceError
from verifier.game.foreign import of_text
from verifier.game.model import Game
from verifier.game.parameters import NOWHERE, Value
from verifier.game.place import Place
from verifier.game.population import with_each
from verifier.game.reader import MAX_BYTES, build
from verifier.numbers import parse_rational
from verifier.rng import Draws

RANGE = re.compile(r"(?P<low>\S+?)\s*\.\.\s*(?P<high>\S+)\s+step\s+(?P<step>\S+)")
PROSE = {"title", "source", "notes"}
REST = "rest"
MOST_POINTS = 10**6
"""Most numbers that a range may have."""


class Template:
    """An instance file in which any rational may be a range.

    A game has a uniform draw from each range, in the order of the file.
    """

    def __init__(self, text: str, name: str) -> None:
        self.document = of_text(text, name, MAX_BYTES, "instance")

    def game(self, draws: Draws, title: str, at: Mapping[str, Value] = NOWHERE) -> Game:
        """A game of the template, with this title, at values of the template's parameters.

        Several users have one rule. Raises InstanceError, with the file and key, where a range or
        the game that was drawn makes no sense, and where there is no range, so that all games are
        one.
        """
        found = self._built(draws, title, at)
        return with_each(found, replace)  # not read from this file, for what is drawn has none

    def reading(self, draws: Draws, at: Mapping[str, Value] = NOWHERE) -> Game:
        """A game of the template that remembers its users, and values of parameters."""
        return self._built(draws, "template", at)

    def _built(self, draws: Draws, title: str, at: Mapping[str, Value]) -> Game:
        data = _filled(self.document, draws)
        if data == self.document.value:
            raise InstanceError(
                f'{self.document.file.name}: has no range such as "1/10..1/2 step 1/10", so all of'
                " its games are one, which `verifier verify` verifies"
            )
        if isinstance(data, dict):
            data["title"] = title
            _complete(self.document, data)
        return build(Place(self.document.file, (), data), at)


def _filled(place: Place, draws: Draws) -> Any:
    """The data of a place with a number for every range."""
    if isinstance(place.value, dict):
        return {
            key: entry if key in PROSE and not place.path else _filled(place.at(key), draws)
            for key, entry in place.value.items()
        }
    if isinstance(place.value, list):
        return [_filled(place.at(n), draws) for n in range(len(place.value))]
    if isinstance(place.value, str) and ".." in place.value:
        return str(_drawn(place, draws))
    return place.value


def _drawn(place: Place, draws: Draws) -> Fraction:
    found = RANGE.fullmatch(place.value)
    if found is None:
        place.fail(f'{place.value!r} is not a range, expected "LOW..HIGH step STEP"')
    try:
        low, high, step = (parse_rational(found[part]) for part in ("low", "high", "step"))
    except InstanceError as error:
        place.fail(str(error))
    if step <= 0 or low > high:
        place.fail(
            f"goes from {low} to {high} in steps of {step}, expected an ascending range and a"
            " positive step"
        )
    count = (high - low) / step
    if count.denominator != 1:
        place.fail(
            f"{high - low} is no multiple of the step {step}, so the range does not end at {high}"
        )
    if count >= MOST_POINTS:
        place.fail(f"has {count + 1} numbers, at most {MOST_POINTS} may be")
    return low + step * draws.below(int(count) + 1)


def _complete(top: Place, data: dict[str, Any]) -> None:
    """The probability that is left of 1 takes the place of `rest`."""
    prior, joint = data.get("prior"), data.get("joint")
    if isinstance(prior, dict):
        _fill_rest(top.member("prior"), prior, [(prior, key) for key in prior])
    elif isinstance(joint, list) and all(isinstance(row, list) and len(row) == 4 for row in joint):
        _fill_rest(top.member("joint"), joint, [(row, 3) for row in joint])


def _fill_rest(place: Place, where: Any, entries: list[tuple[Any, Any]]) -> None:
    left = [(holder, key) for holder, key in entries if holder[key] == REST]
    if not left:
        return
    if len(left) > 1:
        place.fail(f"has {len(left)} entries that are {REST!r}, expected one at most")
    others = [
        Place(place.file, place.path, holder[key]).rational()
        for holder, key in entries
        if holder[key] != REST
    ]
    (holder, key), rest = left[0], 1 - sum(others, Fraction(0))
    if rest < 0:
        place.fail(f"sums to {sum(others, Fraction(0))} without the rest, expected at most 1")
    holder[key] = str(rest)
