"""A pretend Microsoft 365 tenant on loopback: Entra, Graph's mail, lists and files, and a front desk."""

from sandbox.run import Running, run

__all__ = ["Running", "run"]
