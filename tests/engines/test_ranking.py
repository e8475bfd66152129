"""What comes before what, and why. The oracle writes every score out for one article at a time."""

from __future__ import annotations

import itertools
import math
import random
import re

import numpy as np
import pytest
from whoosh.util.numeric import byte_to_length, length_to_byte

from reports.language.normalise import fold
from reports.language.segment import default_segmenter
from reports.search.contract.kinds import HIDDEN_KINDS
from reports.search.contract.values import EngineQuery, IndexedArticle, IndexedBlock, SortKey
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.literal.proximity import Occurrences
from reports.search.engines.whoosh.query.questions import most_informative, rank_question
from reports.search.engines.whoosh.query.searching import find
from reports.search.engines.whoosh.query.similar import similarity
from reports.search.engines.whoosh.scoring.proximity import best_windows, shortest_spans
from reports.search.engines.whoosh.scoring.question_terms import INTERROGATIVES, QuestionTerm, question_terms
from reports.search.engines.whoosh.scoring.weights import (
    FIELD_WEIGHTS,
    HEADLINE_COVERED,
    MAX_QUESTION_TERMS,
    NEAR,
    NEAR_HALVED,
    PAIR_ACROSS_WORDS,
    QUESTION_WEIGHTS,
    WINDOW,
    WINDOW_WEIGHT,
)
from reports.search.request import Scope
from reports.search.syntax.tree import And, Or, Prefix, Word
from tests.engines.corpus import random_article, random_text
from tests.engines.indexes import apply
from tests.engines.naive import is_whole_word, starts

HEADLINE_KINDS = {"kicker", "headline", "deck"}
IDEOGRAPH = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def made(number, *texts, headline="标题"):
    blocks = (
        IndexedBlock("headline", -1, -1, headline),
        *(IndexedBlock("body", 1, -1, text) for text in texts),
    )
    return IndexedArticle(number, blocks, {"year": ("none",)}, None, None, "", str(number))


@pytest.fixture
def index(tmp_path):
    return IndexDirectory(tmp_path)


def fill(index, *articles):
    apply(index, [prepare(article) for article in articles], [])
    return index.snapshot()


def hits(snapshot, tree, scope=Scope.ARTICLE, **changes):
    search = EngineQuery(
        tree, scope, {}, None, None, (SortKey.RELEVANCE,), **{"start": 0, "limit": None} | changes
    )
    return find(snapshot, search).hits


def ids(found):
    return [hit.article_id for hit in found]


def both(*words):
    return And(tuple(map(Word, words)))


class Oracle:
    """Every formula of docs/ranking.md, written out. Deleted articles count as long as Whoosh counts them."""

    def __init__(self, articles, deleted=()):
        self.articles = articles  # deleted ones included
        self.deleted = deleted
        self.average = {field: self._average(field) for field in FIELD_WEIGHTS}

    def blocks(self, article, field):
        kinds = {"headline": HEADLINE_KINDS, "heading": {"heading"}}.get(field)
        return [
            fold(block.text)
            for block in article.blocks
            if (block.kind in kinds if kinds else block.kind not in HIDDEN_KINDS)
        ]

    def tokens(self, article, field):
        cut = default_segmenter().search_tokens
        return [token.text for block in self.blocks(article, field) for token in cut(block)]

    def _average(self, field):
        return sum(len(self.tokens(article, field)) for article in self.articles) / len(self.articles) or 1

    def length(self, article, field):
        # Whoosh keeps a length in a byte; a field that is not there counts as 1.
        return byte_to_length(length_to_byte(len(self.tokens(article, field)))) or 1

    def idf(self, holding):
        return math.log(len(self.articles) / (holding + 1)) + 1

    def bm25(self, article, field, often, holding):
        norm = 1.2 * (0.25 + 0.75 * self.length(article, field) / self.average[field])
        return self.idf(holding) * often * 2.2 / (often + norm)

    def words(self, article, words, weights):
        score = 0.0
        for field, weight in weights.items():
            for word in words:
                counts = {each.id: self.tokens(each, field).count(word) for each in self.articles}
                if counts[article.id]:
                    holding = sum(map(bool, counts.values()))
                    score += weight * self.bm25(article, field, counts[article.id], holding)
        return score

    def most(self, words, field):
        """The most that words can score in a field; those that stand nowhere score nothing."""
        holding = [sum(word in self.tokens(each, field) for each in self.articles) for word in words]
        return [self.idf(count) * 2.2 if count else 0 for count in holding]

    def covered(self, article, words):
        most = self.most(words, "headline")
        headline = self.tokens(article, "headline")
        if not words or 0 in most or not all(word in headline for word in words):
            return 0.0
        return HEADLINE_COVERED * FIELD_WEIGHTS["headline"] * sum(most)

    def highest(self, words):
        """More than any accident can score."""
        bound = sum(
            weight * value for field, weight in FIELD_WEIGHTS.items() for value in self.most(words, field)
        )
        most = self.most(words, "headline")
        covered = 0 if 0 in most else HEADLINE_COVERED * FIELD_WEIGHTS["headline"] * sum(most)
        return bound + covered

    def all_words(self, article, texts):
        """Score of an article in which all texts stand."""
        cut = default_segmenter().search_tokens
        words = list(dict.fromkeys(token.text for text in texts for token in cut(text)))
        score = self.words(article, words, FIELD_WEIGHTS) + self.covered(article, words)
        blocks = self.blocks(article, "text")
        if all(any(is_whole_word(text, block) for block in blocks) for text in texts):
            score += self.highest(words) + (NEAR if len(texts) > 1 else 0)
        if len(texts) > 1:
            score += NEAR / (1 + self.gap(article, texts) / NEAR_HALVED)
        return score

    def gap(self, article, texts):
        text = self.running(article)
        best = math.inf
        for places in itertools.product(*(starts(wanted, text) for wanted in texts)):
            # A stretch ends with the string that begins last.
            length = next(
                len(wanted) for place, wanted in zip(places, texts, strict=True) if place == max(places)
            )
            stretch = max(places) + length - min(places) - sum(map(len, texts))
            best = min(best, max(stretch, 0))
        return best

    def running(self, article):
        return "".join(block + "\0" for block in self.blocks(article, "text"))

    def any_words(self, article, question):
        evidence, words = question_terms(question, default_segmenter()), []
        for part in question.split():
            words += [token.text for token in default_segmenter().search_tokens(fold(part))]
        words = [w for w in dict.fromkeys(words) if len(w) > 1 and w not in INTERROGATIVES]
        holding = {
            string: sum(bool(self.often(each, string, found)) for each in self.articles)
            for string, found in evidence.items()
        }
        score = 0.0
        for string, found in evidence.items():
            if often := self.often(article, string, found):
                score += found.weight * self.bm25(article, "text", often, holding[string])
        if not any(holding.values()):
            return 0.0
        score += self.words(article, words, QUESTION_WEIGHTS) + self.covered(article, words)
        strengths = {s: evidence[s].weight * self.idf(count) for s, count in holding.items() if count}
        return score + (WINDOW_WEIGHT * self.window(article, evidence, strengths) if score else 0)

    def often(self, article, string, found):
        if found.whole_word:
            return self.tokens(article, "text").count(string)
        return sum(len(starts(string, block)) for block in self.blocks(article, "text"))

    def window(self, article, evidence, strengths):
        text, places, offset = self.running(article), [], 0
        for block in self.blocks(article, "text"):
            for string in strengths:
                whole = evidence[string].whole_word
                places += [
                    (offset + place, string)
                    for place in starts(string, block)
                    if not whole or self._is_whole(string, block, place)
                ]
            offset += len(block) + 1
        return max(
            (
                sum(strengths[s] for s in {s for p, s in places if end - WINDOW < p <= end})
                for end in range(len(text))
            ),
            default=0.0,
        )

    @staticmethod
    def _is_whole(string, block, place):
        from reports.language.segment import word_boundaries

        ends = word_boundaries(block, default_segmenter().search_tokens(block))
        return place in ends and place + len(string) in ends


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Several segments, some deletions, and the oracle of them."""
    chance = random.Random(5)
    index = IndexDirectory(tmp_path_factory.mktemp("ranking"))
    articles = [_without_astral(random_article(chance, number)) for number in range(1, 61)]
    for start in (0, 25, 50):
        apply(index, [prepare(article) for article in articles[start : start + 25]], [])
    deleted = list(range(3, 60, 9))
    apply(index, [], deleted)
    snapshot = index.snapshot()
    assert len(snapshot.segments) > 1
    assert snapshot.count == len(articles)
    return snapshot, Oracle(articles, deleted)


def _without_astral(article):
    # Distances are told in UTF-16 units, in which such a character is two: not worth a second oracle.
    blocks = tuple(
        IndexedBlock(b.kind, b.section, b.figure, b.text.replace("𠮷", "吉")) for b in article.blocks
    )
    return IndexedArticle(
        article.id,
        blocks,
        article.facets,
        article.published_on,
        article.year,
        article.district_order,
        article.stamp,
    )


def assert_scored(found, expected):
    assert {hit.article_id: hit.score for hit in found} == {
        number: pytest.approx(score, abs=1e-9) for number, score in expected.items()
    }
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)


QUERIES = [
    ("党建",),
    ("区长",),
    ("党建", "产业"),
    ("区长", "产业链"),
    ("产业", "产业链", "书记"),
    ("智能", "社区"),
    ("的", "招商引资"),
    ("长期", "区长"),
]


@pytest.mark.parametrize("texts", QUERIES)
def test_all_words_score_as_written_out(archive, texts):
    snapshot, oracle = archive
    expected = {
        article.id: oracle.all_words(article, texts)
        for article in oracle.articles
        if article.id not in oracle.deleted
        and all(any(text in block for block in oracle.blocks(article, "text")) for text in texts)
    }
    assert expected
    assert_scored(hits(snapshot, both(*texts)), expected)


QUESTIONS = [
    "党建引领了哪些产业链？",
    "区长 书记",
    "第一书记如何发展社区 wi-fi？",
    "招商引资 3.5%",
    "是什么？",
    "人工智能与小区网格的长期发展，有多少书记？",
    "の",
    "5300计划",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_any_words_score_as_written_out(archive, question):
    snapshot, oracle = archive
    scores = {
        article.id: oracle.any_words(article, question)
        for article in oracle.articles
        if article.id not in oracle.deleted
    }
    assert_scored(
        rank_question(snapshot, question, 1000), {number: s for number, s in scores.items() if s > 0}
    )


def test_questions_of_the_oracle_find_something(archive):
    snapshot, _ = archive
    assert sum(bool(rank_question(snapshot, question, 1)) for question in QUESTIONS) >= len(QUESTIONS) - 1


def test_words_near_each_other_come_first(index):
    filling = "其他情况另行说明。" * 12
    snapshot = fill(
        index,
        made(1, "灯塔照亮港口。" + filling),
        made(2, "灯塔" + filling + "照亮港口。"),
        made(3, "灯塔在" + "其他情况另行说明。" * 3 + "照亮港口" + "其他情况另行说明。" * 9),
    )
    found = hits(snapshot, both("灯塔", "港口"))
    assert ids(found) == [1, 3, 2]


def test_nearness_lifts_no_accident_above_a_word(index):
    snapshot = fill(
        index,
        made(1, "历城区长期党建。" + "别的事情很多很多。" * 30),
        made(2, "说明情况的是一位区长。" + "别的事情很多很多。" * 30 + "党建"),
    )
    assert ids(hits(snapshot, both("区长", "党建"))) == [2, 1]


def test_a_headline_with_all_words_comes_before_one_that_repeats_some(index):
    snapshot = fill(
        index,
        made(1, "灯塔，港口。" * 30, headline="灯塔灯塔灯塔"),
        made(2, "灯塔与港口。" + "其他情况另行说明。" * 40, headline="灯塔照亮港口"),
    )
    assert ids(hits(snapshot, both("灯塔", "港口"))) == [2, 1]


def test_pages_neither_repeat_nor_skip(index):
    """Nearness is looked at for the best only: that must not depend on the page that is asked for."""
    chance = random.Random(9)
    texts = [
        "灯塔" + "，" * chance.randint(0, 90) + "港口" + "别的" * chance.randint(0, 40) for _ in range(260)
    ]
    snapshot = fill(index, *(made(number, text) for number, text in enumerate(texts, 1)))
    tree = both("灯塔", "港口")
    whole = ids(hits(snapshot, tree))
    pages = [ids(hits(snapshot, tree, start=start, limit=20)) for start in range(0, 260, 20)]
    assert list(itertools.chain(*pages)) == whole
    assert sorted(whole) == list(range(1, 261))


def test_alternatives_do_not_need_each_other_for_nearness(index):
    snapshot = fill(index, made(1, "灯塔很高。"), made(2, "港口很忙。"), made(3, "灯塔照亮港口。"))
    found = hits(snapshot, Or((Word("灯塔"), Word("港口"))))
    assert ids(found)[0] == 3
    assert len(found) == 3


def random_places(chance, strings, documents):
    """Texts over few letters, each string with its places, as the literal index would tell them."""
    texts = [
        "".join(chance.choice("甲乙丙丁，") for _ in range(chance.randint(1, 60))) for _ in range(documents)
    ]
    bases = list(itertools.accumulate((len(text) + 1 for text in texts), initial=1000))
    places = []
    for string in strings:
        found = [(bases[d] + place, d) for d, text in enumerate(texts) for place in starts(string, text)]
        places.append(
            Occurrences(
                len(string),
                np.array([p for p, _ in found], np.int64),
                np.array([d for _, d in found], np.int64),
            )
        )
    return texts, places


@pytest.mark.parametrize("seed", range(30))
def test_gaps_equal_those_of_every_choice_of_places(seed):
    chance = random.Random(seed)
    strings = chance.sample(["甲", "甲乙", "乙丙", "丁", "丙丁甲"], chance.randint(2, 3))
    texts, places = random_places(chance, strings, 8)
    expected = []
    for text in texts:
        best = math.inf
        for chosen in itertools.product(*(starts(string, text) for string in strings)):
            # Of strings that begin at one place any may be the last; the shorter one makes the stretch.
            ends = [len(s) for c, s in zip(chosen, strings, strict=True) if c == max(chosen)]
            stretch = max(chosen) + min(ends) - min(chosen) - sum(map(len, strings))
            best = min(best, max(stretch, 0))
        expected.append(best)
    assert shortest_spans(places, len(texts)).tolist() == expected
    assert shortest_spans(list(reversed(places)), len(texts)).tolist() == expected


@pytest.mark.parametrize("seed", range(30))
def test_windows_equal_those_at_every_offset(seed):
    chance = random.Random(seed)
    strings = chance.sample(["甲", "甲乙", "乙丙", "丁", "丙丁甲", "戊"], chance.randint(1, 5))
    weights = [chance.random() for _ in strings]
    reach = chance.choice([1, 2, 5, 20, 100])
    texts, places = random_places(chance, strings, 8)
    expected = [
        max(
            sum(
                weight
                for string, weight in zip(strings, weights, strict=True)
                if any(end - reach < place <= end for place in starts(string, text))
            )
            for end in range(len(text))
        )
        for text in texts
    ]
    found = best_windows(places, weights, reach, len(texts))
    assert found.tolist() == pytest.approx(expected, abs=1e-9)


def test_evidence_is_pairs_inside_and_across_words():
    found = question_terms("党建引领产业链", default_segmenter())
    across = QuestionTerm(PAIR_ACROSS_WORDS, 1, False)
    inside = QuestionTerm(1.0, 1, False)
    assert default_segmenter().cut("党建引领产业链") == ["党建引领", "产业链"]
    assert found == {
        "党建": inside,
        "建引": inside,
        "引领": inside,
        "领产": across,
        "产业": inside,
        "业链": inside,
    }


def test_evidence_leaves_out_what_only_asks_and_what_stands_beside_it():
    assert question_terms("灯塔如何照亮？", default_segmenter()).keys() == {"灯塔", "照亮"}
    assert question_terms("是否？吗！", default_segmenter()) == {}


def test_a_typed_blank_parts_words_and_signs_do():
    assert (
        question_terms("灯塔 港口", default_segmenter()).keys()
        == question_terms("灯塔，港口", default_segmenter()).keys()
        == {"灯塔", "港口"}
    )


def test_words_of_letters_and_digits_stand_for_themselves():
    found = question_terms("5300计划", default_segmenter())
    assert found["5300"] == QuestionTerm(1.0, 1, True)
    assert "53" not in found
    assert question_terms("港", default_segmenter()).keys() == {"港"}


def test_evidence_is_counted():
    assert question_terms("灯塔，灯塔，港口", default_segmenter())["灯塔"].count == 2


def test_a_number_inside_another_is_no_evidence(index):
    snapshot = fill(index, made(1, "共有15300户。"), made(2, "共有5300户。"))
    assert ids(rank_question(snapshot, "5300", 10)) == [2]


def test_a_question_needs_no_article_with_all_its_words(index):
    snapshot = fill(
        index,
        made(1, "灯塔由港务局看守，每年检修两次。"),
        made(2, "港口每年装卸货物。"),
        made(3, "山里没有水。"),
    )
    found = rank_question(snapshot, "哪家单位负责看守灯塔？", 10)
    assert ids(found) == [1]
    assert ids(rank_question(snapshot, "灯塔每年检修几次？", 10)) == [1, 2]


def test_a_passage_that_answers_comes_before_words_far_apart(index):
    filling = "其他情况另行说明。" * 30
    snapshot = fill(
        index,
        made(1, "灯塔。" + filling + "检修。" + filling + "港务。"),
        made(2, filling + "港务检修灯塔。" + filling),
    )
    assert ids(rank_question(snapshot, "灯塔 检修 港务", 10)) == [2, 1]


def test_what_is_excluded_or_gone_is_no_hit(index):
    snapshot = fill(index, *(made(number, "灯塔照亮港口。") for number in range(1, 6)))
    assert ids(rank_question(snapshot, "灯塔", 10)) == [5, 4, 3, 2, 1]
    assert ids(rank_question(snapshot, "灯塔", 10, exclude=[5, 2])) == [4, 3, 1]
    assert ids(rank_question(snapshot, "灯塔", 2)) == [5, 4]
    apply(index, [], [4])
    assert ids(rank_question(index.snapshot(), "灯塔", 10)) == [5, 3, 2, 1]


@pytest.mark.parametrize("text", ["", "  ", "？！", "什么", "鱻驫"])
def test_nothing_to_go_by_finds_nothing(index, text):
    assert rank_question(fill(index, made(1, "灯塔照亮港口。")), text, 10) == []


def test_an_empty_archive_finds_nothing(index):
    apply(index, [prepare(made(1, "灯塔"))], [])
    apply(index, [], [1])
    assert rank_question(index.snapshot(), "灯塔", 10) == []


def test_a_long_text_is_known_by_what_is_often_in_it_and_seldom_elsewhere(index):
    common = "，".join(
        chr(code) + chr(code + 1) for code in range(0x6000, 0x6000 + 4 * MAX_QUESTION_TERMS, 2)
    )
    snapshot = fill(index, *(made(n, common) for n in range(1, 9)), made(9, common + "，灯塔，港口"))
    evidence = question_terms(common + "，港口，码头，" + "，".join(["灯塔"] * 3), default_segmenter())
    assert len(evidence) == 2 * MAX_QUESTION_TERMS + 3
    chosen = list(most_informative(snapshot, evidence))
    assert len(chosen) == MAX_QUESTION_TERMS
    assert chosen[:2] == ["灯塔", "港口"]
    assert "码头" not in chosen
    few = dict(itertools.islice(evidence.items(), MAX_QUESTION_TERMS))
    assert most_informative(snapshot, few) == few


def test_articles_like_an_article_share_what_tells(tmp_path):
    chance = random.Random(4)
    index = IndexDirectory(tmp_path)
    subject = "港务局检修灯塔，更换灯室透镜，守塔人夜里值守。"
    articles = [made(n, random_text(chance, 80), headline=random_text(chance, 3)) for n in range(1, 40)]
    snapshot = fill(index, *articles, made(40, subject + random_text(chance, 80)), made(41, subject * 2))
    document = snapshot.document_of(40)
    scores = similarity(snapshot, document)
    order = [int(snapshot.ids[d]) for d in np.argsort(-scores, kind="stable")]
    assert set(order[:2]) == {40, 41}
    assert scores[snapshot.document_of(41)] > 0


def test_a_prefix_of_many_words_scores_the_same_however_articles_lie_in_segments(tmp_path):
    # jieba keeps a run of letters and digits whole, so that each of these is a word of its own.
    texts = [f"ab{number:03} " * (number % 3 + 1) + "水渠" for number in range(150)]
    order = list(range(150))
    random.Random(4).shuffle(order)
    together, apart = IndexDirectory(tmp_path / "together"), IndexDirectory(tmp_path / "apart")
    apply(together, [prepare(made(number, texts[number])) for number in range(150)], [])
    for start, end in ((0, 70), (70, 110), (110, 150)):
        apply(apart, [prepare(made(number, texts[number])) for number in order[start:end]], [])
    one, other = (hits(index.snapshot(), Prefix("ab")) for index in (together, apart))
    assert [hit.article_id for hit in one] == [hit.article_id for hit in other]
    assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other])
