"""Where each audit and each cycle stands: what was reached and when, which grade counts, which dates are set."""
