"""Makes pictures of stacks and of flows."""
