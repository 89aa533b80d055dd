"""What a person sees: colours, symbols, styles, pages; one palette for all of them."""
