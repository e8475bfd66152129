"""haystack's Whoosh backend with the one change its tutorials give for Chinese: jieba's analyzer."""

from haystack.backends.whoosh_backend import WhooshEngine, WhooshSearchBackend
from jieba.analyse import ChineseAnalyzer
from whoosh.fields import TEXT


class JiebaWhooshBackend(WhooshSearchBackend):
    def build_schema(self, fields):  # type: ignore[no-untyped-def]
        content, schema = super().build_schema(fields)
        analyzer = ChineseAnalyzer()
        for name, field in schema.items():
            if isinstance(field, TEXT) and name in {"text", "headline"}:
                field.analyzer = analyzer
        return content, schema


class JiebaWhooshEngine(WhooshEngine):
    backend = JiebaWhooshBackend
