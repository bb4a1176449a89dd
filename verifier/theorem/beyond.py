"""What the proved checkers do not cover."""


class BeyondError(Exception):
    """The proved checkers do not cover a claim; the message says what they lack."""
