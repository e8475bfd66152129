"""The engine on Whoosh: segments, words and weights are Whoosh's, exact containment is the literal index."""
