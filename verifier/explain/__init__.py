"""Proofs and counterexamples told to people: one narrative, several skins (text, Markdown, HTML).
theory.md 2-7 and 9.
"""
