"""Shared by all resources: the plane, records, states over time, operations, paging, tags and errors."""
