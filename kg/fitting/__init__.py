"""Whom an indication fits: a profile set against populations, approvals and dates, exactly."""
