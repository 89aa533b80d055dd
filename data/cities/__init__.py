"""City profiles, one folder each, and how they were cut from their sources."""
