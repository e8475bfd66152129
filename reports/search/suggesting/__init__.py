"""What to offer a reader who is typing, or whose query found little. docs/search.md explains it."""
