"""Slips in TOML: the line that is at fault, what is wrong with it, and how it should be.

`tomllib` says where it stopped. Here that line is looked at again: a change that a known slip calls
for is shown if TOML goes on behind it. Nothing is repaired but for looking for the next slip; the
file is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from verifier.errors import InstanceError
from verifier.game.gathering import MOST_SHOWN, Gathering
from verifier.game.line_rules import HEADER, STRING_LETTER, guess, split, ways
from verifier.game.lines import Lines
from verifier.game.toml import toml_key

LONGEST_SHOWN, LONGEST_TRIED = 300, 2000
"""Most characters of a line that is shown, and of one that is changed."""

MOST_TRIALS = 120
"""How many changes of one line are tried."""

MOST_READ = 20_000_000
"""How many characters are read again, for all changes together."""

QUOTE_SITE = re.compile(r"(?<![\w./%+-])(?=[\w.+-])|(?<=[\w./%])(?![\w./%+-])")
LONG_STRINGS = ('"""', "'''")
UNENDED = {'Expected "\'" (at end of document)': "'"}
"""What `tomllib` says of a string in single quotes that does not end: its quote is the last one."""
LISTED = ("agents", "rules", "signals")


@dataclass(frozen=True)
class Slip:
    """What is wrong with a line, and the lines as they should be, if that is clear."""

    line: int
    says: str
    repaired: dict[int, str] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = "\n".join(self.repaired[n] for n in sorted(self.repaired) if self.repaired[n])
        short = shown and "\n" not in shown and len(shown) <= LONGEST_SHOWN
        return f"line {self.line}: {self.says}{f'; write: {shown.strip()}' if short else ''}"


def syntax_error(name: str, text: str, error: tomllib.TOMLDecodeError) -> InstanceError:
    """The error about every slip that is found in a text that is not TOML, the first as `error`."""
    try:
        with Gathering() as found:
            for slip in islice(_Looking(text, error).slips(), MOST_SHOWN):
                found.add(InstanceError(f"{name}: {slip}"))
    except InstanceError as slips:
        return slips
    raise AssertionError("a text that is not TOML has a slip")


class _Looking:
    """The lines of a text, which become TOML slip by slip as far as the slips are clear."""

    def __init__(self, text: str, error: tomllib.TOMLDecodeError) -> None:
        self.lines, self.error, self.left = text.split("\n"), error, MOST_READ

    def slips(self) -> Iterator[Slip]:
        error: tomllib.TOMLDecodeError | None = self.error
        while error is not None and self.left > 0:
            self.error = error
            slip = self._slip()
            yield slip
            if not slip.repaired:
                return
            self.lines = self._with(slip.repaired)
            self.left -= sum(map(len, self.lines))
            error = self._error(self.lines)

    @property
    def at(self) -> int:
        """The line on which TOML stopped."""
        return self._line(self.error, self.lines)

    def _slip(self) -> Slip:
        twice = "Cannot" in str(self.error) or "Duplicate" in str(self.error)
        looks = (self._one_line, self._table, self._quote, self._list)
        found = (look() for look in looks if not twice)
        first = next((slip for slip in found if slip is not None), None)
        return first or (self._twice() if twice else None) or self._unknown()

    def _with(self, repaired: dict[int, str]) -> list[str]:
        return [repaired.get(n, line) for n, line in enumerate(self.lines, 1)]

    @staticmethod
    def _line(error: tomllib.TOMLDecodeError, lines: Sequence[str]) -> int:
        found = re.search(r"\(at line (\d+)", str(error))
        if found is not None:
            return int(found[1])
        mark = UNENDED.get(str(error))
        return max(
            (n for n, line in enumerate(lines, 1) if mark and mark in line), default=len(lines)
        )

    def _error(self, lines: list[str]) -> tomllib.TOMLDecodeError | None:
        """Where TOML stops in these lines now."""
        try:
            tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as error:
            return error
        except (RecursionError, ValueError):
            return None
        return None

    def _good(self, repaired: dict[int, str]) -> bool:
        """Whether TOML goes on behind these lines, and no string over lines begins in them."""
        before = "\n".join(self.lines[number - 1] for number in repaired)
        if any("\n".join(repaired.values()).count(m) > before.count(m) for m in LONG_STRINGS):
            return False
        line = next(filter(None, repaired.values()), "")
        if not HEADER.fullmatch(line) and "=" in line and self._error([line]) is None:
            return True
        return self._goes_on(repaired)

    def _goes_on(self, repaired: dict[int, str]) -> bool:
        """Whether TOML goes on behind these lines; False if enough has been read."""
        lines = self._with(repaired)
        read = sum(map(len, lines))
        if read > self.left:
            return False
        self.left -= read
        error = self._error(lines)
        return error is None or self._line(error, lines) > self.at

    def _one_line(self) -> Slip | None:
        """Slips that need no other line, up to three kinds of them at once."""
        line = self.lines[self.at - 1]
        return self._changed(self.at, line, {}) if len(line) <= LONGEST_TRIED else None

    def _changed(
        self, number: int, line: str, others: dict[int, str], so_far: str = ""
    ) -> Slip | None:
        for says, text in islice(ways(line), MOST_TRIALS):
            if (
                text.strip() not in ("", line.strip())
                and (others or _balance(text) in (_balance(line), 0))
                and self._good({**others, number: text})
            ):
                every = filter(None, dict.fromkeys((so_far, *says)))
                return Slip(number, "; ".join(every), {**others, number: text})
        return None

    def _open(self) -> list[tuple[int, str]]:
        """The brackets that are still open where TOML stopped, each with its line."""
        brackets: list[tuple[int, str]] = []
        for number, line in enumerate(self.lines[: self.at], 1):
            for mark in re.findall(r"[\[\]{}]", split(line)[0]):
                if mark in "[{":
                    brackets.append((number, mark))
                elif brackets:
                    brackets.pop()
        return brackets

    def _table(self) -> Slip | None:
        """A table in braces that stands on several lines."""
        found = self._open()
        if not found or "{" not in split(self.lines[found[0][0] - 1])[0]:
            return None
        first, depth, parts = found[0][0], 0, []
        for line in islice(self.lines, first - 1, None):
            comment = split(line)[2]
            depth += _balance(line)
            parts.append(line.removesuffix(comment).strip())
            if depth <= 0:
                break
        if len(parts) == 1 or depth:
            return None
        says = "a table in braces stands on one line"
        whole = re.sub(r",\s*\}", " }", " ".join(filter(None, parts)))
        repaired = dict.fromkeys(range(first, first + len(parts)), "") | {first: whole}
        if self._good(repaired):
            return Slip(first, f"{says}, with no comma behind its last entry", repaired)
        if len(whole) > LONGEST_TRIED:
            return Slip(first, says)
        others = {number: text for number, text in repaired.items() if number > first}
        return self._changed(first, whole, others, says)

    def _list(self) -> Slip | None:
        """A bracket that is not closed on its line, or on the last of its lines."""
        found = self._open()
        if not found:
            return None
        opened, mark = found[-1]
        above = self.lines[self._above() - 1]
        comment = split(above)[2]
        comma = {self._above(): f"{above.removesuffix(comment).rstrip()},{comment}"}
        if self._above() >= opened and self._goes_on(comma):
            return Slip(self._above(), "entries stand between commas", comma)
        says = f"the bracket {mark} of line {opened} is not closed"
        if re.search(r"\[\s*\[|\{\s*\{", split(self.lines[opened - 1])[0]):
            return Slip(opened, f"{says}, or is one too many")
        for number in dict.fromkeys((opened, self._above(), self.at)):
            line = self.lines[number - 1]
            code, _, comment = split(line)
            closed = line.removesuffix(comment).rstrip() + self._closing(code) + comment
            if len(line) <= LONGEST_TRIED and self._goes_on({number: closed}):
                return Slip(number, says, {number: closed})
        return Slip(opened, says)

    def _above(self) -> int:
        """The line above that has something on it."""
        number = self.at - 1
        while number > 1 and not split(self.lines[number - 1])[0].strip():
            number -= 1
        return max(number, 1)

    @staticmethod
    def _closing(code: str) -> str:
        """The brackets that close what a line has opened; one for a list begun above."""
        waiting: list[str] = []
        for mark in re.findall(r"[\[\]{}]", code):
            if mark in "[{":
                waiting.append({"[": "]", "{": " }"}[mark])
            elif waiting:
                waiting.pop()
        return "".join(reversed(waiting)) or "]"

    def _quote(self) -> Slip | None:
        """A quote that is missing or one too many; how the line should be, if only one way fits."""
        line = self.lines[self.at - 1]
        code, strings, _ = split(line)
        if re.search(rf"{STRING_LETTER}[^\W\d]", code) and re.search(r"[^\W\d]'[^\W\d]", line):
            return Slip(self.at, "a text with ' in it stands in double quotes")
        if len(line) > LONGEST_TRIED or not ('"' in code or "'" in code or strings):
            return None
        for says, changed in (("missing", _quote_more(line)), ("one too many", _quote_less(line))):
            fits = (text for text in changed if _balance(text) in (_balance(line), 0))
            good = [text for text in islice(fits, MOST_TRIALS) if self._good({self.at: text})]
            if good:
                clear = {self.at: good[0]} if len(good) == 1 else {}
                return Slip(self.at, f"a quote is {says}", clear)
        odd = '"' in code or "'" in code
        return Slip(self.at, "a quote is missing, or one too many") if odd else None

    def _twice(self) -> Slip | None:
        """A key, or a header of a table, that has come before."""
        found = Lines("\n".join(self.lines))
        path, line = next(((p, n) for p, n in found.twice if n >= self.at), ((), 0))
        if not path:
            return None
        first, key = found.first[path], ".".join(toml_key(str(part)) for part in path)
        if path[-1] in LISTED and HEADER.fullmatch(self.lines[line - 1]):
            lines = {
                n: f"[[{key}]]"
                for n, text in enumerate(self.lines, 1)
                if re.fullmatch(rf"\s*\[\s*{re.escape(key)}\s*\]\s*", text)
            }
            return Slip(line, f"[{key}] stands again, as on line {first}; write: [[{key}]]", lines)
        where = "twice on this line" if first == line else f"again, as on line {first}"
        return Slip(line, f"{key} stands {where}; keep one of the two")

    def _unknown(self) -> Slip:
        reason, where = str(self.error).partition(" (at ")[::2]
        if reason == "Unterminated string" and where.startswith("end"):
            marks = (
                (n, m) for n, text in enumerate(self.lines, 1) for m in LONG_STRINGS if m in text
            )
            number, mark = max(marks)
            return Slip(number, f"the text that begins here with {mark} does not end")
        line = self._excerpt()
        if (known := guess(line)) is not None:
            return Slip(self.at, f"{known}, in: {line}")
        return Slip(self.at, f"is not TOML: {reason}, in: {line}")

    def _excerpt(self) -> str:
        """The line on which TOML stopped, or, of a long one, what stands around that place."""
        line = self.lines[self.at - 1]
        if len(line) <= LONGEST_SHOWN:
            return line.strip()
        found = re.search(r"column (\d+)", str(self.error))
        column = int(found[1]) if found else len(line)
        return f"...{line[max(0, column - 100) : column + 100].strip()}..."


def _balance(line: str) -> int:
    """How many more brackets a line opens than it closes."""
    code = split(line)[0]
    return len(re.findall(r"[\[{]", code)) - len(re.findall(r"[\]}]", code))


def _quote_more(line: str) -> dict[str, None]:
    """The line with one quote more, where a word begins or ends."""
    code, end = split(line)[0], len(line.rstrip())
    quote = "'" if "'" in code and '"' not in code else '"'
    sites = (site.start() for site in QUOTE_SITE.finditer(line[:end]))
    return dict.fromkeys(f"{line[:n]}{quote}{line[n:]}" for n in (*sites, end))


def _quote_less(line: str) -> dict[str, None]:
    """The line with one quote less."""
    sites = (n for n, letter in enumerate(line) if letter in "\"'")
    return dict.fromkeys(line[:n] + line[n + 1 :] for n in sites)
