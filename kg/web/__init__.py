"""The graph on the web: SPARQL for programs, pages for people (extra ``web``)."""
