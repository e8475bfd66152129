"""The names that curators keep: districts, initiatives, synonyms, lexicon words; and queries without hits."""
