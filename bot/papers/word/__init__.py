"""Word's XML as far as a form needs it: controls by tag, and text as Word shows it."""
