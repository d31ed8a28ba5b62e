"""`python -m archc`."""

from __future__ import annotations

import sys

from archc.cli.main import run

if __name__ == "__main__":
    sys.exit(run())
