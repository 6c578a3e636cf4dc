"""A pretend Microsoft 365 on loopback (`sandbox.tenant`), and a fictional council played in it (`sandbox.play`)."""

from sandbox.tenant import Running, run, run_all

__all__ = ["Running", "run", "run_all"]
