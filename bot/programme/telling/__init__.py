"""What the Audit Team is told: the matters of a day, the receipts, and the story of one audit."""
