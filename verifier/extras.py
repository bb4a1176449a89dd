"""Libraries that only some options need: each comes with an extra, and may not be installed."""

from __future__ import annotations

from importlib.util import find_spec

from verifier.errors import InstanceError

PROJECT = "emergent-alignment-verifier"

EXTRAS = {
    "distributed": "cluster",
    "matplotlib": "figures",
    "networkx": "trees",
    "pulp": "programs",
    "pyarrow": "parquet",
    "starlette": "serve",
    "uvicorn": "serve",
    "z3": "z3",
}
"""Module -> the extra of pyproject.toml that installs it."""


def installed(module: str) -> bool:
    """Whether a library is installed; it is not imported.

    >>> installed("json"), installed("no_such_library")
    (True, False)
    """
    return find_spec(module) is not None


def remedy(module: str) -> str:
    """What to do where a library is missing, for the end of a message.

    >>> remedy("z3")
    "pip install 'emergent-alignment-verifier[z3]'"
    """
    return f"pip install '{PROJECT}[{EXTRAS[module]}]'"


def require(module: str, what: str) -> None:
    """Nothing happens where a library is installed that `what`, an option for example, needs.

    Raises InstanceError with what to install where it is not.
    """
    if not installed(module):
        raise InstanceError(f"{what}: needs {module}, which is not installed; {remedy(module)}")
