"""A region: many councils, each in a tenant of its own, and one installation that works for all of them."""
