"""Counterexamples: games in which one hypothesis alone fails, and a guarantee (theory.md 7.1)."""
