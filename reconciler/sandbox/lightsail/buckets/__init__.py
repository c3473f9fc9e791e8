"""Buckets with their access keys."""
