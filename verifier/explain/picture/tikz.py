"""Pictures as TikZ, with the places, colours and words of their SVG."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.explain.picture.canvas import Place
from verifier.explain.picture.drawing import Outline, Words, drawing
from verifier.explain.tex import tex

_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
_ISOLATES = "\u2068\u2069"
"""Characters that keep right-to-left names apart; LaTeX does not know them."""


def tikz(svg: str) -> str:
    """A picture's SVG as a tikzpicture of the same size in big points."""
    drawn = drawing(svg)
    corner = _place((drawn.width, drawn.height))
    lines = [
        r"\begin{tikzpicture}[x=1bp,y=-1bp,line cap=butt,line join=round]",
        rf"\useasboundingbox (0,0) rectangle {corner};",
    ]
    shown = (_words(e) if isinstance(e, Words) else _outline(e) for e in drawn.elements)
    return "\n".join([*lines, *shown, r"\end{tikzpicture}"])


def _outline(outline: Outline) -> str:
    options = list(_options(outline))
    path = " ".join(_segments(outline))
    return rf"\path[{','.join(options)}] {path};"


def _options(outline: Outline) -> Iterator[str]:
    if outline.fill is not None:
        yield f"fill={_colour(outline.fill)}"
        yield f"fill opacity={outline.opacity:g}"
    if outline.stroke is not None:
        yield f"draw={_colour(outline.stroke)}"
        yield f"line width={outline.width:g}bp"
        if outline.dashes:
            on_off = zip(outline.dashes[::2], outline.dashes[1::2], strict=True)
            yield f"dash pattern={' '.join(f'on {on:g}bp off {off:g}bp' for on, off in on_off)}"


def _colour(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"{{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _segments(outline: Outline) -> Iterator[str]:
    for segment in outline.segments:
        if segment.kind == "move":
            yield _place(segment.places[0])
        elif segment.kind == "line":
            yield f"-- {_place(segment.places[0])}"
        elif segment.kind == "curve":
            first, second, end = map(_place, segment.places)
            yield f".. controls {first} and {second} .. {end}"
        else:
            yield "-- cycle"


def _words(words: Words) -> str:
    size = f"{words.size:g}"
    bold = r"\bfseries" if words.bold else ""
    options = f"anchor={_ANCHORS[words.anchor]},inner sep=0pt"
    if words.upright:
        options += ",rotate=90"
    font = rf"\sffamily{bold}\fontsize{{{size}}}{{{size}}}\selectfont "
    return (
        rf"\node[{options}] at {_place(words.place)} {{{font}{tex(words.text.strip(_ISOLATES))}}};"
    )


def _place(place: Place) -> str:
    return f"({place[0]:.2f},{place[1]:.2f})"
