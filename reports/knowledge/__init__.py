"""From text to findings: districts, initiatives and statistics, as plain values with offsets.

The gazetteer and the lexicon are values too. The packaged ones are the default; ``with_places`` and
``with_names`` return new ones with the entries of curators. No database, no framework.
"""

from .districts import recognise_districts
from .findings import (
    DistrictLevel,
    InitiativeKind,
    Mention,
    Place,
    RecognisedDistricts,
    RecognisedInitiative,
    RecognisedStatistic,
)
from .gazetteer import Gazetteer, default_gazetteer
from .initiative_lexicon import InitiativeLexicon, NamedInitiative, default_lexicon
from .initiative_names import comparison_key
from .initiatives import recognise_initiatives
from .nearest_places import say_not_understood
from .stated_places import StatedPlaces, read_stated_places
from .statistics import recognise_statistics

__all__ = [
    "DistrictLevel",
    "Gazetteer",
    "InitiativeKind",
    "InitiativeLexicon",
    "Mention",
    "NamedInitiative",
    "Place",
    "RecognisedDistricts",
    "RecognisedInitiative",
    "RecognisedStatistic",
    "StatedPlaces",
    "comparison_key",
    "default_gazetteer",
    "default_lexicon",
    "read_stated_places",
    "recognise_districts",
    "recognise_initiatives",
    "recognise_statistics",
    "say_not_understood",
]
