"""The files the Audit Team keeps in its own library: which they are, and what a change of them does."""
