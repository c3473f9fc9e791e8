"""Load balancers with their instances and certificates."""
