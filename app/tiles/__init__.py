"""Vector tiles made once and kept: which layers as cells, one statement for equal misses."""
