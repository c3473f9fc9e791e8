"""Databases with their parameters and snapshots."""
