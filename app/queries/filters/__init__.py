"""CQL2 filters: read into a tree, then said as conditions over the declared fields only."""
