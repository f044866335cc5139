"""For whom a use is: people, bounds, and what else must hold of them."""
