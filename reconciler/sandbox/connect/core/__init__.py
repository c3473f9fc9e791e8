"""What all families share: the plane, its instances and records, operations, paging, tags and errors."""
