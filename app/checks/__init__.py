"""What a place to be built on lies near, and what is advised of it."""
