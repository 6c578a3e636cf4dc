"""A fictional council in the pretend tenant: its seed, its people, who judges what they were sent, demo, rehearsal."""
