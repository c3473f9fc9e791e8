"""Opens the functions to staff, one cohort after the other."""
