"""Exchange as Graph shows it: messages, folders, drafts, delivery, reports."""
