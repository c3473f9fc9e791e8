"""Reads the live resources in AWS with their tags and attributes, with the help of the cache."""
