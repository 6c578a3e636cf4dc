"""A whole allocation proposed (§6): which children are drawn, who audits and who moderates, and what is short."""
