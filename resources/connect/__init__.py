"""Amazon Connect: one kind of resource per file."""
