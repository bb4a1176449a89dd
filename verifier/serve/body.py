"""What the editor's page sends: a JSON object whose parts are checked before they are used."""

from __future__ import annotations

import json
from typing import Any

from verifier.errors import InstanceError
from verifier.serve.named_file import MAX_BYTES

LONGEST_WORD = 200
"""Most characters of what is no instance's text: a hypothesis, a digest, the name of a tab."""

MOST_SEEN = 1000
"""Most counterexamples that a page may say it has seen."""

MOST_DRAWN = 10**9


class Body:
    """The JSON object of a request; all methods raise InstanceError for what is not as expected."""

    def __init__(self, content: bytes) -> None:
        try:
            self._data: Any = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise InstanceError("the request is not JSON") from error
        if not isinstance(self._data, dict):
            raise InstanceError("the request is not a JSON object")

    def text(self, key: str = "text", most: int = MAX_BYTES) -> str:
        """A text of at most so many bytes of UTF-8."""
        value = self._data.get(key)
        if not isinstance(value, str):
            raise InstanceError(f"{key}: expected a text")
        try:
            length = len(value.encode("utf-8"))
        except UnicodeEncodeError as error:
            line = value.count("\n", 0, error.start) + 1
            raise InstanceError(f"{key}: line {line}: has half a character in it") from error
        if length > most:
            raise InstanceError(f"{key}: has {length} bytes, expected at most {most}")
        return value

    def word(self, key: str) -> str:
        """A short text."""
        return self.text(key, LONGEST_WORD)

    def known(self) -> str | None:
        """The digest of the file that the page has opened, None where it has opened none."""
        return None if self._data.get("digest") is None else self.word("digest")

    def number(self) -> int:
        """How many counterexamples have been drawn already."""
        value = self._data.get("number")
        if type(value) is not int or not 0 <= value <= MOST_DRAWN:
            raise InstanceError("number: expected a whole number of at least 0")
        return value

    def seen(self) -> list[str]:
        """The digests of counterexamples that the page has shown."""
        value = self._data.get("seen")
        short = isinstance(value, list) and len(value) <= MOST_SEEN
        if not short or not all(isinstance(x, str) and len(x) <= LONGEST_WORD for x in value):
            raise InstanceError(f"seen: expected a list of at most {MOST_SEEN} short texts")
        return list(value)
