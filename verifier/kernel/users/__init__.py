"""Instances with several users.

Nothing of this is loaded for an instance with one user.
"""
