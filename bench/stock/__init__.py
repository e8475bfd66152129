"""A small Django project on haystack and Whoosh as they come, with jieba's own analyzer: the baseline."""
