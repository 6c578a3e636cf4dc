"""The Audit Team's own files in a run: fetched, checked, told, and used once somebody says yes."""
