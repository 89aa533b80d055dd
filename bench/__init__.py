"""Benchmarks: every answer of the service beside the bare SQL of the same answer, in one run."""
