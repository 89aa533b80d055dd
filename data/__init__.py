"""What the map is filled with: city profiles, the demonstration city, samples."""
