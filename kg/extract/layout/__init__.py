"""What a passage is by its words and its place, and what the passages leave to one another."""
