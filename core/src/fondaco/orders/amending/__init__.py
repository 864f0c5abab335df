"""Orders whose lines are changed after they were placed."""
