"""Forged pieces of a bound for the user who picks the best AI: each is refused, for the reason that
is named.
"""

from __future__ import annotations

import pytest

from tests.kernel.certificates import made
from tests.kernel.forging import Forger, drop, put, refuse, repeat
from verifier.kernel.reader.document import UnreadableError, WrongError

SPONSORS_AI = ("guarantees/drug_sponsors", "best-ai")

PIECE = ("bound", "pieces", 0)
LOW = (*PIECE, "offers", 0, "low")

WRONG: list[tuple[str, tuple[str, str], Forger, str]] = [
    (
        "pieces for a user who hears all",
        ("guarantees/drug_sponsors", "bayes"),
        lambda c: c["bound"].update(pieces=made(*SPONSORS_AI)["bound"]["pieces"]),
        "only for a user who picks the best AI",
    ),
    (
        "a piece that does not rise",
        SPONSORS_AI,
        put(*PIECE, "upper", "1/2"),
        "expected rising ends",
    ),
    (
        "a piece that promises more",
        SPONSORS_AI,
        put(*PIECE, "upper", "31/40"),
        "does not offer the user enough|is claimed",
    ),
    ("a negative start", SPONSORS_AI, put(*PIECE, "from", "-1"), "a nonnegative multiplier"),
    (
        "an unknown agent's offer",
        SPONSORS_AI,
        put(*PIECE, "offers", 0, "agent", "nobody"),
        "is unknown",
    ),
    (
        "a negative weight of an offer",
        SPONSORS_AI,
        put(*PIECE, "offers", 0, "multiplier", "-1"),
        "a multiplier is negative",
    ),
    ("a multiplier that overshoots", SPONSORS_AI, put(*PIECE, "marginal", 0, 2, "1"), "overshoot"),
    ("no offers at all", SPONSORS_AI, put(*PIECE, "offers", []), "overshoot|is claimed"),
    ("an offer of more than 1", SPONSORS_AI, put(*LOW, 0, "sends", 0, 1, "2"), "do not sum to 1"),
    (
        "an offer of less than nothing",
        SPONSORS_AI,
        put(*LOW, 0, "sends", 0, 1, "-1"),
        "a negative probability",
    ),
    (
        "an offer of an unknown action",
        SPONSORS_AI,
        put(*LOW, 0, "strategy", ["pray"]),
        "'pray' is not an action",
    ),
    (
        "an offer with two actions for one observation",
        SPONSORS_AI,
        put(*LOW, 0, "strategy", ["wait", "wait"]),
        "one action for every",
    ),
    (
        "an offer that she does not follow",
        SPONSORS_AI,
        put(*LOW, 0, "strategy", ["take_b"]),
        "she may take",
    ),
    ("an offer that she need not follow", SPONSORS_AI, put(*LOW, 0, "nudge", []), "she may take"),
    (
        "an offer that gives her too little",
        SPONSORS_AI,
        put(
            "bound",
            "pieces",
            1,
            "offers",
            0,
            "high",
            [
                {
                    "strategy": ["wait"],
                    "sends": [["suits_a", "1"], ["suits_b", "1"], ["neither", "1"]],
                    "nudge": [["neither", "1"]],
                }
            ],
        ),
        "does not offer the user enough|she may take",
    ),
    ("a piece left out", SPONSORS_AI, drop("bound", "pieces", 0), "overshoot|is claimed|is stated"),
]

UNREADABLE: list[tuple[str, tuple[str, str], Forger, str]] = [
    (
        "an offer to an unknown cell",
        SPONSORS_AI,
        put(*LOW, 0, "sends", 0, 0, "suits_c"),
        "'suits_c' is not one of",
    ),
    ("a cell offered twice", SPONSORS_AI, repeat(*LOW, 0, "sends"), "appears twice"),
]


@pytest.mark.parametrize(
    ("source", "forge", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_forged_piece_is_wrong(source: tuple[str, str], forge: Forger, reason: str) -> None:
    refuse(source, forge, WrongError, reason)


@pytest.mark.parametrize(
    ("source", "forge", "reason"), [c[1:] for c in UNREADABLE], ids=[c[0] for c in UNREADABLE]
)
def test_a_forged_piece_is_unreadable(source: tuple[str, str], forge: Forger, reason: str) -> None:
    refuse(source, forge, UnreadableError, reason)
