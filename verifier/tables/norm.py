"""The norms in which a table's differences count."""

from enum import StrEnum


class Norm(StrEnum):
    """The norm in which the differences at the points count."""

    SUP = "sup"
    """The greatest difference: the paper's hull distance."""
    MEAN = "mean"
    """The mean of the absolute differences: the mean absolute error."""
    SQUARED = "squared"
    """The mean of the squared differences: the mean squared error of the paper's experiments."""


USUAL_NORMS = (Norm.SUP, Norm.MEAN)
"""The norms in which a table is measured where none is asked for."""
