"""A network as a spec in which everything is expanded: no loops, parameters or other files."""

from archc.backends.spec.file import emit

__all__ = ["emit"]
