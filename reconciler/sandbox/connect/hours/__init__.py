"""Hours of operation and their overrides."""
