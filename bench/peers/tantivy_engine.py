"""tantivy, the native engine to measure against: on jieba's words, or one character a token."""

from __future__ import annotations

from pathlib import Path

import tantivy

from bench.documents import FACETS, Prepared, segment_words
from bench.peers.answer import TANTIVY_SAME_ANSWERS, TANTIVY_WORDS_ONLY, Answer, refinement_sets
from bench.queries import Query
from reports.language.normalise import fold


def _characters(text: str) -> list[str]:
    return [character for character in text if not character.isspace()]


class Tantivy:
    """``by_character`` finds exactly what contains the words ("same answers"), else jieba's words.

    Lines of the text are joined by a token of their own, so that no phrase crosses them.
    """

    def __init__(self, *, by_character: bool) -> None:
        self.name = TANTIVY_SAME_ANSWERS if by_character else TANTIVY_WORDS_ONLY
        self._by_character = by_character

    def _schema(self) -> tantivy.Schema:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("id", stored=True, fast=True)
        builder.add_text_field("text", tokenizer_name="blanks", index_option="position")
        for facet in FACETS:
            builder.add_text_field(facet, tokenizer_name="raw", fast=True, index_option="basic")
        return builder.build()

    def _index(self, folder: Path) -> tantivy.Index:
        index = tantivy.Index(self._schema(), str(folder))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("blanks", analyzer)
        return index

    def build(self, prepared: Prepared, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        writer = self._index(folder).writer(heap_size=400_000_000, num_threads=2)
        for document, words in prepared:
            text = " \u2028 ".join(" ".join(_characters(line)) for line in document.text.split("\n"))
            row = tantivy.Document()
            row.add_unsigned("id", document.id)
            row.add_text("text", text.replace("\u2028", "\ue000") if self._by_character else words)
            for facet in FACETS:
                for value in document.facets[facet]:
                    row.add_text(facet, value)
            writer.add_document(row)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._opened = self._index(folder)
        self._opened.reload()
        self._searcher = self._opened.searcher()
        self._ids_schema = self._opened.schema

    def search(self, query: Query) -> Answer:
        text = self._text_query(query)
        counts: dict[str, dict[str, int]] = {}
        for refinements, facets in refinement_sets(query, FACETS).items():
            aggregations = {facet: {"terms": {"field": facet, "size": 100_000}} for facet in facets}
            answer = self._searcher.aggregate(self._refined(text, refinements), aggregations)
            for facet in facets:
                counts[facet] = {str(b["key"]): int(b["doc_count"]) for b in answer[facet]["buckets"]}
        result = self._searcher.search(self._refined(text, query.refinements), limit=20, count=True)
        ids = self._searcher.fast_field_values("id", [address for _, address in result.hits])
        hits = tuple((int(i), float(score)) for i, (score, _) in zip(ids, result.hits, strict=True))
        return Answer(int(result.count or 0), hits, counts)

    def _refined(self, text: tantivy.Query, refinements: tuple[tuple[str, str], ...]) -> tantivy.Query:
        if not refinements:
            return text
        schema = self._ids_schema
        parts = [(tantivy.Occur.Must, text)]
        for facet, value in refinements:
            term = tantivy.Query.const_score_query(
                tantivy.Query.term_query(schema, facet, value, "basic"), 0.0
            )
            parts.append((tantivy.Occur.Must, term))
        return tantivy.Query.boolean_query(parts)

    def _text_query(self, query: Query) -> tantivy.Query:
        parts = [(tantivy.Occur.Must, part) for word in query.words for part in self._word(query.kind, word)]
        return parts[0][1] if len(parts) == 1 else tantivy.Query.boolean_query(parts)

    def _word(self, kind: str, word: str) -> list[tantivy.Query]:
        schema, folded = self._ids_schema, fold(word)
        tokens = _characters(folded) if self._by_character else segment_words(folded).split(" ")
        if kind == "prefix" and not self._by_character:
            return [tantivy.Query.regex_query(schema, "text", folded + ".*")]
        if len(tokens) == 1:
            return [tantivy.Query.term_query(schema, "text", tokens[0])]
        if self._by_character or kind == "phrase":
            return [tantivy.Query.phrase_query(schema, "text", list(tokens))]
        return [tantivy.Query.term_query(schema, "text", token) for token in tokens]
