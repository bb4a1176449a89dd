"""The section on the values of a parameter: stretches, condition, and how cells were certified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from verifier.explain.document import Block, Reference, Section, Table, Text, say, words
from verifier.explain.phrases import joined
from verifier.game.parameters import Parameter
from verifier.region.function import End
from verifier.region.piece import BEST, Piece, Region
from verifier.region.report import (
    SAID,
    Stretch,
    best_stretches,
    by_values,
    by_verdict,
    condition,
)
from verifier.theory.verdict import Verdict

NAME = "for-which"
"""The slug of the section."""

COLUMNS = {
    "every equilibrium": "every equilibrium, at least",
    "equilibrium": "an equilibrium",
    "claimed": "claimed",
    "optimum": "OPT",
    "no information": "NOINFO",
    "hull distance": "hull distance",
}
"""The numbers of the table, with their names."""

UNCOVERED = (
    "Each certificate names its cell, and the kernel's line repeats it; that the cells and what"
    " lies between them leave nothing out is said by the verifier alone."
)
"""What is not checked, whatever the parameters."""

MOST_ENDS = 6
"""Most ends of cells that a sentence lists."""


def for_which(region: Region) -> Section:
    """The section on one guarantee: for which values it holds, with functions and proof."""
    title = f"For which {region.parameter.name}"
    return Section(NAME, title, tuple(_blocks(joined_gaps(region), region)))


def method(region: Region) -> Iterator[Block]:
    """How the kernel checks all values of a cell at once, and what it does not (theory.md 12.1)."""
    name = region.parameter.name
    if any(piece.reply is not None and not piece.single for piece in region.pieces):
        yield say(
            f"A cell is certified for all its values, and not for a sample. Its certificate has"
            f" functions of {name}, quotients of polynomials, where another certificate has"
            " numbers. The kernel checks it step by step, like any other. Wherever a step compares"
            " two numbers, such as what an agent gains by a deviation and 0, it compares two"
            " functions, and goes on only if the answer is the same in the whole cell: that is so"
            " if their difference has no root there, which Sturm's theorem decides exactly. So the"
            f" proof is valid at every {name} in the cell (",
            Reference("12.1"),
            f"). {UNCOVERED}",
        )


def condition_words(region: Region) -> str:
    """The condition on the parameter as one sentence, without a full stop."""
    return f"for which {region.parameter.name}: {signs(condition(joined_gaps(region)))}"


def joined_gaps(region: Region) -> Region:
    """The region in which neighbouring gaps without certificates are one.

    So it is silent about single values between them, some of which may have certificates.
    """
    pieces: list[Piece] = []
    for piece in region.pieces:
        before = pieces[-2] if len(pieces) > 1 else None
        if before is not None and _gap(before) and _gap(piece) and before.verdict is piece.verdict:
            pieces[-2:] = [replace(before, high=piece.high)]
        else:
            pieces.append(piece)
    return replace(region, pieces=tuple(pieces))


def _gap(piece: Piece) -> bool:
    return not piece.single and piece.verdict in (None, Verdict.OPEN)


def interval_words(parameter: Parameter, set_to: Mapping[str, Fraction]) -> str:
    """The parameter's interval, and the values of others."""
    others = "".join(f", with {name} = {value}" for name, value in set_to.items())
    return f"{parameter.low} ≤ {parameter.name} ≤ {parameter.high}{others}"


def _blocks(region: Region, whole: Region) -> Iterator[Block]:
    """The blocks about a region with joined gaps, and about what is certified in the whole one."""
    stated = signs(condition(region))
    where = interval_words(region.parameter, region.set_to)
    yield say(f"For {where}: the {region.guarantee} guarantee is {stated}.")
    yield _table(region)
    yield from _best(whole)
    cells = [piece for piece in region.pieces if piece.reply is not None and not piece.single]
    singles = [piece for piece in region.pieces if piece.reply is not None and piece.single]
    if cells:
        yield say(*_certified(region, cells, singles))
        yield from (
            say(f"The kernel's words about the first cell: {cell.reply.text}.")
            for cell in cells[:1]
            if cell.reply
        )
    elif singles:
        yield say(f"Only single values have certificates: {len(singles)} of them.")
    yield from _gaps(region)
    between = _certified_values(whole) - _certified_values(region)
    if between:
        yield say(f"Single values in between that have certificates all the same: {between}.")


def _best(region: Region) -> Iterator[Block]:
    """The best equilibrium as a function, where one is certified."""
    name, stretches = region.parameter.name, best_stretches(region)
    if stretches:
        yield Table(
            f"The best equilibrium that was found, as a function of {name}",
            (name, "she gets"),
            tuple(
                (words(signs(s.written(name))), words(s.values[BEST].written(name)))
                for s in stretches
            ),
        )


def _table(region: Region) -> Table:
    """The stretches with the same functions each."""
    name, stretches = region.parameter.name, by_values(region)
    shown = {
        key: label for key, label in COLUMNS.items() if any(key in s.values for s in stretches)
    }
    return Table(
        f"The numbers as functions of {name}",
        (name, "verdict", *shown.values()),
        tuple(_row(stretch, name, list(shown)) for stretch in stretches),
    )


def _row(stretch: Stretch, name: str, keys: list[str]) -> tuple[Text, ...]:
    functions = (stretch.values.get(key) for key in keys)
    numbers = (words("-" if f is None else f.written(name)) for f in functions)
    return words(signs(stretch.written(name))), words(SAID[stretch.verdict]), *numbers


def _certified(region: Region, cells: list[Piece], singles: list[Piece]) -> Text:
    """The cells and single values that have certificates."""
    name, cut = region.parameter.name, list(_inner_ends(region))
    listed = joined([*map(str, islice(cut, MOST_ENDS)), *["others"] * (len(cut) > MOST_ENDS)])
    one = f"the open interval is one cell: no {name} between the ends is special"
    total = sum(not piece.single for piece in region.pieces)
    certified = f", {len(cells)} of which {'has' if len(cells) == 1 else 'have'} a certificate"
    fewer = certified if len(cells) < total else ""
    many = f"the interval was cut at {name} = {listed} into {total} open cells{fewer}"
    return words(
        "How this was certified (",
        Reference("12.1"),
        f"): {many if cut else one}. The ends of cells are single values; {len(singles)} of them"
        " have certificates of their own. All of these certificates are what `verifier region`"
        " writes.",
    )


def _inner_ends(region: Region) -> Iterator[End]:
    """The single values that lie between two pieces."""
    for piece in region.pieces[1:-1]:
        if piece.single:
            yield piece.low


def _certified_values(region: Region) -> int:
    return sum(piece.single and piece.reply is not None for piece in region.pieces)


def _gaps(region: Region) -> Iterator[Block]:
    name = region.parameter.name
    meaning = {
        None: "Nothing was certified, and nothing is known,",
        Verdict.OPEN: "At the values that were tried it is open, and nothing is certified,",
    }
    for verdict, said in meaning.items():
        found = [s for s in by_verdict(region) if s.verdict is verdict]
        if found:
            yield say(f"{said} for {signs(' and for '.join(s.written(name) for s in found))}.")


def signs(text: str) -> str:
    """The text with signs for inequalities."""
    return text.replace("<=", "≤").replace(">=", "≥")
