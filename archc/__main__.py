"""`python -m archc`, and what the installed command runs."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

INTERRUPTED = 130


def run() -> int:
    """Run the command of this process; its exit code. Ctrl-C ends it at any moment, silently.

    Also while modules are imported, where an exception would come out as a traceback, or as a
    panic of a compiled one. What has to clean up asks for the exception (`backends/files.py`).
    """
    signal.signal(signal.SIGINT, _leave)
    from archc.cli.main import run as run_command

    return run_command()


def _leave(*_: object) -> NoReturn:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    sys.exit(run())
