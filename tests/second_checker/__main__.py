"""The program as a command: `python -m tests.second_checker CERTIFICATE INSTANCE [options]`."""

from __future__ import annotations

import sys

from tests.second_checker.program import main

sys.exit(main(sys.argv[1:]))
