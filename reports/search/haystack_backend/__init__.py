"""haystack's way to every engine: its queries become conditions, its results are the engine's hits."""
