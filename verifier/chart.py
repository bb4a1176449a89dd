"""Charts as files: SVG, PNG or PDF by the file's ending, the same bytes for the same numbers.

The colours are those of Okabe and Ito (Color universal design, 2008), which the colour-blind can
tell apart; lines that differ in colour differ in dashes or markers, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verifier.errors import InstanceError
from verifier.extras import require
from verifier.files import hand_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes
    from matplotlib.figure import Figure

BLUE, VERMILION, GREEN, PURPLE, SKY, ORANGE = PALETTE = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
)
"""Colours of lines and areas, in the order in which a chart uses them."""
YELLOW, GREY, BLACK = "#F0E442", "#777777", "#000000"
MARKERS = ("o", "s", "^", "D", "v", "P")
"""One marker for each colour of the palette."""

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "chart",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_METADATA: dict[str, Any] = {
    "svg": dict.fromkeys(("Creator", "Date", "Format", "Type")),
    "pdf": {"CreationDate": None},
}


def ready(path: Path) -> str:
    """The kind of a chart's file: svg, png or pdf, by its ending.

    Raises InstanceError for any other, and where matplotlib is not installed, so that a command can
    refuse it before any work.
    """
    kind = path.suffix.removeprefix(".")
    if kind not in {"svg", "png", "pdf"}:
        raise InstanceError(f"--figure {path}: expected a name that ends in .svg, .png or .pdf")
    require("matplotlib", "--figure")
    return kind


@contextmanager
def chart(path: Path, width: float, height: float) -> Iterator[Figure]:
    """A figure to draw on, of this size in inches, is written to `path` at the end.

    Raises OutputError where it cannot be written, InstanceError for another ending than `ready`'s.
    """
    kind = ready(path)
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure
        drawn = BytesIO()
        figure.savefig(drawn, format=kind, metadata=_METADATA.get(kind), dpi=150)
    hand_out(path, drawn.getvalue(), "--figure")


def counted(axes: Axes, counts: Sequence[int], what: str) -> None:
    """The horizontal axis becomes logarithmic, with a tick at each of the ascending counts.

    Ticks have labels where there is room; the last always has one.
    """
    labels, left, span = [], 0.0, counts[-1] / counts[0]
    for count in counts:
        apart = max(1.05, span ** (0.027 * len(str(count))))
        roomy = count == counts[-1] or (count >= apart * left and counts[-1] >= apart * count)
        labels.append(str(count) if roomy else "")
        left = count if roomy else left
    axes.set_xscale("log")
    axes.set_xticks(counts, labels)
    axes.minorticks_off()
    axes.set_xlabel(what)
