"""The tests of this folder share a database that is emptied before each."""

from tests.emptied import empty_engine, empty_url, own_url

__all__ = ["empty_engine", "empty_url", "own_url"]
