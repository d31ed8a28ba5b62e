"""The emitter: a network as Python source. Imports no torch."""

from archc.backends.python.emit import emit

__all__ = ["emit"]
