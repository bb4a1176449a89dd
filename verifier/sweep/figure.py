"""The picture of a sweep: verdicts, gains over the paper's bound, and losses of the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from verifier.chart import BLACK, BLUE, GREEN, SKY, VERMILION, chart
from verifier.numbers import counted, plotted
from verifier.sweep.summary import VERDICTS, Share, Summary

COLOURS = {"proved": GREEN, "vacuous": SKY, "refuted": VERMILION, "open": "#999999"}
LINES = {"bayes": (BLUE, "-"), "quantal": (VERMILION, "--"), "best-ai": (BLACK, ":")}


def draw(found: Summary, title: str, path: Path) -> None:
    """The picture of a summary is written to a file, the same bytes for the same summary.

    Raises InstanceError as `verifier.chart.chart` does.
    """
    with chart(path, 11, 3.6) as picture:
        left, middle, right = picture.subplots(1, 3)
        picture.suptitle(f"{title}: {counted(found.games, 'game')}")
        _verdicts(left, found.shares)
        _curves(
            middle,
            [(share, share.gains) for share in found.shares],
            "certified bound - paper bound",
        )
        _curves(
            right,
            [(share, share.losses) for share in found.shares],
            "benchmark - worst equilibrium found",
        )


def _verdicts(axes: Any, shares: Sequence[Share]) -> None:
    names = [share.guarantee for share in shares]
    below = [0] * len(names)
    for word in VERDICTS:
        counts = [share.verdicts[word] for share in shares]
        axes.bar(names, counts, bottom=below, color=COLOURS[word], label=word, edgecolor="white")
        below = [b + c for b, c in zip(below, counts, strict=True)]
    axes.set_ylabel("games")
    axes.set_title("verdicts")
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.1),
        ncols=4,
        frameon=False,
        columnspacing=1,
        handlelength=1,
    )


def _curves(axes: Any, lines: Sequence[tuple[Share, Mapping[int, Fraction]]], what: str) -> None:
    """The distribution functions of some numbers: the share of games with at most x."""
    for share, values in lines:
        ordered = [plotted(value) for value in sorted(values.values())]
        if ordered:
            colour, dashes = LINES[share.guarantee]
            heights = [(n + 1) / len(ordered) for n in range(len(ordered))]
            axes.step(
                [ordered[0], *ordered],
                [0, *heights],
                where="post",
                color=colour,
                linestyle=dashes,
                label=share.guarantee,
            )
    axes.set_title(what)
    axes.set_xlabel("x")
    axes.set_ylabel("share of games with at most x")
    axes.set_ylim(0, 1.02)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, loc="lower right")
