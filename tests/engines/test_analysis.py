"""Traps 1 to 3: ordinal positions, ``tokenize=False``, single characters; and whole words by boundaries."""

import itertools
import random

from whoosh.analysis import Token as WhooshToken
from whoosh.fields import TEXT

from reports.language.normalise import fold
from reports.language.segment import default_segmenter, word_boundaries
from reports.search.engines.analysis import BLOCK_GAP, ArchiveAnalyzer
from reports.search.engines.contract import IndexedBlock
from reports.search.engines.documents import (
    decode_payload,
    encode_payload,
    prepare,
)
from reports.search.engines.literal import prepare_block
from reports.search.engines.schema import TEXT_FIELD
from tests.engines.corpus import random_article, random_text


def analysed(text, **options):
    tokens = ArchiveAnalyzer()(text, positions=True, chars=True, **options)
    return [(token.text, token.pos, token.startchar, token.endchar) for token in tokens]


def test_positions_are_ordinals_not_offsets():
    positions = [position for _, position, _, _ in analysed("区长说明情况")]
    assert positions[0] == 0
    assert all(b - a in (0, 1) for a, b in itertools.pairwise(positions))


def test_a_part_that_begins_with_its_word_shares_its_position():
    found = {text: position for text, position, _, _ in analysed("产业链长")}
    if "产业" in found:
        assert found["产业"] == found["产业链"] == 0


def test_tokenize_false_gives_the_whole_text_as_one_token():
    tokens = [token.text for token in ArchiveAnalyzer()("产业链 长", tokenize=False)]
    assert tokens == ["产业链长"]


def test_single_ascii_characters_are_kept():
    assert "n" in "".join(text for text, *_ in analysed("1+4+4+N"))
    assert [text for text, *_ in analysed("A")] == ["a"]
    assert [text for text, *_ in analysed("の")] == ["の"]


def test_a_gap_parts_blocks():
    before, after = (position for text, position, _, _ in analysed("书记\n书记"))
    assert after - before > BLOCK_GAP


def test_offsets_lead_to_the_token():
    text = fold("区长说明情况，书记讲话")
    assert all(text[start:end] == token for token, _, start, end in analysed(text))


def test_the_analyzer_makes_whoosh_tokens():
    assert all(isinstance(token, WhooshToken) for token in ArchiveAnalyzer()("区长"))


def test_prepared_postings_equal_those_whoosh_makes_with_the_analyzer():
    chance = random.Random(5)
    field = TEXT(analyzer=ArchiveAnalyzer(), phrase=True)
    for number in range(30):
        article = random_article(chance, number)
        visible = [block.text for block in article.blocks if block.kind not in ("initiative", "district")]
        theirs = {(term, frequency, values) for term, frequency, _, values in field.index("\n".join(visible))}
        assert set(prepare(article).postings[TEXT_FIELD]) == theirs


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
        assert ends == sorted({0, len(text), *default_segmenter().boundaries(text)} - inside)


def test_a_payload_gives_back_the_article_and_its_prepared_blocks():
    chance = random.Random(8)
    for number in range(30):
        article = random_article(chance, number)
        stored = decode_payload(prepare(article).payload)
        assert stored.article == article
        for block, prepared in zip(article.blocks, stored.blocks, strict=True):
            again = prepare_block(block)
            assert (prepared.printed, prepared.normalised) == (again.printed, again.normalised)
            assert [tuple(step) for step in prepared.steps] == list(again.steps)
            tokens = default_segmenter().search_tokens(again.normalised)
            assert prepared.boundaries == word_boundaries(again.normalised, tokens)


def test_a_lone_surrogate_and_an_endless_word_are_stored():
    article = random_article(random.Random(1), 1)
    odd = prepare_block(IndexedBlock("body", 1, -1, "乱码\ud800字"), [0, 4])
    long = prepare_block(IndexedBlock("body", 1, -1, "x" * 120_000), [0, 120_000])
    stored = decode_payload(encode_payload(article, [odd, long]))
    assert [block.printed for block in stored.blocks] == [odd.printed, long.printed]
    assert stored.blocks[1].boundaries[0] == 0
    assert stored.blocks[1].boundaries[-1] == 120_000
