"""Answering a search: the query understood once, the engine asked, the answer made ready for every face."""
