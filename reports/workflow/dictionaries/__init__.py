"""The dictionaries of curators: districts, initiatives, synonyms, lexicon words; and zero-result queries."""
