"""Property tests here are not timed: the first example may load a dictionary, on a busy machine."""

from hypothesis import settings

settings.register_profile("language", deadline=None)
settings.load_profile("language")
