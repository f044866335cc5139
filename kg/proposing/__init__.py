"""Facts proposed from a text, for a person to accept or reject, and what becomes of them."""
