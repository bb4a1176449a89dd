"""The same games without commitment, as a contrast."""
