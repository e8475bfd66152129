"""Every number that decides the order of hits, in one place, with its reason."""

from .schema import HEADING_FIELD, HEADLINE_FIELD, TEXT_FIELD

# Saturation of repeated words and weight of length: the values of Robertson and Zaragoza (2009),
# "The Probabilistic Relevance Framework: BM25 and Beyond", and Whoosh's defaults.
K1 = 1.2
B = 0.75

# A word of the headline says what the report is about; one of a heading, what a section is about.
# Both stand in the text as well, so these come on top of its own weight.
FIELD_WEIGHTS = {TEXT_FIELD: 1.0, HEADLINE_FIELD: 1.5, HEADING_FIELD: 0.5}

# Sections and figures: their own heading counts on top of their text in the same way.
UNIT_HEADING_WEIGHT = 0.5

# Similar reports: more words than this bring in what is only generally alike, and cost time.
SIMILAR_TERMS = 25
SIMILAR_WEIGHTS = {TEXT_FIELD: 1.0, HEADLINE_FIELD: 0.5}
