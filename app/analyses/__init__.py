"""What is computed from layers and written to layers: tracks, places, later black spots and HCA."""
