"""From a passage to what it takes away: by which words, of what, and what kind."""
