"""A release: everything that a reader needs of one state of the graph, in one dated folder."""
