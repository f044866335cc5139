"""Source adapters: each reads one kind of file, strictly, into values of the model."""
