"""What can go wrong, by whose fault it is.

Messages are for people: they name the file, the key path and both sides of the mismatch, and say
what to do.
"""


class VerifierError(Exception):
    """An error that is worth showing to a person; a command prints it and exits with 2."""


class InstanceError(VerifierError):
    """An instance file is not a game: the message says where and what was expected."""


class SizeError(InstanceError):
    """Work would be larger than its limit: the message says how large and what raises it."""


class CertificateError(VerifierError):
    """A certificate could not be written or was not accepted."""


class SolverError(VerifierError):
    """Two exact methods disagree, or a solver broke its contract: a defect, never a verdict."""
