"""Instances with a parameter for tests of stories, pictures and pages that move."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

from tests.games import INSTANCES
from verifier.explain.regions import regions
from verifier.explain.site.page_data import Moving
from verifier.game.parameters import Parameter
from verifier.game.reader import load_family
from verifier.region.function import End, RationalFunction, Root
from verifier.region.piece import Piece, Region
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict

PRIOR = INSTANCES / "regions" / "prosecutor_prior.toml"
TOLERANCE = INSTANCES / "regions" / "identical_tolerance.toml"
BRANDS = INSTANCES / "regions" / "identical_prior.toml"
STANDARD = INSTANCES / "regions" / "standard_of_proof.toml"

IRRATIONAL = """\
format = 1
title = "A cell that ends at an irrational number"
states = ["s0", "s1"]
actions = ["a0", "a1", "a2"]
prior = { s0 = "2/5", s1 = "3/5" }
[parameters]
t = { from = 0, to = 1, default = "1/2" }
[user]
utility.a0 = { s0 = 3, s1 = "-3 + t" }
utility.a1 = { s0 = "3 + t", s1 = -1 }
utility.a2 = { s0 = "1 - t", s1 = 0 }
[[agents]]
name = "first"
utility.a0 = { s0 = 3, s1 = 1 }
utility.a1 = { s0 = 1, s1 = "1 - 2*t" }
utility.a2 = { s0 = "3 + 2*t", s1 = -1 }
[[agents]]
name = "second"
utility.a0 = { s0 = 0, s1 = "1 - t" }
utility.a1 = { s0 = "-2 - t", s1 = "-1 + t" }
utility.a2 = { s0 = 1, s1 = -2 }
"""

QUOTIENTS = """\
format = 1
title = "Quotients of polynomials"
states = ["s0", "s1"]
actions = ["a0", "a1", "a2"]
prior = { s0 = "2/5", s1 = "3/5" }
[parameters]
t = { from = 0, to = 1, default = "1/2" }
[user]
utility.a0 = { s0 = "1 + t", s1 = 3 }
utility.a1 = { s0 = 3, s1 = "1 + 2*t" }
utility.a2 = { s0 = 3, s1 = "2 - t" }
[[agents]]
name = "first"
utility.a0 = { s0 = -3, s1 = "3 - 2*t" }
utility.a1 = { s0 = "1 - t", s1 = "2*t" }
utility.a2 = { s0 = -2, s1 = "-3 + 2*t" }
[[agents]]
name = "second"
utility.a0 = { s0 = "-2 - 2*t", s1 = -2 }
utility.a1 = { s0 = -2, s1 = -1 }
utility.a2 = { s0 = -2, s1 = 2 }
"""

HOSTILE_TITLE = "</script><script>alert(1)</script><!--"
HOSTILE_AGENT = "<img src=x onerror=alert(2)>${alert(3)}"
HOSTILE = f"""\
format = 1
title = "{HOSTILE_TITLE}"
notes = "</template><script>alert(4)</script>"
states = ["<b>&", "]]>"]
actions = ["'quiet'", "`loud`"]
prior = {{ "<b>&" = "1 - __proto__", "]]>" = "__proto__" }}
[parameters]
__proto__ = {{ from = "1/4", to = "3/4", default = "1/3" }}
constructor = {{ from = 1, to = 2, default = 1 }}
[user]
utility."'quiet'" = {{ "<b>&" = "constructor/3", "]]>" = 0 }}
utility."`loud`" = {{ "<b>&" = 0, "]]>" = "1 - constructor/3" }}
[[agents]]
name = "{HOSTILE_AGENT}"
utility."'quiet'" = {{ "<b>&" = 0, "]]>" = 0 }}
utility."`loud`" = {{ "<b>&" = 1, "]]>" = 1 }}
"""


@cache
def moving_of(path: Path) -> Moving:
    """What moves on the page of an instance, without its stories; computed once by a worker."""
    family = load_family(path)
    found = regions(family, path, {}, [Guarantee.BAYES, Guarantee.BEST_AI])
    start = tuple(parameter.default for parameter in family.parameters)
    return Moving(tuple(family.parameters), start, tuple(found.values()), {})


ROOT_OF_HALF = Root((Fraction(-1), Fraction(0), Fraction(2)), Fraction(0), Fraction(1))
"""The positive root of 2 t^2 - 1, which is 0.7071..."""


def polynomial(*coefficients: int | Fraction) -> RationalFunction:
    """A function without denominator, the constant first."""
    return RationalFunction(tuple(map(Fraction, coefficients)), (Fraction(1),))


def drawn_region(
    *pieces: tuple[End, End, Verdict | None, dict[str, RationalFunction]],
) -> Region:
    """A region of t from 0 to 1 with these pieces, which nobody has certified."""
    t = Parameter("t", Fraction(0), Fraction(1), Fraction(1, 2))
    return Region("A title", t, {}, Guarantee.BAYES, tuple(Piece(*piece) for piece in pieces))
