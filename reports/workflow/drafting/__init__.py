"""From the bytes of a document to draft articles: recognition, and the rows that keep what was recognised."""
