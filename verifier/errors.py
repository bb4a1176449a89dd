"""Errors are classes by whose fault they are: a file's, a limit's, the disk's, or this package's.

Messages are for people: they name the file, the key path and both sides of the mismatch, and say
what to do.
"""

from verifier.printable import printable


class VerifierError(Exception):
    """The base class of all errors whose message is written for a person.

    The command line prints the message and exits with code 2. It is one line, or one for each thing
    that is wrong, in which whatever a file or an argument brought along is printable.
    """

    @property
    def lines(self) -> tuple[str, ...]:
        """What is wrong, one thing a line."""
        return (printable(super().__str__()),)

    def __str__(self) -> str:
        return "\n".join(self.lines)


class InstanceError(VerifierError):
    """A file or an argument is not what was asked for: the instance is not a game, for example.

    The message says where (`file: key.path`) and both sides of the mismatch.
    """


class SizeError(InstanceError):
    """The work asked for is larger than its limit.

    The message says how large it would be and which option raises the limit.
    """


class OutputError(VerifierError):
    """A file or folder cannot be written: says which one, which option asked for it, and why."""


class CertificateError(VerifierError):
    """The kernel could not be started, or does not accept a certificate that a result needs."""


class SolverError(VerifierError):
    """Two exact methods disagree, or a solver broke its contract: a defect, never a verdict."""
