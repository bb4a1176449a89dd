"""Proofs and counterexamples for readers: a narrative, its renderers, pictures, and a site.

A narrative follows theory.md 2-7 and 9 with the numbers of one game.
"""
