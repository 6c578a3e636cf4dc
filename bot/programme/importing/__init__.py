"""The Audit Team's own spreadsheet of allocations, as rows of the list (§6): what it says, and what nobody can tell."""
