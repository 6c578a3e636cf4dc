"""A pretend Microsoft 365 tenant: Entra, Graph's mail, lists and files, and a front desk. For any program.

It knows nothing of the programs tried against it: what lies in its mailboxes and lists comes from its seed.
"""

from sandbox.tenant.run import Running, run, run_all

__all__ = ["Running", "run", "run_all"]
