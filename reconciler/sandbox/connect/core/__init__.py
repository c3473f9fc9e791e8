"""Shared by all families of operations: the plane, instances, records, operations, paging, tags and errors."""
