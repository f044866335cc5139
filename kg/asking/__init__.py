"""Asking in words: a text is read by forms that the questions bring, and answered or declined."""
