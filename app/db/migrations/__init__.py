"""Alembic revisions; the schema of tests and of cities is made by them."""
