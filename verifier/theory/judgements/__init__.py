"""Whether given rules are an equilibrium, for each kind of user (theory.md 6.9 to 6.13, 6.17)."""
