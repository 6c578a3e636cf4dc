"""What is inside messages: reports of delivery, and messages attached to messages."""
