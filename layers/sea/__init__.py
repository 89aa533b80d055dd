"""What happens at sea, told from positions: arrays and rule sets in, events out."""
