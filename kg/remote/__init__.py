"""A graph that lives on a SPARQL 1.1 server: asked, filled and checked over the network."""
