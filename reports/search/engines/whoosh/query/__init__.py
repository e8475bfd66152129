"""From a condition to hits: matching, counting, ordering, passages."""
