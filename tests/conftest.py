"""The fixtures every test may use."""

from tenant import door, running

__all__ = ["door", "running"]
