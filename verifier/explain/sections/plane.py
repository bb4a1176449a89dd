"""The section on two parameters: polygons, the condition, and how they were certified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from verifier.explain.document import Block, Reference, Section, Table, Text, say, words
from verifier.explain.phrases import joined
from verifier.explain.sections.region import COLUMNS, NAME, UNCOVERED, signs
from verifier.game.parameters import Parameter
from verifier.numbers import counted
from verifier.region.plane.geometry import Polygon, area
from verifier.region.plane.piece import Face, Plane
from verifier.region.plane.report import best_by_function, condition, inside_words
from verifier.region.report import SAID
from verifier.theory.verdict import Verdict

MOST_ROWS = 24
"""Most polygons that the table lists, the largest."""


def for_which_pairs(plane: Plane) -> Section:
    """The section on one guarantee: for which pairs of values it holds, with functions and proof.

    Its slug is that of the section on one parameter.
    """
    return Section(NAME, f"For which {joined(plane.names)}", tuple(_blocks(plane)))


def method_of_pairs(plane: Plane) -> Iterator[Block]:
    """How all pairs in a polygon are checked at once, and what is not checked (theory.md 12.3)."""
    if any(face.reply is not None for face in plane.faces):
        yield say(
            "A polygon is certified for all pairs of values inside, and not for a sample. Its"
            f" certificate has functions of {joined(plane.names)}, quotients of polynomials, where"
            " another certificate has numbers. The kernel checks it step by step, like any other."
            " Wherever a step compares two numbers, such as what an agent gains by a deviation and"
            " 0, it compares two functions, and goes on only if their difference has one sign"
            " inside the whole polygon: that is so if its coefficients in the basis of Bernstein"
            " have one sign in each of the triangles of which the polygon consists. So the proof is"
            " valid at every pair inside (",
            Reference("12.3"),
            f"). {UNCOVERED}",
        )


def condition_words(plane: Plane) -> str:
    """The condition on both parameters as one sentence, without a full stop."""
    return f"for which {joined(plane.names)}: {signs(condition(plane))}"


def rectangle_words(parameters: Iterable[Parameter]) -> str:
    """The intervals of both parameters."""
    return joined([f"{part.low} ≤ {part.name} ≤ {part.high}" for part in parameters])


def _blocks(plane: Plane) -> Iterator[Block]:
    yield say(
        f"For {rectangle_words(plane.parameters)}: the {plane.guarantee} guarantee is"
        f" {signs(condition(plane))}."
    )
    known = [face for face in plane.faces if face.verdict is not None]
    if known:
        yield _table(plane, known)
        left = known_beyond(known)
        if left:
            whole = area(plane.rectangle)
            yield say(
                f"{counted(len(left), 'smaller polygon')} with a verdict, of"
                f" {_total(left) / whole} of the rectangle, are not in this table; `verifier"
                " region` has them all."
            )
    yield from _best(plane)
    certified = [face for face in plane.faces if face.reply is not None]
    if certified:
        yield say(*_certified(plane, certified))
        reply = certified[0].reply
        if reply is not None:
            yield say(f"The kernel's words about the first polygon: {reply.text}.")
    yield from _gaps(plane)


def known_beyond(faces: Sequence[Face]) -> list[Face]:
    """The polygons for which the table has no room, the smallest."""
    return _by_size(faces)[MOST_ROWS:]


def _by_size(faces: Sequence[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: -area(face.polygon))


def _table(plane: Plane, known: Sequence[Face]) -> Table:
    """The polygons with their functions, each by its inequalities and its corners."""
    left = known_beyond(known)
    faces = [face for face in known if face not in left]
    shown = {key: label for key, label in COLUMNS.items() if any(key in f.values for f in faces)}
    return Table(
        f"The numbers as functions of {joined(plane.names)}, inside of polygons",
        ("where", "verdict", *shown.values(), f"corners ({', '.join(plane.names)})"),
        tuple(_row(face, plane, list(shown)) for face in faces),
    )


def _row(face: Face, plane: Plane, keys: Sequence[str]) -> tuple[Text, ...]:
    functions = (face.values.get(key) for key in keys)
    numbers = (words("-" if f is None else f.written(plane.names)) for f in functions)
    where = words(signs(inside_words(face.polygon, plane)))
    return where, words(SAID[face.verdict]), *numbers, words(corner_words(face.polygon))


def _best(plane: Plane) -> Iterator[Block]:
    """The best equilibrium as a function, where one is certified."""
    found = best_by_function(plane)
    if found:
        yield Table(
            f"The best equilibrium that was found, as a function of {joined(plane.names)}",
            ("she gets", "where"),
            tuple((words(f), words(signs("; ".join(where)))) for f, where in found.items()),
        )


def corner_words(polygon: Polygon) -> str:
    """The corners of a polygon, one after the other."""
    return " ".join(f"({x}, {y})" for x, y in polygon)


def _certified(plane: Plane, certified: Sequence[Face]) -> Text:
    """The polygons, and the sides and corners between them, that have certificates."""
    total = len(plane.faces)
    has = "has" if len(certified) == 1 else "have"
    fewer = "" if len(certified) == total else f", {len(certified)} of which {has} a certificate"
    cut = f"the rectangle was cut into {total} polygons{fewer}"
    one = "the rectangle is one polygon: no pair inside is special"
    lines = [piece for side in plane.sides for piece in side.pieces]
    stretches = counted(sum(piece.reply is not None for piece in lines), "stretch")
    corners = counted(sum(c.piece.reply is not None for c in plane.corners), "corner")
    return words(
        "How this was certified (",
        Reference("12.3"),
        f"): {one if total == 1 else cut}. Between polygons there are sides, on"
        " which one parameter moves and the other follows,"
        f" and corners, where none moves: {stretches} of sides and {corners} have certificates of"
        " their own. All of these certificates are what `verifier region` writes.",
    )


def _gaps(plane: Plane) -> Iterator[Block]:
    """What has no certificate, by what is known of it."""
    whole = area(plane.rectangle)
    meaning = {
        None: "Nothing was certified, and nothing is known, in",
        Verdict.OPEN: "At the pairs that were tried it is open, and nothing is certified, in",
    }
    for verdict, said in meaning.items():
        left = [f for f in plane.faces if f.reply is None and f.verdict is verdict]
        if left:
            share = _total(left) / whole
            yield say(f"{said} {counted(len(left), 'polygon')}: {share} of the rectangle's area.")


def _total(faces: Sequence[Face]) -> Fraction:
    return sum((area(face.polygon) for face in faces), Fraction(0))
