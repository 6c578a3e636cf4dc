"""The pieces reports are made of: styles, places the bot fills, places for a person's words, native charts."""
