"""Traffic distribution groups."""
