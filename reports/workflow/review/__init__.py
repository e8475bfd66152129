"""Actions of people on an article: edit, submit, publish, withdraw, compare and revert."""
