"""Readers: a format a file, found by listing this folder; each turns a file into records."""
