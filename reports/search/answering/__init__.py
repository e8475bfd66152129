"""Answering a search: the query is parsed once, the engine is asked, every page shows the answer."""
