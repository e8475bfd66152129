"""What people do with an article: edit, submit, publish, withdraw, compare and restore."""
