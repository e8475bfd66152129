"""Every number that decides the order of hits, in one place, with its reason.

What each is worth was measured with ``make eval``; docs/ranking.md has the figures and what was tried
and left out.
"""

from reports.search.engines.whoosh.index_segment.schema import HEADING_FIELD, HEADLINE_FIELD, TEXT_FIELD

# Saturation of repeated words and weight of length: the values of Robertson and Zaragoza (2009),
# "The Probabilistic Relevance Framework: BM25 and Beyond", and Whoosh's defaults.
K1 = 1.2
B = 0.75

# A word of the headline says what the article is about; one of a heading, what a section is about.
# Both stand in the text as well, so these come on top of its own weight.
FIELD_WEIGHTS = {TEXT_FIELD: 1.0, HEADLINE_FIELD: 1.5, HEADING_FIELD: 0.5}

# Sections and figures: their own heading counts on top of their text in the same way.
UNIT_HEADING_WEIGHT = 0.5

# A headline with all words of the query names the article that is looked for. As a share of the most
# that words in the headline can score: enough to pass an article that only repeats them more often.
HEADLINE_COVERED = 0.5

# Words near each other belong together: this much when they touch, half of it with NEAR_HALVED
# characters between them. Little, because words of a headline often stand apart in it. Looked at for
# the best NEAR_CANDIDATES only: it moves nothing from further down to the first pages.
NEAR = 1.0
NEAR_HALVED = 30
NEAR_CANDIDATES = 100

# Questions and similar articles (``questions.py``): a pair of characters that jieba cuts apart is half
# accident, half a name or a phrase jieba does not know.
PAIR_ACROSS_WORDS = 0.7
# A passage of WINDOW characters that answers several words of the question counts beside the whole
# article, looked for in the best WINDOW_CANDIDATES.
WINDOW = 100
WINDOW_WEIGHT = 0.8
WINDOW_CANDIDATES = 100
# Headline and headings on top, by words: little, for a question seldom asks for what a headline says.
QUESTION_WEIGHTS = {HEADLINE_FIELD: 0.3, HEADING_FIELD: 0.1}
# A long text is known by its most telling pairs; more bring in what is only generally alike, and cost time.
EVIDENCE_LIMIT = 50
