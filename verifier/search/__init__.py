"""Counterexamples: enumerate, sample or synthesise a game in which one hypothesis fails, and shrink
it (theory.md 7).
"""
