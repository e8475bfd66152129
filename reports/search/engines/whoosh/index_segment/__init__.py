"""One segment: schema, stored documents, postings, columns."""
