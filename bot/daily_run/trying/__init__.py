"""What `check` and `letters` try and show before anything goes to anybody."""
