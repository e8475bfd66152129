"""Every number that decides the order of hits, with its reason.

``make eval`` measured what each is worth; docs/ranking.md has the figures, and what was tried and left out.
"""

from reports.search.engines.whoosh.index_segment.schema import HEADING_FIELD, HEADLINE_FIELD, TEXT_FIELD

# Saturation of repeated words, and weight of the length: the values of Robertson and Zaragoza (2009),
# "The Probabilistic Relevance Framework: BM25 and Beyond", and Whoosh's defaults.
K1 = 1.2
B = 0.75

# A word of the headline says what the article is about; a word of a heading, what a section is about. Both
# are also in the text field, so these weights are added to its weight.
FIELD_WEIGHTS = {TEXT_FIELD: 1.0, HEADLINE_FIELD: 1.5, HEADING_FIELD: 0.5}

# Sections and figures: the weight of their own heading, added in the same way.
UNIT_HEADING_WEIGHT = 0.5

# A headline with all words of the query names the article that the reader wants. A share of the highest score
# that words in the headline can give: enough to pass an article that only repeats the words more often.
HEADLINE_COVERED = 0.5

# Words near each other belong together. NEAR is added if they touch, half of it with NEAR_HALVED characters
# between them. It is small, because the words of a headline are often apart. Only the best NEAR_CANDIDATES
# are examined, so it moves nothing from further down to the first pages.
NEAR = 1.0
NEAR_HALVED = 30
NEAR_CANDIDATES = 100

# Questions and similar articles (``questions.py``): a pair of characters across two words of jieba is
# sometimes chance, sometimes part of a name or phrase that jieba does not know.
PAIR_ACROSS_WORDS = 0.7
# A passage of WINDOW characters that has several terms of the question counts in addition to the whole
# article. Only the best WINDOW_CANDIDATES are examined.
WINDOW = 100
WINDOW_WEIGHT = 0.8
WINDOW_CANDIDATES = 100
# Words in headline and headings, in addition: little, since a question seldom asks for what a headline says.
QUESTION_WEIGHTS = {HEADLINE_FIELD: 0.3, HEADING_FIELD: 0.1}
# A long text is represented by its most informative terms. More terms find articles that are only generally
# similar, and cost time.
MAX_QUESTION_TERMS = 50
