"""haystack's one face for every engine: its queries become conditions, its results are the engine's hits."""
