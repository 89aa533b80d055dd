"""Lists that people take along: what lies along a stretch, as a table or for a receiver."""
