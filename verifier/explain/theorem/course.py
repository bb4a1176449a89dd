"""All theorems in the order in which they are taught."""

from verifier.explain.theorem.dropped import DROPPED_THEOREMS
from verifier.explain.theorem.equilibria import EQUILIBRIA
from verifier.explain.theorem.guarantees import GUARANTEES
from verifier.explain.theorem.outcomes import OUTCOMES

THEOREMS = (*GUARANTEES, *OUTCOMES, *EQUILIBRIA, *DROPPED_THEOREMS)
