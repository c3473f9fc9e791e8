"""Amazon Connect: one file for each kind of resource."""
