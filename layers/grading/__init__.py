"""Grading methods as pure functions, each with its rule set as data in `rules/`."""
