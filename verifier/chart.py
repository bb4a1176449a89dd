"""Charts as files: SVG, PNG or PDF by the file's ending, the same bytes for the same numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verifier.errors import InstanceError
from verifier.files import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes
    from matplotlib.figure import Figure

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "chart",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def ready(path: Path) -> str:
    """The kind of file, svg, png or pdf, if the figure can be drawn.

    Raises InstanceError if not: asked before any work.
    """
    kind = path.suffix.removeprefix(".")
    if kind not in {"svg", "png", "pdf"}:
        raise InstanceError(f"--figure {path}: expected a name that ends in .svg, .png or .pdf")
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
        metadata: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(
            kind, {}
        )
        drawn = BytesIO()
        figure.savefig(drawn, format=kind, metadata=metadata, dpi=150)
    write_whole(path, drawn.getvalue(), "--figure")


def counted(axes: Axes, counts: Sequence[int], what: str) -> None:
    """A logarithmic horizontal axis with a tick at each count (ascending); labels where there is
    room, the last always.
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
