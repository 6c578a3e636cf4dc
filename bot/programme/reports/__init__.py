"""What the programme found, counted once for every report (§8, §9, §12, §13, §15)."""
