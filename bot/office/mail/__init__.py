"""The shared mailbox: what lies in it, and each letter out of it once."""
