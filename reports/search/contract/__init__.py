"""The contract between the archive and its search engines. It imports request, syntax and language only."""
