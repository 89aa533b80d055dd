"""What several file formats are made of."""
