"""Proofs and counterexamples for readers: a narrative, its renderers, pictures, and a site.

A narrative follows theory.md 2.1 to 9.1 with the numbers of one game.
"""
