"""Pictures as PDF, one page of the size of the picture, with the places and colours of their SVG.

Words are set in Helvetica and Symbol, which every PDF reader has; a character of neither becomes a
question mark. The same picture gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from verifier.explain.picture.canvas import Place
from verifier.explain.picture.drawing import Drawing, Outline, Words, drawing

_GREEK = dict(zip("αβγδεηθλμνπρστφχψω", "abgdehqlmnprstfcyw", strict=True)) | {
    "≥": "\u00b3",
    "≤": "\u00a3",
    "\u2212": "-",
}
"""What stands in Symbol for a character that Helvetica does not have."""
_SUBSCRIPTS = {chr(0x2080 + n): str(n) for n in range(10)}
_NARROWEST_FIRST = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckvsxyz",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…",
    1015: "@",
}
_WIDTHS = {c: width for width, alike in _NARROWEST_FIRST.items() for c in alike}
"""Widths of Helvetica's characters, in thousandths of the size (Adobe's metrics)."""
_USUAL = 556


def pdf(svg: str) -> bytes:
    """A picture's SVG as a PDF of one page."""
    drawn = drawing(svg)
    levels = sorted({e.opacity for e in drawn.elements if isinstance(e, Outline)})
    states = {opacity: f"G{n}" for n, opacity in enumerate(levels)}
    content = "\n".join(_content(drawn, states)).encode("ascii")
    graphics = " ".join(f"/{name} << /ca {level:g} >>" for level, name in states.items())
    fonts = " ".join(
        f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{font}{encoding} >>"
        for name, font, encoding in (
            ("F", "Helvetica", " /Encoding /WinAnsiEncoding"),
            ("B", "Helvetica-Bold", " /Encoding /WinAnsiEncoding"),
            ("S", "Symbol", ""),
        )
    )
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {drawn.width:g} {drawn.height:g}]"
        f" /Contents 4 0 R /Resources << /Font << {fonts} >> /ExtGState << {graphics} >> >> >>"
    )
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page.encode("ascii"),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    )


def _file(objects: list[bytes]) -> bytes:
    """The objects with the table of where each begins."""
    written, places = b"%PDF-1.4\n", []
    for n, part in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (n, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n" % (count, len(written))
    return written + head + table + trailer + b"%%EOF\n"


def _content(drawn: Drawing, states: dict[float, str]) -> Iterator[str]:
    """The operators of the page, in the coordinates of the picture turned upside down."""
    yield f"1 0 0 -1 0 {drawn.height:g} cm 1 j"
    for element in drawn.elements:
        if isinstance(element, Words):
            yield from _words(element)
        else:
            yield from _outline(element, states)


def _outline(outline: Outline, states: dict[float, str]) -> Iterator[str]:
    yield f"q /{states[outline.opacity]} gs"
    if outline.fill is not None:
        yield f"{_colour(outline.fill)} rg"
    if outline.stroke is not None:
        dashes = " ".join(f"{part:g}" for part in outline.dashes)
        yield f"{_colour(outline.stroke)} RG {outline.width:g} w [{dashes}] 0 d"
    operators = {"move": "m", "line": "l", "curve": "c", "close": "h"}
    for segment in outline.segments:
        yield f"{' '.join(map(_pair, segment.places))} {operators[segment.kind]}".strip()
    both = outline.fill is not None and outline.stroke is not None
    yield f"{'B' if both else 'f' if outline.fill is not None else 'S'} Q"


def _colour(colour: str) -> str:
    return " ".join(f"{int(colour[n : n + 2], 16) / 255:.3f}" for n in (1, 3, 5))


def _pair(place: Place) -> str:
    return f"{place[0]:.2f} {place[1]:.2f}"


def _words(words: Words) -> Iterator[str]:
    """Words, which are turned so that they stand upright on the page."""
    text = words.text.strip("\u2068\u2069")
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    back = -share * words.size * sum(map(_width, text)) / 1000
    x, y = words.place
    matrix = (
        f"0 -1 -1 0 {x:.2f} {y - back:.2f}" if words.upright else f"1 0 0 -1 {x + back:.2f} {y:.2f}"
    )
    yield f"BT {matrix} Tm"
    usual = "B" if words.bold else "F"
    for font, characters in groupby(text, key=lambda c: "S" if c in _GREEK else usual):
        run = "".join(map(_code, characters))
        yield f"/{font} {words.size:g} Tf <{run}> Tj"
    yield "ET"


def _width(character: str) -> int:
    return _WIDTHS.get(character, _USUAL)


def _code(character: str) -> str:
    """The byte of a character, as two digits."""
    known = _GREEK.get(character, _SUBSCRIPTS.get(character, character))
    encoding = "latin-1" if character in _GREEK else "cp1252"
    return known.encode(encoding, "replace").hex()
