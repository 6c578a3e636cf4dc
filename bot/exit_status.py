"""What a command tells the program that called it."""

DONE, NEEDS_A_PERSON, WRONG_CONFIGURATION, NOT_DONE = 0, 1, 2, 3
"""Done; a person is needed; the configuration is wrong; the bot could not do its work."""
