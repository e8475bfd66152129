"""Traps: ``tokenize=False``, single characters; and whole words by boundaries."""

import random

from whoosh.analysis import Token as WhooshToken
from whoosh.fields import TEXT

from reports.language.normalise import fold
from reports.language.segment import default_segmenter, word_boundaries
from reports.search.contract.values import IndexedBlock
from reports.search.engines.whoosh.index_segment.analysis import ArchiveAnalyzer
from reports.search.engines.whoosh.index_segment.schema import TEXT_FIELD
from reports.search.engines.whoosh.index_segment.segment_documents import (
    decode_payload,
    encode_payload,
    prepare,
)
from tests.engines.corpus import random_article, random_text
from tests.engines.indexes import prepared as prepared_block


def analysed(text, **options):
    return [token.text for token in ArchiveAnalyzer()(text, **options)]


def test_tokenize_false_gives_the_whole_text_as_one_token():
    tokens = [token.text for token in ArchiveAnalyzer()("产业链 长", tokenize=False)]
    assert tokens == ["产业链长"]


def test_single_ascii_characters_are_kept():
    assert "n" in "".join(analysed("1+4+4+N"))
    assert analysed("A") == ["a"]
    assert analysed("の") == ["の"]


def test_the_analyzer_makes_whoosh_tokens():
    assert all(isinstance(token, WhooshToken) for token in ArchiveAnalyzer()("区长"))


def test_prepared_words_are_those_that_whoosh_gets_from_the_analyzer():
    chance = random.Random(5)
    field = TEXT(analyzer=ArchiveAnalyzer(), phrase=False)
    for number in range(30):
        article = random_article(chance, number)
        theirs: dict[str, int] = {}
        for block in article.blocks:
            if block.kind not in ("initiative", "district"):
                for term, frequency, _, _ in field.index(block.text):
                    theirs[term.decode()] = theirs.get(term.decode(), 0) + frequency
        assert prepare(article).words[TEXT_FIELD] == theirs


def test_boundaries_are_where_no_word_goes_on():
    chance = random.Random(6)
    for _ in range(200):
        text = fold(random_text(chance))
        tokens = default_segmenter().search_tokens(text)
        ends = word_boundaries(text, tokens)
        assert ends[0] == 0
        assert ends[-1] == len(text)
        inside = {place for token in tokens for place in range(token.start + 1, token.end)}
        assert set(ends) == set(range(len(text) + 1)) - inside
        # jieba keeps a run of hyphens in one piece, in which there is no token.
        assert {0, len(text), *default_segmenter().boundaries(text)} - inside <= set(ends)


def test_a_payload_gives_back_the_article_and_its_prepared_blocks():
    chance = random.Random(8)
    for number in range(30):
        article = random_article(chance, number)
        stored = decode_payload(prepare(article).payload)
        assert stored.article == article
        for block, prepared in zip(article.blocks, stored.blocks, strict=True):
            again = prepared_block(block, lambda text: ())
            assert (prepared.printed, prepared.normalised) == (again.printed, again.normalised)
            assert [tuple(step) for step in prepared.steps] == list(again.steps)
            tokens = default_segmenter().search_tokens(again.normalised)
            assert prepared.boundaries == word_boundaries(again.normalised, tokens)


def test_a_lone_surrogate_and_an_endless_word_are_stored():
    article = random_article(random.Random(1), 1)
    odd = prepared_block(IndexedBlock("body", 1, -1, "乱码\ud800字"), lambda text: [0, 4])
    long = prepared_block(IndexedBlock("body", 1, -1, "x" * 120_000), lambda text: [0, 120_000])
    stored = decode_payload(encode_payload(article, [odd, long]))
    assert [block.printed for block in stored.blocks] == [odd.printed, long.printed]
    assert stored.blocks[1].boundaries[0] == 0
    assert stored.blocks[1].boundaries[-1] == 120_000
