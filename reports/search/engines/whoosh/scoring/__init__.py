"""How well a document answers: BM25, proximity, evidence, and all weights."""
