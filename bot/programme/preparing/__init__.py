"""What a site ought to have before the bot can work in it, compared with what it has."""
