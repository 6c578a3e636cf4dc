"""The three lists: their names and columns, their rows read and written."""
