"""How every layer is kept, served, drawn and exported."""
