"""The names of diseases in a text, and what they are called in MONDO and HP."""
