"""Instances with parameters, at one value or at all values of a cell at once.

Nothing of this is loaded for an instance without parameters.
"""
