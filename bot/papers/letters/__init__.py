"""Letters: the words they may use, how they are checked and written, and how they are shown as samples."""
