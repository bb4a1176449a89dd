"""Lower bounds that hold in every equilibrium: the outcome program, and what sharpens it."""
