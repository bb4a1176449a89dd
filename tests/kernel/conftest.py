"""The kernel counts its work from one certificate to the next; here from test to test."""

from __future__ import annotations

import pytest

from verifier.kernel.reader.document import SPENT


@pytest.fixture(autouse=True)
def _nothing_spent() -> None:
    SPENT[0] = 0
