"""Word forms: filled in before they go out, read when they come back."""
