"""A Dask cluster as a place to run jobs (Rocklin, Dask: parallel computation with blocked
algorithms, 2015).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from verifier.errors import InstanceError
from verifier.sweep.examiner import close_all


@contextmanager
def workers_of(address: str | None, count: int) -> Iterator[tuple[Executor, int]]:
    """An executor and how many jobs it runs at once: the cluster's at this address, or `count`
    local threads.
    """
    if address is not None:
        yield from _dask(address)
        return
    executor = ThreadPoolExecutor(count)
    try:
        yield executor, count
    finally:
        close_all()
        executor.shutdown(wait=True, cancel_futures=True)


def _dask(address: str) -> Iterator[tuple[Executor, int]]:
    try:
        import distributed
    except ImportError as error:
        raise InstanceError(
            "--dask: needs Dask; install it with: pip install"
            " 'emergent-alignment-verifier[cluster]'"
        ) from error
    try:
        client: Any = distributed.Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InstanceError(f"--dask {address}: no scheduler answers there: {error}") from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise InstanceError(
                f"--dask {address}: the scheduler has no workers; start some with `dask worker"
                f" {address}`"
            )
        with client.get_executor(pure=False) as executor:
            yield executor, threads
