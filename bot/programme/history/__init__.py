"""What the ledger tells, folded into one: letters, audits, questions, post."""
