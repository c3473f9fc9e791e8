"""Reads what lives in AWS: what a pass sees, what the cache remembers, tags and attributes."""
