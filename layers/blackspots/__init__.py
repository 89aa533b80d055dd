"""Where crashes cluster on roads: pure methods, arrays in and results out, stakes in metres."""
