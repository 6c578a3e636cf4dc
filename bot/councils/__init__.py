"""Many councils on a few machines: what is due is deferred to a queue in PostgreSQL; workers do it, a process a run."""
