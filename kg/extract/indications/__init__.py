"""From a passage to the uses it states: which diseases, and what kind of use."""
