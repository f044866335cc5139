"""Staying true: evidence read again, revisions compared, facts confirmed, and how old they are."""
