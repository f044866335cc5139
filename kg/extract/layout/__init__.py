"""An indication text cut into passages, and what they leave to one another."""
