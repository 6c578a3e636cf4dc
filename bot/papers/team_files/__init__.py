"""The Audit Team's own files as Word and Excel write them, and as the bot uses them."""
