"""Commands of the program: each a few lines over the rooms below."""
