"""From the bytes of a document to draft articles: recognition, and the rows of its results."""
