"""What can go wrong, by whose fault it is.

Messages are for people: they name the file, the key path and both sides of the mismatch, and say
what to do.
"""


class VerifierError(Exception):
    """Any error of this project that is worth showing to a person; the command line prints it and
    exits with 2.
    """


class InstanceError(VerifierError):
    """The instance file is not a game: says where (`file: key.path`) and both sides of the
    mismatch.
    """


class SizeError(InstanceError):
    """The work asked for is larger than its limit: says how large it would be and which option
    raises the limit.
    """


class CertificateError(VerifierError):
    """A certificate could not be written or was not accepted."""


class SolverError(VerifierError):
    """Two exact methods disagree, or a solver broke its contract: a defect of ours, never a
    verdict.
    """
