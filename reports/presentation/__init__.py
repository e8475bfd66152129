"""What pages show of a search, as values and HTML; template tags call it."""
