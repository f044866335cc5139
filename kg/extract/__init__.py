"""What a regulator's indication text says, as uses and limits, by rules that are data."""
