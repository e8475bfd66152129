"""placeholder until the engine lands"""

from haystack.backends import BaseEngine, BaseSearchBackend, BaseSearchQuery


class WhooshEngine(BaseEngine):
    backend = BaseSearchBackend
    query = BaseSearchQuery
