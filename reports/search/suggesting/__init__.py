"""Typeahead and corrections. docs/search.md explains them."""
