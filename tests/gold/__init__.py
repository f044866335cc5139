"""The gold standard: indication texts read by hand, and what each says as facts."""
