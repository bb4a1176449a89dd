"""How a question is worked on: what solves its linear programs, and how much work may start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verifier.solve import exact
from verifier.solve.program import Answer, Program

Solver = Callable[[Program], Answer]
"""Answers a linear program exactly; `exact.solve`, or an `smt.CrossCheck`."""

PROGRAM_LIMIT = 300_000
"""Most coefficients that a linear program may have unless `--program-limit` says otherwise."""

PROTOCOL_LIMIT = 2_000_000
"""Most splits of rectangles that TEAM may look at unless `--protocol-limit` says otherwise."""

SENDER_TRIES = 10
"""How many signals of one agent are tried, unless a caller says otherwise, to which another may
answer.
"""

NEAR_BITS = 40
"""How near to what is only approached something is looked for, unless a caller says otherwise."""


@dataclass(frozen=True)
class Effort:
    """The solver of linear programs, and the limits that are checked before work starts.

    `program_limit` counts coefficients of a linear program, `protocol_limit` the splits of
    rectangles that TEAM looks at (theory.md 3.1). `sender_tries`: how many signals are tried where
    two agents who speak at once are looked for (theory.md 6.20); 0 for none. `near_bits`: where a
    bound or an equilibrium is approached and not attained, others are looked for that differ by
    shares of 2^-`near_bits` (theory.md 5.7, 6.4); 0 for none.
    """

    solve: Solver = exact.solve
    program_limit: int = PROGRAM_LIMIT
    protocol_limit: int = PROTOCOL_LIMIT
    sender_tries: int = SENDER_TRIES
    near_bits: int = NEAR_BITS


USUAL = Effort()
"""What is done unless the caller says otherwise."""

DIRECT = Effort(sender_tries=0, near_bits=0)
"""What is done where thousands of games are looked at: no signals are tried, and nothing that is
only approached is looked for, as its numbers are long.
"""
