"""What follows from a message: which audit it is about, who may say so, and what it comes to."""
