"""SSL/TLS certificates of distributions and container services."""
