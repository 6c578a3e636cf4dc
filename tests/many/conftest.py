"""What the tests of many councils share."""

from many_councils import address, folder, postgres, queue, register, tenant, wexcombe, workers

__all__ = ["address", "folder", "postgres", "queue", "register", "tenant", "wexcombe", "workers"]
