"""The rule book: what a rule may say, how it is read, and how a council's own differs from the one that is shipped."""
