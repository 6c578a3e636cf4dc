"""What a command tells the program that called it.

1 is none of them: Python ends with it when it cannot even begin, and whoever waits for the bot must not take that for
work done. 2 is also what a command line ends with that cannot be read.
"""

DONE, WRONG_CONFIGURATION, NOT_DONE, NEEDS_A_PERSON = 0, 2, 3, 10
"""Done; the configuration is wrong; the bot could not do its work; done, and a person should read what it says."""

INTERRUPTED = 130
"""Stopped by a person at the keyboard, or by what stops services, whether by SIGINT or by SIGTERM."""

FAILED = frozenset({WRONG_CONFIGURATION, NOT_DONE})
"""With these somebody must come: the work was not done."""
